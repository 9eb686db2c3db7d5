import { SipgateError } from '../../errors';
import { takeTurn } from '../../turns';
import type { LastTry } from '../retry';
import type { Timing } from '../timing';
import type { WireResult } from '../wire/transport';
import { missing, trimmed, type Authorizer, type OAuthCredentials } from './credentials';
import { LOG_IN_AGAIN, refreshForm, renewalError } from './renewal';
import type { TokenStore } from './token-file';
import { fingerprintOf, tokensIn, typedTokens, type Tokens } from './tokens';

/** The realm of sipgate's login server for clients made today; old clients have `…/realms/third-party`. */
export const DEFAULT_OAUTH_URL = 'https://login.sipgate.com/auth/realms/sipgate-apps';

/** What the renewal needs from its surroundings. */
export interface OAuthOptions {
  readonly credentials: OAuthCredentials;
  readonly store?: TokenStore | undefined;
  readonly timing: Timing;
  /** Posts a form to the token endpoint, with retries; nothing may interrupt it. */
  readonly post: (form: URLSearchParams) => Promise<LastTry>;
  /** Makes the closing of the client wait for work. */
  readonly hold: <T>(work: Promise<T>) => Promise<T>;
  /** Hears of what is wrong but needs no error now. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

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
  const session: Session = {
    options,
    fingerprint: fingerprintOf(typed),
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
  const work = () => options.hold(takeTurn({ group }, () => renew(session, outdated)));
  session.renewal ??= work().finally(() => (session.renewal = undefined));
  return session.renewal;
}

async function renew(session: Session, outdated: string): Promise<Tokens> {
  if (await adoptStored(session, outdated)) return session.tokens;
  const { options } = session;
  const lastTry = await options.post(refreshForm(options.credentials, session.tokens.refreshToken));
  const tokens = readTokens(session, lastTry.result);
  if (tokens === undefined) {
    // Another Node-RED or a client that was just closed may have been faster.
    if (await adoptStored(session, outdated)) return session.tokens;
    throw renewalError(lastTry, secretsOf(session));
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

function readTokens({ tokens, options }: Session, answer: WireResult): Tokens | undefined {
  if (answer.kind !== 'answer' || answer.status < 200 || answer.status > 299) return undefined;
  return tokensIn(answer.text, tokens.refreshToken, options.timing.now());
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

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown reason';
}
