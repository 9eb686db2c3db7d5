import type { NodeAPI } from 'node-red';
import {
  DEFAULT_COUNTRY,
  invalidInput,
  parseRanges,
  readPublicKey,
  type AddressRanges,
  type Country,
} from '../../../sipgate/index';
import type { Place } from '../server/mount';
import { normalPath } from '../server/paths';
import { savedChoice, savedCount, savedFlag, savedText, type Saved } from '../node-config';

/** A `sipgate-webhook` as its dialog saved it, checked. */
export interface WebhookConfig {
  readonly place: Place;
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
 * @throws SipgateError `INVALID_INPUT` that names the property. A path or a URL is not quoted: they are secrets, and the
 *   error stands in the log.
 */
export function readWebhookConfig(RED: NodeAPI, saved: Saved): WebhookConfig {
  return {
    place: readPlace(RED, saved),
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

function readPlace(RED: NodeAPI, saved: Saved): Place {
  const path = readPath(savedText(saved, 'path') || '/sipgate');
  if (savedChoice(saved, 'server', ['node-red', 'port']) === 'node-red') {
    refuseEditorsPath(RED, path);
    return { server: 'node-red', path };
  }
  return {
    server: 'port',
    path,
    host: savedText(saved, 'host') || '127.0.0.1',
    port: savedCount(saved, 'port', { fallback: 8765, least: 0, most: 65_535 }),
    tls: savedText(saved, 'tls'),
  };
}

const LONGEST_PATH = 512;

function readPath(text: string): string {
  // as it comes over the wire: an umlaut arrives percent-encoded
  const path = (text.startsWith('/') ? text : `/${text}`).replace(/[^\0-\x7f]+/g, encodeURIComponentSafely);
  if (path.length <= LONGEST_PATH && /^\/[\x21-\x7e]*$/.test(path) && !/[?#]/.test(path))
    return normalPath(path);
  throw invalidInput(
    'path',
    'is not a path',
    'Write one such as /sipgate/a-long-random-word, without ? and #.',
  );
}

/** Half a surrogate pair cannot be encoded; what is left of it is refused. */
function encodeURIComponentSafely(text: string): string {
  return /\p{Cs}/u.test(text) ? ' ' : encodeURIComponent(text);
}

/** The first words of the paths that Node-RED's editor and its API answer, below `httpAdminRoot`. */
const EDITORS_PATHS = new Set(
  (
    'auth comms context core credentials debug diagnostics favicon.ico flow flows icons inject library locales nodes ' +
    'plugins projects red resources settings theme types vendor'
  ).split(' '),
);
/** And those of this pack below `sipgate`. */
const OUR_ADMIN_PATHS = new Set(['accounts', 'webhooks', 'webhook-info', 'webhook-urls']);

/** A webhook there would take the editor away, or never be asked. Express does not tell capitals from small letters. */
function refuseEditorsPath(RED: NodeAPI, path: string): void {
  const { httpAdminRoot, httpNodeRoot } = RED.settings as unknown as Record<
    string,
    string | false | undefined
  >;
  if (httpAdminRoot === false) return;
  const [full, admin] = [`${httpNodeRoot || ''}/${path}`, httpAdminRoot ?? ''].map(wordsOf) as [
    string[],
    string[],
  ];
  if (!admin.every((word, index) => full[index] === word)) return;
  const [first, second] = full.slice(admin.length);
  const isEditors = first === undefined || EDITORS_PATHS.has(first);
  if (!isEditors && !(first === 'sipgate' && OUR_ADMIN_PATHS.has(second ?? ''))) return;
  throw invalidInput(
    'path',
    'belongs to Node-RED’s editor',
    'Choose one of its own, such as /sipgate/a-long-random-word.',
  );
}

function wordsOf(path: string): string[] {
  return path
    .toLowerCase()
    .split('/')
    .filter((word) => word !== '');
}

/** A longer one is cut, not refused: a webhook that does not start would answer no call at all. */
function readResponseTimeout(saved: Saved): number {
  const bounds = { fallback: 3000, least: 1, most: Number.MAX_SAFE_INTEGER };
  return Math.min(savedCount(saved, 'responseTimeout', bounds), LONGEST_RESPONSE_MS);
}

const LONGEST_URL = 2048;

/** It goes into XML, which cannot hold control characters, U+FFFE or half a surrogate pair (XML 1.0, 2.2). */
function readPublicUrl(text: string): string {
  if (text === '') return text;
  const isWritable = text.length <= LONGEST_URL && !/[\s\p{Cc}\p{Cs}\ufffe\uffff]/u.test(text);
  if (isWritable && /^https?:\/\/[^/]/i.test(text) && URL.canParse(text)) return text;
  throw invalidInput(
    'publicUrl',
    'must be an absolute URL',
    'Give it as sipgate reaches it, such as https://example.org/sipgate/..., without blanks.',
  );
}
