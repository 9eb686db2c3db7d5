import { apiPath } from '../../client/api-path';
import type { SipgateClient } from '../../client/client';
import type { RequestOptions } from '../../client/options';
import { describe, invalidInput, SipgateError } from '../../errors';
import { toE164 } from '../../phone-number';
import { takeTurn } from '../../turns';
import { parseSendAt } from './send-at';
import { firstExtension, parseSender, withSender, type Sender } from './sender';

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
  return client.spend({ number: checked.to, field: 'to' }, (onCarriedOut) =>
    sendChecked(client, checked, { signal, onCarriedOut }),
  );
}

type PostOptions = Pick<RequestOptions, 'signal' | 'onCarriedOut'>;

async function sendChecked(client: SipgateClient, sms: CheckedSms, options: PostOptions): Promise<SentSms> {
  const { sender } = sms;
  const { signal } = options;
  const group = `sms ${client.apiUrl}`;
  if (sender.kind === 'number') {
    await client.user(signal);
    const send = (smsId: string) => post(client, sms, smsId, options);
    const switching = () => client.keepOpenFor(() => withSender(client, sender.number, send, signal));
    return takeTurn({ group, ...accountOf(client) }, switching, signal);
  }
  const smsId = sender.kind === 'extension' ? sender.smsId : await firstExtension(client, signal);
  const turn = { group, shared: true, ...accountOf(client) };
  return takeTurn(turn, () => post(client, sms, smsId, options), signal);
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
  options: PostOptions,
): Promise<SentSms> {
  const { to, message, sendAt } = sms;
  const body = { smsId, recipient: to, message, ...(sendAt === undefined ? {} : { sendAt }) };
  await client.post(apiPath`/sessions/sms`, body, {
    what: 'send the SMS',
    scopes: ['sessions:sms:write', 'sessions:write'],
    confidential: [message],
    ...options,
  });
  return { smsId, to, ...(sendAt === undefined ? {} : { sendAt: new Date(sendAt * 1000).toISOString() }) };
}

function checkSms({ country, timing }: SipgateClient, { sender, to, message, sendAt }: NewSms): CheckedSms {
  try {
    const at = parseSendAt(sendAt, timing.now());
    return {
      sender: parseSender(sender, country),
      to: toE164(to, country, 'to'),
      message: toMessage(message),
      ...(at === undefined ? {} : { sendAt: at }),
    };
  } catch (error) {
    throw withoutText(error, message);
  }
}

/** Who takes the text for the number or the time by mistake must not find it in the log. */
function withoutText(error: unknown, message: unknown): unknown {
  if (!(error instanceof SipgateError) || typeof message !== 'string' || message.trim() === '') return error;
  const quoted = [message, message.trim()].map(describe).find((quote) => error.message.includes(quote));
  if (quoted === undefined) return error;
  return error.reworded(error.message.replace(quoted, () => 'the text of the SMS'));
}

/** The text itself stands in no error: it is nobody's business but the recipient's. */
function toMessage(input: unknown): string {
  const text = typeof input === 'number' || typeof input === 'boolean' ? String(input) : input;
  if (typeof text !== 'string') {
    const got = typeof text === 'object' && text !== null ? 'an object' : describe(text);
    throw invalidInput(
      'message',
      `must be a text, got ${got}`,
      'Give a text; a Template node makes one from an object.',
    );
  }
  if (text.trim() === '') throw invalidInput('message', 'is blank', 'Give a text to send.');
  return text;
}
