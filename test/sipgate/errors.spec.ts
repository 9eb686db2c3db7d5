import should from 'should';
import { mustBe } from '../../sipgate/errors';
import { describe as inWords, invalidInput, SipgateError } from '../../sipgate/index';

describe('errors', () => {
  it('say what is wrong, what to do, and in a word that a flow can switch on', () => {
    const error = invalidInput('numbers', 'has 6 entries', 'Give 1 to 5 numbers.');
    error.should.be.instanceOf(SipgateError).and.be.instanceOf(Error);
    error.name.should.equal('SipgateError');
    error.code.should.equal('INVALID_INPUT');
    should(error.field).equal('numbers');
    error.message.should.equal('`numbers` has 6 entries. Give 1 to 5 numbers.');
  });

  it('say of a value of the wrong kind what it must be and what it is, or that it is missing', () => {
    const of = (value: unknown) =>
      mustBe('to', 'a phone number', value, 'Write it as +49 211 63553355.').message;
    of('abc').should.equal('`to` must be a phone number, got "abc". Write it as +49 211 63553355.');
    of('').should.containEql('must be a phone number, got an empty text.');
    of(undefined).should.containEql('`to` is missing.');
    of(null).should.containEql('`to` is missing.');
  });

  it('carry a cause and an HTTP status only where there are any', () => {
    const cause = new Error('socket hang up');
    const full = new SipgateError('SERVER', 'no', { cause, statusCode: 500 });
    full.should.have.properties({ cause, statusCode: 500 });
    Object.keys(new SipgateError('SERVER', 'no')).should.deepEqual(['name', 'code']);
  });

  it('keep code, field, cause and HTTP status in other words', () => {
    const cause = new Error('socket hang up');
    const error = new SipgateError('SERVER', 'no', { cause, statusCode: 500, field: 'to' });
    const other = error.reworded('Nothing was sent.');
    other.should.have.properties({ code: 'SERVER', cause, statusCode: 500, field: 'to' });
    other.message.should.equal('Nothing was sent.');
    Object.keys(new SipgateError('SERVER', 'no').reworded('yes')).should.deepEqual(['name', 'code']);
  });

  for (const [value, words] of [
    [undefined, 'missing'],
    [null, 'null'],
    ['', 'an empty text'],
    ['abc', '"abc"'],
    ['x'.repeat(50), `"${'x'.repeat(40)}…"`],
    ['a\x1b[2J\r\nb\x9b', '"a\\u001b[2J\\u000d\\u000ab\\u009b"'],
    [1.5, '1.5'],
    [false, 'false'],
    [[1, 2], 'a list of 2'],
    [Buffer.from('abc'), 'a buffer of 3 bytes'],
    [{}, 'an object'],
    [() => 1, 'a function'],
  ] as const) {
    it(`say ${words} of a wrong value`, () => should(inWords(value)).equal(words));
  }
});
