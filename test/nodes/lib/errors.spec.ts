import { shortReason, toError } from '../../../nodes/lib/errors';
import { SipgateError } from '../../../sipgate/index';

describe('a report', () => {
  it('is always an Error with words', () => {
    const error = new Error('x');
    toError(error).should.equal(error);
    toError('y').message.should.equal('y');
    for (const thrown of [undefined, null, 5, {}]) toError(thrown).message.should.match(/\w{4}/);
  });

  it('is short in a status', () => {
    shortReason(new SipgateError('TIMEOUT', 'long')).should.equal('TIMEOUT');
    shortReason(new Error('x'.repeat(100))).should.have.length(40);
  });
});
