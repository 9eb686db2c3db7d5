import { nationalDialling, type Country, type NationalDialling } from './country';
import { lazy } from './lazy';
import { digitsOf, MOST_SHORT_DIGITS, none, readDialled, type NumberProblem } from './number-text';

/** What number a text is. */
export type Reading =
  | { readonly kind: 'number'; /** With `+`. */ readonly e164: string }
  /** A short code or internal number (`116117`, `11`, `*31`), which only means something where it is dialled. */
  | { readonly kind: 'short'; readonly digits: string }
  | { readonly kind: 'none'; readonly problem: NumberProblem };

/** ITU E.164: country code and number together. */
const MOST_DIGITS = 15;
/** From here on digits may be a whole number whose `+` was left out, as in sipgate's own events. */
const LEAST_WHOLE_DIGITS = 10;

/**
 * Whole numbers of the countries around, for which nobody needs to load the library. None begins with 0 behind the
 * country code: people write +49 0211 …, and this zero is none of the number. A test compares them with the library.
 */
const WHOLE = /^\+(?:49[1-9]\d{6,12}|(?:31|33|41|43)[1-9]\d{8}|44[1-9]\d{9})$/;
/** A short code as messages show it: sipgate's events come without `+`, and `fromWire` cannot tell. */
const SHOWN_SHORT_CODE = /^\+[1-9]\d{4,5}$/;

type Library = typeof import('libphonenumber-js/max');
type PhoneNumber = NonNullable<ReturnType<Library['parsePhoneNumberFromString']>>;

/** The number library is 10 ms and some MB; a flow that only sees E.164 of the countries around never pays for it. */
// eslint-disable-next-line @typescript-eslint/no-require-imports
const library = lazy(() => require('libphonenumber-js/max') as Library);

/**
 * Reads a number as people write it. A number never becomes another one: what could mean two, or only a part of one, is
 * none.
 * @param country completes national numbers; one that is not known completes none
 */
export function readNumber(text: string, country: Country): Reading {
  if (WHOLE.test(text)) return { kind: 'number', e164: text };
  const dialled = readDialled(text);
  return dialled.kind === 'digits' ? readTyped(dialled.typed, country) : dialled;
}

function readTyped(typed: string, country: Country): Reading {
  if (SHOWN_SHORT_CODE.test(typed)) return { kind: 'short', digits: typed.slice(1) };
  if (typed.startsWith('+')) return readInternational(typed);
  const home = nationalDialling(country);
  const digits = digitsOf(typed);
  const { trunk = '' } = home ?? {};
  // one digit is an internal number, also the 0
  if (digits.length === 1) return { kind: 'short', digits };
  if (home && (digits.startsWith('00') || (trunk !== '' && digits.startsWith(trunk)))) {
    return readPrefixed(typed, digits, home);
  }
  if (digits.length <= MOST_SHORT_DIGITS && (trunk !== '' || !asDialledAt(home, typed))) {
    return { kind: 'short', digits };
  }
  const number = asDialledAt(home, typed) ?? wholeWithoutPlus(typed, digits, home);
  if (number) return withinLength(number, digits);
  if (digits.length > MOST_DIGITS) return none('long');
  return none(trunk === '' ? 'other' : 'area');
}

function readInternational(typed: string): Reading {
  const digits = digitsOf(typed);
  const number = parse(typed);
  return number && !waysToWrite(number).includes(digits) ? none('other') : withinLength(number, digits);
}

/** With a trunk prefix, or with the prefix for calls abroad: `00`, or what it is in that country. */
function readPrefixed(typed: string, digits: string, home: NationalDialling): Reading {
  const number = parse(typed, home);
  const isAbroad = number && number.countryCallingCode !== callingCodeOf(home);
  if (isAbroad && !waysToWrite(number).some((way) => digits.endsWith(way))) return none('other');
  return withinLength(number, digits);
}

/**
 * The digits of a number, perhaps with a trunk prefix behind the country code. For some countries the library also
 * completes digits, or drops those of a carrier, by rules for those who call within them.
 */
function waysToWrite({ countryCallingCode, nationalNumber }: PhoneNumber): string[] {
  return ['', '0', '06', '8', '1'].map((trunk) => countryCallingCode + trunk + nationalNumber);
}

function withinLength(number: PhoneNumber | undefined, digits: string): Reading {
  const { length } = digitsOf(number?.number ?? digits);
  if (length > MOST_DIGITS) return none('long');
  return number && length > MOST_SHORT_DIGITS ? { kind: 'number', e164: number.number } : none('other');
}

function parse(text: string, home?: NationalDialling): PhoneNumber | undefined {
  const { isSupportedCountry, parsePhoneNumberFromString } = library();
  const defaultCountry = home && isSupportedCountry(home.country) ? home.country : undefined;
  const number = parsePhoneNumberFromString(text, defaultCountry);
  if (!number?.isPossible()) return undefined;
  // a part of a number keeps its trunk 0: `0211` alone is none
  if (number.nationalNumber.startsWith('0') && !number.isValid()) return undefined;
  // what only those at home can call so, or has two trunk prefixes, is another number for everybody else
  const isSame = number.number === text || parse(number.number)?.number === number.number;
  return isSame ? number : undefined;
}

/** @returns the number, if people at home write it so: there is no trunk prefix, or none for numbers of its kind */
function asDialledAt(home: NationalDialling | undefined, typed: string): PhoneNumber | undefined {
  if (!home) return undefined;
  const number = parse(typed, home);
  if (!number) return undefined;
  // fewer digits are no number of another country
  const { length } = digitsOf(typed);
  const isFree = length > MOST_SHORT_DIGITS && length < LEAST_WHOLE_DIGITS;
  if (!isFree && !number.isValid()) return undefined;
  const written = number.formatNational();
  // where the library knows no way to write it, it gives the digits alone
  const isKnownWay = home.trunk === '' || /\D/.test(written);
  return isKnownWay && digitsOf(written) === digitsOf(typed) ? number : undefined;
}

/** @returns the number that the digits are with a `+`, if they are a whole one and not one of home without its 0 */
function wholeWithoutPlus(
  typed: string,
  digits: string,
  home: NationalDialling | undefined,
): PhoneNumber | undefined {
  if (digits.length < LEAST_WHOLE_DIGITS) return undefined;
  const number = parse(`+${typed}`);
  if (!number || !waysToWrite(number).includes(digits)) return undefined;
  if (home && number.countryCallingCode === callingCodeOf(home)) return number;
  const isWhole = digitsOf(number.number) === digits || typed.includes('(0)');
  return isWhole && number.isValid() && !hasLostItsTrunk(digits, home) ? number : undefined;
}

function callingCodeOf({ country }: NationalDialling): string | undefined {
  const { getCountryCallingCode, isSupportedCountry } = library();
  return isSupportedCountry(country) ? getCountryCallingCode(country) : undefined;
}

/**
 * A spreadsheet turns 01579 9912301 into 15799912301, which is also a number in Quebec. Mobile numbers of home, and all
 * numbers where people often leave out the trunk prefix, are not taken for numbers of other countries.
 */
function hasLostItsTrunk(digits: string, home: NationalDialling | undefined): boolean {
  if (!home) return false;
  const national = parse(home.trunk + digits, home);
  if (!national?.isValid()) return false;
  return home.isTrunkOptional || national.getType() === 'MOBILE';
}
