import type { Leaving } from './view';

/** A call that can be given up. */
interface Call {
  readonly isOver: boolean;
  readonly ended: Promise<unknown>;
  /** Nobody follows it any more. */
  abandon(leaving: Leaving): void;
}

/** How long a call goes on that nobody looks at. */
export interface AttendanceLimits {
  /** Nothing is heard of its editor: it has crashed, or its computer sleeps. */
  readonly unattendedMs: number;
  /** Its editor has said that the telephone is hidden. */
  readonly hiddenMs: number;
}

interface Watch {
  readonly timer: NodeJS.Timeout;
  readonly isHidden: boolean;
}

/**
 * Hangs up the calls that no editor looks at. One that shows a call asks again as soon as it has an answer, which takes
 * 20 s at most; one that hides it, or is closed, says so. Three times 20 s is what a proxy needs that restarts.
 */
export class AttendedCalls {
  readonly #limits: AttendanceLimits;
  readonly #watches = new WeakMap<Call, Watch>();

  constructor(limits: AttendanceLimits) {
    this.#limits = limits;
  }

  /**
   * Its editor has placed it, or asks for it.
   * @param isWaiting whether it waits for news: such a question may be overtaken by the word that it is hidden, and is
   *   then no sign that it is shown again
   */
  attend(call: Call, isWaiting = false): void {
    if (call.isOver) return;
    const known = this.#watches.get(call);
    if (known?.isHidden === true && isWaiting) return;
    if (known?.isHidden === false) known.timer.refresh();
    else this.#watch(call, false);
  }

  /** Its editor goes on, but shows something else, and asks no more until it shows the call again. */
  hide(call: Call): void {
    if (!call.isOver) this.#watch(call, true);
  }

  #watch(call: Call, isHidden: boolean): void {
    const known = this.#watches.get(call);
    clearTimeout(known?.timer);
    const ms = isHidden ? this.#limits.hiddenMs : this.#limits.unattendedMs;
    const leaving = { note: isHidden ? 'hidden' : 'abandoned', seconds: ms / 1000 } as const;
    this.#watches.set(call, { timer: setTimeout(() => call.abandon(leaving), ms).unref(), isHidden });
    if (!known) void call.ended.then(() => this.#forget(call));
  }

  #forget(call: Call): void {
    clearTimeout(this.#watches.get(call)?.timer);
    this.#watches.delete(call);
  }
}
