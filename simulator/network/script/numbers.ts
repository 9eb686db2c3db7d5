import { requireCountry, type Country } from './countries';

/** The longest number that the telephone networks of the world know (ITU-T E.164). */
const MOST_DIGITS = 15;

/**
 * @param text a number as people write it
 * @param country two capital letters; completes national numbers
 * @returns the number as sipgate's events carry it, digits with country code and without `+`. What cannot be a whole
 *   number stays as it is: `anonymous`, a SIP id, a short internal number, `00000`, twenty digits.
 */
export function wireNumber(text: string, country: string): string {
  if (!/^[+\d][\d\s()/.-]*$/.test(text)) return text;
  const digits = text.replace(/[^+\d]/g, '');
  if (digits.startsWith('+')) return digits.slice(1);
  const whole = withCountry(digits, requireCountry(country));
  return whole.length <= MOST_DIGITS ? whole : digits;
}

function withCountry(digits: string, { callingCode, trunkPrefix, internationalPrefix }: Country): string {
  const international = withoutPrefix(digits, internationalPrefix);
  if (international !== undefined) return international;
  // a national number without its zero cannot be told from one that has its country code already
  if (!digits.startsWith('0')) return digits;
  const national = trunkPrefix === '' ? digits : withoutPrefix(digits, trunkPrefix);
  return national === undefined ? digits : `${callingCode}${national}`;
}

/** @returns undefined unless the number begins with the prefix and goes on with another digit than 0 */
function withoutPrefix(digits: string, prefix: string): string | undefined {
  const rest = digits.slice(prefix.length);
  return digits.startsWith(prefix) && /^[1-9]/.test(rest) ? rest : undefined;
}

/** @returns `+4921163553355` for the digits of a number; anything else as it is */
export function readable(number: string): string {
  return /^\d{5,}$/.test(number) ? `+${number}` : number;
}
