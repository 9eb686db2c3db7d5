import { describe, invalidInput } from '../errors';
import { toDialTarget, type Country } from '../phone-number';

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

type Draft = Record<string, unknown>;

const PARSERS: { [A in ReplyAction]: (draft: Draft, country: Country) => Extract<Reply, { action: A }> } = {
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
 * @throws SipgateError `INVALID_INPUT` that names the field
 */
export function parseReply(input: unknown, country: Country): Reply {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw invalidInput(
      'response',
      `is ${describe(input)}`,
      'Give an object such as { "action": "voicemail" }.',
    );
  }
  const draft = input as Draft;
  const action = draft['action'];
  if (typeof action !== 'string' || !Object.hasOwn(PARSERS, action)) {
    throw invalidInput('action', `is ${describe(action)}`, `Use one of ${Object.keys(PARSERS).join(', ')}.`);
  }
  return PARSERS[action as ReplyAction](draft, country);
}

function parseRedirect(draft: Draft, country: Country): Extract<Reply, { action: 'redirect' }> {
  const numbers = parseNumbers(draft['numbers'], country);
  const callerId = draft['callerId'];
  // Flows hand on `msg.payload.from` as caller ID, which is the word `anonymous` for a caller who hides.
  const hidden = callerId === 'anonymous';
  const shown = hidden || isUnset(callerId) ? undefined : toDialTarget(callerId, country, 'callerId');
  const anonymous = parseAnonymous(draft['anonymous']) || hidden;
  return {
    action: 'redirect',
    numbers,
    ...(shown === undefined ? {} : { callerId: shown }),
    ...(anonymous ? { anonymous } : {}),
  };
}

function parseNumbers(input: unknown, country: Country): string[] {
  const list = Array.isArray(input)
    ? input
    : typeof input === 'string'
      ? input.split(',')
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
  return given.map((entry) => toDialTarget(entry, country, 'numbers'));
}

function parseAnonymous(input: unknown): boolean {
  if (input === true || input === 'true') return true;
  if (isUnset(input) || input === false || input === 'false') return false;
  throw invalidInput('anonymous', `is ${describe(input)}`, 'Use true or false.');
}

function parseReason(input: unknown): 'busy' | 'rejected' {
  if (isUnset(input)) return 'busy';
  if (input === 'busy' || input === 'rejected') return input;
  throw invalidInput('reason', `is ${describe(input)}`, 'Use busy or rejected.');
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
  if (typeof count === 'number' && Number.isSafeInteger(count) && count >= 1) return count;
  throw invalidInput(field, `is ${describe(input)}`, 'Give a whole number of 1 or more.');
}

/** Kept as written, for a server may tell `/a` from `/a/`; only checked. */
function parseUrl(input: unknown): string {
  const text = typeof input === 'string' ? input.trim() : '';
  const writable = !/[\s\p{Cc}\p{Cs}\ufffe\uffff]/u.test(text);
  if (writable && /^https?:\/\/[^/]/i.test(text) && URL.canParse(text)) return text;
  throw invalidInput(
    'announcement',
    `is ${describe(input)}`,
    'Give the absolute URL of a WAV file (mono, 16 bit, 8 kHz), such as https://example.org/hello.wav.',
  );
}

function isUnset(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}
