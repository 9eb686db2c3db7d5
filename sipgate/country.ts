/*
 * Countries, and how a number begins that is dialled within one. Pure, so that the editor can use it as well.
 */
import { describe, invalidInput } from './errors';

/** An ISO 3166 country, such as `DE`: it completes numbers written without a country code. */
export type Country = string;

/** The country that completes national numbers where nobody chose one. */
export const DEFAULT_COUNTRY: Country = 'DE';

/**
 * What stands in front of the area code, by the countries where it does (libphonenumber's metadata; a test compares them).
 * Where nothing does, as in Italy or Spain, or where nobody needs to dial it (the 1 of North America), it is empty.
 */
const TRUNK_PREFIXES: Readonly<Record<string, string>> = {
  '0':
    'AE AF AL AM AR AT AU AX AZ BA BD BE BG BL BR CC CD CH CN CO CU CX DE DZ EC EG EH ER ET FI FR GA GB GE GF ' +
    'GG GH GP HR ID IE IL IM IN IQ IR JE JO JP KE KG KH KP KR LA LB LK LR LT LY MA MC MD ME MF MG MK MM MN MQ ' +
    'MW MY NA NG NL NP NZ PE PH PK PM PS PY RE RO RS RW SA SD SE SI SK SL SS SY TH TR TW TZ UA UG UY VE VN XK ' +
    'YE YT ZA ZM ZW',
  '8': 'BY KZ RU TM',
  '06': 'HU',
  '':
    'AC AD AG AI AO AS AW BB BF BH BI BJ BM BN BO BQ BS BT BW BZ CA CF CG CI CK CL CM CR CV CW CY CZ DJ DK DM ' +
    'DO EE ES FJ FK FM FO GD GI GL GM GN GQ GR GT GU GW GY HK HN HT IO IS IT JM KI KM KN KW KY LC LI LS LU LV ' +
    'MH ML MO MP MR MS MT MU MV MX MZ NC NE NF NI NO NR NU OM PA PF PG PL PR PT PW QA SB SC SG SH SJ SM SN SO ' +
    'SR ST SV SX SZ TA TC TD TG TJ TK TL TN TO TT TV US UZ VA VC VG VI VU WF WS',
};

/** People there often leave the trunk prefix out, so a number without it is no sign that something is missing. */
const OPTIONAL_TRUNK = new Set('AR CN IN KZ LT RU SY TR VN'.split(' '));

const trunkOf = new Map(
  Object.entries(TRUNK_PREFIXES).flatMap(([prefix, countries]) =>
    countries.split(' ').map((country) => [country, prefix] as const),
  ),
);

/** @returns the code in capitals, `GB` for `UK` */
function codeOf(text: string): string {
  const code = text.trim().toUpperCase();
  return code === 'UK' ? 'GB' : code;
}

/** @returns whether the text is a two-letter code of a country with a telephone network; `UK` counts as `GB` */
export function isCountry(text: string): boolean {
  return trunkOf.has(codeOf(text));
}

/**
 * The country of an account or webhook.
 * @param input a two-letter code in any case; nothing is the default, `DE`
 * @param field names the property in the error
 * @returns the code in capitals, `GB` for `UK`
 * @throws SipgateError `INVALID_INPUT` for anything else: numbers would silently be completed for nowhere
 */
export function parseCountry(input: unknown, field: string): Country {
  const text = typeof input === 'string' ? input.trim() : (input ?? '');
  if (text === '') return DEFAULT_COUNTRY;
  if (typeof text === 'string' && isCountry(text)) return codeOf(text);
  // a longer text may be something that was pasted into the wrong field
  const got = typeof text === 'string' && text.length > 3 ? 'a longer text' : describe(text);
  throw invalidInput(field, `must be a two-letter country code, got ${got}`, 'Write it as DE, AT, CH or GB.');
}

/** How numbers are dialled within a country. */
export interface NationalDialling {
  readonly country: Country;
  /** `0`, `8`, `06`; empty where a number has nothing in front of it. */
  readonly trunk: string;
  readonly isTrunkOptional: boolean;
}

/** @returns `undefined` for a country that is not known */
export function nationalDialling(country: Country): NationalDialling | undefined {
  const code = codeOf(country);
  const trunk = trunkOf.get(code);
  return trunk === undefined
    ? undefined
    : { country: code, trunk, isTrunkOptional: OPTIONAL_TRUNK.has(code) };
}
