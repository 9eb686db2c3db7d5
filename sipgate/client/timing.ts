import { cancelled } from '../errors';

/** Clock, waiting and chance of the client, so that a test need not wait and a retry can be predicted. */
export interface Timing {
  /** @returns ms since 1970 */
  now(): number;
  /** Waits so many ms. @throws SipgateError `NETWORK` (see `isCancelled`) at once when the signal aborts */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** @returns a number from 0 up to, not including, 1 */
  random(): number;
}

/** The clock on the wall. */
export const realTiming: Timing = { now: Date.now, sleep, random: Math.random };

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(cancelled());
    const stop = () => {
      clearTimeout(timer);
      reject(cancelled());
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal?.addEventListener('abort', stop, { once: true });
  });
}
