import { nextPart, type CallEvent } from '../../../sipgate/index';
import { callOf, isLeg, originOf, PART_NAMES, partsOf, type Call, type Leg, type PartName } from './call';
import { keepableNotes } from './notes';
import { createPartStore, type Changed, type PartStore, type PartStoreOptions } from './part-store';
import { shortId } from './part-keys';
import { legOf } from './stored-leg';

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
const MOST_LEGS_OF_CALL = 50;

/** What a call store needs: where it keeps calls, and the clock. */
export type CallStoreOptions = PartStoreOptions<Leg>;

/**
 * Keeps calls in a Node-RED context store, so that a shared store (Redis) serves several instances; and in memory, for
 * stores that forget, fail or are slow.
 */
export function createCallStore(options: CallStoreOptions): CallStore {
  return new SharedCalls(options);
}

const LEGS = { prefix: 'call_', names: PART_NAMES, read: legOf, isStale };

class SharedCalls implements CallStore {
  readonly #legs: PartStore<Leg>;
  readonly #onProblem: (error: unknown) => void;

  constructor(options: CallStoreOptions) {
    this.#legs = createPartStore<PartName, Leg>(LEGS, options);
    this.#onProblem = options.onProblem;
  }

  /** One after the other for each call: an answer and a hang-up in one breath must not undo each other. */
  track(event: CallEvent): Promise<Call> {
    const callId = shortId(event.callId);
    if (callId === '') {
      const leg = partsOf({}, event, this.#legs.now());
      return Promise.resolve(callOf(leg, [leg], event));
    }
    // apart from the turns inside, so that legs that name each other wait for nobody
    return this.#legs.inOrder(`event ${callId}`, () => this.#add(event, callId));
  }

  async #add(event: CallEvent, callId: string): Promise<Call> {
    const { parts: leg } = await this.#legs.update(callId, (before) => this.#legAfter(before, event));
    const origin = shortId(originOf(leg, event, callId));
    const others =
      origin === callId ? await this.#legsAfter(leg, callId) : await this.#joinCall(origin, callId);
    const earlier = others.at(-1)?.notes?.value;
    const latest = this.#legs.remembered(callId) ?? leg; // a flow may have kept notes meanwhile
    if (event.event !== 'NEW_CALL' || origin === callId || latest.notes?.value || !earlier)
      return callOf(latest, [...others, latest], event);
    // a new leg begins with the notes of the one before it
    const notes = nextPart(latest.notes, { data: earlier.data }, this.#legs.now());
    const noted = { ...latest, notes };
    await this.#legs.save(callId, noted, { notes });
    return callOf(noted, [...others, noted], event);
  }

  #legAfter(before: Leg, event: CallEvent): Changed<Leg> {
    const changes = partsOf(before, event, this.#legs.now());
    return { parts: { ...before, ...changes }, changes };
  }

  /** Adds a leg to its call. @returns the other legs, in the order in which they began */
  #joinCall(origin: string, callId: string): Promise<Leg[]> {
    return this.#legs.inOrder(origin, async () => {
      const first = await this.#legs.read(origin);
      const known = first.legs?.value ?? [];
      if (!known.includes(callId) && known.length < MOST_LEGS_OF_CALL) {
        const legs = nextPart(first.legs, [...known, callId], this.#legs.now());
        await this.#legs.save(origin, { ...first, legs }, { legs });
      }
      return [first, ...(await this.#legsAfter(first, callId))];
    });
  }

  async #legsAfter(first: Leg, callId: string): Promise<Leg[]> {
    const ids = (first.legs?.value ?? []).filter((id) => id !== callId);
    return (await Promise.all(ids.map((id) => this.#legs.read(id)))).filter(isLeg);
  }

  async keepNotes(id: string, data: unknown, isMailbox: boolean): Promise<void> {
    const callId = shortId(id);
    const leg = this.#legs.remembered(callId);
    if (!leg) return;
    const { data: before = {}, isMailbox: wasMailbox = false } = leg.notes?.value ?? {};
    const value = {
      data: keepableNotes(data, this.#onProblem) ?? before,
      isMailbox: isMailbox || wasMailbox,
    };
    if (isEmpty(value.data) && isEmpty(before) && value.isMailbox === wasMailbox) return;
    const notes = nextPart(leg.notes, value, this.#legs.now());
    await this.#legs.save(callId, { ...leg, notes }, { notes });
  }

  expire(): Promise<void> {
    return this.#legs.expire();
  }

  settled(): Promise<void> {
    return this.#legs.settled();
  }
}

function isStale(leg: Leg, nowMs: number): boolean {
  const latest = Math.max(...PART_NAMES.map((name) => leg[name]?.at ?? 0));
  return nowMs - latest > (leg.hangup?.value ? FORGET_ENDED_MS : FORGET_OPEN_MS);
}

function isEmpty(data: Record<string, unknown>): boolean {
  return Object.keys(data).length === 0;
}
