/** Why work was ended before its time. */
export type EndingReason = 'timeout' | 'cancelled';

/** A deadline together with a signal. */
export interface Ending {
  /** Aborts with whichever comes first. */
  readonly signal: AbortSignal;
  /** To be called when the work is done. */
  dispose(): void;
}

/**
 * Joins a deadline and a signal. Not `AbortSignal.any`: in Node.js 20 it holds memory as long as a signal lives.
 * @param onEnd is called once, later, when the time is over or the signal has aborted
 */
export function createEnding(
  timeoutMs: number,
  signal: AbortSignal | undefined,
  onEnd: (reason: EndingReason) => void,
): Ending {
  const controller = new AbortController();
  const dispose = () => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', cancel);
  };
  const end = (reason: EndingReason) => {
    dispose();
    controller.abort();
    onEnd(reason);
  };
  const cancel = () => end('cancelled');
  const timer = setTimeout(() => end('timeout'), timeoutMs);
  if (signal?.aborted) queueMicrotask(cancel);
  else signal?.addEventListener('abort', cancel, { once: true });
  return { signal: controller.signal, dispose };
}
