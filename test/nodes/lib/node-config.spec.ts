import should from 'should';
import { savedAddress, savedChoice, savedCount, savedFlag, savedText } from '../../../nodes/lib/node-config';
import { shouldGrowLinearly } from '../../sipgate/helpers/growth';

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

describe('a variable that is not set', () => {
  const NAMED = /environment variable "PBX_HOST", which is not set/;
  const wrong = { code: 'INVALID_INPUT', field: 'a' };

  for (const value of ['${PBX_HOST}', '$(PBX_HOST)', ' ${PBX_HOST} '])
    it(`is named wherever it stands: ${JSON.stringify(value)}`, () => {
      should(() => savedText({ a: value }, 'a')).throw(NAMED, wrong);
      should(() => savedAddress({ a: value }, 'a')).throw(NAMED, wrong);
      should(() => savedFlag({ a: value }, 'a', false)).throw(NAMED, wrong);
      should(() => savedCount({ a: value }, 'a', bounds)).throw(NAMED, wrong);
      should(() => savedChoice({ a: value }, 'a', ['x'])).throw(NAMED, wrong);
    });

  it('is named in the middle of an address, where Node-RED replaces none', () => {
    for (const value of ['https://${PBX_HOST}/v2', 'https://pbx.$(PBX_HOST)'])
      should(() => savedAddress({ a: value }, 'a')).throw(/"PBX_HOST" inside a longer text/, wrong);
  });

  it('is none where a text only looks a little like it', () => {
    for (const value of [
      '$5',
      '${}',
      'a ${b}',
      '$$(x)',
      '${a}${b}',
      'p$(w)d',
      '$(',
      `\${${'x'.repeat(300)}}`,
    ])
      savedText({ a: value }, 'a').should.equal(value);
  });

  it('is looked for in linear time', async () => {
    for (const piece of ['${', '$(', '$', ' ', '{', '${a'])
      for (const read of [savedText, savedAddress])
        await shouldGrowLinearly(10_000, (size) => read({ a: `\${${piece.repeat(size)}` }, 'a'));
  });
});

describe('a number that is none', () => {
  const got = (value: string) => {
    try {
      savedCount({ a: value }, 'a', bounds);
    } catch (error) {
      return (error as Error).message;
    }
    throw new Error('this should have failed');
  };

  it('is repeated while it is short, and may be a password when it is long', () => {
    got('ten seconds').should.containEql('got "ten seconds"');
    got('0f2b7c1e-dead-4bee').should.containEql('got a longer text').and.not.containEql('dead');
  });
});

describe('an address', () => {
  it('is a text without spaces around, or the default, and not longer than servers take', () => {
    savedAddress({ a: ' /x ' }, 'a').should.equal('/x');
    savedAddress({ a: '' }, 'a', 'd').should.equal('d');
    should(() => savedAddress({ a: 'x'.repeat(2049) }, 'a')).throw(/at most 2048/, { field: 'a' });
  });
});

describe('what no dialog saves', () => {
  for (const value of [{ toString: 1 }, { valueOf: 1 }, ['x'], Symbol.iterator])
    it(`is refused and not thrown over: ${typeof value}`, () => {
      const read = { code: 'INVALID_INPUT', field: 'a' };
      should(() => savedText({ a: value }, 'a')).throw(/`a` must be a text/, read);
      should(() => savedCount({ a: value }, 'a', bounds)).throw(/`a` must be a whole number/, read);
      should(() => savedChoice({ a: value }, 'a', ['x'])).throw(/`a` must be/, read);
      savedFlag({ a: value }, 'a', true).should.be.false();
    });
});
