import { setImmediate as nextTurn } from 'node:timers/promises';
import { cancelled } from './errors';

/** Work without a break may take so long; the event loop must answer callers every 50 ms. */
const BUDGET_MS = 10;

/** A clock for long work in one process with live calls. */
export interface Pacer {
  /** @returns whether it is time to let others work */
  due(): boolean;
  /** Lets others work. @throws SipgateError `NETWORK` (see `isCancelled`) when the signal aborts */
  rest(): Promise<void>;
}

/** @param signal stops the work at its next rest */
export function pacer(signal?: AbortSignal): Pacer {
  const check = (): void => {
    if (signal?.aborted) throw cancelled();
  };
  check();
  let since = performance.now();
  return {
    due: () => performance.now() - since > BUDGET_MS,
    async rest() {
      await nextTurn();
      check();
      since = performance.now();
    },
  };
}
