/** The time of a conversation, in ms. */
export interface Clock {
  /** How much faster than in life it goes; what a flow takes to answer is measured in life's time. */
  readonly speed: number;
  /** Since some moment before the conversation. */
  nowMs(): number;
  /** Runs `act` after `ms` of the conversation. @returns what calls it off */
  after(ms: number, act: () => void): () => void;
}

/** Faster is not told apart from this any more: a timer takes a millisecond. */
const FASTEST = 1000;

/** @param speed how much faster than in life people speak and wait; default 1, at most 1000 */
export function systemClock(speed = 1): Clock {
  const factor = Math.min(speed, FASTEST);
  return {
    speed: factor,
    nowMs: () => performance.now() * factor,
    after: (ms, act) => {
      const timer = setTimeout(act, ms / factor);
      return () => clearTimeout(timer);
    },
  };
}

interface Timer {
  readonly atMs: number;
  readonly act: () => void;
}

/** A clock that stands until somebody moves it. */
export class MovableClock implements Clock {
  readonly speed = 1;
  #nowMs = 0;
  #timers: Timer[] = [];

  nowMs(): number {
    return this.#nowMs;
  }

  after(ms: number, act: () => void): () => void {
    const timer = { atMs: this.#nowMs + ms, act };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer);
    };
  }

  /**
   * Moves the clock, and lets happen on the way what is due, in its order.
   * @param settle is awaited before and after each of it: what it started may want a timer of its own
   */
  async advance(ms: number, settle: () => Promise<void> = async () => undefined): Promise<void> {
    const until = this.#nowMs + ms;
    await settle();
    for (let timer = this.#next(until); timer !== undefined; timer = this.#next(until)) {
      this.#timers = this.#timers.filter((each) => each !== timer);
      this.#nowMs = timer.atMs;
      timer.act();
      await settle();
    }
    this.#nowMs = until;
  }

  #next(untilMs: number): Timer | undefined {
    const due = this.#timers.filter(({ atMs }) => atMs <= untilMs);
    return due.reduce<Timer | undefined>(
      (first, timer) => (first === undefined || timer.atMs < first.atMs ? timer : first),
      undefined,
    );
  }
}
