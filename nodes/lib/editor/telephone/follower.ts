import type { CallView } from '../../telephone/view';
import type { Answer } from './answer';
import { Backoff } from './backoff';
import { inBackground } from './background';

/** What a follower asks of the telephone. */
export interface Followed {
  isShown(): boolean;
  /** The call as it was told last; `undefined` where there is none. */
  view(): CallView | undefined;
  /** Asks for it. @param seen a version: waits until something has changed since, or for 20 s */
  look(id: string, seen: number | undefined): Promise<Answer<CallView>>;
  /** News of it, or why there are none. */
  settle(answer: Answer<CallView>): void;
  /** Says that the tab is hidden. */
  hide(id: string): Promise<unknown>;
}

/** A flow goes on for a moment when the call is over: so long the way may still grow, ms. */
const LOOKED_AFTER_MS = 4000;

/** Asks how a call goes on: one request at a time, each waits for news. While the tab is hidden it does nothing. */
export class Follower {
  readonly #followed: Followed;
  readonly #backoff = new Backoff();
  /** The call that is asked for. */
  #id = '';
  /** Something may have been missed: the next question does not wait for news. */
  #isBehind = false;
  /** When the call was seen to be over, by `performance.now()`. */
  #overAtMs: number | undefined;

  constructor(followed: Followed) {
    this.#followed = followed;
  }

  /** A call was placed, or the tab is shown again: then all that was missed is there at once. */
  async follow(): Promise<void> {
    const id = this.#followed.view()?.id ?? '';
    if (id === '' || this.#id === id) return;
    this.#id = id;
    this.#backoff.reset();
    try {
      while (this.#needsLook(id)) {
        if (await this.#look(id)) this.#backoff.reset();
        else if (this.#needsLook(id)) await this.#backoff.wait();
      }
    } finally {
      if (this.#id === id) this.#id = '';
    }
  }

  /** The tab is hidden. A call that runs goes on, and is asked for when the tab is shown again. */
  hide(): void {
    this.#isBehind = true;
    this.#backoff.end();
    const view = this.#followed.view();
    if (view?.isOver === false) inBackground(this.#followed.hide(view.id));
  }

  #needsLook(id: string): boolean {
    const view = this.#followed.view();
    if (view?.id !== id || !this.#followed.isShown()) return false;
    if (!view.isOver) {
      this.#overAtMs = undefined;
      return true;
    }
    this.#overAtMs ??= performance.now();
    return this.#isBehind || performance.now() - this.#overAtMs < LOOKED_AFTER_MS;
  }

  /** @returns whether there was an answer */
  async #look(id: string): Promise<boolean> {
    const seen = this.#isBehind ? undefined : this.#followed.view()?.version;
    this.#isBehind = false;
    const answer = await this.#followed.look(id, seen);
    // what came for another call, or to a hidden tab, is of no use
    if (this.#followed.view()?.id !== id || !this.#followed.isShown()) return true;
    this.#followed.settle(answer);
    if (!answer.ok) this.#isBehind = this.#followed.view()?.isOver === false;
    return answer.ok;
  }
}
