import { SipgateError } from '../../errors';
import type { LastTry } from '../retry';
import { wordsOf } from '../server-words';
import { missing, trimmed, type OAuthCredentials } from './credentials';

export const LOG_IN_AGAIN = 'Log in again and enter the new tokens in the account.';

/**
 * @returns the form that asks the login server for a new pair of tokens
 * @throws SipgateError `INVALID_INPUT` when nobody entered a client ID
 */
export function refreshForm(credentials: OAuthCredentials, refreshToken: string): URLSearchParams {
  const clientId = trimmed(credentials.clientId);
  if (clientId === '') throw missing('clientId');
  const form = new URLSearchParams({
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
    client_id: clientId,
  });
  const clientSecret = trimmed(credentials.clientSecret);
  if (clientSecret !== '') form.set('client_secret', clientSecret);
  return form;
}

/**
 * @param secrets what the login server may have repeated and the message must not hold
 * @returns what went wrong with a renewal that gave no tokens
 */
export function renewalError(lastTry: LastTry, secrets: readonly string[]): SipgateError {
  const { result, askedPauseS } = lastTry;
  if (result.kind === 'failure') {
    const { reason, cause } = result;
    const message = `The login could not be renewed (${cause.message}). Try again later.`;
    return new SipgateError(reason === 'timeout' ? 'TIMEOUT' : 'NETWORK', message, { cause });
  }
  const { status: statusCode } = result;
  const words = wordsOf(result.text, secrets);
  const failed = `The login could not be renewed (HTTP ${statusCode}${words && `: ${words}`})`;
  const details = { cause: new Error(`POST token endpoint: HTTP ${statusCode}`), statusCode };
  if (statusCode === 429 || askedPauseS !== undefined) {
    const when = askedPauseS === undefined ? 'later' : `in ${askedPauseS} s`;
    return new SipgateError('RATE_LIMITED', `${failed}. Try again ${when}.`, details);
  }
  if (statusCode >= 400 && statusCode < 500) {
    const why = 'the refresh token is used up, revoked or was not used for 30 days';
    return new SipgateError('UNAUTHORIZED', `${failed}: ${why}. ${LOG_IN_AGAIN}`, details);
  }
  return new SipgateError('SERVER', `${failed}. Check the OAuth URL, or try again later.`, details);
}
