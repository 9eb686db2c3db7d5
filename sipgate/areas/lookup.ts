import { listFaxlines, listSmsExtensions, userIdOf, type ListOptions } from '../client/account-lists';
import { isRecord, itemsOf } from '../json';
import { apiPath, type ApiPath } from '../client/api-path';
import type { SipgateClient } from '../client/client';
import type { RequestOptions } from '../client/options';
import { mustBe, SipgateError } from '../errors';
import { isExtensionFor } from '../extension';

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

/** Whose things are looked up, and how to end it. */
export interface LookupOptions {
  readonly userId?: unknown;
  readonly signal?: AbortSignal | undefined;
}

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
  phonelines: {
    what: 'list the phone lines',
    scopes: ['phonelines:read'],
    onNeo: 'Look up `devices` and `numbers` instead: calls are routed by channels there, in the web app.',
  },
  voicemails: { what: 'list the voicemails', scopes: ['voicemails:read'] },
  groups: {
    what: 'list the groups',
    scopes: ['groups:read'],
    onNeo: 'Look up `users` instead: calls are routed by channels there, in the web app.',
  },
  userinfo: { what: 'say whose login this is' },
  balance: { what: 'show the balance', scopes: ['balance:read'] },
} as const;

/**
 * Asks for one resource, all pages of it.
 * @param options.userId for `devices`, `phonelines`, `faxlines`, `sms`: whose, by default who is logged in;
 *   for `numbers` and `groups`: only those of this user, by default all. From a message, so it is checked.
 * @returns what the API gives, lists without their wrapping. `faxlines` holds those of the user's groups as well. Devices
 *   come without their SIP login, and the `amount` of `balance` is in the currency's unit.
 * @throws SipgateError `INVALID_INPUT` before any request; `FORBIDDEN` …
 */
export async function lookup(
  client: SipgateClient,
  resource: LookupResource,
  options: LookupOptions = {},
): Promise<unknown> {
  const { signal } = options;
  const userId = toUserId(options.userId);
  const whose = { userId, signal };
  switch (resource) {
    case 'users':
      return list(client, apiPath`/users`, resource, { signal });
    case 'devices':
      return listDevices(client, whose);
    case 'numbers':
      return listNumbers(client, whose);
    case 'phonelines':
      return list(client, apiPath`/${await userIdOf(client, whose)}/phonelines`, resource, { signal });
    case 'faxlines':
      return listFaxlines(client, whose);
    case 'sms':
      return listSmsExtensions(client, whose);
    case 'voicemails':
      return list(client, apiPath`/voicemails`, resource, { signal });
    case 'groups':
      return list(client, apiPath`/groups`, resource, { signal, query: { userId } });
    case 'userinfo':
      return client.get(apiPath`/authorization/userinfo`, { ...PURPOSES.userinfo, signal });
    case 'balance':
      return balanceOf(await client.get(apiPath`/balance`, { ...PURPOSES.balance, signal }));
    default:
      throw mustBe('resource', 'something to look up', resource, 'Choose one of those in the dialog.');
  }
}

/** @returns `undefined` for nobody in particular. @throws SipgateError `INVALID_INPUT` */
function toUserId(input: unknown): string | undefined {
  const text = typeof input === 'string' ? input.trim() : input;
  if (text === undefined || text === null || text === '') return undefined;
  if (typeof text === 'string' && isExtensionFor(text, 'w')) return text;
  throw mustBe('userId', 'a user', input, 'Give the extension of one, such as w0, or nothing.');
}

type ListRequest = Pick<RequestOptions, 'signal' | 'query'>;

async function list(
  client: SipgateClient,
  at: ApiPath,
  resource: 'users' | 'devices' | 'phonelines' | 'voicemails' | 'groups' | 'numbers',
  request: ListRequest,
): Promise<unknown[]> {
  return itemsOf(await client.get(at, { ...PURPOSES[resource], ...request }));
}

/** neo shows apps only to those who ask for all types; classic knows no types (sipgate's help centre). */
async function listDevices(client: SipgateClient, options: ListOptions): Promise<unknown[]> {
  const { signal } = options;
  const userId = await userIdOf(client, options);
  const query = (await client.platform(signal)) === 'neo' ? { type: 'all' } : {};
  const devices = await list(client, apiPath`/${userId}/devices`, 'devices', { query, signal });
  return devices.map(withoutLogin);
}

/** `credentials` is what sipgate calls the SIP login of a device; the others are what it may call a part of it. */
const LOGIN_PARTS = /credential|password|secret/i;

/** @returns the same without any SIP login, wherever it stands */
function withoutLogin(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutLogin);
  if (!isRecord(value)) return value;
  const harmless = Object.entries(value).filter(([name]) => !LOGIN_PARTS.test(name));
  return Object.fromEntries(harmless.map(([name, part]) => [name, withoutLogin(part)]));
}

/** sipgate counts in 1/10000 of the currency (official example). */
const PARTS_OF_UNIT = 10_000;

function balanceOf(answer: unknown): unknown {
  if (isRecord(answer) && typeof answer.amount === 'number')
    return { ...answer, amount: answer.amount / PARTS_OF_UNIT };
  throw new SipgateError(
    'SERVER',
    "The answer holds no amount, so it does not come from sipgate's API. Check the API URL of the account and the network.",
  );
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
  const { signal } = options;
  if (userId)
    return (await list(client, apiPath`/${userId}/numbers`, 'numbers', { signal })) as AccountNumber[];
  const numbers = new Map<string, AccountNumber>();
  let offset = 0;
  for (;;) {
    const query = { offset, limit: PAGE_ENTRIES };
    const answer = await client.get(apiPath`/numbers`, {
      ...PURPOSES.numbers,
      query,
      signal,
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
