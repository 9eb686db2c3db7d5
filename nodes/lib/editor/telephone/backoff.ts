/** After the first failure; it doubles with each further one. */
const FIRST_MS = 500;
/** A call that nobody asks for is hung up after a minute: several questions must fall into it. */
const LONGEST_MS = 8000;

/** How long to wait before something is tried again. */
export class Backoff {
  #failures = 0;
  #end = () => undefined as void;

  /** It has succeeded. */
  reset(): void {
    this.#failures = 0;
  }

  /** It has failed: waits, each time longer, or until `end` is called. */
  wait(): Promise<void> {
    const ms = Math.min(FIRST_MS * 2 ** this.#failures, LONGEST_MS);
    this.#failures += 1;
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#end = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Ends the wait: no timer is left. */
  end(): void {
    this.#end();
  }
}
