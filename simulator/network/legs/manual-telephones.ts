import { LONGEST_TIMER_MS, pause } from '../pause';
import type { CalleeBehaviour, Decision } from '../script/script';
import { namesOf, type Target } from './target';

/** How one of the ringing telephones stopped. */
export interface RingingEnded {
  readonly target: Target;
  readonly kind: CalleeBehaviour;
}

/** The telephones of a call that ring until a person, or the script, says what becomes of them. */
export class ManualTelephones {
  readonly #ringing = new Set<Target>();
  readonly #ends: RingingEnded[] = [];
  #wake: AbortController | undefined;

  /** Those that ring at this moment. */
  get ringing(): readonly Target[] {
    return [...this.#ringing];
  }

  ring(targets: readonly Target[]): void {
    for (const target of targets) this.#ringing.add(target);
  }

  /**
   * A person does something with a telephone.
   * @param name its number on the wire, extension, user id or name; undefined: the first one that rings
   * @returns whether it rings
   */
  decide(name: string | undefined, decision: Decision): boolean {
    const target = this.ringing.find((one) => name === undefined || namesOf(one).includes(name));
    if (target === undefined) return false;
    this.end(target, decision);
    return true;
  }

  /** One of them stops ringing. */
  end(target: Target, kind: CalleeBehaviour): void {
    if (!this.#ringing.delete(target)) return;
    this.#ends.push({ target, kind });
    this.#wake?.abort();
  }

  /** @returns the next one that stops; undefined when the caller has hung up */
  async nextEnd(hungUp: AbortSignal): Promise<RingingEnded | undefined> {
    if (this.#ends.length === 0) {
      this.#wake = new AbortController();
      await pause(LONGEST_TIMER_MS, hungUp, this.#wake.signal);
      this.#wake = undefined;
    }
    return hungUp.aborted ? undefined : this.#ends.shift();
  }

  /** All of them stop, for the call goes on elsewhere or is over. */
  stop(): void {
    this.#ringing.clear();
    this.#ends.length = 0;
  }
}
