import should from 'should';
import { refreshForm, renewalError } from '../../../../sipgate/client/login/renewal';
import type { LastTry } from '../../../../sipgate/client/retry';
import type { FailureReason } from '../../../../sipgate/client/wire/types';

const LOGIN = { type: 'oauth', clientId: ' my-client ' } as const;

describe('The form that renews a login', () => {
  it('holds the refresh token and the client, without blanks around them', () => {
    refreshForm({ ...LOGIN, clientSecret: ' my-secret\n' }, 'r')
      .toString()
      .should.equal('grant_type=refresh_token&refresh_token=r&client_id=my-client&client_secret=my-secret');
  });

  it('has no secret for a client that has none', () => {
    for (const clientSecret of [undefined, '', ' '])
      refreshForm({ ...LOGIN, ...(clientSecret === undefined ? {} : { clientSecret }) }, 'r')
        .has('client_secret')
        .should.be.false();
  });

  it('is not made without a client', () => {
    (() => refreshForm({ type: 'oauth', clientId: ' ' }, 'r')).should.throw({ field: 'clientId' });
  });
});

describe('A renewal that gave no tokens', () => {
  const failed = (reason: FailureReason): LastTry => ({
    result: { kind: 'failure', reason, cause: new Error('it broke'), wasSent: true },
    isEarlierLost: false,
  });
  const refused = (status: number, text = '', askedPauseS?: number): LastTry => ({
    result: { kind: 'answer', status, headers: {}, text },
    isEarlierLost: false,
    askedPauseS,
  });

  it('for want of an answer says why, and that it may pass', () => {
    const error = renewalError(failed('broken'), []);
    error.code.should.equal('NETWORK');
    error.message.should.equal('The login could not be renewed (it broke). Try again later.');
    should(error.cause).be.instanceof(Error).and.have.property('message', 'it broke');
    renewalError(failed('unreached'), []).code.should.equal('NETWORK');
    renewalError(failed('timeout'), []).code.should.equal('TIMEOUT');
  });

  for (const status of [400, 401, 403, 404, 499])
    it(`because of ${status} asks to log in again`, () => {
      const error = renewalError(refused(status), []);
      error.should.match({ code: 'UNAUTHORIZED', statusCode: status });
      error.message.should.startWith(`The login could not be renewed (HTTP ${status}): the refresh token is`);
      error.message.should.endWith('Log in again and enter the new tokens in the account.');
    });

  for (const status of [200, 302, 500, 503])
    it(`because of ${status} asks to check the URL`, () => {
      const error = renewalError(refused(status), []);
      error.should.match({ code: 'SERVER', statusCode: status });
      error.message.should.equal(
        `The login could not be renewed (HTTP ${status}). Check the OAuth URL, or try again later.`,
      );
    });

  it('for so many were asked for says when to try again', () => {
    const error = renewalError(refused(429), []);
    error.should.match({ code: 'RATE_LIMITED', statusCode: 429 });
    error.message.should.endWith('(HTTP 429). Try again later.');
    renewalError(refused(503, '', 90), []).message.should.endWith('(HTTP 503). Try again in 90 s.');
  });

  it('repeats the words of the login server, but no secret', () => {
    const words = JSON.stringify({ error: 'invalid_grant', error_description: 'no my-secret for you' });
    const { message } = renewalError(refused(400, words), ['my-secret']);
    message.should.containEql('(HTTP 400: invalid_grant: no *** for you)');
  });
});
