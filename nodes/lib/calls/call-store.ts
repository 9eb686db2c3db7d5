import { createHash } from 'node:crypto';
import type { CallEvent, Direction } from '../../../sipgate/index';

/** What is known of a call so far, as it travels in `msg.call`. Times are ISO 8601. */
export interface Call {
  callId: string;
  originalCallId?: string;
  direction?: Direction;
  from?: string;
  to?: string;
  diversion?: string;
  xcid?: string;
  /** Whom the call rings. */
  user?: string[];
  userId?: string[];
  fullUserId?: string[];
  startedAt: string;
  answeredAt?: string;
  /** Who picked up. */
  answeredBy?: { user?: string; userId?: string; fullUserId?: string };
  answeringNumber?: string;
  endedAt?: string;
  cause?: string;
  /** Seconds from answer to hang-up. */
  duration?: number;
  /** What the caller pressed, one entry for each DATA. */
  digits: string[];
  /** A flow's own notes. */
  data: Record<string, unknown>;
}

/** The part of a Node-RED context that a call store uses. */
export interface ContextStore {
  get(key: string, store: string | undefined, callback: (error: unknown, value?: unknown) => void): void;
  set(key: string, value: unknown, store: string | undefined, callback: (error: unknown) => void): void;
  keys(store: string | undefined, callback: (error: unknown, keys?: string[]) => void): void;
}

/** What is known of the calls of one webhook. */
export interface CallStore {
  /**
   * Adds an event to its call. Never fails.
   * @returns the call after it, a copy; a promise only where it has to wait for the store or for another event
   */
  track(event: CallEvent): Call | Promise<Call>;
  /** Keeps what a flow has put into `msg.call.data`. */
  keepData(callId: string, data: unknown): void;
  /** Forgets what is too old. */
  expire(): void;
}

/** What is kept of a call. It is never changed, only replaced, so memory and store can share it. */
interface Entry {
  readonly call: Readonly<Call>;
  /** When it last changed, in ms since 1970. */
  readonly at: number;
}

/** Calls in memory, by call id; it outlives the node (Node-RED's memory store forgets a node's context at a deploy). */
export type CallMemory = Map<string, Entry>;

/** Hang-ups get lost, so a call is forgotten some time after its last event. */
const FORGET_OPEN_MS = 12 * 3600_000;
const FORGET_ENDED_MS = 3600_000;
/** A bound for floods: the oldest go first. */
const MOST_CALLS = 10_000;
/** A store that hangs must not make a caller wait. */
const STORE_PATIENCE_MS = 500;

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
 * Keeps calls in a Node-RED context store, one key each, so that a shared store (Redis) serves several instances;
 * and in memory, for stores that forget, fail or are slow.
 */
export function createCallStore({
  memory,
  context,
  store,
  onProblem,
  now = Date.now,
}: CallStoreOptions): CallStore {
  const turns = new Map<string, Promise<unknown>>();

  /** The memory is asked last: while a slow store thinks, a flow may have kept its data there. */
  function newer(stored: Entry | undefined, callId: string): Entry | undefined {
    const remembered = memory.get(callId);
    if (!stored || !remembered) return stored ?? remembered;
    return stored.at > remembered.at ? stored : remembered;
  }

  /** A memory store calls back at once; only for others a promise and a timer are worth their price. */
  function read(key: string): Entry | undefined | Promise<Entry | undefined> {
    let found: Entry | undefined;
    let done = false;
    let tell: (entry: Entry | undefined) => void = () => undefined;
    const finish = (error: unknown, value?: unknown) => {
      if (done) return;
      done = true;
      if (error) onProblem(error);
      found = isEntry(value) ? value : undefined;
      tell(found);
    };
    attempt(() => context.get(key, store, finish), finish);
    if (done) return found;
    return new Promise((resolve) => {
      const late = () => finish(new Error(`no answer in ${STORE_PATIENCE_MS} ms`));
      const timer = setTimeout(late, STORE_PATIENCE_MS);
      tell = (entry) => {
        clearTimeout(timer);
        resolve(entry);
      };
    });
  }

  function save(call: Call): void {
    const entry = { call, at: now() };
    memory.delete(call.callId); // set anew, it stands last: the map stays in order of age
    memory.set(call.callId, entry);
    write(keyOf(call.callId), entry);
    if (memory.size > MOST_CALLS) forget(memory.keys().next().value as string);
  }

  function write(key: string, value: Entry | undefined): void {
    const report = (error: unknown) => {
      if (error) onProblem(error);
    };
    attempt(() => context.set(key, value, store, report), report);
  }

  function forget(callId: string): void {
    memory.delete(callId);
    write(keyOf(callId), undefined);
  }

  /** One after the other for each call: an answer and a hang-up in one breath must not undo each other. */
  function track(event: CallEvent): Call | Promise<Call> {
    const callId = event.callId ?? '';
    const before = turns.get(callId);
    const tracked = before ? before.then(() => readAndAdd(event, callId)) : readAndAdd(event, callId);
    if (!(tracked instanceof Promise)) return tracked;
    turns.set(callId, tracked);
    void tracked.then(() => turns.get(callId) === tracked && turns.delete(callId));
    return tracked;
  }

  function readAndAdd(event: CallEvent, callId: string): Call | Promise<Call> {
    if (callId === '') return copyCall(addEvent(newCall(callId, now()), event, now()));
    const stored = read(keyOf(callId));
    return stored instanceof Promise
      ? stored.then((entry) => add(event, callId, entry))
      : add(event, callId, stored);
  }

  function add(event: CallEvent, callId: string, stored: Entry | undefined): Call {
    const known = newer(stored, callId)?.call;
    const call = addEvent(known ?? newCall(callId, now()), event, now());
    save(call);
    return copyCall(call);
  }

  function keepData(callId: string, data: unknown): void {
    const entry = memory.get(callId);
    if (!entry || !isRecord(data) || (isEmpty(data) && isEmpty(entry.call.data))) return;
    save({ ...entry.call, data: copyData(data) });
  }

  function expire(): void {
    for (const [callId, entry] of memory) if (isStale(entry, now())) forget(callId);
    expireStored();
  }

  function expireStored(): void {
    const each = (_: unknown, keys?: string[]) => {
      for (const key of (keys ?? []).filter((name) => name.startsWith(KEY_PREFIX))) {
        void Promise.resolve(read(key)).then(
          (entry) => entry && isStale(entry, now()) && write(key, undefined),
        );
      }
    };
    attempt(() => context.keys(store, each), onProblem);
  }

  return { track, keepData, expire };
}

/** A store is a plugin of somebody else: one that throws instead of calling back counts as one that failed. */
function attempt(act: () => void, onThrown: (error: unknown) => void): void {
  try {
    act();
  } catch (error) {
    onThrown(error);
  }
}

function newCall(callId: string, nowMs: number): Call {
  return { callId, startedAt: new Date(nowMs).toISOString(), digits: [], data: {} };
}

/** @returns the call after the event; `call` itself stays as it is */
function addEvent(call: Readonly<Call>, event: CallEvent, nowMs: number): Call {
  const at = new Date(nowMs).toISOString();
  switch (event.event) {
    case 'NEW_CALL': {
      const { event: _, ...known } = event;
      // a call that is over does not begin again: somebody uses its id for another one, as people do who test with curl
      const before = call.endedAt === undefined ? call : newCall(call.callId, nowMs);
      return { ...before, ...known };
    }
    case 'ANSWER': {
      const { event: _, user, userId, fullUserId, ...known } = event;
      const answeredBy = { user, userId, fullUserId };
      return { ...call, ...known, answeredAt: at, answeredBy: dropUndefined(answeredBy) };
    }
    case 'HANGUP': {
      const { event: _, ...known } = event;
      const ended = { ...call, ...known, endedAt: at };
      if (call.answeredAt) ended.duration = Math.round((nowMs - Date.parse(call.answeredAt)) / 1000);
      return ended;
    }
    case 'DATA': {
      const { originalCallId = call.originalCallId } = event;
      const digits = [...call.digits, event.dtmf];
      return { ...call, ...(originalCallId === undefined ? {} : { originalCallId }), digits };
    }
  }
}

function isStale(entry: Entry, nowMs: number): boolean {
  return nowMs - entry.at > (entry.call.endedAt ? FORGET_ENDED_MS : FORGET_OPEN_MS);
}

/** Context keys are property expressions: what is not a plain word is replaced by its hash. */
function keyOf(callId: string): string {
  return (
    KEY_PREFIX + (/^\w{1,128}$/.test(callId) ? callId : createHash('sha256').update(callId).digest('hex'))
  );
}

const LISTS = ['user', 'userId', 'fullUserId'] as const;

/** A flow may change whatever it gets. */
function copyCall(call: Readonly<Call>): Call {
  const copy = { ...call, digits: [...call.digits], data: copyData(call.data) };
  for (const list of LISTS) if (call[list]) copy[list] = [...call[list]];
  if (call.answeredBy) copy.answeredBy = { ...call.answeredBy };
  return copy;
}

function isEmpty(data: Record<string, unknown>): boolean {
  return Object.keys(data).length === 0;
}

/** A flow may put anything into `data`; what no store could keep (functions, sockets) is left out as JSON does. */
function copyData(data: Record<string, unknown>): Record<string, unknown> {
  if (isEmpty(data)) return {};
  try {
    return structuredClone(data);
  } catch {
    return jsonCopy(data);
  }
}

function jsonCopy(data: Record<string, unknown>): Record<string, unknown> {
  try {
    return JSON.parse(JSON.stringify(data)) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function isEntry(value: unknown): value is Entry {
  return (
    isRecord(value) &&
    typeof value['at'] === 'number' &&
    isRecord(value['call']) &&
    Array.isArray(value['call']['digits']) &&
    isRecord(value['call']['data'])
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function dropUndefined<T extends Record<string, unknown>>(record: T): Partial<T> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as Partial<T>;
}
