import should from 'should';
import { savedChoice, savedCount, savedFlag, savedText } from '../../../nodes/lib/node-config';

const bounds = { fallback: 7, least: 1, most: 10 };

describe('what a dialog saved', () => {
  it('is a text without spaces around, or the default', () => {
    savedText({ a: ' x ' }, 'a').should.equal('x');
    savedText({ a: 5 }, 'a').should.equal('5');
    savedText({}, 'a', 'd').should.equal('d');
    savedText({ a: null }, 'a', 'd').should.equal('d');
    savedText({ a: '' }, 'a', 'd').should.equal('');
  });

  it('is a flag, also as a text of an environment variable', () => {
    savedFlag({ a: true }, 'a', false).should.be.true();
    savedFlag({ a: 'true' }, 'a', false).should.be.true();
    savedFlag({ a: false }, 'a', true).should.be.false();
    savedFlag({ a: 'false' }, 'a', true).should.be.false();
    savedFlag({}, 'a', true).should.be.true();
    savedFlag({ a: '' }, 'a', true).should.be.true();
  });

  for (const [value, count] of [
    [1, 1],
    ['10', 10],
    ['', 7],
    [undefined, 7],
    [null, 7],
  ] as const) {
    it(`is the count ${count} for ${JSON.stringify(value)}`, () =>
      savedCount({ a: value }, 'a', bounds).should.equal(count));
  }
  for (const value of [0, 11, 1.5, 'x', NaN, {}, 'true']) {
    it(`is no count: ${String(value)}`, () =>
      should(() => savedCount({ a: value }, 'a', bounds)).throw(/`a`.*1 to 10/, { code: 'INVALID_INPUT' }));
  }

  it('is one of some choices, the first by default', () => {
    savedChoice({}, 'a', ['x', 'y']).should.equal('x');
    savedChoice({ a: 'y' }, 'a', ['x', 'y']).should.equal('y');
    should(() => savedChoice({ a: 'z' }, 'a', ['x', 'y'])).throw(/x, y/, { code: 'INVALID_INPUT' });
  });
});
