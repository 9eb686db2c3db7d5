import type { Clock } from './clock';
import type { Utterance } from './speech';

/** What an assistant tells of itself. */
export interface AssistantHooks {
  onBegin(utterance: Utterance): void;
  /** It was spoken to its end. */
  onSpoken(utterance: Utterance): void;
}

/** What is being said. */
export interface Speech {
  readonly utterance: Utterance;
  readonly beganAtMs: number;
}

/** The assistant's voice: says one thing after the other. */
export class Assistant {
  readonly #clock: Clock;
  readonly #hooks: AssistantHooks;
  readonly #waiting: Utterance[] = [];
  #speech: Speech | undefined;
  #callOff: () => void = () => undefined;

  constructor(clock: Clock, hooks: AssistantHooks) {
    this.#clock = clock;
    this.#hooks = hooks;
  }

  get speech(): Speech | undefined {
    return this.#speech;
  }

  /** Says something, after what is being said and what waits. */
  say(utterance: Utterance): void {
    this.#waiting.push(utterance);
    if (this.#speech === undefined) this.#next();
  }

  /** Falls silent, and forgets what waits. @returns what was cut off, if anything */
  stop(): Utterance | undefined {
    const cut = this.#speech?.utterance;
    this.#callOff();
    this.#speech = undefined;
    this.#waiting.length = 0;
    return cut;
  }

  #next(): void {
    const utterance = this.#waiting.shift();
    if (utterance === undefined) return;
    this.#speech = { utterance, beganAtMs: this.#clock.nowMs() };
    this.#callOff = this.#clock.after(utterance.durationMs, () => {
      this.#speech = undefined;
      this.#hooks.onSpoken(utterance);
      if (this.#speech === undefined) this.#next();
    });
    this.#hooks.onBegin(utterance);
  }
}
