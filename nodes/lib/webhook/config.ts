import type { NodeAPI } from 'node-red';
import {
  invalidInput,
  isAbsoluteUrl,
  parseCountry,
  parseRanges,
  readPublicKey,
  type AddressRanges,
  type Country,
} from '../../../sipgate/index';
import type { Place } from '../server/mount';
import { normalPath } from '../server/paths';
import { isEditorsPath, pathOnTheWire } from './path-rule';
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
    country: parseCountry(savedText(saved, 'country'), 'country'),
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

function readPath(text: string): string {
  const path = pathOnTheWire(text);
  if (path !== undefined) return normalPath(path);
  throw invalidInput(
    'path',
    'is not a path',
    'Write one such as /sipgate/a-long-random-word, without ? and #.',
  );
}

/** A webhook there would take the editor away, or never be asked. */
function refuseEditorsPath(RED: NodeAPI, path: string): void {
  const { httpAdminRoot, httpNodeRoot } = RED.settings as unknown as Record<
    string,
    string | false | undefined
  >;
  if (httpAdminRoot === false || !isEditorsPath(path, httpAdminRoot ?? '', httpNodeRoot || '')) return;
  throw invalidInput(
    'path',
    'belongs to Node-RED’s editor',
    'Choose one of its own, such as /sipgate/a-long-random-word.',
  );
}

/** A longer one is cut, not refused: a webhook that does not start would answer no call at all. */
function readResponseTimeout(saved: Saved): number {
  const bounds = { fallback: 3000, least: 1, most: Number.MAX_SAFE_INTEGER };
  return Math.min(savedCount(saved, 'responseTimeout', bounds), LONGEST_RESPONSE_MS);
}

const LONGEST_URL = 2048;

function readPublicUrl(text: string): string {
  if (text === '' || (text.length <= LONGEST_URL && isAbsoluteUrl(text))) return text;
  throw invalidInput(
    'publicUrl',
    'must be an absolute URL',
    'Give it as sipgate reaches it, such as https://example.org/sipgate/..., without blanks.',
  );
}
