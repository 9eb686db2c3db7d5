import type { Country } from './country';
import { describe, invalidInput, mustBe, type SipgateError } from './errors';
import { isExtension, isSipId } from './extension';
import { readNumber, type Reading } from './number-reading';
import { asTyped, none, type NumberProblem } from './number-text';

export { DEFAULT_COUNTRY, type Country } from './country';

/**
 * A number as people write it (`0211 63553355`, `+49 (211) 6355-3355`, `0049211…`) as E.164, for what is to be reached.
 * @param input what the user gave; a number type is taken as its digits
 * @param country completes national numbers
 * @param field names the input in the error
 * @returns E.164 with `+`
 * @throws SipgateError `INVALID_INPUT`, also for a short code (`116117`), a number without its area code, with an
 *   extension or a pause, and everything else that could become another number
 */
export function toE164(input: unknown, country: Country, field: string): string {
  const reading = readInput(input, country);
  if (reading?.kind === 'number') return reading.e164;
  if (reading?.kind === 'short') {
    throw invalidInput(
      field,
      `must be a whole phone number, got the short code ${describe(input)}`,
      'Write the number with its area code (0211 63553355) or country code (+49 211 63553355).',
    );
  }
  throw refusal(input, field, reading?.problem);
}

/** @returns the text as E.164 with `+`, or `undefined` where `toE164` refuses it */
export function parseE164(text: string, country: Country): string | undefined {
  const reading = readNumber(text, country);
  return reading.kind === 'number' ? reading.e164 : undefined;
}

/**
 * A value of an event as it came over the wire, with the `+` that sipgate leaves out.
 * Only 5 or more digits and nothing else are a number: `anonymous`, short internal numbers, SIP ids
 * and an empty value stay as they came. Short codes of 5 and 6 digits get a `+` as well; `toDialTarget` knows them.
 */
export function fromWire(value: string): string {
  return /^\d{5,}$/.test(value) ? `+${value}` : value;
}

/** E.164 as sipgate's XML wants it: digits without `+`. */
export function toWire(e164: string): string {
  return e164.startsWith('+') ? e164.slice(1) : e164;
}

/**
 * Whom a redirect can ring: a phone number, or what sipgate knows by itself (SIP id, extension, short code, short
 * internal number), which is passed on as it is.
 * @returns digits without `+`, or the text as given
 * @throws SipgateError `INVALID_INPUT`
 */
export function toDialTarget(input: unknown, country: Country, field: string): string {
  return knownToSipgate(input) ?? toWire(toDialable(input, country, field));
}

/**
 * What can be dialled, also a short code (`116117`) or internal number (`11`), which stays as it came.
 * @returns E.164 with `+`, or the digits of a short code
 * @throws SipgateError `INVALID_INPUT`
 */
export function toDialable(input: unknown, country: Country, field: string): string {
  const reading = readInput(input, country);
  if (reading?.kind === 'number') return reading.e164;
  if (reading?.kind === 'short') return reading.digits;
  throw refusal(input, field, reading?.problem);
}

/**
 * A number as messages show it, for comparing: E.164, or whatever else sipgate sends (`anonymous`, short internal numbers,
 * SIP ids), short codes of five and six digits with the `+` that they get there.
 * @throws SipgateError `INVALID_INPUT` for what no message can show
 */
export function toMessageNumber(input: unknown, country: Country, field: string): string {
  const text = typeof input === 'string' ? asTyped(input) : undefined;
  if (text !== undefined && (isExtension(text) || isSipId(text) || /^[a-z]+$/i.test(text))) return text;
  return fromWire(toDialable(input, country, field));
}

/** @returns the extension or SIP id that the input is, `undefined` when it is neither */
function knownToSipgate(input: unknown): string | undefined {
  if (typeof input !== 'string') return undefined;
  const text = input.trim();
  return isExtension(text) || isSipId(text) ? text : undefined;
}

/** @returns `undefined` for what is neither text nor number, or an amount below 0 */
function readInput(input: unknown, country: Country): Reading | undefined {
  if (typeof input === 'number' && Number.isFinite(input) && !Number.isInteger(input)) return none('decimal');
  if (typeof input === 'number' && input < 0) return undefined;
  if (typeof input !== 'string' && typeof input !== 'number' && typeof input !== 'bigint') return undefined;
  return readNumber(String(input), country);
}

const HOW_TO_WRITE = 'Write it with country code (+49 211 63553355) or as a national number (0211 63553355).';

function refusal(input: unknown, field: string, problem: NumberProblem | undefined): SipgateError {
  switch (problem) {
    case 'area':
      return invalidInput(
        field,
        `has no area code, got ${describe(input)}`,
        'Write it with area code (0211 63553355) or country code (+49 211 63553355).',
      );
    case 'extension':
      return invalidInput(
        field,
        `must be a phone number without extension or pause, got ${describe(input)}`,
        'Give the number alone; it would ring another telephone.',
      );
    case 'decimal':
      return invalidInput(
        field,
        `must be a phone number, got a decimal: ${describe(input)}`,
        'Keep it as text; a spreadsheet has taken it for an amount.',
      );
    case 'long':
      return invalidInput(
        field,
        `must have at most 15 digits, got ${describe(input)}`,
        'Check whether it is more than one number.',
      );
    case 'several':
      return invalidInput(
        field,
        `must be one phone number, got ${describe(input)}`,
        'Give only one of them.',
      );
    default:
      return mustBe(field, 'a phone number', input, HOW_TO_WRITE);
  }
}
