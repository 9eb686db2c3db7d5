import { setImmediate as nextTurn } from 'node:timers/promises';
import { cancelled } from './errors';

/** Work without a break may take so long; the event loop must answer callers every 50 ms. */
const BUDGET_MS = 10;

/** Says when long work has to let others work: it shares its process with live calls. */
export interface Breather {
  /** @returns whether it is time to let others work */
  isDue(): boolean;
  /** Lets others work. @throws SipgateError `NETWORK` (see `isCancelled`) when the signal aborts */
  pause(): Promise<void>;
}

/** @param signal stops the work at its next pause */
export function createBreather(signal?: AbortSignal): Breather {
  const check = (): void => {
    if (signal?.aborted) throw cancelled();
  };
  check();
  let since = performance.now();
  return {
    isDue: () => performance.now() - since > BUDGET_MS,
    async pause() {
      await nextTurn();
      check();
      since = performance.now();
    },
  };
}
