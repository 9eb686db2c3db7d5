import type { SimulatedAccount } from '../account/account';
import type { SimulatedUser } from '../account/extensions';
import type { RestRequest } from './types';
import { refuse } from './answers';
import { header } from './body';

/** Who asks, and what the credentials were made for. */
interface Login {
  readonly userId: string;
  readonly scopes: readonly string[];
}

/**
 * Checks the credentials and their scopes. The specification lists several scopes for an endpoint; any one
 * of them is enough in practice (fact sheet, 1.4).
 * @throws Refusal 401 for credentials that are wrong or expired, 403 when they lack every scope
 */
export function authorize(
  account: SimulatedAccount,
  request: RestRequest,
  scopes: readonly string[],
  now: number,
): SimulatedUser {
  const login = findLogin(account, header(request, 'authorization'), now);
  const user = account.users.find(({ id }) => id === login?.userId);
  if (!login || !user) throw refuse(401);
  const allowed = scopes.length === 0 || ['all', ...scopes].some((scope) => login.scopes.includes(scope));
  if (!allowed) throw refuse(403);
  return user;
}

function findLogin(account: SimulatedAccount, authorization: string, now: number): Login | undefined {
  const [, kind = '', value = ''] = /^(\w+) +(\S+)$/.exec(authorization) ?? [];
  if (kind.toLowerCase() === 'bearer')
    return account.credentials.oauth.sessions.find(
      ({ accessToken, accessExpiresAt }) => accessToken === value && now < accessExpiresAt,
    );
  return kind.toLowerCase() === 'basic' ? findBasic(account, value) : undefined;
}

function findBasic({ credentials }: SimulatedAccount, value: string): Login | undefined {
  const text = Buffer.from(value, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  const name = text.slice(0, colon);
  const secret = text.slice(colon + 1);
  const token = credentials.tokens.find(({ id, token }) => id === name && token === secret);
  if (token) return token;
  const login = credentials.passwords.find(
    ({ username, password }) => username === name && password === secret,
  );
  return login && { userId: login.userId, scopes: ['all'] };
}

/**
 * Lets a user read what is theirs, and an administrator what is anybody's of the account.
 * @throws Refusal 404 for a user that the account does not have, 403 for somebody else's things
 */
export function readableUser(
  account: SimulatedAccount,
  asking: SimulatedUser,
  userId: string,
): SimulatedUser {
  const user = account.users.find(({ id }) => id === userId);
  if (!user) throw refuse(404);
  if (user.id !== asking.id && !asking.admin) throw refuse(403);
  return user;
}
