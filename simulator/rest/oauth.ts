import { randomUUID } from 'node:crypto';
import type { SimulatedAccount } from '../account/account';
import type { OAuthSession } from '../account/credentials';
import type { RestAnswer, RestRequest } from './types';
import { json, Refusal, refuse } from './answers';
import { header } from './body';

/** What tells the login server's requests from the API's: they come with their whole path. */
export const REALM_PREFIX = '/auth/realms/';

/**
 * The token endpoint of the login server: exchanges a refresh token for a new pair. The old pair is dead at
 * once, so a client that loses the answer has lost its login.
 * @throws Refusal as Keycloak words it: `{error, error_description}`
 */
export function exchangeToken(account: SimulatedAccount, request: RestRequest, now: number): RestAnswer {
  const { oauth } = account.credentials;
  const [realm, ...rest] = request.path.slice(REALM_PREFIX.length).split('/');
  if (rest.join('/') !== 'protocol/openid-connect/token') throw refuse(404);
  if (realm !== oauth.realm) throw new Refusal(json({ error: 'Realm does not exist' }, 404));
  if (request.method !== 'POST') throw refuse(405);
  const session = findSession(account, readForm(request), now);
  Object.assign(session, newTokens(account, session.userId, now));
  oauth.refreshes += 1;
  return json({
    access_token: session.accessToken,
    expires_in: oauth.accessTokenLifeMs / 1000,
    refresh_expires_in: oauth.refreshTokenLifeMs / 1000,
    refresh_token: session.refreshToken,
    token_type: 'Bearer',
    'not-before-policy': 0,
    session_state: randomUUID(),
    scope: session.scopes.join(' '),
  });
}

/**
 * Logs a user in, as the browser would have done it, and hands out the first pair of tokens.
 * @param options scopes of the login (default: everything), id of an OAuth client of the account (default: the first one)
 */
export function logIn(
  account: SimulatedAccount,
  userId: string,
  options: { scopes?: string[]; clientId?: string; now?: number } = {},
): OAuthSession {
  const {
    scopes = ['all'],
    clientId = account.credentials.oauth.clients[0]?.id ?? '',
    now = Date.now(),
  } = options;
  const session = { userId, clientId, scopes, ...newTokens(account, userId, now) };
  account.credentials.oauth.sessions.push(session);
  return session;
}

function newTokens(account: SimulatedAccount, userId: string, now: number) {
  const { accessTokenLifeMs, refreshTokenLifeMs } = account.credentials.oauth;
  const accessExpiresAt = now + accessTokenLifeMs;
  const refreshExpiresAt = now + refreshTokenLifeMs;
  return {
    accessToken: unsignedJwt(account, userId, accessExpiresAt),
    accessExpiresAt,
    refreshToken: unsignedJwt(account, userId, refreshExpiresAt),
    refreshExpiresAt,
  };
}

/** Looks like the real thing, so that a client may read the expiry out of it; only the simulator believes it. */
function unsignedJwt(account: SimulatedAccount, userId: string, expiresAt: number): string {
  const claims = {
    exp: Math.floor(expiresAt / 1000),
    jti: randomUUID(),
    sub: `f:${account.masterSipId}:${userId}`,
    featureScope: account.platform === 'neo' ? 'NEO_PBX' : 'CLASSIC_PBX',
  };
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  return `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode(claims)}.${Buffer.from('simulated').toString('base64url')}`;
}

function findSession(account: SimulatedAccount, form: URLSearchParams, now: number): OAuthSession {
  const clientId = findClient(account, form);
  if (form.get('grant_type') !== 'refresh_token')
    throw keycloak('unsupported_grant_type', 'Unsupported grant_type');
  const token = form.get('refresh_token');
  if (!token) throw keycloak('invalid_request', 'No refresh token');
  const session = account.credentials.oauth.sessions.find(({ refreshToken }) => refreshToken === token);
  if (!session) throw keycloak('invalid_grant', 'Stale token');
  if (session.clientId !== clientId)
    throw keycloak('invalid_grant', "Invalid refresh token. Token client and authorized client don't match");
  if (now >= session.refreshExpiresAt) throw keycloak('invalid_grant', 'Token is not active');
  return session;
}

function findClient(account: SimulatedAccount, form: URLSearchParams): string {
  const client = account.credentials.oauth.clients.find(({ id }) => id === form.get('client_id'));
  if (!client || form.get('client_secret') !== client.secret)
    throw keycloak('unauthorized_client', 'Invalid client or Invalid client credentials', 401);
  return client.id;
}

function readForm(request: RestRequest): URLSearchParams {
  if (!header(request, 'content-type').startsWith('application/x-www-form-urlencoded')) throw refuse(415);
  return new URLSearchParams(request.body.toString('utf8'));
}

function keycloak(error: string, description: string, status = 400): Refusal {
  return new Refusal(json({ error, error_description: description }, status));
}
