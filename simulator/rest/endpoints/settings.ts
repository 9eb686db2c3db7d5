import type { WebhookSettings } from '../../account/account';
import { isLoopback } from '../../loopback';
import type { RestAnswer } from '../types';
import { done, items, json, refuseByName } from '../answers';
import type { Context, Route } from '../context';

/** Where sipgate sends the events of calls, and what became of them. */
export const settingsRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/settings/sipgateio',
    scopes: ['settings:read', 'settings:sipgateio:read'],
    handler: ({ account }) => json(account.settings),
  },
  {
    method: 'PUT',
    path: '/settings/sipgateio',
    scopes: ['settings:write', 'settings:sipgateio:write'],
    handler: replaceSettings,
  },
  {
    method: 'GET',
    path: '/log/webhooks',
    scopes: ['log:webhooks:read'],
    handler: ({ account }) => items(account.webhookLog),
  },
];

/** Replaces all of it: what was not sent is gone, what nobody knows is kept as it was sent. */
function replaceSettings({ account, body }: Context): RestAnswer {
  const { log = false, whitelist = null } = body;
  if (typeof log !== 'boolean') throw invalid('log must be a boolean');
  if (!isWhitelist(whitelist)) throw invalid('whitelist must be a list of extensions or null');
  account.settings = {
    ...body,
    incomingUrl: readUrl(account.platform, body, 'incomingUrl'),
    outgoingUrl: readUrl(account.platform, body, 'outgoingUrl'),
    log,
    whitelist,
  };
  return done();
}

function isWhitelist(value: unknown): value is WebhookSettings['whitelist'] {
  return value === null || (Array.isArray(value) && value.every((entry) => typeof entry === 'string'));
}

/** An empty URL switches the webhook off. The new platform wants https; here it also takes this computer. */
function readUrl(
  platform: 'classic' | 'neo',
  body: Context['body'],
  field: 'incomingUrl' | 'outgoingUrl',
): string {
  const value = body[field];
  if (value === '') return value;
  if (typeof value !== 'string' || !URL.canParse(value)) throw invalid(`${field} must be a URL or empty`);
  const { protocol, hostname } = new URL(value);
  const isTaken =
    protocol === 'https:' || (protocol === 'http:' && (platform === 'classic' || isLoopback(hostname)));
  if (!isTaken) throw invalid(`${field} must be a URL of ${platform === 'neo' ? 'https' : 'http or https'}`);
  return value;
}

function invalid(message: string) {
  return refuseByName(400, 'PARAMETER_INVALID', message);
}
