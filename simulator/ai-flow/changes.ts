/** Wakes those who wait for something to change. */
export class Changes {
  readonly #waiters = new Set<() => void>();

  tell(): void {
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    for (const wake of waiters) wake();
  }

  /** Resolves once the condition holds; it is asked at each change. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => this.#waiters.add(resolve));
  }
}
