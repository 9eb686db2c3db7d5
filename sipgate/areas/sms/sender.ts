import { listSenderIds, listSmsExtensions, type SenderId } from '../../client/account-lists';
import { apiPath } from '../../client/api-path';
import type { SipgateClient } from '../../client/client';
import type { RequestOptions } from '../../client/options';
import { describe, invalidInput, SipgateError } from '../../errors';
import { isExtension, isExtensionFor } from '../../extension';
import { parseE164, toE164, type Country } from '../../phone-number';

/** Who an SMS comes from. */
export type Sender =
  | { readonly kind: 'first' }
  | { readonly kind: 'extension'; readonly smsId: string }
  | { readonly kind: 'number'; readonly number: string };

/** Tries of switching back, beside those that the client makes by itself. */
const PUT_BACK_TRIES = 3;
const PUT_BACK_PAUSE_MS = 1000;
/** So many of an account's numbers are named in an error. */
const MOST_NAMED = 10;

/**
 * Reads a sender: an SMS extension (`s0`), a phone number, or nothing for the login's first SMS extension.
 * @throws SipgateError `INVALID_INPUT`
 */
export function parseSender(input: unknown, country: Country): Sender {
  const text = typeof input === 'string' ? input.trim() : input;
  if (text === undefined || text === null || text === '') return { kind: 'first' };
  if (typeof text !== 'string' || !isExtension(text)) {
    return { kind: 'number', number: toE164(text, country, 'sender') };
  }
  if (isExtensionFor(text, 's')) return { kind: 'extension', smsId: text };
  throw invalidInput(
    'sender',
    `must be an SMS extension or a number, got ${describe(text)}`,
    'Give an extension such as s0, a verified number, or nothing.',
  );
}

/** @throws SipgateError `INVALID_INPUT` when the login has none */
export async function firstExtension(
  client: SipgateClient,
  signal: AbortSignal | undefined,
): Promise<string> {
  const first = (await listSmsExtensions(client, { signal }))[0];
  if (first !== undefined) return first.id;
  throw invalidInput(
    'sender',
    'is empty, and the login has no SMS extension',
    'Book SMS in the web app, or log in as a user who has it.',
  );
}

/**
 * Does something while a number is the default sender of its SMS extension, and makes the one before it the default
 * again, whatever happens. Only one may run at a time for an account.
 * @param send gets the extension that the number belongs to
 * @throws SipgateError what `send` threw; also when the sender could not be put back, which the error then says
 */
export async function withSender<T>(
  client: SipgateClient,
  number: string,
  send: (smsId: string) => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  const senders = await listSenderIds(client, { signal });
  const wanted = chooseSender(client, senders, number);
  if (wanted.defaultNumber) return send(wanted.smsId);
  const previous = senders.find(({ smsId, defaultNumber }) => smsId === wanted.smsId && defaultNumber);
  let switched = false;
  let result: T;
  try {
    await switchTo(client, wanted, true, { signal });
    switched = true;
    result = await send(wanted.smsId);
  } catch (error) {
    if (switched || (await mayBeSwitched(client, wanted, error))) {
      await putBack(client, wanted, previous, error);
    }
    throw error;
  }
  await putBack(client, wanted, previous);
  return result;
}

function chooseSender(client: SipgateClient, senders: readonly SenderId[], number: string): SenderId {
  const own = senders.filter(({ phonenumber }) => isSameNumber(phonenumber, number, client.country));
  const verified = own.filter((one) => one.verified);
  const best = verified.find((one) => one.defaultNumber) ?? verified[0];
  if (best !== undefined) return best;
  if (own.length > 0) {
    throw invalidInput('sender', `${number} is not verified`, 'Verify the number in the web app first.');
  }
  const known = senders.filter((one) => one.verified).map(({ phonenumber }) => phonenumber);
  const remedy = known.length
    ? `Choose one of ${known.slice(0, MOST_NAMED).join(', ')}`
    : 'Add and verify it in the web app';
  throw invalidInput(
    'sender',
    `must be a sender number of this login, got ${number}`,
    `${remedy}, or leave the sender empty.`,
  );
}

/** sipgate writes its numbers with and without `+`, and as people do. */
function isSameNumber(stored: string, number: string, country: Country): boolean {
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
    { what: 'switch the sender number', scopes: ['sms:callerid:write', 'sms:write'], ...ending },
  );
}

/**
 * After a failed switch. One that was refused changed nothing, unless an earlier try of it was carried out and only its
 * answer got lost; after anything else nobody knows.
 */
async function mayBeSwitched(client: SipgateClient, wanted: SenderId, failure: unknown): Promise<boolean> {
  if (!isRefused(failure)) return true;
  try {
    const senders = await listSenderIds(client);
    return senders.some(
      ({ smsId, id, defaultNumber }) => smsId === wanted.smsId && id === wanted.id && defaultNumber,
    );
  } catch {
    return true;
  }
}

/**
 * Neither a deploy nor a time-out may leave the account with another sender.
 * @param sending why the SMS was not sent, if it was not
 * @throws SipgateError that says both what became of the SMS, and that the sender is another one now
 */
async function putBack(
  client: SipgateClient,
  wanted: SenderId,
  previous: SenderId | undefined,
  sending?: unknown,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      // An account may have had none, and then shows the name `sipgate`.
      return await switchTo(client, previous ?? wanted, previous !== undefined, { uninterruptible: true });
    } catch (error) {
      if (attempt === PUT_BACK_TRIES || isRefused(error)) throw notPutBack(wanted, previous, error, sending);
      await client.timing.sleep(PUT_BACK_PAUSE_MS);
    }
  }
}

function isRefused(error: unknown): boolean {
  const status = error instanceof SipgateError ? (error.statusCode ?? 0) : 0;
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}

function notPutBack(
  wanted: SenderId,
  previous: SenderId | undefined,
  cause: unknown,
  sending: unknown,
): SipgateError {
  const failure = asSipgateError(cause);
  const now =
    `The sender could not be switched back: SMS of ${wanted.smsId} now go out from ${wanted.phonenumber}. ` +
    `Set it to ${previous?.phonenumber ?? 'none'} in the web app. (${failure.message})`;
  if (sending === undefined) return failure.reworded(`The SMS was sent. ${now}`);
  const first = asSipgateError(sending);
  return first.reworded(`${first.message} ${now}`);
}

function asSipgateError(error: unknown): SipgateError {
  return error instanceof SipgateError ? error : new SipgateError('NETWORK', String(error), { cause: error });
}
