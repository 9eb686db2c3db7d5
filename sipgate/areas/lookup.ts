import { listFaxlines, listSmsExtensions, userIdOf, type ListOptions } from '../client/account-lists';
import { isRecord, itemsOf } from '../json';
import { apiPath, type ApiPath } from '../client/api-path';
import type { SipgateClient } from '../client/client';
import { mustBe } from '../errors';

/** What can be looked up. */
export type LookupResource =
  | 'users'
  | 'devices'
  | 'numbers'
  | 'phonelines'
  | 'faxlines'
  | 'sms'
  | 'voicemails'
  | 'groups'
  | 'userinfo'
  | 'balance';

/** A number of the account and where it leads; `endpointId` is empty when it leads nowhere. */
export interface AccountNumber {
  readonly id: string;
  readonly number: string;
  readonly localized?: string;
  readonly type?: string;
  readonly endpointId?: string;
  readonly endpointAlias?: string;
}

/** What each resource is called in messages, and the scopes that open it. */
const PURPOSES = {
  users: { what: 'list the users', scopes: ['users:read'] },
  devices: { what: 'list the phones', scopes: ['devices:read'] },
  numbers: { what: 'list the numbers', scopes: ['numbers:read'] },
  phonelines: { what: 'list the phone lines', scopes: ['phonelines:read'] },
  voicemails: { what: 'list the voicemails', scopes: ['voicemails:read'] },
  groups: { what: 'list the groups', scopes: ['groups:read'] },
  userinfo: { what: 'say whose login this is' },
  balance: { what: 'show the balance', scopes: ['balance:read'] },
} as const;

/**
 * Asks for one resource, all pages of it.
 * @param options.userId for `devices`, `phonelines`, `faxlines`, `sms`: whose, by default who is logged in;
 *   for `numbers` and `groups`: only those of this user, by default all
 * @returns what the API gives, lists without their wrapping. `faxlines` holds those of the user's groups as well.
 *   The `amount` of `balance` is in 1/10000 of the currency.
 */
export async function lookup(
  client: SipgateClient,
  resource: LookupResource,
  options: ListOptions = {},
): Promise<unknown> {
  switch (resource) {
    case 'users':
      return list(client, apiPath`/users`, resource, options);
    case 'devices':
      return list(client, apiPath`/${await userIdOf(client, options)}/devices`, resource, options);
    case 'numbers':
      return listNumbers(client, options);
    case 'phonelines':
      return list(client, apiPath`/${await userIdOf(client, options)}/phonelines`, resource, options);
    case 'faxlines':
      return listFaxlines(client, options);
    case 'sms':
      return listSmsExtensions(client, options);
    case 'voicemails':
      return list(client, apiPath`/voicemails`, resource, options);
    case 'groups':
      return list(client, apiPath`/groups`, resource, options, {
        userId: options.userId?.trim() || undefined,
      });
    case 'userinfo':
      return client.get(apiPath`/authorization/userinfo`, { ...PURPOSES.userinfo, signal: options.signal });
    case 'balance':
      return client.get(apiPath`/balance`, { ...PURPOSES.balance, signal: options.signal });
    default:
      throw mustBe('resource', 'something to look up', resource, 'Choose one of those in the dialog.');
  }
}

async function list(
  client: SipgateClient,
  at: ApiPath,
  resource: 'users' | 'devices' | 'phonelines' | 'voicemails' | 'groups' | 'numbers',
  { signal }: ListOptions,
  query: Record<string, string | undefined> = {},
): Promise<unknown[]> {
  return itemsOf(await client.get(at, { ...PURPOSES[resource], query, signal }));
}

/** Asked for at once; sipgate may give fewer. */
const PAGE_ENTRIES = 100;

/**
 * @returns all numbers of the account, or, with `userId`, those of a user.
 * sipgate may give shorter pages than asked for and tells no total: only a page without anything new is the end.
 */
export async function listNumbers(
  client: SipgateClient,
  options: ListOptions = {},
): Promise<AccountNumber[]> {
  const userId = options.userId?.trim();
  if (userId) return (await list(client, apiPath`/${userId}/numbers`, 'numbers', options)) as AccountNumber[];
  const numbers = new Map<string, AccountNumber>();
  let offset = 0;
  for (;;) {
    const query = { offset, limit: PAGE_ENTRIES };
    const answer = await client.get(apiPath`/numbers`, {
      ...PURPOSES.numbers,
      query,
      signal: options.signal,
    });
    const page = itemsOf<AccountNumber>(answer);
    const known = numbers.size;
    for (const number of page) numbers.set(number.id, number);
    offset += page.length;
    if (numbers.size === known || reachedTotal(answer, offset)) return [...numbers.values()];
  }
}

function reachedTotal(answer: unknown, offset: number): boolean {
  return isRecord(answer) && typeof answer.totalCount === 'number' && offset >= answer.totalCount;
}
