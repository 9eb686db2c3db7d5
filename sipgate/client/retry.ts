import type { Timing } from './timing';
import type { Transport } from './wire/transport';
import type { WireRequest, WireResult } from './wire/types';

/** What the last of several tries came to. */
export interface LastTry {
  readonly result: WireResult;
  /** Whether the answer to an earlier try was lost, so that it may have been carried out. */
  readonly isEarlierLost: boolean;
  /** s; the pause that sipgate asked for, when it was too long to wait. */
  readonly askedPauseS?: number | undefined;
}

/** What sending again takes. */
export interface RetryOptions {
  /** Makes the request of a try; headers may change in between. */
  readonly next: () => Promise<WireRequest>;
  /** Whether doing it twice is the same as doing it once. */
  readonly isRepeatable: boolean;
  readonly timing: Timing;
  readonly signal?: AbortSignal | undefined;
}

export const MOST_RETRIES = 3;
/** A flow that hangs longer than this looks dead, so the user decides. */
const LONGEST_PAUSE_S = 30;
/** Before the first retry; doubled for each further one. */
const FIRST_PAUSE_MS = 500;

/**
 * Sends, and sends again where that is safe: after 429 and where nothing was sent at all, and what may be repeated also
 * after 502, 503, 504 and a broken connection. What was sent and not answered in time is not repeated: the user's limit
 * counts for the whole.
 * @throws SipgateError `NETWORK` (see `isCancelled`) when the signal aborts during a pause
 */
export async function sendWithRetries(
  transport: Transport,
  { next, isRepeatable, timing, signal }: RetryOptions,
): Promise<LastTry> {
  let isEarlierLost = false;
  for (let retries = 0; ; retries += 1) {
    const result = await transport.send(await next());
    const isLost = isAnswerLost(result);
    if (!isUndone(result) && !(isLost && isRepeatable)) return { result, isEarlierLost };
    const header = result.kind === 'answer' ? result.headers['retry-after'] : undefined;
    const askedPauseS = retryPauseS(header, timing.now());
    if ((askedPauseS ?? 0) > LONGEST_PAUSE_S) return { result, isEarlierLost, askedPauseS };
    if (retries === MOST_RETRIES) return { result, isEarlierLost };
    isEarlierLost ||= isLost;
    await timing.sleep(askedPauseS === undefined ? backOffMs(retries, timing) : askedPauseS * 1000, signal);
  }
}

/** @returns whether the request was surely not carried out, and may be in a while */
function isUndone(result: WireResult): boolean {
  return result.kind === 'answer' ? result.status === 429 : result.reason === 'unreached';
}

/** @returns whether the request may have been carried out, but what came back does not tell */
export function isAnswerLost(result: WireResult): boolean {
  if (result.kind === 'failure') return result.reason === 'broken';
  return result.status >= 502 && result.status <= 504;
}

/** @returns whether the request was carried out, or may have been: after an error of sipgate's own nobody knows */
export function mayBeCarriedOut(result: WireResult): boolean {
  if (result.kind === 'failure') return result.wasSent;
  return result.status < 400 || result.status === 408 || result.status >= 500;
}

/** @returns ms; half of it is chance, so that many flows that failed together do not come back together */
export function backOffMs(retries: number, timing: Timing): number {
  return FIRST_PAUSE_MS * 2 ** retries * (0.5 + timing.random() / 2);
}

/** Longer is no time. */
const LONGEST_HEADER = 100;

/**
 * @param header a `Retry-After` in seconds or as a date
 * @param now ms since 1970
 * @returns s; `undefined` where it is unusable
 */
export function retryPauseS(header: string | undefined, now: number): number | undefined {
  if (!header || header.length > LONGEST_HEADER) return undefined;
  const text = header.trim();
  if (/^\d+(?:\.\d+)?$/.test(text)) return Math.ceil(Number(text));
  // JavaScript takes `-1` and `5, 5` for days of 2001, and there would be no pause at all
  const date = /^(?:[a-z]{3}|\d{4}-)/i.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now) / 1000));
}
