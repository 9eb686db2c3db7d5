import { isRecord, mergeParts, takeTurn, type Part, type Parts } from '../../../sipgate/index';
import { boundedStore, NO_STORE, type BoundedStore, type ContextStore } from './context-store';
import { partKeys, type PartKeys } from './part-keys';

/** What a part store keeps, e.g. the legs of calls, and for how long. */
export interface Kind<Name extends string, Known extends Parts<Name>> {
  /** All keys in the context store begin with it. */
  readonly prefix: string;
  /** The names of the parts. The first stands under the bare key, the others have theirs behind it. */
  readonly names: readonly Name[];
  /** @param values what the context store holds, in the order of the names; it may be anything */
  readonly read: (values: readonly unknown[]) => Known;
  readonly isStale: (known: Known, nowMs: number) => boolean;
}

/** Where a part store keeps what is known, and the clock. */
export interface PartStoreOptions<Known> {
  /** It outlives the node, for Node-RED's memory store forgets a node's context at a deploy. */
  readonly memory: Map<string, Known>;
  /** `undefined` where Node-RED keeps all context in memory: then `memory` is enough. */
  readonly context: ContextStore | undefined;
  /** Name of the Node-RED context store; `undefined` is the default store. */
  readonly store: string | undefined;
  /** Hears of a store that fails. */
  readonly onProblem: (error: unknown) => void;
  /** ms since 1970 */
  readonly now?: () => number;
}

/** Keeps things in parts by their ids: in memory, and in a Node-RED context store that other instances may share. */
export interface PartStore<Known> {
  now(): number;
  /** What the memory holds. */
  remembered(id: string): Known | undefined;
  /** The memory is asked last: while a slow store thinks, a flow may have kept something there. */
  read(id: string): Promise<Known>;
  /** Remembers a thing, and writes what has changed of it: of the other parts another instance may know more by now. */
  save(id: string, known: Known, changes: Known): Promise<void>;
  /** One task after the other for each name. */
  inOrder<T>(name: string, task: () => Promise<T>): Promise<T>;
  /** Forgets what is too old, also what other instances have kept, and this one before a restart. */
  expire(): Promise<void>;
  /** @returns when the store has all that it was given */
  settled(): Promise<void>;
}

/** Bounds for floods: the oldest go first. */
const MOST_THINGS = 10_000;
const MOST_BYTES = 64 * 1024 * 1024;

export function createPartStore<Name extends string, Known extends Parts<Name>>(
  kind: Kind<Name, Known>,
  options: PartStoreOptions<Known>,
): PartStore<Known> {
  return new SharedParts(kind, options);
}

/** Stores of one process take their turns apart from each other. */
let storeCount = 0;

class SharedParts<Name extends string, Known extends Parts<Name>> implements PartStore<Known> {
  readonly now: () => number;
  readonly #kind: Kind<Name, Known>;
  readonly #memory: Map<string, Known>;
  readonly #store: BoundedStore;
  readonly #keys: PartKeys<Name>;
  readonly #turns: string;
  readonly #sizes = new Map<string, number>();
  #bytes = 0;

  constructor(kind: Kind<Name, Known>, options: PartStoreOptions<Known>) {
    const { memory, context, store, onProblem, now = Date.now } = options;
    this.#kind = kind;
    this.#keys = partKeys(kind.prefix, kind.names);
    this.#memory = memory;
    this.#store = context ? boundedStore(context, store, onProblem) : NO_STORE;
    this.now = now;
    for (const [id, known] of memory) this.#count(id, roughBytes(known, MOST_BYTES));
    storeCount += 1;
    this.#turns = `${kind.prefix} ${storeCount}`;
  }

  remembered(id: string): Known | undefined {
    return this.#memory.get(id);
  }

  async read(id: string): Promise<Known> {
    const values = await this.#store.get(this.#keys.all(id));
    const remembered = this.#memory.get(id) ?? ({} as Known);
    return values ? mergeParts(this.#kind.names, this.#kind.read(values), remembered) : remembered;
  }

  save(id: string, known: Known, changes: Known): Promise<void> {
    this.#memory.delete(id); // set anew, it stands last: the map stays in order of age
    this.#memory.set(id, known);
    this.#count(id, roughBytes(known, MOST_BYTES));
    while (this.#memory.size > MOST_THINGS || (this.#bytes > MOST_BYTES && this.#memory.size > 1))
      this.#forgetOldest();
    const base = this.#keys.base(id);
    const names = this.#kind.names.filter((name) => changes[name] !== undefined);
    return this.#store.set(new Map(names.map((name) => [this.#keys.of(base, name), changes[name]])));
  }

  inOrder<T>(name: string, task: () => Promise<T>): Promise<T> {
    return takeTurn({ group: `${this.#turns} ${name}` }, task);
  }

  async expire(): Promise<void> {
    const now = this.now();
    const old = [...this.#memory].filter(([, known]) => this.#kind.isStale(known, now)).map(([id]) => id);
    await Promise.all(old.map((id) => this.#forget(id)));
    await this.#expireStored();
  }

  settled(): Promise<void> {
    return this.#store.settled();
  }

  #forgetOldest(): void {
    const oldest = this.#memory.keys().next();
    if (!oldest.done) void this.#forget(oldest.value);
  }

  #forget(id: string): Promise<void> {
    this.#memory.delete(id);
    this.#count(id, 0);
    return this.#store.set(new Map(this.#keys.all(id).map((key) => [key, undefined])));
  }

  async #expireStored(): Promise<void> {
    const { prefix, names, read, isStale } = this.#kind;
    const stored = (await this.#store.keys()).filter((key) => key.startsWith(prefix));
    for (const base of new Set(stored.map((key) => this.#keys.baseIn(key)))) {
      const keys = names.map((name) => this.#keys.of(base, name));
      const known = read((await this.#store.get(keys)) ?? []);
      const isOurs = Object.keys(known).length > 0;
      if (isOurs && isStale(known, this.now()))
        await this.#store.set(new Map(keys.map((key) => [key, undefined])));
    }
  }

  #count(id: string, size: number): void {
    this.#bytes += size - (this.#sizes.get(id) ?? 0);
    if (size === 0) this.#sizes.delete(id);
    else this.#sizes.set(id, size);
  }
}

/** What a store holds may be anything: another version of this pack wrote it, or somebody else. */
export function isPart(value: unknown): value is Part<unknown> {
  return isRecord(value) && Number.isSafeInteger(value['version']) && typeof value['at'] === 'number';
}

/** @returns about what a value takes in memory; more than `most` as soon as it is more: a flow may put anything into it */
export function roughBytes(value: unknown, most: number): number {
  let bytes = 0;
  const rest: unknown[] = [value];
  while (rest.length > 0 && bytes <= most) {
    const next = rest.pop();
    bytes += 8;
    if (typeof next === 'string') bytes += 2 * next.length;
    else if (ArrayBuffer.isView(next)) bytes += next.byteLength;
    else if (typeof next === 'object' && next !== null)
      for (const inner of Object.values(next)) rest.push(inner);
  }
  return bytes;
}
