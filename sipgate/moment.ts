/** JavaScript knows no later moment. */
const LATEST_MS = 8.64e15;
/** The longest way to write a moment has some 35 characters. */
const LONGEST_TEXT = 50;
const ISO = /^(\d{4})-(\d{2})-(\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?)?$/i;

/**
 * Reads a moment: ISO 8601 and what is close to it, ms since 1970 (a number or a text), a `Date`. A time without a zone is
 * local time of this machine, a date alone is midnight UTC, as everywhere in JavaScript. Pure, so that the editor can use
 * it as well.
 * @returns ms since 1970; `undefined` for what is no moment
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
