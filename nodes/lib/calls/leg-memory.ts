import type { Leg } from './call';
import { roughBytes } from './rough-bytes';

/** Legs in memory, by call id; it outlives the node (Node-RED's memory store forgets a node's context at a deploy). */
export type CallMemory = Map<string, Leg>;

/** Bounds for floods: the oldest go first. */
const MOST_LEGS = 10_000;
const MOST_BYTES = 64 * 1024 * 1024;

/** The legs in a memory, the one that changed last at the end, and about how large they are. */
export class LegMemory {
  readonly #legs: CallMemory;
  readonly #sizes = new Map<string, number>();
  #bytes = 0;

  constructor(legs: CallMemory) {
    this.#legs = legs;
    for (const [callId, leg] of legs) this.#count(callId, leg);
  }

  get(callId: string): Leg | undefined {
    return this.#legs.get(callId);
  }

  all(): [callId: string, leg: Leg][] {
    return [...this.#legs];
  }

  set(callId: string, leg: Leg): void {
    this.delete(callId); // set anew, it stands last: the map stays in order of age
    this.#legs.set(callId, leg);
    this.#count(callId, leg);
  }

  delete(callId: string): void {
    this.#legs.delete(callId);
    this.#bytes -= this.#sizes.get(callId) ?? 0;
    this.#sizes.delete(callId);
  }

  /** @returns the id of the oldest leg, where there are more than may be kept, or larger ones; the last one always may */
  surplus(): string | undefined {
    const [oldest] = this.#legs.keys();
    const isTooMany = this.#legs.size > MOST_LEGS;
    const isTooMuch = this.#bytes > MOST_BYTES && this.#legs.size > 1;
    return isTooMany || isTooMuch ? oldest : undefined;
  }

  #count(callId: string, leg: Leg): void {
    const bytes = roughBytes(leg, MOST_BYTES);
    this.#sizes.set(callId, bytes);
    this.#bytes += bytes;
  }
}
