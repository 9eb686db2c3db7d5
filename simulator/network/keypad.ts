import { pause } from './pause';

/** Why a wait for digits ended. */
export type WaitEnd = 'digit' | 'timeout' | 'hungUp';

/** More than anybody types ahead; keeps a stuck key from filling the memory. */
const MOST_DIGITS = 64;

/**
 * The keys of the caller's telephone. Digits that are pressed while nobody asks for them are kept for the next Gather,
 * so that a test may press before the webhook has answered.
 */
export class Keypad {
  #digits = '';
  #wake: (() => void) | undefined;

  press(digits: string): void {
    this.#digits = (this.#digits + digits).slice(0, MOST_DIGITS);
    if (digits !== '') this.#wake?.();
  }

  get count(): number {
    return this.#digits.length;
  }

  /** @returns the first `most` digits; what was pressed beyond them is lost */
  take(most: number): string {
    const digits = this.#digits.slice(0, most);
    this.#digits = '';
    return digits;
  }

  /** Waits until more than `count` digits have been pressed, `ms` are over or the caller has hung up. */
  async waitForMore(count: number, ms: number, hungUp: AbortSignal): Promise<WaitEnd> {
    if (this.#digits.length > count) return 'digit';
    const pressed = new AbortController();
    this.#wake = () => pressed.abort();
    await pause(ms, hungUp, pressed.signal);
    this.#wake = undefined;
    if (hungUp.aborted) return 'hungUp';
    return this.#digits.length > count ? 'digit' : 'timeout';
  }
}
