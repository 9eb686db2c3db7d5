/** A clock for `setTimeout` that a test moves by hand. */
export interface FakeTimers {
  /** Timers that have not gone off and were not cleared. */
  readonly count: number;
  /** Lets so many ms pass: what is due goes off, in its order. */
  pass(ms: number): void;
  restore(): void;
}

interface Timer {
  readonly at: number;
  readonly run: () => void;
}

/** Takes the place of `setTimeout` and `clearTimeout` until it is restored. */
export function fakeTimers(): FakeTimers {
  const { setTimeout: realSet, clearTimeout: realClear } = globalThis;
  const waiting = new Set<Timer>();
  let now = 0;
  const fake = {
    setTimeout(run: () => void, ms: number) {
      const timer = { at: now + ms, run, unref: () => timer };
      waiting.add(timer);
      return timer;
    },
    clearTimeout: (timer: Timer) => waiting.delete(timer),
  };
  Object.assign(globalThis, fake);
  return {
    get count() {
      return waiting.size;
    },
    pass(ms) {
      now += ms;
      const due = [...waiting].filter(({ at }) => at <= now).sort((a, b) => a.at - b.at);
      for (const timer of due) if (waiting.delete(timer)) timer.run();
    },
    restore: () => Object.assign(globalThis, { setTimeout: realSet, clearTimeout: realClear }),
  };
}
