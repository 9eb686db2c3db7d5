import type { Timing } from './timing';
import type { Transport, WireRequest, WireResult } from './wire/transport';

/** What the last of several tries came to. */
export interface LastTry {
  readonly result: WireResult;
  /** s; the pause that sipgate asked for, when it was too long to wait. */
  readonly askedPauseS?: number;
}

const MOST_RETRIES = 3;
/** A flow that hangs longer than this looks dead, so the user decides. */
const LONGEST_PAUSE_S = 30;
/** Before the first retry; doubled for each further one. */
const FIRST_PAUSE_MS = 500;

/**
 * Sends, and sends again where that is safe: after 429, 502, 503, 504 and network errors for a request that may
 * be repeated, and for any other only when it surely was not carried out (429, connection refused, no such host).
 * A time-out is not repeated: the user's limit counts for the whole.
 * @param repeatable whether doing it twice is the same as doing it once
 * @param next makes the request of a try; headers may change in between
 * @throws SipgateError `NETWORK` (see `isCancelled`) when the signal aborts during a pause
 */
export async function sendWithRetries(
  transport: Transport,
  next: () => Promise<WireRequest>,
  repeatable: boolean,
  timing: Timing,
  signal?: AbortSignal,
): Promise<LastTry> {
  for (let retries = 0; ; retries += 1) {
    const result = await transport.send(await next());
    if (!mayRetry(result, repeatable)) return { result };
    const askedPauseS = retryAfter(result, timing);
    if (askedPauseS !== undefined && askedPauseS > LONGEST_PAUSE_S) return { result, askedPauseS };
    if (retries === MOST_RETRIES) return { result };
    await timing.sleep(askedPauseS === undefined ? backOff(retries, timing) : askedPauseS * 1000, signal);
  }
}

function mayRetry(result: WireResult, repeatable: boolean): boolean {
  if (result.kind === 'answer') {
    return result.status === 429 || (repeatable && result.status >= 502 && result.status <= 504);
  }
  if (result.reason === 'refused' || result.reason === 'dns') return true;
  return repeatable && result.reason === 'broken';
}

/** @returns ms; half of it is chance, so that many flows that failed together do not come back together */
function backOff(retries: number, timing: Timing): number {
  return FIRST_PAUSE_MS * 2 ** retries * (0.5 + timing.random() / 2);
}

/** @returns s, from a `Retry-After` in seconds or as a date; `undefined` without a usable one */
function retryAfter(result: WireResult, timing: Timing): number | undefined {
  const header = result.kind === 'answer' ? result.headers['retry-after']?.trim() : undefined;
  if (!header) return undefined;
  if (/^\d+(?:\.\d+)?$/.test(header)) return Math.ceil(Number(header));
  // JavaScript takes `-1` and `5, 5` for days of 2001, and there would be no pause at all
  const date = /^(?:[a-z]{3}|\d{4}-)/i.test(header) ? Date.parse(header) : NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - timing.now()) / 1000));
}
