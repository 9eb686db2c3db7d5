import { describe, invalidInput } from '../errors';
import { isAbsoluteUrl } from '../absolute-url';
import { toDialTarget, toWire, type Country } from '../phone-number';

/** What a flow answers to NEW_CALL or DATA. Numbers are as sipgate's XML wants them: digits without `+`. */
export type Reply =
  | { action: 'redirect'; numbers: string[]; callerId?: string; anonymous?: true }
  | { action: 'voicemail' }
  | { action: 'reject'; reason: 'busy' | 'rejected' }
  | { action: 'play'; announcement: string }
  | { action: 'gather'; announcement?: string; maxDigits: number; timeout: number }
  | { action: 'hangup' }
  | { action: 'continue' };

/** The names of all actions. */
export type ReplyAction = Reply['action'];

/** sipgate rings at most five phones at once (sipgate.io docs: Dial). */
const MOST_NUMBERS = 5;
/** sipgate's own defaults (sipgate.io docs: Gather): one digit, 2,000 ms after the announcement. */
const DEFAULT_MAX_DIGITS = 1;
const DEFAULT_TIMEOUT_MS = 2000;

/** What sipgate itself has said of the call that is answered. */
export interface OwnNumbers {
  /** `from` and `to` of its events: whatever they are (`00000`, `unknown`, 20 digits), a flow may hand them on. */
  readonly numbers: readonly string[];
  /** Hears that a caller ID which cannot be shown was left out. */
  readonly onLeftOut: (callerId: string) => void;
}

const NONE: OwnNumbers = { numbers: [], onLeftOut: () => undefined };

type Draft = Record<string, unknown>;
type Parser<A extends ReplyAction> = (
  draft: Draft,
  country: Country,
  own: OwnNumbers,
) => Extract<Reply, { action: A }>;

const PARSERS: { [A in ReplyAction]: Parser<A> } = {
  redirect: parseRedirect,
  voicemail: () => ({ action: 'voicemail' }),
  reject: (draft) => ({ action: 'reject', reason: parseReason(draft['reason']) }),
  play: (draft) => ({ action: 'play', announcement: parseUrl(draft['announcement']) }),
  gather: parseGather,
  hangup: () => ({ action: 'hangup' }),
  continue: () => ({ action: 'continue' }),
};

/**
 * Turns what a flow gave into a reply that can be sent.
 * @param input `{ action, numbers, callerId, anonymous, reason, announcement, maxDigits, timeout }`, of which an
 *   action takes what it needs; `timeout` in ms
 * @param country completes national numbers
 * @param own numbers of the call itself, which are never an error
 * @throws SipgateError `INVALID_INPUT` that names the field
 */
export function parseReply(input: unknown, country: Country, own: OwnNumbers = NONE): Reply {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw invalidInput(
      'response',
      `must be an object, got ${describe(input)}`,
      'Give one such as { "action": "voicemail" }.',
    );
  }
  const draft = input as Draft;
  const action = draft['action'];
  if (typeof action !== 'string' || !Object.hasOwn(PARSERS, action)) {
    const actions = Object.keys(PARSERS).join(', ');
    throw invalidInput('action', `must be one of ${actions}, got ${describe(action)}`, 'Choose one of them.');
  }
  return PARSERS[action as ReplyAction](draft, country, own);
}

function parseRedirect(
  draft: Draft,
  country: Country,
  own: OwnNumbers,
): Extract<Reply, { action: 'redirect' }> {
  const numbers = parseNumbers(draft['numbers'], country, own);
  // Flows hand on `msg.payload.from` as caller ID, which is the word `anonymous` for a caller who hides.
  const hidden = draft['callerId'] === 'anonymous';
  const callerId = hidden ? undefined : parseCallerId(draft['callerId'], country, own);
  const anonymous = parseAnonymous(draft['anonymous']) || hidden;
  const reply: Extract<Reply, { action: 'redirect' }> = { action: 'redirect', numbers };
  if (callerId !== undefined) reply.callerId = callerId;
  if (anonymous) reply.anonymous = true;
  return reply;
}

function parseCallerId(input: unknown, country: Country, own: OwnNumbers): string | undefined {
  if (isUnset(input)) return undefined;
  try {
    return toDialTarget(input, country, 'callerId');
  } catch (error) {
    if (!isOwn(input, own)) throw error;
    own.onLeftOut(input);
    return undefined;
  }
}

/** What sipgate has called the caller or the callee it knows how to ring. */
function parseNumber(input: unknown, country: Country, own: OwnNumbers): string {
  try {
    return toDialTarget(input, country, 'numbers');
  } catch (error) {
    if (!isOwn(input, own)) throw error;
    return toWire(input.trim());
  }
}

function isOwn(input: unknown, { numbers }: OwnNumbers): input is string {
  return typeof input === 'string' && numbers.includes(input.trim());
}

function parseNumbers(input: unknown, country: Country, own: OwnNumbers): string[] {
  const list = Array.isArray(input)
    ? input
    : typeof input === 'string'
      ? splitNumbers(input)
      : isUnset(input)
        ? []
        : [input];
  const given = list.filter((entry) => !(typeof entry === 'string' && entry.trim() === ''));
  if (given.length < 1 || given.length > MOST_NUMBERS) {
    throw invalidInput(
      'numbers',
      `has ${given.length} entries`,
      `Give 1 to ${MOST_NUMBERS} phone numbers, as a list or separated by commas.`,
    );
  }
  return given.map((entry) => parseNumber(entry, country, own));
}

/** `0211 9912300,,12` is one number and what to dial later, and would ring 12 as well. An entry may be empty, though. */
const PAUSE = /\d,,+[*#]?\d{1,6}#?(?:,|$)/;

function splitNumbers(text: string): string[] {
  if (!PAUSE.test(text)) return text.split(',');
  throw invalidInput(
    'numbers',
    `must be phone numbers without a pause (,,), got ${describe(text)}`,
    'Separate them by single commas.',
  );
}

function parseAnonymous(input: unknown): boolean {
  if (input === true || input === 'true') return true;
  if (isUnset(input) || input === false || input === 'false') return false;
  throw invalidInput('anonymous', `must be true or false, got ${describe(input)}`, 'Use one of them.');
}

function parseReason(input: unknown): 'busy' | 'rejected' {
  if (isUnset(input)) return 'busy';
  if (input === 'busy' || input === 'rejected') return input;
  throw invalidInput('reason', `must be busy or rejected, got ${describe(input)}`, 'Use one of them.');
}

function parseGather(draft: Draft): Extract<Reply, { action: 'gather' }> {
  const announcement = draft['announcement'];
  return {
    action: 'gather',
    ...(isUnset(announcement) ? {} : { announcement: parseUrl(announcement) }),
    maxDigits: parseCount(draft['maxDigits'], 'maxDigits', DEFAULT_MAX_DIGITS),
    timeout: parseCount(draft['timeout'], 'timeout', DEFAULT_TIMEOUT_MS),
  };
}

function parseCount(input: unknown, field: string, whenUnset: number): number {
  if (isUnset(input)) return whenUnset;
  const count = typeof input === 'string' && /^\s*\d+\s*$/.test(input) ? Number(input) : input;
  if (isCount(count)) return count;
  throw invalidInput(field, `must be a whole number of at least 1, got ${describe(input)}`, 'Correct it.');
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}

/** Kept as written, for a server may tell `/a` from `/a/`; only checked. */
function parseUrl(input: unknown): string {
  if (typeof input === 'string' && isAbsoluteUrl(input.trim())) return input.trim();
  throw invalidInput(
    'announcement',
    `must be an absolute URL, got ${describe(input)}`,
    'Give that of a WAV file (mono, 16 bit, 8 kHz), such as https://example.org/hello.wav.',
  );
}

function isUnset(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}
