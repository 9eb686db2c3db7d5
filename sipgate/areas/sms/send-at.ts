import { describe, invalidInput } from '../../errors';

/** sipgate takes SMS for later up to 30 days ahead (sipgate API: `sendAt`). */
const LONGEST_AHEAD_MS = 30 * 24 * 60 * 60 * 1000;
/** JavaScript knows no later moment. */
const LATEST_MS = 8.64e15;
/** The longest way to write a moment has some 35 characters. */
const LONGEST_TEXT = 50;
const ISO = /^(\d{4})-(\d{2})-(\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?)?$/i;

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

/**
 * Pure, so that the editor can use it as well.
 * @returns ms since 1970 of what `parseSendAt` takes, whether it lies ahead or not; `undefined` for what is no moment
 */
export function toMilliseconds(input: unknown): number | undefined {
  const ms = input instanceof Date ? input.getTime() : typeof input === 'number' ? input : fromText(input);
  return ms !== undefined && Number.isFinite(ms) && Math.abs(ms) <= LATEST_MS ? ms : undefined;
}

function fromText(input: unknown): number | undefined {
  if (typeof input !== 'string') return undefined;
  const text = input.trim();
  if (text.length > LONGEST_TEXT) return undefined;
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
 * fractions: all that is ISO 8601 or close to it, but JavaScript does not read it.
 */
function javascriptTime(text: string): string {
  return text
    .replace(/^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})/i, '$1-$2-$3T$4:$5')
    .replace(
      /^([\d-]+)[T ](\d{2}:\d{2})(\d{2})?/i,
      (_all, date, minutes, seconds?: string) => `${date}T${minutes}${seconds ? `:${seconds}` : ''}`,
    )
    .replace(',', '.')
    .replace(
      /^([\d-]+T[\d:.]+[+-]\d{2})(?::?(\d{2}))?$/i,
      (_all, before, minutes = '00') => `${before}:${minutes}`,
    );
}
