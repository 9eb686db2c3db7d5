import { invalidInput } from '../../errors';

/** How to log in to sipgate. */
export type Credentials = TokenCredentials | OAuthCredentials | BasicCredentials;

/** A personal access token, made at app.sipgate.com/personal-access-token. */
export interface TokenCredentials {
  readonly type: 'token';
  readonly tokenId: string;
  readonly token: string;
}

/** What an OAuth login gave. With a refresh token and a client id the access token is renewed by itself. */
export interface OAuthCredentials {
  readonly type: 'oauth';
  readonly accessToken?: string;
  readonly refreshToken?: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
}

/** User name and password; sipgate calls this deprecated. */
export interface BasicCredentials {
  readonly type: 'basic';
  readonly username: string;
  readonly password: string;
}

/** Says who asks. */
export interface Authorizer {
  /** @returns the value of the header `Authorization` for the next request */
  header(): Promise<string>;
  /**
   * After a 401: gets a new login where that is possible.
   * @param refused the header that was refused
   * @returns where the new login comes from: from sipgate just now, or from another account of the same login, so that
   *   it may be refused, too
   */
  renew(refused: string): Promise<'renewed' | 'takenOver' | 'impossible'>;
  /** Everything that must not appear in a message. */
  secrets(): string[];
  /** What to do when the login is refused, as a sentence. */
  readonly loginHint: string;
  /** What to do when a scope is missing, as the rest of the sentence "The login lacks the scope …; ". */
  readonly scopeHint: string;
}

/**
 * An unchanging login: a token or user and password.
 * @throws SipgateError `INVALID_INPUT` from `header()` when a part is missing
 */
export function staticAuthorizer(credentials: TokenCredentials | BasicCredentials): Authorizer {
  const [user, password] = loginParts(credentials);
  const header = `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;
  return {
    header: async () => {
      checkComplete(credentials, user, password);
      return header;
    },
    renew: async () => 'impossible',
    secrets: () => [header.slice('Basic '.length), password, user],
    loginHint:
      credentials.type === 'token'
        ? 'Check token ID and token in the account, or create a new token at app.sipgate.com/personal-access-token.'
        : 'Check user name and password in the account; better, use a personal access token.',
    scopeHint: 'create a new one at app.sipgate.com/personal-access-token',
  };
}

function loginParts(credentials: TokenCredentials | BasicCredentials): [string, string] {
  // A token is pasted, often with a blank or a line break around it; a password may really begin with a blank.
  return credentials.type === 'token'
    ? [trimmed(credentials.tokenId), trimmed(credentials.token)]
    : [trimmed(credentials.username), credentials.password ?? ''];
}

function checkComplete(
  credentials: TokenCredentials | BasicCredentials,
  user: string,
  password: string,
): void {
  const [userField, passwordField] =
    credentials.type === 'token' ? ['tokenId', 'token'] : ['username', 'password'];
  if (user === '') throw missing(userField);
  if (password === '') throw missing(passwordField);
}

/** @returns an `INVALID_INPUT` for a part of the login that nobody entered */
export function missing(field: string | undefined) {
  return invalidInput(field ?? 'credentials', 'is missing', 'Enter it in the account.');
}

/** @returns the text without blanks around it; `''` for what is missing */
export function trimmed(text: string | undefined): string {
  return text?.trim() ?? '';
}
