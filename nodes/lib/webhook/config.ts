import type { NodeAPI } from 'node-red';
import {
  parseCountry,
  parseRanges,
  readPublicKey,
  type AddressRanges,
  type Country,
} from '../../../sipgate/index';
import type { Place } from '../server/mount';
import { readPlace, readPublicUrl } from './place-config';
import { savedCount, savedFlag, savedText, type Saved } from '../node-config';

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
    place: readPlace(RED, saved, '/sipgate'),
    publicUrl: readPublicUrl(saved),
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

/** A longer one is cut, not refused: a webhook that does not start would answer no call at all. */
function readResponseTimeout(saved: Saved): number {
  const bounds = { fallback: 3000, least: 1, most: Number.MAX_SAFE_INTEGER };
  return Math.min(savedCount(saved, 'responseTimeout', bounds), LONGEST_RESPONSE_MS);
}
