import { getCountries } from 'libphonenumber-js/min';
import { parseCountry } from '../../sipgate/index';

describe('A country', () => {
  it('is every one that the number library knows, in capitals or not', () => {
    for (const country of getCountries()) {
      parseCountry(country, 'country').should.equal(country);
      parseCountry(` ${country.toLowerCase()} `, 'country').should.equal(country);
    }
  });

  it('may be called UK, as the British do', () => parseCountry('uk', 'country').should.equal('GB'));

  it('is Germany where nobody chose one', () => parseCountry('', 'country').should.equal('DE'));

  for (const text of ['XX', 'D', 'DEU', '49', '+49', 'constructor', '\u0000'])
    it(`is not ${JSON.stringify(text)}`, () => {
      (() => parseCountry(text, 'country')).should.throw(/two-letter country code, got /, {
        code: 'INVALID_INPUT',
        field: 'country',
      });
    });

  it('is not repeated when it is long: it may be a password that was pasted into the wrong field', () => {
    (() => parseCountry('hunter2', 'country')).should.throw(/got a longer text/).and.not.throw(/hunter2/);
  });
});
