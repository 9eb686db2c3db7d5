import { describe, invalidInput } from './errors';
import { DEFAULT_COUNTRY, type Country } from './phone-number';

/** Countries by ISO 3166 that have telephone numbers: those that the number library knows. Pure, so that the editor can use it. */
const COUNTRIES = new Set(
  `
  AC AD AE AF AG AI AL AM AO AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BW BY BZ CA
  CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR
  GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GT GU GW GY HK HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP
  KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR
  MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PR PS PT PW PY QA RE RO
  RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TA TC TD TG TH TJ TK TL TM TN TO TR TT
  TV TW TZ UA UG US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW
  `
    .trim()
    .split(/\s+/),
);
/** What people write, and the country they mean. */
const ALIASES: Readonly<Record<string, Country>> = { UK: 'GB' };

/**
 * @param text two letters, in capitals or not; empty for the default
 * @param field names the property in the error
 * @returns the country in capitals; `UK` is `GB`
 * @throws SipgateError `INVALID_INPUT` for anything else: numbers would silently be completed for nowhere
 */
export function parseCountry(text: string, field: string): Country {
  const letters = text.trim().toUpperCase();
  if (letters === '') return DEFAULT_COUNTRY;
  const country = ALIASES[letters] ?? letters;
  if (COUNTRIES.has(country)) return country;
  // a longer text may be something that was pasted into the wrong field
  const got = letters.length <= 3 ? describe(text) : 'a longer text';
  throw invalidInput(field, `must be a two-letter country code, got ${got}`, 'Write it as DE, AT, CH or GB.');
}
