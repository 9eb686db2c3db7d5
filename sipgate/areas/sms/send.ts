import { listSenderIds, listSmsExtensions, type SenderId } from '../../client/account-lists';
import { apiPath } from '../../client/api-path';
import type { RequestOptions, SipgateClient } from '../../client/client';
import { describe, invalidInput, SipgateError } from '../../errors';
import { isExtension, isExtensionFor } from '../../extension';
import { takeTurn } from '../../turns';
import { parseE164, toE164 } from '../../phone-number';

/** An SMS to send. Values may come from a message and are checked. */
export interface NewSms {
  /** An SMS extension (`s0`), a verified number, or empty for the first SMS extension of who is logged in. */
  readonly sender?: unknown;
  readonly to: unknown;
  /** A text; a number or a boolean is sent as text. */
  readonly message: unknown;
  /**
   * When: ISO 8601, ms since 1970 or a `Date`, at most 30 days ahead; empty = now. A time without a zone
   * (`2026-01-31T08:00`) is local time of this machine, a date alone midnight UTC, as everywhere in JavaScript.
   */
  readonly sendAt?: unknown;
}

/** An SMS that sipgate accepted. */
export interface SentSms {
  /** The SMS extension that it was sent with. */
  readonly smsId: string;
  /** E.164 */
  readonly to: string;
  /** ISO 8601, in whole seconds. */
  readonly sendAt?: string;
}

interface CheckedSms {
  readonly sender: Sender;
  readonly to: string;
  readonly message: string;
  /** s since 1970 */
  readonly sendAt?: number;
}

type Sender =
  | { readonly kind: 'first' }
  | { readonly kind: 'extension'; readonly smsId: string }
  | { readonly kind: 'number'; readonly number: string };

/**
 * Sends one SMS. sipgate has no sender per SMS: to send from a number, the account's sender is switched, the SMS sent,
 * and the sender switched back whatever happens. Meanwhile the account's other SMS of this process wait; SMS sent by
 * other programs in that moment carry the switched sender, so a fixed sender is better set once in the web app.
 * @throws SipgateError `INVALID_INPUT` before anything is sent; `INSUFFICIENT_FUNDS`, `FORBIDDEN`, … from sipgate
 */
export async function sendSms(
  client: SipgateClient,
  sms: NewSms,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<SentSms> {
  const checked = checkSms(client, sms);
  const { sender } = checked;
  if (sender.kind === 'number') return sendFromNumber(client, checked, sender.number, signal);
  const smsId = sender.kind === 'extension' ? sender.smsId : await firstExtension(client, signal);
  const turn = { group: groupOf(client), shared: true, ...accountOf(client) };
  return takeTurn(turn, () => post(client, checked, smsId, signal), signal);
}

function groupOf(client: SipgateClient): string {
  return `sms ${client.apiUrl}`;
}

/** An SMS with its extension alone does not ask whose account it is; it then waits for the switching of any. */
function accountOf(client: SipgateClient): { account?: string } {
  const account = client.knownUser()?.masterSipId;
  return account ? { account } : {};
}

async function post(
  client: SipgateClient,
  sms: CheckedSms,
  smsId: string,
  signal: AbortSignal | undefined,
): Promise<SentSms> {
  const { to, message, sendAt } = sms;
  const body = { smsId, recipient: to, message, ...(sendAt === undefined ? {} : { sendAt }) };
  await client.post(apiPath`/sessions/sms`, body, {
    what: 'send the SMS',
    scopes: ['sessions:sms:write', 'sessions:write'],
    confidential: [message],
    signal,
  });
  return { smsId, to, ...(sendAt === undefined ? {} : { sendAt: new Date(sendAt * 1000).toISOString() }) };
}

async function firstExtension(client: SipgateClient, signal: AbortSignal | undefined): Promise<string> {
  const first = (await listSmsExtensions(client, { signal }))[0];
  if (first !== undefined) return first.id;
  throw invalidInput(
    'sender',
    'is empty, and the login has no SMS extension',
    'Book SMS in the web app, or log in as a user who has it.',
  );
}

async function sendFromNumber(
  client: SipgateClient,
  sms: CheckedSms,
  number: string,
  signal: AbortSignal | undefined,
): Promise<SentSms> {
  await client.user(signal);
  const turn = { group: groupOf(client), ...accountOf(client) };
  return takeTurn(turn, () => client.guard(() => sendSwitched(client, sms, number, signal)), signal);
}

async function sendSwitched(
  client: SipgateClient,
  sms: CheckedSms,
  number: string,
  signal: AbortSignal | undefined,
): Promise<SentSms> {
  const senders = await listSenderIds(client, { signal });
  const wanted = chooseSender(client, senders, number);
  if (wanted.defaultNumber) return post(client, sms, wanted.smsId, signal);
  const previous = senders.find(({ smsId, defaultNumber }) => smsId === wanted.smsId && defaultNumber);
  const putBack = (sending?: unknown) =>
    switchBack(client, wanted, previous).catch((failure: unknown) => failTogether(sending, failure));
  let switched = false;
  let sent: SentSms;
  try {
    await switchTo(client, wanted, true, { signal });
    switched = true;
    sent = await post(client, sms, wanted.smsId, signal);
  } catch (error) {
    // A refused switch changed nothing; after anything else nobody knows whether it did.
    if (switched || !isRefused(error)) await putBack(error);
    throw error;
  }
  await putBack();
  return sent;
}

function chooseSender(client: SipgateClient, senders: readonly SenderId[], number: string): SenderId {
  const own = senders.filter(({ phonenumber }) => isSameNumber(client, phonenumber, number));
  const best = own.find((one) => one.verified && one.defaultNumber) ?? own.find((one) => one.verified);
  if (best !== undefined) return best;
  if (own.length > 0)
    throw invalidInput('sender', `${number} is not verified`, 'Verify the number in the web app first.');
  const known = senders.filter(({ verified }) => verified).map(({ phonenumber }) => phonenumber);
  const remedy = known.length
    ? `Choose one of ${known.slice(0, 10).join(', ')}`
    : 'Add and verify it in the web app';
  throw invalidInput(
    'sender',
    `${number} is no sender number of this login`,
    `${remedy}, or leave the sender empty.`,
  );
}

function isSameNumber({ country }: SipgateClient, stored: string, number: string): boolean {
  return `+${stored.replace(/\D/g, '')}` === number || parseE164(stored, country) === number;
}

async function switchTo(
  client: SipgateClient,
  sender: SenderId,
  defaultNumber: boolean,
  ending: Pick<RequestOptions, 'signal' | 'uninterruptible'>,
): Promise<void> {
  const { userId } = await client.user(ending.signal);
  await client.put(
    apiPath`/${userId}/sms/${sender.smsId}/callerids/${String(sender.id)}`,
    { defaultNumber },
    {
      what: 'switch the sender number',
      scopes: ['sms:callerid:write', 'sms:write'],
      ...ending,
    },
  );
}

/** Tries of switching back, beside those that the client makes by itself; ms in between. */
const PUT_BACK_TRIES = 3;
const PUT_BACK_PAUSE = 1000;

/** Neither a deploy nor a time-out may leave the account with another sender. */
async function switchBack(
  client: SipgateClient,
  wanted: SenderId,
  previous: SenderId | undefined,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      // An account may have had none, and then shows the name `sipgate`.
      return await switchTo(client, previous ?? wanted, previous !== undefined, { uninterruptible: true });
    } catch (error) {
      if (attempt === PUT_BACK_TRIES || isRefused(error)) throw notPutBack(wanted, previous, error);
      await client.timing.sleep(PUT_BACK_PAUSE);
    }
  }
}

function isRefused(error: unknown): boolean {
  const status = error instanceof SipgateError ? (error.statusCode ?? 0) : 0;
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}

function notPutBack(wanted: SenderId, previous: SenderId | undefined, cause: unknown): SipgateError {
  const { code, message, statusCode } =
    cause instanceof SipgateError ? cause : new SipgateError('NETWORK', String(cause));
  return new SipgateError(
    code,
    `The sender could not be switched back: SMS of ${wanted.smsId} now go out from ${wanted.phonenumber}. ` +
      `Set it to ${previous?.phonenumber ?? 'none'} in the web app. (${message})`,
    { cause, ...(statusCode === undefined ? {} : { statusCode }) },
  );
}

/** Says both: what became of the SMS, and that the sender is another one now. */
function failTogether(sending: unknown, puttingBack: unknown): never {
  if (!(puttingBack instanceof SipgateError)) throw puttingBack;
  const { code, statusCode, cause } = sending instanceof SipgateError ? sending : puttingBack;
  const first = sending instanceof SipgateError ? sending.message : 'The SMS was sent.';
  throw new SipgateError(code, `${first} ${puttingBack.message}`, {
    cause,
    ...(statusCode === undefined ? {} : { statusCode }),
  });
}

function checkSms(client: SipgateClient, sms: NewSms): CheckedSms {
  try {
    return checked(client, sms);
  } catch (error) {
    throw withoutText(error, sms.message);
  }
}

/** Who takes the text for the number or the time by mistake must not find it in the log. */
function withoutText(error: unknown, message: unknown): unknown {
  if (!(error instanceof SipgateError) || typeof message !== 'string' || message.trim() === '') return error;
  const quoted = [message, message.trim()].map(describe).find((quote) => error.message.includes(quote));
  if (quoted === undefined) return error;
  const { code, field } = error;
  return new SipgateError(
    code,
    error.message.replace(quoted, () => 'the text of the SMS'),
    {
      ...(field === undefined ? {} : { field }),
    },
  );
}

function checked(client: SipgateClient, { sender, to, message, sendAt }: NewSms): CheckedSms {
  const at = toSendAt(sendAt, client.timing.now());
  return {
    sender: toSender(client, sender),
    to: toE164(to, client.country, 'to'),
    message: toMessage(message),
    ...(at === undefined ? {} : { sendAt: at }),
  };
}

function toSender({ country }: SipgateClient, input: unknown): Sender {
  const text = typeof input === 'string' ? input.trim() : input;
  if (text === undefined || text === null || text === '') return { kind: 'first' };
  if (typeof text !== 'string' || !isExtension(text))
    return { kind: 'number', number: toE164(text, country, 'sender') };
  if (isExtensionFor(text, 's')) return { kind: 'extension', smsId: text };
  throw invalidInput(
    'sender',
    `is ${describe(text)}, which is no SMS extension`,
    'Give one such as s0, a verified number, or nothing.',
  );
}

/** The text itself stands in no error: it is nobody's business but the recipient's. */
function toMessage(input: unknown): string {
  const text = typeof input === 'number' || typeof input === 'boolean' ? String(input) : input;
  if (typeof text !== 'string') {
    const got = typeof text === 'object' && text !== null ? 'an object' : describe(text);
    throw invalidInput(
      'message',
      `is no text but ${got}`,
      'Give a text; a Template node makes one from an object.',
    );
  }
  if (text.trim() === '') throw invalidInput('message', 'is blank', 'Give a text to send.');
  return text;
}

/** ms */
const LONGEST_AHEAD = 30 * 24 * 60 * 60 * 1000;
const ISO = /^(\d{4})-(\d{2})-(\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?)?$/i;

/** @returns whole s since 1970 (sipgate API: `sendAt` is an integer); `undefined` = now */
function toSendAt(input: unknown, now: number): number | undefined {
  if (input === undefined || input === null) return undefined;
  if (typeof input === 'string' && input.trim() === '') return undefined;
  const ms = toMilliseconds(input);
  if (ms === undefined) {
    throw invalidInput(
      'sendAt',
      `is no time but ${describe(input)}`,
      'Give ISO 8601 (2026-01-31T08:00:00+01:00), ms since 1970 or a Date.',
    );
  }
  if (ms <= now) {
    throw invalidInput(
      'sendAt',
      `lies in the past: ${new Date(ms).toISOString()}`,
      'Give a time to come, in ISO 8601 or ms since 1970.',
    );
  }
  if (ms > now + LONGEST_AHEAD) {
    throw invalidInput('sendAt', `is too far ahead: ${isoOrNumber(ms)}`, 'Give a time within 30 days.');
  }
  return Math.min(Math.ceil(ms / 1000), Math.floor((now + LONGEST_AHEAD) / 1000));
}

function isoOrNumber(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? String(ms) : date.toISOString();
}

function toMilliseconds(input: unknown): number | undefined {
  const ms = input instanceof Date ? input.getTime() : typeof input === 'number' ? input : fromText(input);
  return ms !== undefined && Number.isFinite(ms) && Math.abs(ms) <= 8.64e15 ? ms : undefined;
}

function fromText(input: unknown): number | undefined {
  if (typeof input !== 'string') return undefined;
  const text = input.trim();
  if (/^\d{10,}$/.test(text)) return Number(text);
  const time = javascriptTime(text);
  const [, year, month, day] = ISO.exec(time) ?? [];
  if (day === undefined) return undefined;
  // JavaScript takes 31 February for 3 March.
  if (Number(day) > new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate()) return undefined;
  return Date.parse(time);
}

/**
 * Calendars write `20260131T080000Z`, databases a blank instead of T and `+01`, others `+0100` or a comma before
 * fractions: all that is ISO 8601 or close to it, but not JavaScript.
 */
function javascriptTime(text: string): string {
  return text
    .replace(/^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})/i, '$1-$2-$3T$4:$5')
    .replace(
      /^([\d-]+)[T ](\d{2}:\d{2})(\d{2})?/i,
      (_all, date, minutes, seconds?: string) => `${date}T${minutes}${seconds ? `:${seconds}` : ''}`,
    )
    .replace(',', '.')
    .replace(/(T.*[+-]\d{2})(?::?(\d{2}))?$/, (_all, before, minutes = '00') => `${before}:${minutes}`);
}
