import type { Clock } from './clock';

/**
 * Over a WebSocket nothing tells that a flow will say no more. After these events a polite caller waits so long for its
 * first word; ms of life's time, invented.
 */
const WAITS_MS: Readonly<Record<string, number>> = {
  session_start: 5000,
  user_speak: 5000,
  user_barge_in: 5000,
  user_input_timeout: 5000,
  dtmf_received: 1000,
  assistant_speech_ended: 500,
};

/** Whether somebody still expects the AI flow to say something. */
export class Expectation {
  readonly #clock: Clock;
  readonly #onChange: () => void;
  #callOff: (() => void) | undefined;

  constructor(clock: Clock, onChange: () => void) {
    this.#clock = clock;
    this.#onChange = onChange;
  }

  get isOpen(): boolean {
    return this.#callOff !== undefined;
  }

  /** An event was sent that may be answered. */
  open(event: string): void {
    const ms = Object.hasOwn(WAITS_MS, event) ? WAITS_MS[event] : undefined;
    if (ms === undefined) return;
    this.#callOff?.();
    this.#callOff = this.#clock.after(ms * this.#clock.speed, () => this.fulfil());
  }

  /** Something came, or nothing is expected any more. */
  fulfil(): void {
    this.#callOff?.();
    this.#callOff = undefined;
    this.#onChange();
  }
}
