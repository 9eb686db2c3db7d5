import { readFileSync } from 'node:fs';
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
import { readNumber } from '../../sipgate/number-reading';

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
