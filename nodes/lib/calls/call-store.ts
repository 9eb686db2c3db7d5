import { createHash } from 'node:crypto';
import { isRecord, takeTurn, type CallEvent } from '../../../sipgate/index';
import {
  callOf,
  copyData,
  isLeg,
  mergeLegs,
  nextPart,
  originOf,
  PART_NAMES,
  partsOf,
  type Call,
  type Leg,
  type Part,
  type PartName,
} from './call';
import { boundedStore, type ContextStore } from './context-store';

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

const KEY_PREFIX = 'call_';

/** What a call store needs: where it keeps calls, and the clock. */
export interface CallStoreOptions {
  readonly memory: CallMemory;
  readonly context: ContextStore;
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
  const { memory, onProblem, now = Date.now } = options;
  const store = boundedStore(options.context, options.store, onProblem);
  const sizes = new Map<string, number>();
  let bytes = 0;

  /** The memory is asked last: while a slow store thinks, a flow may have kept its notes there. */
  async function read(callId: string): Promise<Leg> {
    const values = await store.get(PART_NAMES.map((name) => keyOf(callId, name)));
    return mergeLegs(legOf(values ?? []), memory.get(callId) ?? {});
  }

  /** Remembers a leg, and writes what has changed of it: of the other parts another instance may know more by now. */
  function save(callId: string, leg: Leg, changes: Leg): Promise<void> {
    memory.delete(callId); // set anew, it stands last: the map stays in order of age
    memory.set(callId, leg);
    count(callId, roughBytes(leg, MOST_BYTES));
    while (memory.size > MOST_LEGS || (bytes > MOST_BYTES && memory.size > 1)) forgetOldest();
    const names = PART_NAMES.filter((name) => changes[name] !== undefined);
    return store.set(new Map(names.map((name) => [keyOf(callId, name), changes[name]])));
  }

  function forgetOldest(): void {
    const oldest = memory.keys().next();
    if (!oldest.done) void forget(oldest.value);
  }

  function forget(callId: string): Promise<void> {
    memory.delete(callId);
    count(callId, 0);
    return store.set(new Map(PART_NAMES.map((name) => [keyOf(callId, name), undefined])));
  }

  /** One after the other for each call: an answer and a hang-up in one breath must not undo each other. */
  function track(event: CallEvent): Promise<Call> {
    const { callId = '' } = event;
    if (callId === '') {
      const leg = partsOf({}, event, now());
      return Promise.resolve(callOf('', leg, [leg], event));
    }
    return add(event, callId);
  }

  function inOrder<T>(callId: string, task: () => Promise<T>): Promise<T> {
    return takeTurn({ group: `${turns} ${callId}` }, task);
  }
  const turns = `calls ${(storeCount += 1)}`;

  async function add(event: CallEvent, callId: string): Promise<Call> {
    const leg = await inOrder(callId, () => addParts(event, callId));
    const origin = originOf(leg, event, callId);
    const others = origin === callId ? await legsAfter(leg, callId) : await joinCall(origin, callId);
    const earlier = others.at(-1)?.notes?.value;
    if (event.event !== 'NEW_CALL' || origin === callId || leg.notes?.value || !earlier)
      return callOf(callId, leg, [...others, leg], event);
    // a new leg begins with the notes of the one before it
    const notes = nextPart(leg.notes, { data: earlier.data }, now());
    const noted = { ...leg, notes };
    await save(callId, noted, { notes });
    return callOf(callId, noted, [...others, noted], event);
  }

  async function addParts(event: CallEvent, callId: string): Promise<Leg> {
    const before = await read(callId);
    const changes = partsOf(before, event, now());
    const leg = { ...before, ...changes };
    await save(callId, leg, changes);
    return leg;
  }

  /** Adds a leg to its call. @returns the other legs, in the order in which they began */
  function joinCall(origin: string, callId: string): Promise<Leg[]> {
    return inOrder(origin, async () => {
      const first = await read(origin);
      const known = first.legs?.value ?? [];
      if (!known.includes(callId) && known.length < MOST_LEGS_OF_CALL) {
        const legs = nextPart(first.legs, [...known, callId], now());
        await save(origin, { ...first, legs }, { legs });
      }
      return [first, ...(await legsAfter(first, callId))].filter(isLeg);
    });
  }

  async function legsAfter(first: Leg, callId: string): Promise<Leg[]> {
    const ids = (first.legs?.value ?? []).filter((id) => id !== callId);
    return (await Promise.all(ids.map(read))).filter(isLeg);
  }

  async function keepNotes(callId: string, data: unknown, isMailbox: boolean): Promise<void> {
    const leg = memory.get(callId);
    if (!leg) return;
    const { data: before = {}, isMailbox: wasMailbox = false } = leg.notes?.value ?? {};
    const value = { data: kept(data) ?? before, isMailbox: isMailbox || wasMailbox };
    if (isEmpty(value.data) && isEmpty(before) && value.isMailbox === wasMailbox) return;
    const notes = nextPart(leg.notes, value, now());
    await save(callId, { ...leg, notes }, { notes });
  }

  /** @returns a copy of what may be kept; `undefined` where it is no object, or too much */
  function kept(data: unknown): Record<string, unknown> | undefined {
    if (!isRecord(data)) return undefined;
    const copy = copyData(data);
    if (roughBytes(copy, MOST_NOTES_BYTES) <= MOST_NOTES_BYTES) return copy;
    onProblem(new Error(`msg.call.data is larger than ${MOST_NOTES_BYTES / 1024} KiB and is not kept`));
    return undefined;
  }

  function count(callId: string, size: number): void {
    bytes += size - (sizes.get(callId) ?? 0);
    if (size === 0) sizes.delete(callId);
    else sizes.set(callId, size);
  }

  async function expire(): Promise<void> {
    const old = [...memory].filter(([, leg]) => isStale(leg, now())).map(([callId]) => callId);
    await Promise.all(old.map(forget));
    await expireStored();
  }

  /** Also what other instances have kept, and this one before a restart. */
  async function expireStored(): Promise<void> {
    const bases = new Set((await store.keys()).filter((key) => key.startsWith(KEY_PREFIX)).map(baseOf));
    for (const base of bases) {
      const keys = PART_NAMES.map((name) => keyIn(base, name));
      const leg = legOf((await store.get(keys)) ?? []);
      const isOurs = Object.keys(leg).length > 0;
      if (isOurs && isStale(leg, now())) await store.set(new Map(keys.map((key) => [key, undefined])));
    }
  }

  return { track, keepNotes, expire, settled: store.settled };
}

/** Stores of one process take their turns apart from each other. */
let storeCount = 0;

function isStale(leg: Leg, nowMs: number): boolean {
  const latest = Math.max(...PART_NAMES.map((name) => leg[name]?.at ?? 0));
  return nowMs - latest > (leg.hangup?.value ? FORGET_ENDED_MS : FORGET_OPEN_MS);
}

/** Context keys are property expressions: what is not a plain word is replaced by its hash. */
function keyOf(callId: string, name: PartName): string {
  const word = /^[A-Za-z0-9]{1,128}$/.test(callId)
    ? callId
    : createHash('sha256').update(callId).digest('hex');
  return keyIn(KEY_PREFIX + word, name);
}

function keyIn(base: string, name: PartName): string {
  return name === 'start' ? base : `${base}_${name}`;
}

function baseOf(key: string): string {
  const name = PART_NAMES.find((candidate) => key.endsWith(`_${candidate}`));
  return name ? key.slice(0, -name.length - 1) : key;
}

/** What a store holds may be anything: another version of this pack wrote it, or somebody else. */
function legOf(values: readonly unknown[]): Leg {
  const leg: Partial<Record<PartName, Part<unknown>>> = {};
  PART_NAMES.forEach((name, index) => {
    const part = values[index];
    if (isPart(part) && (part.value === undefined || IS_VALUE[name](part.value))) leg[name] = part;
  });
  return leg as Leg;
}

function isPart(value: unknown): value is Part<unknown> {
  return isRecord(value) && Number.isSafeInteger(value['version']) && typeof value['at'] === 'number';
}

const isTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.every((entry) => typeof entry === 'string');
const isText = (value: unknown): boolean => value === undefined || typeof value === 'string';
const areFacts = (value: unknown): boolean =>
  isRecord(value) &&
  ['startedAt', 'answeredAt', 'endedAt', 'originalCallId', 'from', 'to'].every((name) =>
    isText(value[name]),
  ) &&
  ['user', 'userId', 'fullUserId'].every((name) => value[name] === undefined || isTexts(value[name])) &&
  (value['answeredBy'] === undefined || isRecord(value['answeredBy']));

const IS_VALUE: Readonly<Record<PartName, (value: unknown) => boolean>> = {
  start: areFacts,
  answer: areFacts,
  hangup: areFacts,
  digits: (value) => isRecord(value) && typeof value['since'] === 'string' && isTexts(value['pressed']),
  notes: (value) => isRecord(value) && isRecord(value['data']),
  legs: isTexts,
};

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
