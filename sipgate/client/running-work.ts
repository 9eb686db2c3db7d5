/** What a client has under way, so that closing it can end the one part and wait for the other. */
export interface RunningWork {
  /** Makes `close` wait for work that nothing may interrupt. */
  hold<T>(work: Promise<T>): Promise<T>;
  /** Runs a task; its signal aborts with the caller's or, unless it is uninterruptible, when the client closes. */
  run<T>(task: (signal: AbortSignal) => Promise<T>, options: TaskOptions): Promise<T>;
  /** Ends what may be ended and resolves when the rest is done. What runs later is ended at once. */
  close(): Promise<void>;
}

interface TaskOptions {
  readonly signal?: AbortSignal | undefined;
  /** Neither signal nor closing ends it. */
  readonly uninterruptible?: boolean;
}

/** @param release frees what the work needs; called each time when the client is closed and nothing runs any more */
export function createRunningWork(release: () => void): RunningWork {
  const pending = new Set<Promise<unknown>>();
  const stopping = new Set<() => void>();
  let isClosed = false;

  function hold<T>(work: Promise<T>): Promise<T> {
    pending.add(work);
    const ended = () => {
      pending.delete(work);
      if (isClosed && pending.size === 0) release();
    };
    work.then(ended, ended);
    return work;
  }

  async function run<T>(
    task: (signal: AbortSignal) => Promise<T>,
    { signal, uninterruptible }: TaskOptions,
  ): Promise<T> {
    const controller = new AbortController();
    const stop = () => controller.abort();
    if (!uninterruptible) {
      stopping.add(stop);
      if (isClosed || signal?.aborted) stop();
      else signal?.addEventListener('abort', stop, { once: true });
    }
    try {
      return await hold(task(controller.signal));
    } finally {
      stopping.delete(stop);
      signal?.removeEventListener('abort', stop);
    }
  }

  async function close(): Promise<void> {
    isClosed = true;
    stopping.forEach((stop) => stop());
    while (pending.size > 0) await Promise.allSettled(pending);
    release();
  }

  return { hold, run, close };
}
