import { describe, invalidInput } from './errors';
import { lazy } from './lazy';
import { isExtension, isSipId } from './extension';

/** An ISO 3166 country, such as `DE`: it completes numbers written without a country code. */
export type Country = string;

/** The country that completes national numbers where nobody chose one. */
export const DEFAULT_COUNTRY: Country = 'DE';

/**
 * Not +490…: people write +49 0211 …, and the library knows that this zero is none of the number; so in the countries
 * around, whose numbers have it at home only. Italy's belongs to the number.
 */
const E164 = /^\+(?!(?:3[123]|4[13469]|90|353|358|38[56])0)[1-9]\d{4,14}$/;
const SHORT_NUMBER = /^[*#]?\d{1,4}$/;

type Parser = typeof import('libphonenumber-js/max');

/** The number library is 10 ms and some MB; a flow that only sees E.164 never pays for it. */
// eslint-disable-next-line @typescript-eslint/no-require-imports
const numberParser = lazy(() => require('libphonenumber-js/max') as Parser);

/**
 * A number as people write it (`0211 63553355`, `+49 (211) 6355-3355`, `0049211…`) as E.164.
 * @param input what the user gave; a number type is taken as its digits
 * @param country completes national numbers
 * @param field names the input in the error
 * @returns E.164 with `+`
 * @throws SipgateError `INVALID_INPUT`
 */
export function toE164(input: unknown, country: Country, field: string): string {
  const text = typeof input === 'number' ? String(input) : input;
  if (typeof text !== 'string') {
    throw invalidInput(
      field,
      `is no phone number but ${describe(input)}`,
      'Give a text such as +49 211 63553355.',
    );
  }
  const e164 = parseE164(text.trim(), country);
  if (e164 === undefined) {
    throw invalidInput(
      field,
      `is no phone number but ${describe(text)}`,
      'Write it with country code (+49 211 63553355) or as a national number (0211 63553355).',
    );
  }
  return e164;
}

/** @returns the text as E.164 with `+`, or `undefined` when it is no phone number */
export function parseE164(text: string, country: Country): string | undefined {
  const compact = text.replace(/[\s./-]/g, '');
  if (E164.test(compact)) return compact;
  const plain = asTyped(text);
  if (plain !== text) return parseE164(plain, country);
  const { getCountryCallingCode, isSupportedCountry, parsePhoneNumberFromString } = numberParser();
  const home = isSupportedCountry(country) ? country : undefined;
  // Digits as sipgate's own events carry them (4921163553355), also with blanks. Eleven digits that begin with the
  // country's own code and no 0 are read as international; the price: such a national number needs its leading 0.
  const digits = compact.replace(/[()]/g, '');
  const written =
    home && /^[1-9]\d{10,14}$/.test(digits) && digits.startsWith(getCountryCallingCode(home))
      ? `+${text}`
      : text;
  const number = parsePhoneNumberFromString(written, {
    ...(home ? { defaultCountry: home } : {}),
    extract: false,
  });
  return number?.isPossible() ? number.number : undefined;
}

/**
 * @returns the number as a keyboard has it: what is copied from a chat, a contact or a web page may hold marks that
 *   nobody sees, other dashes and digits, `tel:`, or parentheses around the country code
 */
function asTyped(text: string): string {
  // nearly all of them, and Unicode is slow
  if (/^[+\d][\d +()/.-]*$/.test(text)) return text;
  return text
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .replace(/[\p{Pd}\u2212]/gu, '-')
    .replace(/\s/g, ' ')
    .trim()
    .replace(/^tel:/i, '')
    .replace(/^\(\s*((?:\+|00)\s*\d{1,3})\s*\)/, '$1 ');
}

/**
 * A value of an event as it came over the wire, with the `+` that sipgate leaves out.
 * Only 5 or more digits and nothing else are a number: `anonymous`, short internal numbers, SIP ids
 * and an empty value stay as they came.
 */
export function fromWire(value: string): string {
  return /^\d{5,}$/.test(value) ? `+${value}` : value;
}

/** E.164 as sipgate's XML wants it: digits without `+`. */
export function toWire(e164: string): string {
  return e164.startsWith('+') ? e164.slice(1) : e164;
}

/**
 * Whom a redirect can ring: a phone number, or what sipgate knows by itself (SIP id, extension, short
 * internal number), which is passed on as it is.
 * @returns digits without `+`, or the text as given
 * @throws SipgateError `INVALID_INPUT`
 */
export function toDialTarget(input: unknown, country: Country, field: string): string {
  const text = typeof input === 'number' ? String(input) : input;
  if (typeof text === 'string') {
    const trimmed = text.trim();
    if (isExtension(trimmed) || isSipId(trimmed) || SHORT_NUMBER.test(trimmed)) return trimmed;
  }
  return toWire(toE164(text, country, field));
}
