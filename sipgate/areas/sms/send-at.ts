import { describe, invalidInput } from '../../errors';
import { toMilliseconds } from '../../moment';

/** sipgate takes SMS for later up to 30 days ahead (sipgate API: `sendAt`). */
const LONGEST_AHEAD_MS = 30 * 24 * 60 * 60 * 1000;

/**
 * When an SMS is to go out.
 * @param input ISO 8601 and what is close to it, ms since 1970 (a number or a text), a `Date`, or nothing for now. A time
 *   without a zone is local time of this machine, a date alone is midnight UTC, as everywhere in JavaScript.
 * @param now ms since 1970
 * @returns whole s since 1970 (sipgate API: `sendAt` is an integer); `undefined` = now
 * @throws SipgateError `INVALID_INPUT` for what is no moment, lies in the past or more than 30 days ahead
 */
export function parseSendAt(input: unknown, now: number): number | undefined {
  if (input === undefined || input === null) return undefined;
  if (typeof input === 'string' && input.trim() === '') return undefined;
  const ms = toMilliseconds(input);
  if (ms === undefined) {
    throw invalidInput(
      'sendAt',
      `must be a time, got ${describe(input)}`,
      'Write it in ISO 8601 (2026-01-31T08:00:00+01:00), as ms since 1970 or as a Date.',
    );
  }
  if (ms <= now) {
    throw invalidInput(
      'sendAt',
      `must be in the future, got ${new Date(ms).toISOString()}`,
      'Check its time zone, and that a number is in ms since 1970.',
    );
  }
  if (ms > now + LONGEST_AHEAD_MS) {
    throw invalidInput(
      'sendAt',
      `must be within 30 days, got ${new Date(ms).toISOString()}`,
      'Let the flow send the SMS later.',
    );
  }
  return Math.min(Math.ceil(ms / 1000), Math.floor((now + LONGEST_AHEAD_MS) / 1000));
}
