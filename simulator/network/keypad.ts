/** Why a wait ended. */
export type Waited = 'digit' | 'time' | 'hungUp';

/** More than anybody types ahead; keeps a stuck key from filling the memory. */
const MOST_KEPT = 64;
const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * The caller's keys. Digits pressed while nobody asks for them are kept for the next Gather, so that a test may
 * press before the webhook has answered.
 */
export class Keypad {
  #kept = '';
  #wake: (() => void) | undefined;

  press(digits: string): void {
    this.#kept = (this.#kept + digits).slice(0, MOST_KEPT);
    if (digits !== '') this.#wake?.();
  }

  get count(): number {
    return this.#kept.length;
  }

  /** Takes the first `most` digits; what was pressed beyond them is lost. */
  take(most: number): string {
    const digits = this.#kept.slice(0, most);
    this.#kept = '';
    return digits;
  }

  /** Waits until there are more digits than `than`, `ms` have passed or the caller has hung up. */
  async moreThan(than: number, ms: number, hungUp: AbortSignal): Promise<Waited> {
    if (this.#kept.length > than) return 'digit';
    const pressed = new AbortController();
    this.#wake = () => pressed.abort();
    await pause(ms, hungUp, pressed.signal);
    this.#wake = undefined;
    if (hungUp.aborted) return 'hungUp';
    return this.#kept.length > than ? 'digit' : 'time';
  }
}

/** Waits `ms` (Infinity: for ever) or until one of the signals; leaves neither timer nor listener behind. */
export async function pause(ms: number, ...signals: AbortSignal[]): Promise<void> {
  if (signals.some((signal) => signal.aborted)) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(done, Math.min(ms, LONGEST_TIMER));
    for (const signal of signals) signal.addEventListener('abort', done);
    function done(): void {
      clearTimeout(timer);
      for (const signal of signals) signal.removeEventListener('abort', done);
      resolve();
    }
  });
}
