/** The latest announcements that callers have heard, for the page to play. */
export class HeardSounds {
  readonly #sounds = new Map<number, Buffer>();
  #bytes = 0;
  #count = 0;

  /** @returns the number of the sound; 1 is the first */
  add(wav: Buffer): number {
    this.#count += 1;
    this.#sounds.set(this.#count, wav);
    this.#bytes += wav.length;
    for (const [oldest, { length }] of this.#sounds) {
      if (this.#sounds.size <= MOST_SOUNDS && this.#bytes <= MOST_BYTES) break;
      this.#sounds.delete(oldest);
      this.#bytes -= length;
    }
    return this.#count;
  }

  get(number: number): Buffer | undefined {
    return this.#sounds.get(number);
  }
}

const MOST_SOUNDS = 100;
const MOST_BYTES = 64 * 1024 * 1024;
