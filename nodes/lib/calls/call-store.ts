import { copyData, isRecord, nextPart, takeTurn, type CallEvent } from '../../../sipgate/index';
import {
  callOf,
  isLeg,
  mergeLegs,
  originOf,
  PART_NAMES,
  partsOf,
  type Call,
  type Leg,
} from './call';
import { boundedStore, NO_STORE, type BoundedStore, type ContextStore } from './context-store';
import { baseKeyOf, baseOf, keyIn, KEY_PREFIX, keysOf, legOf, shortId } from './stored-leg';

/** What is known of the calls of one webhook. */
export interface CallStore {
  /** Adds an event to its call, for all instances that share the store. Never rejects. @returns the call after it, a copy */
  track(event: CallEvent): Promise<Call>;
  /** Keeps what a flow has put into `msg.call.data`, and whether it sent the caller to a mailbox. */
  keepNotes(callId: string, data: unknown, isMailbox: boolean): Promise<void>;
  /** Forgets what is too old. */
  expire(): Promise<void>;
  /** @returns when the store has all that it was given */
  settled(): Promise<void>;
}

/** Legs in memory, by call id; it outlives the node (Node-RED's memory store forgets a node's context at a deploy). */
export type CallMemory = Map<string, Leg>;

/** Hang-ups get lost, so a call is forgotten some time after its last event. */
const FORGET_OPEN_MS = 12 * 3600_000;
const FORGET_ENDED_MS = 3600_000;
/** Bounds for floods: the oldest go first. */
const MOST_LEGS = 10_000;
const MOST_BYTES = 64 * 1024 * 1024;
const MOST_LEGS_OF_CALL = 50;
/** A flow's notes beyond this are not kept. */
const MOST_NOTES_BYTES = 64 * 1024;

/** What a call store needs: where it keeps calls, and the clock. */
export interface CallStoreOptions {
  readonly memory: CallMemory;
  /** `undefined` where Node-RED keeps all context in memory: then the calls' own memory is enough. */
  readonly context: ContextStore | undefined;
  /** Name of the Node-RED context store; `undefined` is the default store. */
  readonly store: string | undefined;
  /** Hears of a store that fails. */
  readonly onProblem: (error: unknown) => void;
  /** ms since 1970 */
  readonly now?: () => number;
}

/**
 * Keeps calls in a Node-RED context store, so that a shared store (Redis) serves several instances; and in memory, for
 * stores that forget, fail or are slow.
 */
export function createCallStore(options: CallStoreOptions): CallStore {
  return new SharedCalls(options);
}

/** Stores of one process take their turns apart from each other. */
let storeCount = 0;

class SharedCalls implements CallStore {
  readonly #memory: CallMemory;
  readonly #store: BoundedStore;
  readonly #onProblem: (error: unknown) => void;
  readonly #now: () => number;
  readonly #turns: string;
  readonly #sizes = new Map<string, number>();
  #bytes = 0;

  constructor({ memory, context, store, onProblem, now = Date.now }: CallStoreOptions) {
    this.#memory = memory;
    this.#store = context ? boundedStore(context, store, onProblem) : NO_STORE;
    this.#onProblem = onProblem;
    this.#now = now;
    for (const [callId, leg] of memory) this.#count(callId, roughBytes(leg, MOST_BYTES));
    storeCount += 1;
    this.#turns = `calls ${storeCount}`;
  }

  /** The memory is asked last: while a slow store thinks, a flow may have kept its notes there. */
  async #read(callId: string): Promise<Leg> {
    const values = await this.#store.get(keysOf(callId));
    const remembered = this.#memory.get(callId) ?? {};
    return values ? mergeLegs(legOf(values), remembered) : remembered;
  }

  /** Remembers a leg, and writes what has changed of it: of the other parts another instance may know more by now. */
  #save(callId: string, leg: Leg, changes: Leg): Promise<void> {
    this.#memory.delete(callId); // set anew, it stands last: the map stays in order of age
    this.#memory.set(callId, leg);
    this.#count(callId, roughBytes(leg, MOST_BYTES));
    while (this.#memory.size > MOST_LEGS || (this.#bytes > MOST_BYTES && this.#memory.size > 1))
      this.#forgetOldest();
    const base = baseKeyOf(callId);
    const names = PART_NAMES.filter((name) => changes[name] !== undefined);
    return this.#store.set(new Map(names.map((name) => [keyIn(base, name), changes[name]])));
  }

  #forgetOldest(): void {
    const oldest = this.#memory.keys().next();
    if (!oldest.done) void this.#forget(oldest.value);
  }

  #forget(callId: string): Promise<void> {
    this.#memory.delete(callId);
    this.#count(callId, 0);
    return this.#store.set(new Map(keysOf(callId).map((key) => [key, undefined])));
  }

  /** One after the other for each call: an answer and a hang-up in one breath must not undo each other. */
  track(event: CallEvent): Promise<Call> {
    const callId = shortId(event.callId);
    if (callId === '') {
      const leg = partsOf({}, event, this.#now());
      return Promise.resolve(callOf(leg, [leg], event));
    }
    // apart from the turns inside, so that legs that name each other wait for nobody
    return this.#inOrder(`event ${callId}`, () => this.#add(event, callId));
  }

  #inOrder<T>(name: string, task: () => Promise<T>): Promise<T> {
    return takeTurn({ group: `${this.#turns} ${name}` }, task);
  }

  async #add(event: CallEvent, callId: string): Promise<Call> {
    const leg = await this.#inOrder(`leg ${callId}`, () => this.#addParts(event, callId));
    const origin = shortId(originOf(leg, event, callId));
    const others =
      origin === callId ? await this.#legsAfter(leg, callId) : await this.#joinCall(origin, callId);
    const earlier = others.at(-1)?.notes?.value;
    const latest = this.#memory.get(callId) ?? leg; // a flow may have kept notes meanwhile
    if (event.event !== 'NEW_CALL' || origin === callId || latest.notes?.value || !earlier)
      return callOf(latest, [...others, latest], event);
    // a new leg begins with the notes of the one before it
    const notes = nextPart(latest.notes, { data: earlier.data }, this.#now());
    const noted = { ...latest, notes };
    await this.#save(callId, noted, { notes });
    return callOf(noted, [...others, noted], event);
  }

  async #addParts(event: CallEvent, callId: string): Promise<Leg> {
    const before = await this.#read(callId);
    const changes = partsOf(before, event, this.#now());
    const leg = { ...before, ...changes };
    await this.#save(callId, leg, changes);
    return leg;
  }

  /** Adds a leg to its call. @returns the other legs, in the order in which they began */
  #joinCall(origin: string, callId: string): Promise<Leg[]> {
    return this.#inOrder(`leg ${origin}`, async () => {
      const first = await this.#read(origin);
      const known = first.legs?.value ?? [];
      if (!known.includes(callId) && known.length < MOST_LEGS_OF_CALL) {
        const legs = nextPart(first.legs, [...known, callId], this.#now());
        await this.#save(origin, { ...first, legs }, { legs });
      }
      return [first, ...(await this.#legsAfter(first, callId))].filter(isLeg);
    });
  }

  async #legsAfter(first: Leg, callId: string): Promise<Leg[]> {
    const ids = (first.legs?.value ?? []).filter((id) => id !== callId);
    return (await Promise.all(ids.map((id) => this.#read(id)))).filter(isLeg);
  }

  async keepNotes(id: string, data: unknown, isMailbox: boolean): Promise<void> {
    const callId = shortId(id);
    const leg = this.#memory.get(callId);
    if (!leg) return;
    const { data: before = {}, isMailbox: wasMailbox = false } = leg.notes?.value ?? {};
    const value = { data: this.#kept(data) ?? before, isMailbox: isMailbox || wasMailbox };
    if (isEmpty(value.data) && isEmpty(before) && value.isMailbox === wasMailbox) return;
    const notes = nextPart(leg.notes, value, this.#now());
    await this.#save(callId, { ...leg, notes }, { notes });
  }

  /** @returns a copy of what may be kept; `undefined` where it is no object, or too much */
  #kept(data: unknown): Record<string, unknown> | undefined {
    if (!isRecord(data)) return undefined;
    const copy = copyData(data);
    if (roughBytes(copy, MOST_NOTES_BYTES) <= MOST_NOTES_BYTES) return copy;
    this.#onProblem(new Error(`msg.call.data is larger than ${MOST_NOTES_BYTES / 1024} KiB and is not kept`));
    return undefined;
  }

  #count(callId: string, size: number): void {
    this.#bytes += size - (this.#sizes.get(callId) ?? 0);
    if (size === 0) this.#sizes.delete(callId);
    else this.#sizes.set(callId, size);
  }

  async expire(): Promise<void> {
    const old = [...this.#memory].filter(([, leg]) => isStale(leg, this.#now())).map(([callId]) => callId);
    await Promise.all(old.map((callId) => this.#forget(callId)));
    await this.#expireStored();
  }

  /** Also what other instances have kept, and this one before a restart. */
  async #expireStored(): Promise<void> {
    const bases = new Set((await this.#store.keys()).filter((key) => key.startsWith(KEY_PREFIX)).map(baseOf));
    for (const base of bases) {
      const keys = PART_NAMES.map((name) => keyIn(base, name));
      const leg = legOf((await this.#store.get(keys)) ?? []);
      const isOurs = Object.keys(leg).length > 0;
      if (isOurs && isStale(leg, this.#now()))
        await this.#store.set(new Map(keys.map((key) => [key, undefined])));
    }
  }

  settled(): Promise<void> {
    return this.#store.settled();
  }
}

function isStale(leg: Leg, nowMs: number): boolean {
  const latest = Math.max(...PART_NAMES.map((name) => leg[name]?.at ?? 0));
  return nowMs - latest > (leg.hangup?.value ? FORGET_ENDED_MS : FORGET_OPEN_MS);
}

/** @returns about what a value takes in memory; more than `most` as soon as it is more: a flow may put anything into it */
function roughBytes(value: unknown, most: number): number {
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

function isEmpty(data: Record<string, unknown>): boolean {
  return Object.keys(data).length === 0;
}
