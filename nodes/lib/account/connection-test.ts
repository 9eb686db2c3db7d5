import {
  isCancelled,
  listFaxlines,
  listSenderIds,
  lookup,
  apiPath,
  webhookSettings,
  type AuthenticatedUser,
  type Platform,
  type SipgateClient,
} from '../../../sipgate/index';
import { toError } from '../errors';

/** What the test of a connection found. */
export interface AccountCheck {
  readonly ok: true;
  /** Whose login it is. */
  readonly user: AuthenticatedUser;
  readonly platform: Platform;
  readonly checks: readonly Check[];
}

/** Whether something of the account can be read. */
interface Check {
  readonly feature: string;
  /** The scope that opens it. */
  readonly scope: string;
  readonly ok: boolean;
  readonly message?: string;
}

type Probe = (client: SipgateClient, signal: AbortSignal) => Promise<unknown>;

/** Each only reads; neo has no phone lines. That a scope for writing is there cannot be found out without writing. */
const PROBES: readonly (readonly [feature: string, scope: string, probe: Probe])[] = [
  ['devices', 'devices:read', (client, signal) => lookup(client, 'devices', { signal })],
  ['phonelines', 'phonelines:read', (client, signal) => lookup(client, 'phonelines', { signal })],
  ['numbers', 'numbers:read', (client, signal) => lookup(client, 'numbers', { signal })],
  ['faxlines', 'faxlines:read', (client, signal) => listFaxlines(client, { signal })],
  ['sms', 'sms:read', (client, signal) => lookup(client, 'sms', { signal })],
  ['senders', 'sms:callerid:read', (client, signal) => listSenderIds(client, { signal })],
  ['groups', 'groups:read', (client, signal) => lookup(client, 'groups', { signal })],
  ['users', 'users:read', (client, signal) => lookup(client, 'users', { signal })],
  ['balance', 'balance:read', (client, signal) => lookup(client, 'balance', { signal })],
  ['contacts', 'contacts:read', (client, signal) => firstOf(client, apiPath`/contacts`, 'contacts', signal)],
  ['history', 'history:read', (client, signal) => firstOf(client, apiPath`/history`, 'history', signal)],
  [
    'webhook-settings',
    'settings:sipgateio:read',
    (client, signal) => webhookSettings(client, 'get', undefined, { signal }),
  ],
];

function firstOf(
  client: SipgateClient,
  at: ReturnType<typeof apiPath>,
  name: string,
  signal: AbortSignal,
): Promise<unknown> {
  const options = { what: `show the ${name}`, scopes: [`${name}:read`], signal };
  return client.get(at, { query: { limit: 1 }, ...options });
}

/**
 * Says who the login belongs to and what it can read. No answer of it holds a credential.
 * @throws SipgateError when sipgate does not know the login, or cannot be reached
 */
export async function checkAccount(client: SipgateClient, signal: AbortSignal): Promise<AccountCheck> {
  // asked anew: what the client remembers says nothing about the login of today
  await lookup(client, 'userinfo', { signal });
  const user = await client.user(signal);
  const platform = await client.platform(signal);
  const probes = PROBES.filter(([feature]) => platform === 'classic' || feature !== 'phonelines');
  const checks = await Promise.all(
    probes.map(async ([feature, scope, probe]): Promise<Check> => {
      try {
        await probe(client, signal);
        return { feature, scope, ok: true };
      } catch (thrown) {
        if (isCancelled(thrown)) throw thrown;
        return { feature, scope, ok: false, message: toError(thrown).message };
      }
    }),
  );
  return { ok: true, user, platform, checks };
}
