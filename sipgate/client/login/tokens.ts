import { createHash } from 'node:crypto';
import { isRecord, parseJson } from '../../json';
import { trimmed, type OAuthCredentials } from './credentials';
import type { StoredTokens } from './token-file';

/** A pair of tokens, and how long its access token is good. */
export type Tokens = Omit<StoredTokens, 'fingerprint'>;

/** How long before its end an access token is renewed; sipgate's live 300 s. */
const RENEW_BEFORE_MS = 60_000;

/** @returns the pair that the user typed in */
export function typedTokens(credentials: OAuthCredentials): Tokens {
  const accessToken = trimmed(credentials.accessToken);
  const expiresAt = expiryOf(accessToken);
  return {
    accessToken,
    refreshToken: trimmed(credentials.refreshToken),
    expiresAt,
    renewAt: expiresAt - RENEW_BEFORE_MS,
  };
}

/** @returns SHA-256 of a typed-in pair, by which a stored one is known to come from it */
export function fingerprintOf({ accessToken, refreshToken }: Tokens): string {
  return createHash('sha256').update(`${accessToken}\n${refreshToken}`).digest('hex');
}

/**
 * The pair in an answer of the login server.
 * @param used the refresh token that was sent; it stays where the answer has no new one
 * @param now ms since 1970
 * @returns `undefined` where the answer holds no access token
 */
export function tokensIn(answer: string, used: string, now: number): Tokens | undefined {
  const body = parseJson(answer);
  if (!isRecord(body) || typeof body.access_token !== 'string' || body.access_token === '') return undefined;
  const { access_token: accessToken, refresh_token: next, expires_in: lifetimeS } = body;
  const refreshToken = typeof next === 'string' && next !== '' ? next : used;
  const lifetimeMs = typeof lifetimeS === 'number' ? lifetimeS * 1000 : undefined;
  // `expires_in` first: it does not care whether this machine's clock is right.
  const expiresAt = lifetimeMs === undefined ? expiryOf(accessToken) : now + lifetimeMs;
  const earlyMs = Math.min(RENEW_BEFORE_MS, (lifetimeMs ?? Infinity) / 2);
  return { accessToken, refreshToken, expiresAt, renewAt: expiresAt - earlyMs };
}

/** @returns ms since 1970 from the claim `exp`; a token that does not tell counts as good until it is refused */
function expiryOf(accessToken: string): number {
  const claims = parseJson(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString('utf8'));
  return isRecord(claims) && typeof claims.exp === 'number' ? claims.exp * 1000 : Number.MAX_SAFE_INTEGER;
}
