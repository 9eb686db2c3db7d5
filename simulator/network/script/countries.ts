/** How numbers are written in a country (ITU-T E.164 and the ITU's list of dialling procedures). */
export interface Country {
  readonly callingCode: string;
  /** Stands before a national number and falls away behind the calling code; empty where there is none. */
  readonly trunkPrefix: string;
  readonly internationalPrefix: string;
}

/** Calling code and trunk prefix; the international prefix is `00` but where a third text says otherwise. */
const COUNTRIES: Readonly<Record<string, readonly [string, string, string?]>> = {
  AE: ['971', '0'],
  AL: ['355', '0'],
  AR: ['54', '0'],
  AT: ['43', '0'],
  AU: ['61', '0', '0011'],
  BA: ['387', '0'],
  BE: ['32', '0'],
  BG: ['359', '0'],
  BR: ['55', '0'],
  CA: ['1', '1', '011'],
  CH: ['41', '0'],
  CN: ['86', '0'],
  CY: ['357', ''],
  CZ: ['420', ''],
  DE: ['49', '0'],
  DK: ['45', ''],
  EE: ['372', ''],
  ES: ['34', ''],
  FI: ['358', '0'],
  FR: ['33', '0'],
  GB: ['44', '0'],
  GR: ['30', ''],
  HR: ['385', '0'],
  HU: ['36', '06'],
  IE: ['353', '0'],
  IL: ['972', '0'],
  IN: ['91', '0'],
  IS: ['354', ''],
  IT: ['39', ''],
  JP: ['81', '0', '010'],
  LI: ['423', ''],
  LT: ['370', '0'],
  LU: ['352', ''],
  LV: ['371', ''],
  ME: ['382', '0'],
  MK: ['389', '0'],
  MT: ['356', ''],
  MX: ['52', ''],
  NL: ['31', '0'],
  NO: ['47', ''],
  NZ: ['64', '0'],
  PL: ['48', ''],
  PT: ['351', ''],
  RO: ['40', '0'],
  RS: ['381', '0'],
  SE: ['46', '0'],
  SI: ['386', '0'],
  SK: ['421', '0'],
  TR: ['90', '0'],
  UA: ['380', '0'],
  US: ['1', '1', '011'],
  XK: ['383', '0'],
  ZA: ['27', '0'],
};

/** @returns how numbers are written there; throws TypeError for a country that the simulator does not know */
export function requireCountry(code: string): Country {
  const row = Object.hasOwn(COUNTRIES, code) ? COUNTRIES[code] : undefined;
  if (row === undefined) {
    const known = Object.keys(COUNTRIES).join(', ');
    throw new TypeError(`country must be one of ${known}, got ${JSON.stringify(String(code).slice(0, 20))}`);
  }
  const [callingCode, trunkPrefix, internationalPrefix = '00'] = row;
  return { callingCode, trunkPrefix, internationalPrefix };
}
