import { Metadata, getCountries } from 'libphonenumber-js/min';
import should from 'should';
import { nationalDialling } from '../../sipgate/country';
import { isCountry, parseCountry } from '../../sipgate/index';

/** What the library knows, but does not tell in its types. */
interface NumberingPlan {
  nationalPrefix(): string | undefined;
  formats(): {
    usesNationalPrefix(): boolean;
    nationalPrefixIsOptionalWhenFormattingInNationalFormat(): boolean;
  }[];
}

describe('A country', () => {
  for (const [given, code] of [
    ['DE', 'DE'],
    ['de', 'DE'],
    [' at ', 'AT'],
    ['GB', 'GB'],
    ['UK', 'GB'],
    ['uk', 'GB'],
    ['', 'DE'],
    [undefined, 'DE'],
  ] as const) {
    it(`given as ${JSON.stringify(given) ?? 'undefined'} is ${code}`, () =>
      parseCountry(given, 'country').should.equal(code));
  }

  for (const wrong of [
    'XX',
    '\u0000',
    'constructor',
    'DEU',
    'D',
    'EN',
    '49',
    '+49',
    'DE,AT',
    'ger',
    49,
    {},
    ['DE'],
    true,
  ]) {
    it(`is refused as ${JSON.stringify(wrong)}, and what is wanted is said`, () =>
      (() => parseCountry(wrong, 'country')).should
        .throw(/`country` must be a two-letter country code, got .*\. Write it as DE/)
        .and.throw({ code: 'INVALID_INPUT', field: 'country' }));
  }

  it('is every one that the number library knows, in capitals or not', () => {
    for (const country of getCountries()) {
      parseCountry(country, 'country').should.equal(country);
      parseCountry(` ${country.toLowerCase()} `, 'country').should.equal(country);
    }
  });

  it('is not repeated when it is long: it may be a password that was pasted into the wrong field', () => {
    (() => parseCountry('hunter2', 'country')).should.throw(/got a longer text/).and.not.throw(/hunter2/);
  });

  it('is known as such', () => {
    isCountry('UK').should.be.true();
    isCountry('XX').should.be.false();
    isCountry('constructor').should.be.false();
  });

  it('has the trunk prefix that the number library knows, for all of them', () => {
    for (const country of getCountries()) {
      const metadata = new Metadata();
      metadata.selectNumberingPlan(country);
      const plan = metadata.numberingPlan as unknown as NumberingPlan;
      const isUsed = plan.formats().some((format) => format.usesNationalPrefix());
      const isOptional = plan
        .formats()
        .some((format) => format.nationalPrefixIsOptionalWhenFormattingInNationalFormat());
      should(nationalDialling(country)).deepEqual({
        country,
        trunk: isUsed ? String(plan.nationalPrefix()) : '',
        isTrunkOptional: isUsed && isOptional,
      });
    }
    should(nationalDialling('XX')).be.undefined();
  });
});
