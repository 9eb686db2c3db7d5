import { describe, invalidInput, SipgateError } from '../../errors';
import { isExtension } from '../../extension';

/** What an account may spend. What is missing is not limited. */
export interface SpendingLimits {
  /** SMS, faxes and calls in any 60 s. */
  readonly maxPerMinute?: number | undefined;
  /** SMS, faxes and calls of a day. */
  readonly maxPerDay?: number | undefined;
  /** Numbers must begin with one of these, `+49`; empty = any. */
  readonly allowedPrefixes?: readonly string[];
}

/** Something that costs money. */
export interface Expense {
  /** Where it goes: a number as sipgate gets it, or an extension, which no prefix is asked of. */
  readonly number: string;
  /** The property that the number came from, for the error. */
  readonly field: string;
}

/** @throws SipgateError `INVALID_INPUT` for a number that does not begin as allowed, such as a short code */
export function checkPrefix({ allowedPrefixes = [] }: SpendingLimits, { number, field }: Expense): void {
  if (allowedPrefixes.length === 0 || isExtension(number)) return;
  if (allowedPrefixes.some((prefix) => number.startsWith(prefix))) return;
  throw invalidInput(
    field,
    `must begin with ${allowedPrefixes.join(' or ')}, got ${describe(number)}`,
    'The account allows no other numbers: add the prefix there (`allowedPrefixes`) if it may cost money.',
  );
}

/** Characters; longer is no list of prefixes. */
const LONGEST_LIST = 2000;
/** The longest number has 15 digits (E.164). */
const PREFIX = /^\+[1-9]\d{0,14}$/;

/**
 * @param list comma-separated beginnings of international numbers: `+49, 0043, +44 (20)`
 * @param field names the property in the error
 * @returns them as the numbers begin that sipgate gets: `+49`
 * @throws SipgateError `INVALID_INPUT`
 */
export function parsePrefixes(list: string, field: string): string[] {
  if (list.length > LONGEST_LIST)
    throw invalidInput(field, `must have at most ${LONGEST_LIST} characters`, 'Shorten it in the account.');
  const entries = list.split(',').map((entry) => entry.trim());
  return entries.filter((entry) => entry !== '').map((entry) => parsePrefix(entry, field));
}

function parsePrefix(entry: string, field: string): string {
  const prefix = entry.replace(/[\s()./-]/g, '').replace(/^00/, '+');
  if (PREFIX.test(prefix)) return prefix;
  throw invalidInput(
    field,
    `must be the beginnings of international numbers, got ${describe(entry)}`,
    'Write them as +49, +43, separated by commas.',
  );
}

/**
 * @param freeInMs until one more is allowed; `undefined` where the limit allows none at all
 * @returns the error of whoever asks for more than the minute's limit
 */
export function minuteIsFull(limit: number, freeInMs: number | undefined): SipgateError {
  const raise = 'aise the limit in the account.';
  const next =
    freeInMs === undefined ? `R${raise}` : `Try again in ${Math.ceil(freeInMs / 1000)} s, or r${raise}`;
  return limitReached('maxPerMinute', `${limit} per minute`, next);
}

/** @returns the error of whoever asks for more than the day's limit */
export function dayIsFull(limit: number): SipgateError {
  return limitReached(
    'maxPerDay',
    `${limit} per day`,
    'Try again tomorrow, or raise the limit in the account.',
  );
}

function limitReached(field: string, limit: string, next: string): SipgateError {
  const message = `The account's own limit of ${limit} (\`${field}\`, SMS, faxes and calls together) is reached, so nothing was sent. ${next}`;
  return new SipgateError('RATE_LIMITED', message, { field });
}
