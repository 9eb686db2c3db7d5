/** Tells those who wait that something has changed, or that they need not wait any longer. */
export class Changes {
  readonly #waiting = new Set<() => void>();
  #version = 0;

  /** Grows with each change. */
  get version(): number {
    return this.#version;
  }

  tell(): void {
    this.#version += 1;
    this.release();
  }

  /** Ends all waiting: nothing has changed. */
  release(): void {
    for (const wake of this.#waiting) wake();
  }

  /** Waits until the version is another one than `seen`, for `ms` at most. */
  async after(seen: number, ms: number): Promise<void> {
    if (this.#version !== seen) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, ms).unref();
      this.#waiting.add(done);
    });
  }
}
