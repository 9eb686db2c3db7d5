import { describe, invalidInput, type SipgateError } from '../errors';

/** A path whose values are encoded; made by {@link apiPath}. */
export interface ApiPath {
  readonly encoded: string;
  /** The same without the values, for messages: `/history/{}`. */
  readonly template: string;
}

/** Characters; sipgate's ids have some 40. */
const LONGEST_PART = 500;

/**
 * Makes a path with encoded values: apiPath`/history/${id}`.
 * @throws SipgateError `INVALID_INPUT` for a value that is no part of a path: empty, `.` or `..`
 */
export function apiPath(texts: TemplateStringsArray, ...values: readonly string[]): ApiPath {
  const parts = values.map(encodePart);
  return { encoded: String.raw({ raw: texts }, ...parts), template: texts.join('{}') };
}

function encodePart(value: unknown): string {
  // An empty one would name the whole collection, and dots another resource.
  if (typeof value === 'string' && value.length <= LONGEST_PART && !['', '.', '..'].includes(value.trim())) {
    try {
      return encodeURIComponent(value);
    } catch {
      throw unusablePart(value); // half a surrogate pair
    }
  }
  throw unusablePart(value);
}

function unusablePart(value: unknown): SipgateError {
  return invalidInput('id', `must be an id, got ${describe(value)}`, 'Write it as sipgate gave it.');
}
