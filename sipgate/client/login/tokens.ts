import { createHash } from 'node:crypto';
import { isRecord, parseJson } from '../../json';
import { trimmed, type OAuthCredentials } from './credentials';

/** What the user typed in. */
export type TypedPair = Pick<OAuthCredentials, 'accessToken' | 'refreshToken'>;

/** A pair of tokens, and how long its access token is good. */
export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** ms since 1970 */
  readonly expiresAt: number;
  /** ms since 1970; from here on it is renewed. */
  readonly renewAt: number;
  /** How many renewals lie between it and the pair that was typed in. Of two pairs the later one is good, whatever clocks say. */
  readonly generation: number;
}

/** A renewed pair, and which typed-in one it came from. */
export interface StoredTokens extends Omit<Tokens, 'generation'> {
  /** SHA-256 of the refresh token that the user typed in: whoever has the same one has the same login. */
  readonly login?: string;
  /** SHA-256 of both tokens that the user typed in. */
  readonly fingerprint: string;
  /** Missing in a file of an older version. */
  readonly generation?: number;
  /** Whose it is where several share a directory: the name of the flow file. */
  readonly owner?: string;
}

/** Keeps a renewed login over restarts. sipgate changes the refresh token at every use: losing it is a log-out. */
export interface TokenStore {
  /** Stores with one id hold the same login, whoever made them. */
  readonly id: string;
  load(): Promise<StoredTokens | undefined>;
  /** Resolves when it is safe against a crash. */
  save(tokens: StoredTokens): Promise<void>;
}

/** How long before its end an access token is renewed; sipgate's live 300 s. */
const RENEW_BEFORE_MS = 60_000;

/** @returns the pair that the user typed in */
export function typedTokens(credentials: TypedPair): Tokens {
  const accessToken = trimmed(credentials.accessToken);
  const expiresAt = expiryOf(accessToken);
  return {
    accessToken,
    refreshToken: trimmed(credentials.refreshToken),
    expiresAt,
    renewAt: expiresAt - RENEW_BEFORE_MS,
    generation: 0,
  };
}

/** @returns SHA-256 of the typed-in refresh token, by which all accounts with one login know each other */
export function loginOf(credentials: TypedPair): string {
  return sha256(trimmed(credentials.refreshToken));
}

/** @returns SHA-256 of the typed-in pair, by which files of an older version are known */
export function fingerprintOf({ accessToken, refreshToken }: TypedPair): string {
  return sha256(`${trimmed(accessToken)}\n${trimmed(refreshToken)}`);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/**
 * The pair to begin with.
 * @param credentials what the user typed in
 * @param stored what a store holds; it may be of another login
 * @returns the stored pair, for it is newer than the typed-in one that it came from. Only a typed-in access token that
 *   lives longer wins: the user has just entered it. Its refresh token is still used up.
 */
export function firstTokens(credentials: TypedPair, stored: StoredTokens | undefined): Tokens {
  const typed = typedTokens(credentials);
  if (stored === undefined || !isOf(credentials, stored)) return typed;
  const renewed = tokensOf(stored);
  if (stored.fingerprint === fingerprintOf(credentials)) return renewed;
  if (typed.accessToken === '' || typed.expiresAt <= renewed.expiresAt) return renewed;
  // one generation less: when it is refused, the stored pair is the newer one
  return { ...typed, refreshToken: renewed.refreshToken, generation: renewed.generation - 1 };
}

/** @returns whether a stored pair came from the login that the user typed in */
export function isOf(credentials: TypedPair, { login, fingerprint }: StoredTokens): boolean {
  return login === loginOf(credentials) || fingerprint === fingerprintOf(credentials);
}

/** @returns the pair alone; one that does not tell was renewed at least once */
export function tokensOf(stored: StoredTokens): Tokens {
  const { accessToken, refreshToken, expiresAt, renewAt, generation = 1 } = stored;
  return { accessToken, refreshToken, expiresAt, renewAt, generation };
}

/** @returns the pair with all that a store has to know of it */
export function toStore(credentials: TypedPair, tokens: Tokens): StoredTokens {
  return { login: loginOf(credentials), fingerprint: fingerprintOf(credentials), ...tokens };
}

/** @returns what a file holds, or `undefined` where that is no stored pair */
export function parseStored(text: string): StoredTokens | undefined {
  const value = parseJson(text);
  if (!isRecord(value)) return undefined;
  const { fingerprint, accessToken, refreshToken, expiresAt, renewAt, login, generation, owner } = value;
  if (typeof fingerprint !== 'string' || typeof accessToken !== 'string' || typeof refreshToken !== 'string')
    return undefined;
  if (typeof expiresAt !== 'number' || typeof renewAt !== 'number') return undefined;
  return {
    fingerprint,
    accessToken,
    refreshToken,
    expiresAt,
    renewAt,
    ...(typeof login === 'string' ? { login } : {}),
    ...(typeof generation === 'number' ? { generation } : {}),
    ...(typeof owner === 'string' ? { owner } : {}),
  };
}

/**
 * The pair in an answer of the login server.
 * @param used the pair whose refresh token was sent; that token stays where the answer has no new one
 * @param now ms since 1970
 * @returns `undefined` where the answer holds no access token
 */
export function tokensIn(answer: string, used: Tokens, now: number): Tokens | undefined {
  const body = parseJson(answer);
  if (!isRecord(body) || typeof body.access_token !== 'string' || body.access_token === '') return undefined;
  const { access_token: accessToken, refresh_token: next, expires_in: lifetimeS } = body;
  const refreshToken = typeof next === 'string' && next !== '' ? next : used.refreshToken;
  const lifetimeMs = typeof lifetimeS === 'number' ? lifetimeS * 1000 : undefined;
  // `expires_in` first: it does not care whether this machine's clock is right.
  const expiresAt = lifetimeMs === undefined ? expiryOf(accessToken) : now + lifetimeMs;
  const earlyMs = Math.min(RENEW_BEFORE_MS, (lifetimeMs ?? Infinity) / 2);
  return {
    accessToken,
    refreshToken,
    expiresAt,
    renewAt: expiresAt - earlyMs,
    generation: used.generation + 1,
  };
}

/** @returns ms since 1970 from the claim `exp`; a token that does not tell counts as good until it is refused */
function expiryOf(accessToken: string): number {
  const claims = parseJson(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString('utf8'));
  return isRecord(claims) && typeof claims.exp === 'number' ? claims.exp * 1000 : Number.MAX_SAFE_INTEGER;
}
