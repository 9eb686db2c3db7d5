import type { NodeAPI } from 'node-red';
import {
  invalidInput,
  parseCountry,
  parseRanges,
  type AddressRanges,
  type Country,
} from '../../../sipgate/index';
import { savedCount, savedText, type Saved } from '../node-config';
import type { Place } from '../server/mount';
import { readPlace, readPublicUrl } from '../webhook/place-config';

/** A `sipgate-ai-flow` as its dialog saved it, checked. */
export interface AiFlowConfig {
  readonly place: Place;
  /** Absolute URL under which sipgate reaches the AI flow; empty when the user gave none. */
  readonly publicUrl: string;
  readonly allowedIps: AddressRanges;
  readonly trustProxy: AddressRanges;
  readonly country: Country;
  /** Header in which sipgate sends the secret. */
  readonly tokenHeader: string;
  /** The secret; empty: none is asked for. */
  readonly token: string;
  /** ms */
  readonly responseTimeout: number;
  readonly filler: string;
  readonly callStore: string;
}

/** sipgate seems to give up after about five seconds (its own flow-io; not documented). */
const LONGEST_RESPONSE_MS = 5000;

/**
 * @throws SipgateError `INVALID_INPUT` that names the property. A path, a URL or a secret is not quoted, for the error
 *   stands in the log.
 */
export function readAiFlowConfig(RED: NodeAPI, saved: Saved, credentials: Saved): AiFlowConfig {
  return {
    place: readPlace(RED, saved, '/sipgate-ai'),
    publicUrl: readPublicUrl(saved),
    allowedIps: parseRanges(savedText(saved, 'allowedIps'), 'allowedIps'),
    trustProxy: parseRanges(savedText(saved, 'trustProxy'), 'trustProxy'),
    country: parseCountry(savedText(saved, 'country'), 'country'),
    tokenHeader: readHeaderName(savedText(saved, 'tokenHeader') || 'X-API-TOKEN'),
    token: savedText(credentials, 'token'),
    responseTimeout: readResponseTimeout(saved),
    filler: savedText(saved, 'filler'),
    callStore: savedText(saved, 'callStore'),
  };
}

/** A token of RFC 9110, 5.6.2. */
function readHeaderName(text: string): string {
  if (/^[\w!#$%&'*+.^`|~-]{1,100}$/.test(text)) return text;
  throw invalidInput(
    'tokenHeader',
    'is not the name of a header',
    'sipgate sends X-API-TOKEN unless it says otherwise.',
  );
}

/** A longer one is cut, not refused: an AI flow that does not start would answer nobody at all. */
function readResponseTimeout(saved: Saved): number {
  const bounds = { fallback: 4000, least: 1, most: Number.MAX_SAFE_INTEGER };
  return Math.min(savedCount(saved, 'responseTimeout', bounds), LONGEST_RESPONSE_MS);
}
