/** The longest time that a timer of Node.js can wait; a longer one would end at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Waits until the time is over or one of the signals is aborted; leaves neither timer nor listener behind.
 * @param ms Infinity waits for a signal, or for 24 days
 */
export async function pause(ms: number, ...signals: readonly AbortSignal[]): Promise<void> {
  if (signals.some((signal) => signal.aborted)) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(done, Math.min(ms, LONGEST_TIMER_MS));
    for (const signal of signals) signal.addEventListener('abort', done);
    function done(): void {
      clearTimeout(timer);
      for (const signal of signals) signal.removeEventListener('abort', done);
      resolve();
    }
  });
}
