import { LONGEST_TIMER_MS, pause } from './pause';

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
  readonly #entries: string[] = [];
  #wake: (() => void) | undefined;

  press(digits: string): void {
    this.#digits = (this.#digits + digits).slice(0, MOST_DIGITS);
    if (digits !== '') this.#wake?.();
  }

  /** Presses keys and waits no longer, which completes one entry; '' presses nothing. */
  enter(digits: string): void {
    if (this.#entries.length >= MOST_DIGITS) return;
    this.#entries.push(digits);
    this.#wake?.();
  }

  /** Waits for an entry, and puts its digits in the place of what was pressed before. */
  async waitForEntry(hungUp: AbortSignal): Promise<void> {
    if (this.#entries.length === 0) await this.#woken(LONGEST_TIMER_MS, hungUp);
    this.#digits = this.#entries.shift() ?? '';
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
    await this.#woken(ms, hungUp);
    if (hungUp.aborted) return 'hungUp';
    return this.#digits.length > count ? 'digit' : 'timeout';
  }

  async #woken(ms: number, hungUp: AbortSignal): Promise<void> {
    const pressed = new AbortController();
    this.#wake = () => pressed.abort();
    await pause(ms, hungUp, pressed.signal);
    this.#wake = undefined;
  }
}
