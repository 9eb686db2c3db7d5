import { unlessAborted } from '../abort';
import { SipgateError } from '../errors';
import { isRecord } from '../json';
import { isWebPage } from './server-words';

/** Who the credentials belong to. */
export interface AuthenticatedUser {
  /** Extension of the user, `w0`, as paths want it. */
  readonly userId: string;
  /** The account, `1234567`. */
  readonly masterSipId: string;
  readonly domain?: string;
  readonly locale?: string;
}

/** Finds out who is logged in, once. */
export interface UserLookup {
  /** @throws SipgateError `SERVER` when something else than sipgate answers */
  find(signal?: AbortSignal): Promise<AuthenticatedUser>;
  /** What `find` has found so far. */
  known(): AuthenticatedUser | undefined;
}

/** @param ask gets sipgate's answer; nobody's signal may end it, for all who want to know share it */
export function createUserLookup(ask: () => Promise<unknown>): UserLookup {
  let user: AuthenticatedUser | undefined;
  let asking: Promise<AuthenticatedUser> | undefined;
  async function askOnce(): Promise<AuthenticatedUser> {
    user = readUser(await ask());
    return user;
  }
  return {
    known: () => user,
    async find(signal) {
      if (user !== undefined) return user;
      asking ??= askOnce().finally(() => (asking = undefined));
      return unlessAborted(asking, signal);
    },
  };
}

function readUser(body: unknown): AuthenticatedUser {
  if (!isRecord(body) || typeof body.sub !== 'string' || body.sub === '') {
    const got = typeof body === 'string' && isWebPage(body) ? ' but is a web page' : '';
    throw new SipgateError(
      'SERVER',
      `The answer does not come from sipgate's API${got}. Check the API URL of the account.`,
    );
  }
  const { sub: userId, masterSipId, domain, locale } = body;
  return {
    userId,
    masterSipId:
      typeof masterSipId === 'string' || typeof masterSipId === 'number' ? String(masterSipId) : '',
    ...(typeof domain === 'string' ? { domain } : {}),
    ...(typeof locale === 'string' ? { locale } : {}),
  };
}
