import { invalidInput, SipgateError } from '../../errors';
import { takeTurn } from '../../turns';
import type { LastTry } from '../retry';
import type { Timing } from '../timing';
import { missing, trimmed, type Authorizer, type OAuthCredentials } from './credentials';
import { LOG_IN_AGAIN, refreshForm, renewalError } from './renewal';
import {
  firstTokens,
  isOf,
  loginOf,
  tokensIn,
  tokensOf,
  toStore,
  typedTokens,
  type StoredTokens,
  type Tokens,
  type TokenStore,
} from './tokens';

/** The realm of sipgate's login server for clients made today; old clients have `…/realms/third-party`. */
export const DEFAULT_OAUTH_URL = 'https://login.sipgate.com/auth/realms/sipgate-apps';

/** What a header can carry: what is copied from a mail or a document may hold other things. */
const HEADER_TEXT = /^[\x21-\x7e]*$/;

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
 * Renews the access token before it expires and after it was refused, once at a time for all who have the same login:
 * two accounts, a subflow that is used twice, the client before a deploy and the one after it. For them to share what
 * was renewed they need the same store. The new pair is stored before it is used, as the old one is void by then.
 *
 * When the answer to a renewal is lost, nobody knows whether the refresh token is used up. The renewal is then
 * tried again with the old one, and the access token is used up to its real end. If sipgate had carried it out,
 * the user has to log in again: there is no way around it.
 */
export function oauthAuthorizer(options: OAuthOptions): Authorizer {
  const { credentials } = options;
  const session: Session = {
    options,
    group: `oauth ${loginOf(credentials)}`,
    tokens: typedTokens(credentials),
    isUnsaved: false,
  };
  return {
    header: async () => `Bearer ${await accessToken(session)}`,
    renew: (refused) => renewal(session, refused.slice('Bearer '.length)),
    secrets: () => secretsOf(session),
    loginHint: LOG_IN_AGAIN,
    scopeHint: 'log in again with it and enter the new tokens in the account',
  };
}

interface Session {
  readonly options: OAuthOptions;
  /** Of the turns that all who have this login take. */
  readonly group: string;
  tokens: Tokens;
  loading?: Promise<void> | undefined;
  /** The store failed: the tokens live in memory only until it works again. */
  isUnsaved: boolean;
  saving?: Promise<void> | undefined;
  renewal?: Promise<'renewed' | 'takenOver'> | undefined;
}

function secretsOf({ tokens, options: { credentials } }: Session): string[] {
  const { accessToken, refreshToken, clientId, clientSecret } = credentials;
  return [tokens.accessToken, tokens.refreshToken, accessToken, refreshToken, clientSecret, clientId]
    .map(trimmed)
    .filter(Boolean);
}

async function accessToken(session: Session): Promise<string> {
  session.loading ??= begin(session);
  await session.loading;
  if (session.isUnsaved) await saveAgain(session);
  const { tokens } = session;
  if (tokens.accessToken === '' && tokens.refreshToken === '') throw missing('accessToken');
  if (!HEADER_TEXT.test(tokens.accessToken)) {
    const problem = 'must consist of letters, digits and signs of a keyboard';
    throw invalidInput('accessToken', problem, 'Copy it again, without blanks and quotation marks.');
  }
  if (tokens.accessToken !== '' && session.options.timing.now() < tokens.renewAt) return tokens.accessToken;
  try {
    await renewal(session, tokens.accessToken);
    return session.tokens.accessToken;
  } catch (error) {
    // Renewing early leaves time: while the login server is down, the old token still works.
    if (isPassing(error) && tokens.accessToken !== '' && session.options.timing.now() < tokens.expiresAt) {
      return tokens.accessToken;
    }
    throw error;
  }
}

async function begin(session: Session): Promise<void> {
  session.tokens = firstTokens(session.options.credentials, await loadStored(session));
}

function isPassing(error: unknown): boolean {
  return error instanceof SipgateError && error.code !== 'UNAUTHORIZED' && error.code !== 'INVALID_INPUT';
}

async function loadStored({ options }: Session): Promise<StoredTokens | undefined> {
  try {
    return await options.store?.load();
  } catch (error) {
    options.onWarning?.(
      `The file with the renewed login cannot be read (${messageOf(error)}). Check its permissions.`,
    );
    return undefined;
  }
}

/** Gets a newer access token than the outdated one into the session, if that can be done. */
async function renewal(session: Session, outdated: string): ReturnType<Authorizer['renew']> {
  if (session.tokens.accessToken !== outdated) return 'takenOver';
  if (session.tokens.refreshToken === '') return 'impossible';
  const { group, options } = session;
  session.renewal ??= options
    .hold(takeTurn({ group }, () => renew(session)))
    .finally(() => (session.renewal = undefined));
  return session.renewal;
}

async function renew(session: Session): Promise<'renewed' | 'takenOver'> {
  if (await adoptStored(session)) return 'takenOver';
  const { options } = session;
  const used = session.tokens;
  const lastTry = await options.post(refreshForm(options.credentials, used.refreshToken));
  const { result } = lastTry;
  const isRenewed = result.kind === 'answer' && result.status >= 200 && result.status <= 299;
  const tokens = isRenewed ? tokensIn(result.text, used, options.timing.now()) : undefined;
  if (tokens === undefined) {
    // Another Node-RED may have been faster.
    if (await adoptStored(session)) return 'takenOver';
    throw renewalError(lastTry, secretsOf(session));
  }
  // stored first, and only then used: whoever comes meanwhile waits for this renewal
  await save(session, tokens);
  return 'renewed';
}

/**
 * Takes over what another client of the same login has stored in the meantime.
 * @returns whether it is good for a while
 */
async function adoptStored(session: Session): Promise<boolean> {
  const { credentials, timing } = session.options;
  const stored = await loadStored(session);
  if (stored === undefined || !isOf(credentials, stored)) return false;
  const tokens = tokensOf(stored);
  if (tokens.generation <= session.tokens.generation) return false;
  session.tokens = tokens;
  return timing.now() < tokens.renewAt;
}

/** Once for all who come meanwhile, and not while another client writes. */
async function saveAgain(session: Session): Promise<void> {
  const { group, options } = session;
  const work = async () => {
    await adoptStored(session);
    if (session.isUnsaved) await save(session, session.tokens);
  };
  session.saving ??= options.hold(takeTurn({ group }, work)).finally(() => (session.saving = undefined));
  await session.saving;
}

/** Only in a turn: the store has one file. */
async function save(session: Session, tokens: Tokens): Promise<void> {
  const { credentials, store, onWarning } = session.options;
  try {
    await store?.save(toStore(credentials, tokens));
    session.isUnsaved = false;
  } catch (error) {
    // Refusing to work would not bring the old login back: use it, say so, and try to store it at every request.
    session.isUnsaved = true;
    onWarning?.(
      `The renewed login cannot be stored (${messageOf(error)}): after a restart you would have to log in again. Check the space and the permissions of Node-RED's user directory.`,
    );
  }
  session.tokens = tokens;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown reason';
}
