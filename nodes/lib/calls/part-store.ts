import { isRecord, mergeParts, type Part, type Parts } from '../../../sipgate/index';
import { BoundedMemory } from './bounded-memory';
import { boundedStore, type BoundedStore, type ContextStore } from './context-store';
import { createOrder, type InOrder } from './in-order';
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
  /**
   * Reads, changes and saves a thing, one change after the other for each id.
   * @param change gets what is known, and returns all that is known now and which of it is new
   * @returns what `change` has returned
   */
  update<Change extends Changed<Known>>(id: string, change: (before: Known) => Change): Promise<Change>;
  /** One task after the other for each key; the key of `update` is the id. */
  readonly inOrder: InOrder;
  /** Forgets what is too old, also what other instances have kept, and this one before a restart. */
  expire(): Promise<void>;
  /** @returns when the store has all that it was given */
  settled(): Promise<void>;
}

/** What is known of a thing after a change, and its parts that are new. */
export interface Changed<Known> {
  readonly parts: Known;
  readonly changes: Known;
}

export function createPartStore<Name extends string, Known extends Parts<Name>>(
  kind: Kind<Name, Known>,
  options: PartStoreOptions<Known>,
): PartStore<Known> {
  return new SharedParts(kind, options);
}

class SharedParts<Name extends string, Known extends Parts<Name>> implements PartStore<Known> {
  readonly now: () => number;
  readonly inOrder = createOrder();
  readonly #kind: Kind<Name, Known>;
  readonly #memory: BoundedMemory<Known>;
  /** `undefined` where the memory is enough. */
  readonly #store: BoundedStore | undefined;
  readonly #keys: PartKeys<Name>;

  constructor(kind: Kind<Name, Known>, options: PartStoreOptions<Known>) {
    const { memory, context, store, onProblem, now = Date.now } = options;
    this.#kind = kind;
    this.#keys = partKeys(kind.prefix, kind.names);
    this.#memory = new BoundedMemory(memory);
    this.#store = context && boundedStore(context, store, onProblem);
    this.now = now;
  }

  remembered(id: string): Known | undefined {
    return this.#memory.get(id);
  }

  async read(id: string): Promise<Known> {
    return this.#known(id, this.#store && (await this.#store.get(this.#keys.all(id))));
  }

  async save(id: string, known: Known, changes: Known): Promise<void> {
    this.#remember(id, known);
    if (this.#store) await this.#store.set(this.#entries(id, changes));
  }

  /** Without a store nothing is waited for: each wait costs more than the change. */
  update<Change extends Changed<Known>>(id: string, change: (before: Known) => Change): Promise<Change> {
    return this.inOrder(id, async () => {
      const changed = change(this.#known(id, this.#store && (await this.#store.get(this.#keys.all(id)))));
      this.#remember(id, changed.parts);
      if (this.#store) await this.#store.set(this.#entries(id, changed.changes));
      return changed;
    });
  }

  #known(id: string, stored: readonly unknown[] | undefined): Known {
    const remembered = this.#memory.get(id) ?? ({} as Known);
    return stored ? mergeParts(this.#kind.names, this.#kind.read(stored), remembered) : remembered;
  }

  #remember(id: string, known: Known): void {
    this.#memory.set(id, known);
    for (let old = this.#memory.dropSurplus(); old !== undefined; old = this.#memory.dropSurplus())
      void this.#forgetStored(old);
  }

  /** @returns what of a change goes into the store, by its keys */
  #entries(id: string, changes: Known): Map<string, unknown> {
    const base = this.#keys.base(id);
    const names = this.#kind.names.filter((name) => changes[name] !== undefined);
    return new Map(names.map((name) => [this.#keys.of(base, name), changes[name]]));
  }

  async expire(): Promise<void> {
    const now = this.now();
    const old = this.#memory
      .all()
      .filter(([, known]) => this.#kind.isStale(known, now))
      .map(([id]) => id);
    await Promise.all(old.map((id) => this.#forget(id)));
    if (this.#store) await this.#expireStored(this.#store);
  }

  async settled(): Promise<void> {
    await this.#store?.settled();
  }

  async #forget(id: string): Promise<void> {
    this.#memory.delete(id);
    await this.#forgetStored(id);
  }

  async #forgetStored(id: string): Promise<void> {
    await this.#store?.set(new Map(this.#keys.all(id).map((key) => [key, undefined])));
  }

  async #expireStored(store: BoundedStore): Promise<void> {
    const { prefix, names, read, isStale } = this.#kind;
    const stored = (await store.keys()).filter((key) => key.startsWith(prefix));
    for (const base of new Set(stored.map((key) => this.#keys.baseIn(key)))) {
      const keys = names.map((name) => this.#keys.of(base, name));
      const known = read((await store.get(keys)) ?? []);
      const isOurs = Object.keys(known).length > 0;
      if (isOurs && isStale(known, this.now())) await store.set(new Map(keys.map((key) => [key, undefined])));
    }
  }
}

/** What a store holds may be anything: another version of this pack wrote it, or somebody else. */
export function isPart(value: unknown): value is Part<unknown> {
  return isRecord(value) && Number.isSafeInteger(value['version']) && typeof value['at'] === 'number';
}
