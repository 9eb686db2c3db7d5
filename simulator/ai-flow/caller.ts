import type { Assistant } from './assistant';
import { interruptionMs, VOICE_DETECTED_MS } from './barge-in';
import type { Clock } from './clock';
import { speechMs } from './speech';

/** What a caller's voice does, as sipgate hears it. */
export interface CallerHooks {
  onBegin(text: string, durationMs: number): void;
  /** The voice was detected. */
  onDetected(): void;
  /** The assistant was cut off. */
  onInterrupted(): void;
  /** The sentence is over and was understood. */
  onSpoken(text: string, bargedIn: boolean, wasTalkedOver: boolean): void;
}

/** How long a silence ends a sentence; a flow may choose another (`vad`). Invented. */
const SILENCE_MS = 700;

/** The caller's voice: says one sentence after the other. */
export class Caller {
  readonly #clock: Clock;
  readonly #assistant: Assistant;
  readonly #hooks: CallerHooks;
  readonly #waiting: string[] = [];
  #callOffs: (() => void)[] = [];
  #isSpeaking = false;
  /** The silence that ends a sentence, ms. */
  silenceMs = SILENCE_MS;

  constructor(clock: Clock, assistant: Assistant, hooks: CallerHooks) {
    this.#clock = clock;
    this.#assistant = assistant;
    this.#hooks = hooks;
  }

  get isSpeaking(): boolean {
    return this.#isSpeaking;
  }

  /** Begins at once, or after the sentence that is being said; into the assistant's speech where there is one. */
  speak(text: string): void {
    this.#waiting.push(text);
    if (!this.#isSpeaking) this.#next();
  }

  stop(): void {
    for (const callOff of this.#callOffs) callOff();
    this.#waiting.length = 0;
    this.#isSpeaking = false;
  }

  #next(): void {
    const text = this.#waiting.shift();
    if (text === undefined) return;
    this.#isSpeaking = true;
    const durationMs = speechMs(text);
    const talkedOver = this.#assistant.speech;
    let bargedIn = false;
    this.#callOffs = [];
    this.#hooks.onBegin(text, durationMs);
    this.#later(VOICE_DETECTED_MS, () => this.#hooks.onDetected());
    const breaksInMs = talkedOver && interruptionMs(talkedOver, text, this.#clock.nowMs());
    if (breaksInMs !== undefined && breaksInMs <= durationMs)
      this.#later(breaksInMs, () => {
        if (this.#assistant.speech !== talkedOver) return;
        bargedIn = true;
        this.#hooks.onInterrupted();
      });
    this.#later(durationMs + this.silenceMs, () => {
      this.#isSpeaking = false;
      this.#hooks.onSpoken(text, bargedIn, talkedOver !== undefined && !bargedIn);
      if (!this.#isSpeaking) this.#next();
    });
  }

  #later(ms: number, act: () => void): void {
    this.#callOffs.push(this.#clock.after(ms, act));
  }
}
