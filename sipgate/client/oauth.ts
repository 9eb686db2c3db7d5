import { createHash } from 'node:crypto';
import { missing, trimmed, type Authorizer, type OAuthCredentials } from './credentials';
import { SipgateError } from '../errors';
import { isRecord, parseJson } from '../json';
import { wordsOf } from './failures';
import { takeTurn } from '../turns';
import type { Outcome } from './retry';
import type { Timing } from './timing';
import type { StoredTokens, TokenStore } from './token-file';
import type { WireResult } from './transport';

/** The realm of sipgate's login server for clients made today; old clients have `…/realms/third-party`. */
export const DEFAULT_OAUTH_URL = 'https://login.sipgate.com/auth/realms/sipgate-apps';

/** What the renewal needs from its surroundings. */
export interface OAuthOptions {
  readonly credentials: OAuthCredentials;
  readonly store?: TokenStore | undefined;
  readonly timing: Timing;
  /** Posts a form to the token endpoint, with retries; nothing may interrupt it. */
  readonly post: (form: URLSearchParams) => Promise<Outcome>;
  /** Makes the closing of the client wait for work. */
  readonly guard: <T>(work: Promise<T>) => Promise<T>;
  /** Hears of what is wrong but needs no error now. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

type Tokens = Omit<StoredTokens, 'fingerprint'>;

/** ms before its end that an access token is renewed; sipgate's live 300 s. */
const EARLY = 60_000;
const LOG_IN_AGAIN = 'Log in again and enter the new tokens in the account.';

/**
 * Renews the access token before it expires and after it was refused, once at a time for everyone who shares the
 * store or the typed-in tokens. The new pair is stored before it is used, as the old one is void by then.
 *
 * When the answer to a renewal is lost, nobody knows whether the refresh token is used up. The renewal is then
 * tried again with the old one, and the access token is used up to its real end. If sipgate had carried it out,
 * the user has to log in again: there is no way around it.
 */
export function oauthAuthorizer(options: OAuthOptions): Authorizer {
  const typed = typedTokens(options.credentials);
  const fingerprint = createHash('sha256')
    .update(`${typed.accessToken}\n${typed.refreshToken}`)
    .digest('hex');
  const session: Session = {
    options,
    fingerprint,
    tokens: typed,
    loaded: false,
    unsaved: false,
  };
  return {
    header: async () => `Bearer ${await accessToken(session)}`,
    renew: async (refused) => (await renewed(session, refused.slice('Bearer '.length))) !== undefined,
    secrets: () => secretsOf(session),
    loginHint: LOG_IN_AGAIN,
    scopeHint: 'log in again with it and enter the new tokens in the account',
  };
}

interface Session {
  readonly options: OAuthOptions;
  readonly fingerprint: string;
  tokens: Tokens;
  loaded: boolean;
  /** The store failed: the tokens live in memory only until it works again. */
  unsaved: boolean;
  saving?: Promise<void> | undefined;
  renewal?: Promise<Tokens | undefined> | undefined;
}

function typedTokens(credentials: OAuthCredentials): Tokens {
  const accessToken = trimmed(credentials.accessToken);
  const expiresAt = expiryOf(accessToken);
  return {
    accessToken,
    refreshToken: trimmed(credentials.refreshToken),
    expiresAt,
    renewAt: expiresAt - EARLY,
  };
}

/** @returns ms since 1970 from the claim `exp`; a token that does not tell counts as good until it is refused */
function expiryOf(accessToken: string): number {
  const claims = parseJson(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString('utf8'));
  return isRecord(claims) && typeof claims.exp === 'number' ? claims.exp * 1000 : Number.MAX_SAFE_INTEGER;
}

function secretsOf({ tokens, options: { credentials } }: Session): string[] {
  const { accessToken, refreshToken, clientId, clientSecret } = credentials;
  return [tokens.accessToken, tokens.refreshToken, accessToken, refreshToken, clientSecret, clientId]
    .map(trimmed)
    .filter(Boolean);
}

async function accessToken(session: Session): Promise<string> {
  await loadOnce(session);
  await saveAgain(session);
  const { tokens } = session;
  if (tokens.accessToken === '' && tokens.refreshToken === '') throw missing('accessToken');
  if (tokens.accessToken !== '' && session.options.timing.now() < tokens.renewAt) return tokens.accessToken;
  try {
    return (await renewed(session, tokens.accessToken))?.accessToken ?? tokens.accessToken;
  } catch (error) {
    // Renewing early leaves time: while the login server is down, the old token still works.
    if (isPassing(error) && tokens.accessToken !== '' && session.options.timing.now() < tokens.expiresAt) {
      return tokens.accessToken;
    }
    throw error;
  }
}

function isPassing(error: unknown): boolean {
  return error instanceof SipgateError && error.code !== 'UNAUTHORIZED' && error.code !== 'INVALID_INPUT';
}

async function loadOnce(session: Session): Promise<void> {
  if (session.loaded) return;
  const stored = await loadStored(session);
  if (stored !== undefined && !session.loaded) session.tokens = stored;
  session.loaded = true;
}

async function loadStored({ options, fingerprint }: Session): Promise<Tokens | undefined> {
  try {
    const stored = await options.store?.load();
    return stored?.fingerprint === fingerprint ? stored : undefined;
  } catch (error) {
    options.onWarning?.(
      `The file with the renewed login cannot be read (${messageOf(error)}). Check its permissions.`,
    );
    return undefined;
  }
}

/** @returns the new tokens, or `undefined` where there is nothing to renew them with */
function renewed(session: Session, outdated: string): Promise<Tokens | undefined> {
  if (session.tokens.accessToken !== outdated) return Promise.resolve(session.tokens);
  if (session.tokens.refreshToken === '') return Promise.resolve(undefined);
  const { options, fingerprint } = session;
  const group = `oauth ${options.store?.id ?? fingerprint}`;
  const work = () => options.guard(takeTurn({ group }, () => renew(session, outdated)));
  session.renewal ??= work().finally(() => (session.renewal = undefined));
  return session.renewal;
}

async function renew(session: Session, outdated: string): Promise<Tokens> {
  if (await adoptStored(session, outdated)) return session.tokens;
  const outcome = await session.options.post(refreshForm(session));
  const tokens = readTokens(session, outcome.result);
  if (tokens === undefined) {
    // Another Node-RED or a client that was just closed may have been faster.
    if (await adoptStored(session, outdated)) return session.tokens;
    throw renewalError(session, outcome);
  }
  session.tokens = tokens;
  session.unsaved = true;
  await saveAgain(session);
  return tokens;
}

/** Takes over what another client of the same login has stored in the meantime. */
async function adoptStored(session: Session, outdated: string): Promise<boolean> {
  const stored = await loadStored(session);
  if (
    stored === undefined ||
    stored.accessToken === outdated ||
    stored.accessToken === session.tokens.accessToken
  )
    return false;
  session.tokens = stored;
  return session.options.timing.now() < stored.renewAt;
}

function refreshForm({ options: { credentials }, tokens }: Session): URLSearchParams {
  const clientId = trimmed(credentials.clientId);
  if (clientId === '') throw missing('clientId');
  const form = new URLSearchParams({
    grant_type: 'refresh_token',
    refresh_token: tokens.refreshToken,
    client_id: clientId,
  });
  const clientSecret = trimmed(credentials.clientSecret);
  if (clientSecret !== '') form.set('client_secret', clientSecret);
  return form;
}

function readTokens(session: Session, answer: WireResult): Tokens | undefined {
  if (answer.kind !== 'answer' || answer.status < 200 || answer.status > 299) return undefined;
  const body = parseJson(answer.text);
  if (!isRecord(body) || typeof body.access_token !== 'string' || body.access_token === '') return undefined;
  const refreshToken =
    typeof body.refresh_token === 'string' && body.refresh_token
      ? body.refresh_token
      : session.tokens.refreshToken;
  const lifetime = typeof body.expires_in === 'number' ? body.expires_in * 1000 : undefined;
  // `expires_in` first: it does not care whether this machine's clock is right.
  const expiresAt =
    lifetime === undefined ? expiryOf(body.access_token) : session.options.timing.now() + lifetime;
  const early = Math.min(EARLY, (lifetime ?? Infinity) / 2);
  return { accessToken: body.access_token, refreshToken, expiresAt, renewAt: expiresAt - early };
}

/** One at a time: the store has one file, and whoever comes meanwhile waits, too, before using the tokens. */
async function saveAgain(session: Session): Promise<void> {
  if (!session.unsaved) return;
  session.saving ??= save(session).finally(() => (session.saving = undefined));
  await session.saving;
}

async function save(session: Session): Promise<void> {
  try {
    await session.options.store?.save({ ...session.tokens, fingerprint: session.fingerprint });
    session.unsaved = false;
  } catch (error) {
    // Refusing to work would not bring the old login back: use it, say so, and try to store it at every request.
    session.options.onWarning?.(
      `The renewed login cannot be stored (${messageOf(error)}): after a restart you would have to log in again. Check the space and the permissions of Node-RED's user directory.`,
    );
  }
}

function renewalError(session: Session, { result: answer, waitFor }: Outcome): SipgateError {
  if (answer.kind === 'failure') {
    const code = answer.reason === 'timeout' ? 'TIMEOUT' : 'NETWORK';
    return new SipgateError(
      code,
      `The login could not be renewed (${answer.cause.message}). Try again later.`,
      { cause: answer.cause },
    );
  }
  const { status: statusCode } = answer;
  const words = wordsOf(answer.text, secretsOf(session));
  const said = `HTTP ${statusCode}${words && `: ${words}`}`;
  const cause = new Error(`POST token endpoint: HTTP ${statusCode}`);
  if (statusCode === 429 || waitFor !== undefined) {
    const when = waitFor === undefined ? 'later' : `in ${waitFor} s`;
    return new SipgateError('RATE_LIMITED', `The login could not be renewed (${said}). Try again ${when}.`, {
      cause,
      statusCode,
    });
  }
  if (statusCode >= 400 && statusCode < 500) {
    return new SipgateError(
      'UNAUTHORIZED',
      `The login could not be renewed (${said}): the refresh token is used up, revoked or was not used for 30 days. ${LOG_IN_AGAIN}`,
      { cause, statusCode },
    );
  }
  return new SipgateError(
    'SERVER',
    `The login could not be renewed (${said}). Check the OAuth URL, or try again later.`,
    { cause, statusCode },
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown reason';
}
