import should from 'should';
import { endWithError, reasonOf, toError } from '../../../nodes/lib/errors';
import { SipgateError } from '../../../sipgate/index';
import { cancelled } from '../../../sipgate/errors';

/** A node that notes what is said to it. */
function fakeNode() {
  const said: string[] = [];
  const node = {
    warn: (text: string) => said.push(`warn ${text}`),
    error: (text: string) => said.push(`error ${text}`),
  };
  return { said, node: node as never };
}

describe('whatever is thrown', () => {
  it('becomes an Error with words', () => {
    const error = new Error('x');
    toError(error).should.equal(error);
    toError('y').message.should.equal('y');
    for (const thrown of [undefined, null, 5, {}]) toError(thrown).message.should.match(/\w{4}/);
  });

  it('cannot forge a line of the log or move its cursor', () => {
    const sipgates = toError(
      new SipgateError('SERVER', 'a\nb\u001b[2J\u009b', { statusCode: 503, field: 'f' }),
    );
    sipgates.message.should.equal('a\\u000ab\\u001b[2J\\u009b');
    sipgates.should.match({ code: 'SERVER', statusCode: 503, field: 'f' });
    const others = new Error('a\rb');
    const clean = toError(others);
    clean.message.should.equal('a\\u000db');
    should(clean.cause).equal(others);
    toError('a\nb').message.should.equal('a\\u000ab');
  });

  it('is short in a status', () => {
    reasonOf(new SipgateError('TIMEOUT', 'long')).should.equal('TIMEOUT');
    reasonOf(new Error('x'.repeat(100))).should.have.length(40);
  });

  describe('ends a message', () => {
    const end = (thrown: unknown, message?: object) => {
      const { node, said } = fakeNode();
      const shown: Error[] = [];
      const done: Error[] = [];
      const show = (error: Error) => void shown.push(error);
      endWithError({ node, show, message: message ?? {}, done: (error) => done.push(error) }, thrown);
      return { said, shown, done };
    };

    it('with the same error in status and Catch nodes, and nothing in the log', () => {
      const error = new SipgateError('NOT_FOUND', 'gone', { statusCode: 404 });
      end(error).should.eql({ said: [], shown: [error], done: [error] });
    });

    it('with the HTTP status beside it, and without one that an earlier node has left', () => {
      const message = { statusCode: 200 };
      end(new SipgateError('NOT_FOUND', 'gone', { statusCode: 404 }), message);
      message.should.eql({ statusCode: 404 });
      end('no', message);
      message.should.eql({});
    });

    it('with a warning when it was cut short: its Catch node may be gone already', () => {
      end(cancelled('cut short')).said.should.eql(['warn cut short']);
    });
  });

  it('ends the start of a node in its status and the log', () => {
    const { node, said } = fakeNode();
    const shown: string[] = [];
    endWithError({ node, show: ({ message }) => void shown.push(message) }, new Error('no port'));
    said.should.eql(['error no port']);
    shown.should.eql(['no port']);
  });
});
