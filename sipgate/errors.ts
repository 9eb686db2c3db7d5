import { printable } from './printable';

/**
 * What can go wrong, in a word that a flow can switch on.
 *
 * - `INVALID_INPUT`: the user gave something that cannot work; nothing was sent, or sipgate refused it as bad.
 * - `UNAUTHORIZED`: the credentials are wrong or expired.
 * - `FORBIDDEN`: the credentials are right but a scope, a feature or an ownership is missing.
 * - `NOT_FOUND`, `INSUFFICIENT_FUNDS`, `RATE_LIMITED`: as sipgate says.
 * - `TIMEOUT`: no answer in time; whether the request was carried out is unknown.
 * - `NETWORK`: sipgate could not be reached, or the connection broke.
 * - `SERVER`: sipgate failed.
 */
export type SipgateErrorCode =
  | 'INVALID_INPUT'
  | 'UNAUTHORIZED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'INSUFFICIENT_FUNDS'
  | 'RATE_LIMITED'
  | 'TIMEOUT'
  | 'NETWORK'
  | 'SERVER';

/** Characters of a wrong value that an error quotes. */
const MOST_QUOTED = 40;

/** What an error can carry beside its code and message. */
export interface SipgateErrorDetails {
  /** The original error. It must hold no credential, for Node-RED may show it. */
  readonly cause?: unknown;
  /** HTTP status, where there was an HTTP answer. */
  readonly statusCode?: number;
  /** The property that was wrong, for `INVALID_INPUT`. */
  readonly field?: string;
  /** s; so long sipgate wants to be left alone, for `RATE_LIMITED` and the like, where it said so. */
  readonly retryAfterS?: number;
}

/**
 * Every failure of this library. `message` says what is wrong and what to do about it, and never
 * holds a credential or the text of an SMS.
 */
export class SipgateError extends Error {
  override readonly name = 'SipgateError';
  readonly code: SipgateErrorCode;
  // `declare`: an error without them has no such properties, not undefined ones.
  declare readonly statusCode?: number;
  declare readonly field?: string;
  declare readonly retryAfterS?: number;

  constructor(code: SipgateErrorCode, message: string, details: SipgateErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    if (details.statusCode !== undefined) this.statusCode = details.statusCode;
    if (details.field !== undefined) this.field = details.field;
    if (details.retryAfterS !== undefined) this.retryAfterS = details.retryAfterS;
  }

  /** @returns the same failure in other words, for whoever knows more of what the user wanted */
  reworded(message: string): SipgateError {
    const { cause, statusCode, field, retryAfterS } = this;
    return new SipgateError(this.code, message, {
      cause,
      ...(statusCode === undefined ? {} : { statusCode }),
      ...(field === undefined ? {} : { field }),
      ...(retryAfterS === undefined ? {} : { retryAfterS }),
    });
  }
}

/**
 * An `INVALID_INPUT` that names the field, what is wrong with it and what would be right.
 * @param field the property as the user knows it, e.g. `numbers`
 * @param problem what is wrong, as the rest of a sentence: `must be a phone number, got "abc"`
 * @param remedy what to do, as a sentence: `Give 1 to 5 numbers.`
 */
export function invalidInput(field: string, problem: string, remedy: string): SipgateError {
  return new SipgateError('INVALID_INPUT', `\`${field}\` ${problem}. ${remedy}`, { field });
}

/**
 * An `INVALID_INPUT` for a value of the wrong kind: `must be a phone number, got "abc"`, or that it is missing.
 * @param wanted what it must be: `a phone number`
 * @param remedy what to do, as a sentence
 */
export function mustBe(field: string, wanted: string, input: unknown, remedy: string): SipgateError {
  const isMissing = input === undefined || input === null;
  return invalidInput(field, isMissing ? 'is missing' : `must be ${wanted}, got ${describe(input)}`, remedy);
}

/**
 * Says what a wrong value is, short enough for a message: `"abc"`, `an empty text`, `a list of 6`.
 * Not for secrets or message texts.
 */
export function describe(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (value === '') return 'an empty text';
  if (typeof value === 'string') return `"${printable(shortened(value))}"`;
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return `${value}`;
  // a Buffer is one; the editor, which has none, uses this as well
  if (value instanceof Uint8Array) return `a buffer of ${value.length} bytes`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function shortened(text: string): string {
  return text.length > MOST_QUOTED ? `${text.slice(0, MOST_QUOTED)}…` : text;
}

/**
 * What a request throws that was called off, by its signal or because its client was closed (a deploy).
 * `NETWORK` is the nearest of the codes that a flow can get.
 * @param message what happened, where there is more to say than that it was called off
 */
export function cancelled(message = 'The request was cancelled, by a deploy or a stop.'): SipgateError {
  const cause = Object.assign(new Error('cancelled'), { name: 'AbortError' });
  return new SipgateError('NETWORK', message, { cause });
}

/** @returns whether the error says that a request was called off, and not that it failed */
export function isCancelled(error: unknown): boolean {
  return error instanceof SipgateError && error.cause instanceof Error && error.cause.name === 'AbortError';
}

/** The error of an answer that is too large to take. */
export function tooLarge(message: string, original: Error): SipgateError {
  const cause = Object.assign(new Error(original.message), { name: 'TooLargeError' });
  return new SipgateError('SERVER', message, { cause });
}

/** @returns whether the error says that an answer was too large, so that less at once may be had */
export function isTooLarge(error: unknown): boolean {
  return (
    error instanceof SipgateError && error.cause instanceof Error && error.cause.name === 'TooLargeError'
  );
}

/** @returns the cause of a request that was refused because the account's platform, neo, does not have that function */
export function notOnNeo(message: string): Error {
  return Object.assign(new Error(message), { name: 'NotOnNeoError' });
}

/** @returns whether the error says that sipgate's new platform, neo, does not have what was asked for */
export function isNotOnNeo(error: unknown): boolean {
  return (
    error instanceof SipgateError && error.cause instanceof Error && error.cause.name === 'NotOnNeoError'
  );
}
