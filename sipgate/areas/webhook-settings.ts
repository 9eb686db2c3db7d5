import { isAbsoluteUrl } from '../absolute-url';
import { isRecord } from '../json';
import { apiPath } from '../client/api-path';
import type { SipgateClient } from '../client/client';
import { describe, invalidInput, mustBe, SipgateError } from '../errors';
import { isExtensionFor } from '../extension';
import { takeTurn } from '../turns';

/** Where sipgate sends the account's calls. */
export interface WebhookSettings {
  /** Empty = off. */
  readonly incomingUrl: string;
  readonly outgoingUrl: string;
  /** Whether sipgate keeps a log of its requests. */
  readonly log: boolean;
  /** Only calls of these extensions; empty = of none; `null` = of all. */
  readonly whitelist: readonly string[] | null;
}

/** What can be done to them. */
export type WebhookSettingsOperation =
  | 'get'
  | 'setIncomingUrl'
  | 'clearIncomingUrl'
  | 'setOutgoingUrl'
  | 'clearOutgoingUrl'
  | 'setWhitelist'
  | 'clearWhitelist'
  | 'disableWhitelist'
  | 'setLog';

/** How a change is made. */
export interface WebhookSettingsOptions {
  readonly signal?: AbortSignal | undefined;
  /** Learns what stood there, before it is changed. */
  readonly onBefore?: (before: WebhookSettings) => void;
}

type Change = Partial<WebhookSettings>;

const ON_NEO = { onNeo: "Set webhooks and the channels they hear of in sipgate's web app instead." };
const READ = {
  what: 'show the webhook settings',
  scopes: ['settings:sipgateio:read', 'settings:read'],
  ...ON_NEO,
};
const WRITE = {
  what: 'change the webhook settings',
  scopes: ['settings:sipgateio:write', 'settings:write'],
  ...ON_NEO,
};

/**
 * Reads or changes the settings of the whole account. Changes of one process wait for each other, and keep every
 * other field, also those that are not known here. sipgate has no lock: what another program or the web app changes
 * in the same moment can be lost.
 * @param value of `setIncomingUrl`, `setOutgoingUrl`: an absolute URL; of `setWhitelist`: extensions, as a list or
 *   comma-separated; of `setLog`: a boolean. Other operations take none.
 * @returns the settings as sipgate has them afterwards
 * @throws SipgateError `INVALID_INPUT` before any request
 */
export async function webhookSettings(
  client: SipgateClient,
  operation: WebhookSettingsOperation,
  value?: unknown,
  options: WebhookSettingsOptions = {},
): Promise<WebhookSettings> {
  if (operation === 'get') return toSettings(await read(client, options.signal));
  const change = toChange(operation, value);
  const group = `webhook settings ${client.apiUrl}`;
  return takeTurn({ group }, () => apply(client, change, options), options.signal);
}

function toChange(operation: WebhookSettingsOperation, value: unknown): Change {
  switch (operation) {
    case 'setIncomingUrl':
      return { incomingUrl: absoluteUrl(value, 'clearIncomingUrl') };
    case 'clearIncomingUrl':
      return { incomingUrl: '' };
    case 'setOutgoingUrl':
      return { outgoingUrl: absoluteUrl(value, 'clearOutgoingUrl') };
    case 'clearOutgoingUrl':
      return { outgoingUrl: '' };
    case 'setWhitelist':
      return { whitelist: extensions(value) };
    case 'clearWhitelist':
      return { whitelist: [] };
    case 'disableWhitelist':
      return { whitelist: null };
    case 'setLog':
      return { log: onOrOff(value) };
    default:
      throw mustBe('operation', 'a known operation', operation, 'Choose one of those in the dialog.');
  }
}

async function apply(
  client: SipgateClient,
  change: Change,
  { signal, onBefore }: WebhookSettingsOptions,
): Promise<WebhookSettings> {
  const before = await read(client, signal);
  onBefore?.(toSettings(before));
  const urls = { incomingUrl: before.incomingUrl ?? '', outgoingUrl: before.outgoingUrl ?? '' };
  const settings = { ...before, ...urls, ...change };
  // a webhook's path is its secret, and sipgate may quote the URL that it refuses
  const confidential = [settings.incomingUrl, settings.outgoingUrl].filter(
    (url) => typeof url === 'string' && url,
  );
  await client.put(apiPath`/settings/sipgateio`, settings, {
    ...WRITE,
    signal,
    confidential: confidential as string[],
  });
  return afterwards(client, change, toSettings(before), signal);
}

/**
 * How sipgate shows the change: it may write a URL its way. A value that still is the old one shows late, for sipgate has
 * accepted the change; and when the look back fails, the change is made all the same. Then what was written counts.
 */
async function afterwards(
  client: SipgateClient,
  change: Change,
  before: WebhookSettings,
  signal: AbortSignal | undefined,
): Promise<WebhookSettings> {
  const shown = await read(client, signal).then(toSettings, () => before);
  const late = fieldsOf(change).filter((field) => same(shown[field], before[field]));
  return { ...shown, ...Object.fromEntries(late.map((field) => [field, change[field]])) };
}

function fieldsOf(change: Change): (keyof WebhookSettings)[] {
  return Object.keys(change) as (keyof WebhookSettings)[];
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

async function read(
  client: SipgateClient,
  signal: AbortSignal | undefined,
): Promise<Record<string, unknown>> {
  const answer = await client.get(apiPath`/settings/sipgateio`, { ...READ, signal });
  if (isRecord(answer)) return answer;
  // Writing back what was not understood would destroy it.
  throw new SipgateError(
    'SERVER',
    'sipgate did not show the webhook settings, so nothing was changed. Check the API URL of the account.',
  );
}

function toSettings(answer: Record<string, unknown>): WebhookSettings {
  const { incomingUrl, outgoingUrl, log, whitelist } = answer;
  return {
    incomingUrl: typeof incomingUrl === 'string' ? incomingUrl : '',
    outgoingUrl: typeof outgoingUrl === 'string' ? outgoingUrl : '',
    log: log === true,
    whitelist: Array.isArray(whitelist) ? whitelist.map(String) : null,
  };
}

function absoluteUrl(value: unknown, clearing: string): string {
  const text = typeof value === 'string' ? value.trim() : '';
  if (text === '') {
    throw mustBe('value', 'an absolute URL', value, `To switch the webhook off, use ${clearing}.`);
  }
  // The text is not quoted: a webhook's URL may hold its secret path.
  if (!isAbsoluteUrl(text)) {
    throw invalidInput(
      'value',
      'must be an absolute URL',
      'Give the whole address: https://example.com/sipgate/….',
    );
  }
  return text;
}

function extensions(value: unknown): string[] {
  const parts: unknown[] =
    typeof value === 'string' ? value.split(',') : Array.isArray(value) ? value : [value];
  const wanted = parts
    .map((part) => (typeof part === 'string' ? part.trim() : part))
    .filter((part) => part !== '');
  if (wanted.length === 0) {
    throw invalidInput(
      'value',
      'names no extension',
      'Give some (p0, g1); for calls of all, use disableWhitelist; of none, clearWhitelist.',
    );
  }
  return [...new Set(wanted.map(routed))];
}

/** Newer accounts route to channels, which have a UUID instead of an extension (sipgate help centre). */
const CHANNEL = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function routed(part: unknown): string {
  if (typeof part === 'string' && (isExtensionFor(part, 'pgw') || CHANNEL.test(part))) return part;
  throw invalidInput(
    'value',
    `must hold extensions only, got ${describe(part)}`,
    'Give those of phone lines (p0), groups (g0) or users (w0), or ids of channels.',
  );
}

function onOrOff(value: unknown): boolean {
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  throw mustBe('value', 'true or false', value, 'Give a boolean.');
}
