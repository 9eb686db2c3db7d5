import { roughBytes } from './rough-bytes';

/** Bounds for floods: the oldest go first. */
const MOST_THINGS = 10_000;
const MOST_BYTES = 64 * 1024 * 1024;

/** Things by their ids, such as legs, the one that changed last at the end, and about how large they are. */
export class BoundedMemory<Known> {
  readonly #things: Map<string, Known>;
  readonly #sizes = new Map<string, number>();
  /** Stands at the oldest, and sees what is added later; a new one would first step over all that was dropped. */
  #oldest: Iterator<string> | undefined;
  /** Since `#oldest` was made. */
  #changes = 0;
  #bytes = 0;

  constructor(things: Map<string, Known>) {
    this.#things = things;
    for (const [id, known] of things) this.#count(id, known);
  }

  get(id: string): Known | undefined {
    return this.#things.get(id);
  }

  all(): [id: string, known: Known][] {
    return [...this.#things];
  }

  set(id: string, known: Known): void {
    this.#things.delete(id); // set anew, it stands last: the map stays in order of age
    this.#things.set(id, known);
    this.#count(id, known);
    this.#changes += 1;
    if (this.#changes > this.#things.size) this.#forgetOldest();
  }

  delete(id: string): void {
    this.#things.delete(id);
    this.#bytes -= this.#sizes.get(id) ?? 0;
    this.#sizes.delete(id);
  }

  /** Drops the oldest, where there are more than may be kept, or larger ones; the last one always may. @returns its id */
  dropSurplus(): string | undefined {
    const isTooMany = this.#things.size > MOST_THINGS;
    const isTooMuch = this.#bytes > MOST_BYTES && this.#things.size > 1;
    if (!isTooMany && !isTooMuch) return undefined;
    this.#oldest ??= this.#things.keys();
    const { value: id } = this.#oldest.next() as IteratorYieldResult<string>;
    this.delete(id);
    return id;
  }

  #count(id: string, known: Known): void {
    const bytes = roughBytes(known, MOST_BYTES);
    this.#bytes += bytes - (this.#sizes.get(id) ?? 0);
    this.#sizes.set(id, bytes);
  }

  /** An iterator that stands still keeps all that the map has held since. */
  #forgetOldest(): void {
    this.#oldest = undefined;
    this.#changes = 0;
  }
}
