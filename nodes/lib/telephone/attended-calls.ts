/** A call that can be given up. */
interface Call {
  readonly isOver: boolean;
  readonly ended: Promise<unknown>;
  /** Nobody follows it any more. @param afterS how long nobody has asked, s */
  abandon(afterS: number): void;
}

/**
 * Hangs up the calls of an editor that is gone: closed, reloaded or asleep. An editor asks again as soon as it has an
 * answer, which takes 20 s at most. Three times that is also as long as a browser lets the timers of a hidden page wait,
 * and a proxy that restarts is back by then.
 */
export class AttendedCalls {
  readonly #longestMs: number;
  readonly #timers = new WeakMap<Call, NodeJS.Timeout>();

  /** @param longestMs how long nobody may have asked for a call that runs */
  constructor(longestMs: number) {
    this.#longestMs = longestMs;
  }

  /** Its editor has placed it, or asks for it. */
  attend(call: Call): void {
    const known = this.#timers.get(call);
    if (known) known.refresh();
    else if (!call.isOver) this.#begin(call);
  }

  #begin(call: Call): void {
    const timer = setTimeout(() => call.abandon(this.#longestMs / 1000), this.#longestMs).unref();
    this.#timers.set(call, timer);
    void call.ended.then(() => {
      clearTimeout(timer);
      this.#timers.delete(call);
    });
  }
}
