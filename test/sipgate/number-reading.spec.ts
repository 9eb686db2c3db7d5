import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import fc from 'fast-check';
import {
  getCountries,
  getExampleNumber,
  parsePhoneNumberFromString,
  type CountryCode,
  type Examples,
} from 'libphonenumber-js/max';
import should from 'should';
import { nationalDialling } from '../../sipgate/country';
import { parseE164, toE164 } from '../../sipgate/index';
import { readNumber, type Reading } from '../../sipgate/number-reading';

const RUNS = Number(process.env['MODEL_RUNS'] ?? 3000);
const COUNTRIES = getCountries();
const examples = JSON.parse(
  readFileSync(require.resolve('libphonenumber-js/examples.mobile.json'), 'utf8'),
) as Examples;
/** Where sipgate's customers are, and where they call. */
const AROUND = ['DE', 'AT', 'CH', 'GB', 'FR', 'NL'] as const;

const country = fc.oneof(fc.constantFrom(...AROUND), fc.constantFrom(...COUNTRIES));
const digit = fc.integer({ min: 0, max: 9 }).map(String);
const digits = (minLength: number, maxLength: number) =>
  fc.array(digit, { minLength, maxLength }).map((all) => all.join(''));
/** Ways to set a number apart into groups. */
const separator = fc.constantFrom('', ' ', '-', '/', '.', ' / ', '\u00a0');

const digitsOf = (text: string) => text.replace(/\D/g, '');

function isWithoutZero(text: string, read: string, home: CountryCode): boolean {
  const code = exampleOf(home)?.countryCallingCode ?? '';
  return text === `${code}0${read.slice(code.length)}`;
}

function exampleOf(code: CountryCode) {
  return getExampleNumber(code, examples);
}

describe('Reading numbers of all countries', function () {
  this.timeout(120_000);

  it('takes the national writing of a number for that number', () => {
    for (const code of COUNTRIES) {
      const number = exampleOf(code);
      if (number) should(parseE164(number.formatNational(), code)).equal(number.number, code);
    }
  });

  it('takes the international writing of a number for that number, wherever it is read', () => {
    for (const code of COUNTRIES) {
      const number = exampleOf(code);
      if (!number) continue;
      for (const home of AROUND) {
        should(parseE164(number.formatInternational(), home)).equal(number.number, code);
        should(parseE164(number.number, home)).equal(number.number, code);
        should(parseE164(`00${number.number.slice(1)}`, home)).equal(number.number, code);
        should(parseE164(number.getURI(), home)).equal(number.number, code);
      }
    }
  });

  it('drops the trunk prefix behind a country code, where there is one', () => {
    for (const code of COUNTRIES) {
      const number = exampleOf(code);
      const trunk = nationalDialling(code)?.trunk ?? '';
      // where numbers of a kind are dialled without, the library keeps what stands there
      if (!number || trunk === '' || !digitsOf(number.formatNational()).startsWith(trunk)) continue;
      const national = number.nationalNumber;
      // Gabon's numbers themselves begin with 0
      if (national.startsWith(trunk)) continue;
      const written = [
        `+${number.countryCallingCode} ${trunk}${national}`,
        `+${number.countryCallingCode} (${trunk})${national}`,
      ];
      for (const one of written) should(parseE164(one, 'DE')).equal(number.number, one);
    }
  });

  it('never takes a number of one country for one of another, nor a part for the whole', () =>
    fc.assert(
      fc.property(country, country, digits(1, 16), separator, fc.nat(8), (home, other, rest, between, at) => {
        const { countryCallingCode } = exampleOf(other as CountryCode) ?? { countryCallingCode: '49' };
        const text = `+${countryCallingCode}${between}${rest.slice(0, at)}${between}${rest.slice(at)}`;
        const read = parseE164(text, home);
        if (read === undefined) return;
        digitsOf(read).should.startWith(countryCallingCode);
        // all digits are there, but for a trunk prefix
        const national = digitsOf(read).slice(countryCallingCode.length);
        rest.endsWith(national).should.be.true(`${text} is ${read}`);
        (rest.length - national.length).should.be.belowOrEqual(2);
        digitsOf(read).length.should.be.belowOrEqual(15);
      }),
      { numRuns: RUNS },
    ));

  it('takes digits without + and 0 for a short code, for a whole number, or for none', () =>
    fc.assert(
      fc.property(fc.constantFrom(...AROUND), digits(1, 18), (home, text) => {
        fc.pre(!text.startsWith('0'));
        const reading = readNumber(text, home);
        if (text.length <= 6) should(reading).deepEqual({ kind: 'short', digits: text });
        else if (reading.kind === 'number') {
          text.length.should.be.aboveOrEqual(10);
          // all digits are there, but for the 0 of an area code behind the country code of home
          const read = digitsOf(reading.e164);
          (read === text || isWithoutZero(text, read, home)).should.be.true(`${text} is ${read}`);
          parsePhoneNumberFromString(reading.e164)!.isPossible().should.be.true();
        } else should(reading).deepEqual({ kind: 'none', problem: text.length > 15 ? 'long' : 'area' });
      }),
      { numRuns: RUNS },
    ));

  it('says the same of a number as the library, where it does not ask it', () =>
    fc.assert(
      fc.property(fc.constantFrom('49', '43', '41', '33', '31', '44'), digits(6, 14), (code, national) => {
        const text = `+${code}${national}`;
        const withBlank = `+${code} ${national}`;
        should(readNumber(text, 'DE')).deepEqual(readNumber(withBlank, 'DE'));
      }),
      { numRuns: RUNS },
    ));

  it('gives a number that it reads as itself', () =>
    fc.assert(
      fc.property(
        country,
        country,
        fc.oneof(
          digits(3, 16),
          digits(3, 15).map((rest) => `+${rest}`),
        ),
        (home, other, text) => {
          const read = parseE164(text, home);
          if (read !== undefined) toE164(read, other, 'to').should.equal(read);
        },
      ),
      { numRuns: RUNS },
    ));

  it('reads nothing out of other texts, and never throws anything of its own', () =>
    fc.assert(
      fc.property(country, fc.string({ unit: 'grapheme', maxLength: 30 }), (home, text) => {
        const read = parseE164(text, home);
        if (read !== undefined) digitsOf(text).length.should.be.aboveOrEqual(digitsOf(read).length - 4);
      }),
      { numRuns: RUNS },
    ));
});

describe('A number', () => {
  for (const [written, home, e164] of [
    ['+49 2116355335512', 'DE', '+492116355335512'],
    ['0211 63', 'DE', '+4921163'],
    // the trunk prefix behind a country code, also that of Belarus, Hungary and North America
    ['49 0211 63553355', 'DE', '+4921163553355'],
    ['43 (0)1 2345678', 'DE', '+4312345678'],
    ['+375 8 29 491 19 11', 'DE', '+375294911911'],
    ['+1 1 212 555 1234', 'DE', '+12125551234'],
    // ten digits are the shortest number whose + may be left out
    ['4522123456', 'DE', '+4522123456'],
    ['4915799912301', 'IT', '+4915799912301'],
    ['4915799912301', 'CN', '+4915799912301'],
    ['4915799912301', 'XX', '+4915799912301'],
    // where there is no trunk prefix, people dial six to nine digits
    ['321000', 'GL', '+299321000'],
    ['1111111', 'IS', '+3541111111'],
    ['11111111', 'DK', '+4511111111'],
    ['111111111', 'PT', '+351111111111'],
    // there is one, but not in front of numbers of this kind
    ['1300 123 456', 'AU', '+611300123456'],
  ] as const) {
    it(`is ${e164}: ${written} in ${home}`, () =>
      readNumber(written, home).should.deepEqual({ kind: 'number', e164 }));
  }

  for (const [written, home, digits] of [
    ['+116117', 'DE', '116117'],
    ['0', 'DE', '0'],
    ['911', 'US', '911'],
    ['100000', 'GL', '100000'],
    ['131114', 'AU', '131114'],
    ['11 61 17', 'XX', '116117'],
  ] as const) {
    it(`is the short code ${digits}: ${written} in ${home}`, () =>
      readNumber(written, home).should.deepEqual({ kind: 'short', digits }));
  }

  for (const [written, home, problem] of [
    ['9'.repeat(15), 'DE', 'area'],
    ['9'.repeat(16), 'DE', 'long'],
    ['+49 21163553355123', 'DE', 'long'],
    ['63553355', 'DE', 'area'],
    ['63553355', 'US', 'other'],
    ['63553355', 'XX', 'other'],
    // a number has more than six digits, and no trunk prefix of home
    ['+49 2111', 'DE', 'other'],
    ['0211', 'DE', 'other'],
    ['07738', 'AU', 'other'],
    ['0110744', 'CO', 'other'],
    // the library would complete or cut these
    ['+86 11000 1000000', 'DE', 'other'],
    ['0086 11000 1000000', 'DE', 'other'],
    ['+86 0113123456789', 'DE', 'other'],
    ['4479245', 'CA', 'other'],
    // possible, but given to nobody: too little to take it for a number without its +
    ['1115551234', 'US', 'other'],
    ['11115551234', 'DE', 'area'],
    // whole with a +, but no longer than numbers of home without their area code
    ['67740123', 'DE', 'area'],
    // a trunk prefix behind a foreign country code, but no +
    ['43 01 2345678', 'DE', 'area'],
    // the 0 of a mobile number at home is missing, or that of an area code where people leave it out
    ['15799912301', 'DE', 'area'],
    ['4951234567', 'RU', 'area'],
    // written as nobody writes it there
    ['1694484', 'ZW', 'area'],
  ] as const) {
    it(`is none: ${written} in ${home}, ${problem}`, () =>
      readNumber(written, home).should.deepEqual({ kind: 'none', problem }));
  }
});

describe('The number library', () => {
  const load = createRequire(__filename);
  const [library, reading] = ['libphonenumber-js/max', '../../sipgate/number-reading'].map((name) =>
    load.resolve(name),
  ) as [string, string];

  /** Reads a number in a process that has not loaded it, and cannot. */
  function readWithoutLibrary(text: string): Reading {
    const { [library]: loaded, [reading]: known } = load.cache;
    load.cache[library] = { ...loaded, exports: {} } as NodeJS.Module;
    delete load.cache[reading];
    try {
      return (load(reading) as { readNumber: typeof readNumber }).readNumber(text, 'DE');
    } finally {
      Object.assign(load.cache, { [library]: loaded, [reading]: known });
    }
  }

  for (const text of [
    '+492116355',
    '+492116355335512',
    '+31201234567',
    '+33199001234',
    '+41446681800',
    '+43123456789',
    '+442079460018',
    '+116117',
    '116117',
    '0211 9912300,,12',
  ]) {
    it(`is not loaded for ${text}`, () => readWithoutLibrary(text).should.deepEqual(readNumber(text, 'DE')));
  }

  it('is loaded for all else', () => {
    for (const text of ['+49211635', '+4921163553355123', '+49 211 63553355', '+3319900123', '+44207946001'])
      (() => readWithoutLibrary(text)).should.throw();
  });
});
