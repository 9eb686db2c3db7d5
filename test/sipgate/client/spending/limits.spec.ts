import should from 'should';
import { parsePrefixes, SipgateError } from '../../../../sipgate/index';
import { checkPrefix, dayIsFull, minuteIsFull } from '../../../../sipgate/client/spending/limits';

/** The error of what must be refused. */
function refusal(act: () => unknown): SipgateError {
  try {
    act();
  } catch (error) {
    should(error).be.instanceof(SipgateError);
    return error as SipgateError;
  }
  throw new Error('this should have been refused');
}

describe('The prefixes that an account may send to and call', () => {
  const to = (number: string) => ({ number, field: 'to' });

  it('are read as people write them', () => {
    parsePrefixes('+49, 0043 ,+44 (20),, +1-800, +41/44, +33.6,', 'allowedPrefixes').should.deepEqual([
      '+49',
      '+43',
      '+4420',
      '+1800',
      '+4144',
      '+336',
    ]);
    parsePrefixes('  ', 'allowedPrefixes').should.deepEqual([]);
    parsePrefixes('+123456789012345', 'allowedPrefixes').should.have.length(1);
    parsePrefixes(`+49${' '.repeat(1997)}`, 'allowedPrefixes').should.deepEqual(['+49']);
  });

  for (const list of [
    '49',
    '0211',
    '+',
    '+0',
    'DE',
    '+49;+43',
    '+1234567890123456',
    '+49x',
    'x+49',
    '1+49',
  ]) {
    it(`are refused when one is ${JSON.stringify(list)}`, () => {
      const error = refusal(() => parsePrefixes(`+43, ${list}`, 'allowedPrefixes'));
      error.code.should.equal('INVALID_INPUT');
      should(error.field).equal('allowedPrefixes');
      error.message.should.equal(
        `\`allowedPrefixes\` must be the beginnings of international numbers, got "${list}". Write them as +49, +43, separated by commas.`,
      );
    });
  }

  it('are refused when the list is longer than any', () => {
    refusal(() => parsePrefixes(' '.repeat(2001), 'allowedPrefixes')).message.should.equal(
      '`allowedPrefixes` must have at most 2000 characters. Shorten it in the account.',
    );
  });

  it('let through what begins with one of them, and the account’s own extensions', () => {
    const limits = { allowedPrefixes: ['+49', '+4366'] };
    for (const number of ['+4921163553355', '+436601', 'e0', 'p12']) checkPrefix(limits, to(number));
  });

  it('keep out all else, short codes as well, and name the field', () => {
    const limits = { allowedPrefixes: ['+49', '+4366'] };
    for (const number of ['+4312345', '+1900555', '11833', '49211', '1+49']) {
      const error = refusal(() => checkPrefix(limits, { number, field: 'number' }));
      error.code.should.equal('INVALID_INPUT');
      should(error.field).equal('number');
      error.message.should.equal(
        `\`number\` must begin with +49 or +4366, got "${number}". The account allows no other numbers: add the prefix there (\`allowedPrefixes\`) if it may cost money.`,
      );
    }
  });

  it('are any where none is named', () => {
    checkPrefix({ allowedPrefixes: [] }, to('+1900555'));
    checkPrefix({}, to('11833'));
  });
});

describe('The error of a limit that is reached', () => {
  it('names the limit of the minute and when one more is allowed', () => {
    const error = minuteIsFull(20, 41_001);
    error.code.should.equal('RATE_LIMITED');
    should(error.field).equal('maxPerMinute');
    error.message.should.equal(
      "The account's own limit of 20 per minute (`maxPerMinute`, SMS, faxes and calls together) is reached, so nothing was sent. Try again in 42 s, or raise the limit in the account.",
    );
  });

  it('names no time where none is allowed at all', () => {
    minuteIsFull(0, undefined).message.should.match(
      /so nothing was sent\. Raise the limit in the account\.$/,
    );
  });

  it('names the limit of the day', () => {
    const error = dayIsFull(100);
    error.code.should.equal('RATE_LIMITED');
    should(error.field).equal('maxPerDay');
    error.message.should.equal(
      "The account's own limit of 100 per day (`maxPerDay`, SMS, faxes and calls together) is reached, so nothing was sent. Try again tomorrow, or raise the limit in the account.",
    );
  });
});
