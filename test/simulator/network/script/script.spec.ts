import should from 'should';
import { calleeFor, completeScript } from '../../../../simulator/network/script/complete-script';
import { wireNumber } from '../../../../simulator/network/script/numbers';

const defaults = { country: 'DE', callees: {}, speed: 20 } as const;
const ends = { from: '+4915799912345', to: '+4921163553355' };

describe('a simulated call takes numbers as people write them', () => {
  const numbers: [string, string][] = [
    ['+49 (211) 6355-3355', '4921163553355'],
    ['0211 63553355', '4921163553355'],
    ['0049 211 63553355', '4921163553355'],
    ['4921163553355', '4921163553355'],
    ['11', '11'],
    ['anonymous', 'anonymous'],
    ['123456e0', '123456e0'],
    ['', ''],
  ];
  for (const [typed, wire] of numbers) {
    it(`sends ${wire || 'nothing'} for ${typed || 'nothing'}`, () =>
      wireNumber(typed, 'DE').should.equal(wire));
  }

  it('completes national numbers with the country that was asked for', () => {
    wireNumber('044 668 18 00', 'CH').should.equal('41446681800');
  });

  it('withholds the number of an anonymous caller', () => {
    completeScript({ ...ends, anonymous: true }, defaults).from.should.equal('anonymous');
  });

  it('finds a telephone by whichever way its number is written, and answers it without a word', () => {
    const { callees } = completeScript({ ...ends, callees: { '0211 63553355': 'busy' } }, defaults);
    calleeFor(callees, ['4921163553355']).should.eql({ kind: 'busy' });
    calleeFor(callees, ['toString', 'w0']).should.eql({ kind: 'answers' });
  });

  it('says which field makes no sense', () => {
    const place = (more: object) => () => completeScript({ ...ends, ...more }, defaults);
    should(place({ press: ['1', 'x'] })).throw(/press .* "x"/);
    should(place({ callees: { default: 'sleeps' } })).throw(/callees\["default"\]/);
    should(place({ ringMs: -1 })).throw(/ringMs/);
    should(place({ speed: 0 })).throw(/speed/);
    should(place({ from: 5 })).throw(/from/);
  });
});
