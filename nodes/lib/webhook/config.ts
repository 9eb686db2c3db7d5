import {
  DEFAULT_COUNTRY,
  describe,
  invalidInput,
  parseRanges,
  readPublicKey,
  type AddressRanges,
  type Country,
} from '../../../sipgate/index';
import { savedChoice, savedCount, savedFlag, savedText, type Saved } from '../node-config';

/** Where a webhook listens. */
export type WebhookPlace =
  | { readonly server: 'node-red'; readonly path: string }
  | {
      readonly server: 'port';
      readonly path: string;
      readonly host: string;
      readonly port: number;
      readonly tls: string;
    };

/** A `sipgate-webhook` as its dialog saved it, checked. */
export interface WebhookConfig {
  readonly place: WebhookPlace;
  /** Absolute URL under which sipgate reaches the webhook; empty when the user gave none. */
  readonly publicUrl: string;
  readonly key: ReturnType<typeof readPublicKey> | undefined;
  readonly allowedIps: AddressRanges;
  readonly trustProxy: AddressRanges;
  readonly country: Country;
  readonly masterSipId: string;
  /** ms */
  readonly responseTimeout: number;
  /** s; 0 is off */
  readonly replayWindow: number;
  readonly callStore: string;
}

/** sipgate gives up after about ten seconds; two of them are left for the way there and back. */
const LONGEST_RESPONSE_MS = 8000;

/**
 * @throws SipgateError `INVALID_INPUT` that names the property
 */
export function readWebhookConfig(saved: Saved): WebhookConfig {
  return {
    place: readPlace(saved),
    publicUrl: readPublicUrl(savedText(saved, 'publicUrl')),
    key: savedFlag(saved, 'verifySignature', true) ? readPublicKey(savedText(saved, 'publicKey')) : undefined,
    allowedIps: parseRanges(savedText(saved, 'allowedIps'), 'allowedIps'),
    trustProxy: parseRanges(savedText(saved, 'trustProxy'), 'trustProxy'),
    country: savedText(saved, 'country').toUpperCase() || DEFAULT_COUNTRY,
    masterSipId: savedText(saved, 'masterSipId'),
    responseTimeout: readResponseTimeout(saved),
    replayWindow: savedCount(saved, 'replayWindow', { fallback: 300, least: 0, most: 86_400 }),
    callStore: savedText(saved, 'callStore'),
  };
}

function readPlace(saved: Saved): WebhookPlace {
  const path = readPath(savedText(saved, 'path') || '/sipgate');
  if (savedChoice(saved, 'server', ['node-red', 'port']) === 'node-red') return { server: 'node-red', path };
  return {
    server: 'port',
    path,
    host: savedText(saved, 'host') || '127.0.0.1',
    port: savedCount(saved, 'port', { fallback: 8765, least: 0, most: 65_535 }),
    tls: savedText(saved, 'tls'),
  };
}

function readPath(text: string): string {
  // as it comes over the wire: an umlaut arrives percent-encoded
  const path = (text.startsWith('/') ? text : `/${text}`).replace(/[^\0-\x7f]+/g, encodeURIComponent);
  if (/^\/[^\s?#]*$/.test(path)) return path.length > 1 ? path.replace(/\/+$/, '') : path;
  throw invalidInput(
    'path',
    `is ${describe(text)}`,
    'Write a path such as /sipgate/a-long-random-word, without ? and #.',
  );
}

/** A longer one is cut, not refused: a webhook that does not start would answer no call at all. */
function readResponseTimeout(saved: Saved): number {
  const bounds = { fallback: 3000, least: 1, most: Number.MAX_SAFE_INTEGER };
  return Math.min(savedCount(saved, 'responseTimeout', bounds), LONGEST_RESPONSE_MS);
}

function readPublicUrl(text: string): string {
  if (text === '' || (/^https?:\/\/[^/\s]/i.test(text) && !/\s/.test(text) && URL.canParse(text)))
    return text;
  throw invalidInput(
    'publicUrl',
    `is ${describe(text)}`,
    'Give the absolute URL, such as https://example.org/sipgate/....',
  );
}
