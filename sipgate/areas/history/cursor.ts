import { isRecord } from '../../json';
import { createdMs, type HistoryEntry } from './entry';

/**
 * Entries come in with a time that lies back: a call is listed when it has ended, with the time when it began. So much
 * later than others of its time an entry may appear and still be found.
 */
export const LATEST_MS = 12 * 3600_000;
/** What is older when a flow comes back after a long time is passed over. */
export const OLDEST_MS = 7 * 24 * 3600_000;
/** Ids that are remembered; for floods. The oldest are forgotten first. */
const MOST_SEEN = 100_000;

/** A cursor as it is kept: plain JSON. */
export interface StoredCursor {
  readonly version: 1;
  /** As long as the first look is still to come: what is older is not new. ms since 1970 */
  readonly begunMs?: number;
  /** Nothing older is looked at. ms since 1970 */
  readonly floorMs: number;
  /** What was delivered, with the time of its creation in ms since 1970. */
  readonly seen: readonly (readonly [id: string, createdMs: number])[];
}

/**
 * Tells which entries of the history are new. It goes by their ids: by time alone, those that appear late would be
 * missed, and those that come twice, since pages shift, would be taken twice. It knows no clock and no network.
 *
 * `look` gives what is new and counts it as under way; `delivered` counts it as seen. What is kept (`stored`) holds only
 * what was delivered, so what was under way when a process died comes again: at least once.
 */
export interface HistoryCursor {
  /** Whether the first look is still to come. */
  readonly isFirst: boolean;
  /** @returns from when on to ask for entries; ms since 1970 */
  fromMs(nowMs: number): number;
  /**
   * @param entries all there are since `fromMs`, or those that are not known yet, in any order, also several times
   * @returns those that are new, the oldest first. At the very first look only what came since the cursor was made
   */
  look(entries: readonly HistoryEntry[], nowMs: number): HistoryEntry[];
  /** The flow has it. */
  delivered(id: string): void;
  /** What goes on after a stop or a crash. */
  stored(nowMs: number): StoredCursor;
}

/** @param stored what an earlier cursor kept; otherwise all that is there now is old */
export function createCursor(nowMs: number, stored?: StoredCursor): HistoryCursor {
  return new Cursor(stored ?? { version: 1, begunMs: nowMs, floorMs: nowMs - OLDEST_MS, seen: [] });
}

class Cursor implements HistoryCursor {
  #begunMs: number | undefined;
  #floorMs: number;
  readonly #seen: Map<string, number>;
  readonly #underWay = new Map<string, number>();

  constructor({ begunMs, floorMs, seen }: StoredCursor) {
    this.#begunMs = begunMs;
    this.#floorMs = floorMs;
    this.#seen = new Map(seen);
  }

  get isFirst(): boolean {
    return this.#begunMs !== undefined;
  }

  fromMs(nowMs: number): number {
    return Math.max(this.#floorMs, nowMs - OLDEST_MS);
  }

  look(entries: readonly HistoryEntry[], nowMs: number): HistoryEntry[] {
    const fromMs = this.fromMs(nowMs);
    const fresh: { readonly entry: HistoryEntry; readonly atMs: number }[] = [];
    for (const entry of entries) {
      const atMs = createdMs(entry) ?? this.#begunMs ?? nowMs;
      if (atMs < fromMs || this.#seen.has(entry.id) || this.#underWay.has(entry.id)) continue;
      if (this.#begunMs !== undefined && atMs <= this.#begunMs) {
        this.#seen.set(entry.id, atMs);
        continue;
      }
      this.#underWay.set(entry.id, atMs);
      fresh.push({ entry, atMs });
    }
    // what was too old to be asked for is not new either, when a clock that ran ahead is set right
    if (this.#begunMs !== undefined)
      this.#floorMs = Math.max(this.#floorMs, Math.min(fromMs, this.#begunMs + 1));
    this.#begunMs = undefined;
    return fresh.sort((one, other) => one.atMs - other.atMs).map(({ entry }) => entry);
  }

  delivered(id: string): void {
    const atMs = this.#underWay.get(id);
    if (atMs === undefined) return;
    this.#underWay.delete(id);
    this.#seen.set(id, atMs);
  }

  stored(nowMs: number): StoredCursor {
    this.#moveFloor(nowMs);
    const begun = this.#begunMs === undefined ? {} : { begunMs: this.#begunMs };
    return { version: 1, ...begun, floorMs: this.#floorMs, seen: [...this.#seen] };
  }

  /**
   * The newest that was seen decides, not the clock: one that is wrong for a while, as on a machine that starts without
   * the time, must not make entries be passed over. Never beyond what is still under way.
   */
  #moveFloor(nowMs: number): void {
    let newestMs = -Infinity;
    for (const atMs of this.#seen.values()) newestMs = Math.max(newestMs, Math.min(atMs, nowMs));
    let floorMs = newestMs - LATEST_MS;
    for (const atMs of this.#underWay.values()) floorMs = Math.min(floorMs, atMs);
    this.#floorMs = Math.max(this.#floorMs, floorMs);
    for (const [id, atMs] of this.#seen) if (atMs < this.#floorMs) this.#seen.delete(id);
    this.#forgetOldest();
  }

  #forgetOldest(): void {
    if (this.#seen.size <= MOST_SEEN) return;
    const byAge = [...this.#seen].sort(([, one], [, other]) => one - other);
    for (const [id, atMs] of byAge.slice(0, this.#seen.size - MOST_SEEN)) {
      this.#seen.delete(id);
      this.#floorMs = Math.max(this.#floorMs, atMs + 1);
    }
  }
}

/** @returns what a context store gave, if a cursor has kept it there; `undefined` for anything else */
export function readStoredCursor(value: unknown): StoredCursor | undefined {
  if (!isRecord(value) || value.version !== 1 || !isTime(value.floorMs) || !Array.isArray(value.seen))
    return undefined;
  const { begunMs, floorMs } = value;
  if (begunMs !== undefined && !isTime(begunMs)) return undefined;
  const seen = value.seen.filter(isSeen);
  return { version: 1, ...(begunMs === undefined ? {} : { begunMs }), floorMs, seen };
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isSeen(value: unknown): value is readonly [string, number] {
  return Array.isArray(value) && typeof value[0] === 'string' && isTime(value[1]);
}
