import fc from 'fast-check';
import should from 'should';
import type { Call } from '../../../../nodes/lib/calls/call';
import { createCallStore, type CallStore } from '../../../../nodes/lib/calls/call-store';
import type { ContextStore } from '../../../../nodes/lib/calls/context-store';
import type { CallEvent } from '../../../../sipgate/index';
import { settled, startFakeClock, type FakeClock } from '../../../sipgate/helpers/fake-clock';
import { modelRuns } from '../../../sipgate/helpers/model-runs';

/** The legs of one call, the first of them first; and one of another call. */
const LEGS = ['A1', 'A2', 'A3', 'B1'] as const;
type LegId = (typeof LEGS)[number];
const originOf = (id: LegId): LegId => (id.startsWith('A') ? 'A1' : id);

/** `dead` never calls back. */
const HEALTHY = ['sync', 'slow'] as const;
const MOODS = [...HEALTHY, 'failing', 'throwing', 'dead'] as const;
type Mood = (typeof MOODS)[number];

type Callback = (error: unknown, value?: never) => void;

/** A context store of changing moods. */
class Store implements ContextStore {
  readonly values = new Map<string, unknown>();
  mood: Mood = 'sync';

  get(key: string, _store: string | undefined, callback: Callback): void {
    this.do(callback, () => structuredClone(this.values.get(key)));
  }

  set(key: string, value: unknown, _store: string | undefined, callback: Callback): void {
    this.do(callback, () => void this.values.set(key, structuredClone(value)));
  }

  keys(_store: string | undefined, callback: Callback): void {
    this.do(callback, () => [...this.values.keys()]);
  }

  private do(callback: Callback, deed: () => unknown): void {
    if (this.mood === 'throwing') throw new Error('store is down');
    if (this.mood === 'dead') return;
    if (this.mood === 'failing') return callback(new Error('store is down'));
    const answer = () => callback(null, deed() as never);
    if (this.mood === 'slow') setTimeout(answer, 50);
    else answer();
  }
}

/** What ought to be known of one leg. */
interface Leg {
  isStarted: boolean;
  isAnswered: boolean;
  isOver: boolean;
  pressed: string[];
  notes: Record<string, unknown> | undefined;
  isMailbox: boolean;
  /** Of a first leg: the others, in the order in which they came. */
  legs: LegId[];
  /** The instance that got its latest event: there the flow runs that keeps notes. */
  instance: number;
}

interface Model {
  readonly legs: Map<LegId, Leg>;
  digits: number;
}

interface Real {
  readonly stores: readonly CallStore[];
  readonly context: Store;
  readonly clock: FakeClock;
}

type Command = fc.AsyncCommand<Model, Real>;
type Kind = CallEvent['event'];

const newLeg = (): Leg => ({
  isStarted: false,
  isAnswered: false,
  isOver: false,
  pressed: [],
  notes: undefined,
  isMailbox: false,
  legs: [],
  instance: 0,
});

const isKnown = (leg: Leg | undefined): leg is Leg =>
  leg !== undefined && (leg.isStarted || leg.isAnswered || leg.isOver || leg.pressed.length > 0);

function eventOf(kind: Kind, id: LegId, digit: string): CallEvent {
  const leg = originOf(id) === id ? { callId: id } : { callId: id, originalCallId: originOf(id) };
  return kind === 'DATA' ? { event: kind, ...leg, dtmf: digit } : { event: kind, ...leg };
}

/** Adds an event to the model. */
function add(model: Model, kind: Kind, id: LegId, digit: string, instance: number): void {
  const leg = model.legs.get(id) ?? newLeg();
  model.legs.set(id, leg);
  leg.instance = instance;
  if (kind === 'ANSWER') leg.isAnswered = true;
  if (kind === 'HANGUP') leg.isOver = true;
  if (kind === 'DATA') leg.pressed.push(digit);
  if (kind === 'NEW_CALL') {
    // its id is used for another call
    if (leg.isStarted && leg.isOver) Object.assign(leg, { ...newLeg(), instance });
    leg.isStarted = true;
  }
  const others = join(model, id);
  const earlier = others.at(-1)?.notes;
  if (kind === 'NEW_CALL' && originOf(id) !== id && !leg.notes && earlier) leg.notes = earlier;
}

/** Adds a leg to its call. @returns the others that are known */
function join(model: Model, id: LegId): Leg[] {
  const origin = originOf(id);
  const first = model.legs.get(origin) ?? newLeg();
  model.legs.set(origin, first);
  if (origin !== id && !first.legs.includes(id)) first.legs.push(id);
  const ids = [origin, ...first.legs].filter((other) => other !== id);
  return ids.map((other) => model.legs.get(other)).filter(isKnown);
}

const isTaken = ({ isAnswered, isMailbox }: Leg) => isAnswered && !isMailbox;

function check(call: Call, model: Model, id: LegId): void {
  const leg = model.legs.get(id)!;
  const legs = [...join(model, id), leg];
  const is = { digits: call.digits, data: call.data, answered: call.answered, openLegs: call.openLegs };
  is.should.eql({
    digits: leg.pressed,
    data: leg.notes ?? {},
    answered: legs.some(isTaken),
    openLegs: legs.filter(({ isOver }) => !isOver).length,
  });
  call.callId.should.equal(id);
  (call.answeredAt !== undefined).should.equal(leg.isAnswered);
  (call.endedAt !== undefined).should.equal(leg.isOver);
  if (call.duration !== undefined) call.duration.should.be.aboveOrEqual(0);
}

/** Lets time pass until it is done; a dead store is given up after 400 ms. */
async function wait<T>(work: Promise<T>, clock: FakeClock): Promise<T> {
  let isDone = false;
  work.finally(() => (isDone = true)).catch(() => undefined);
  await settled();
  for (let round = 0; round < 200 && !isDone; round += 1) await clock.pass(50);
  isDone.should.be.true();
  return work;
}

/** Events of one leg that come in one breath, to one instance. */
class Happen implements Command {
  constructor(
    readonly id: LegId,
    readonly kinds: readonly Kind[],
    readonly nth: number,
  ) {}
  check = () => true;
  async run(model: Model, real: Real): Promise<void> {
    const instance = this.nth % real.stores.length;
    const tracked = this.kinds.map((kind) => {
      const digit = String((model.digits += 1));
      const call = real.stores[instance]!.track(eventOf(kind, this.id, digit));
      add(model, kind, this.id, digit, instance);
      return call;
    });
    const calls = await wait(Promise.all(tracked), real.clock);
    check(calls.at(-1)!, model, this.id);
  }
  toString = () => `${this.kinds.join(' and ')} of ${this.id} at instance ${this.nth}`;
}

/** A flow keeps notes, where the latest event of the leg has come. */
class KeepNotes implements Command {
  constructor(
    readonly id: LegId,
    readonly note: number,
    readonly isMailbox: boolean,
    /** While a digit is on its way. */
    readonly isBetween: boolean,
  ) {}
  check = (model: Readonly<Model>) => isKnown(model.legs.get(this.id));
  async run(model: Model, real: Real): Promise<void> {
    const leg = model.legs.get(this.id)!;
    const store = real.stores[leg.instance]!;
    const digit = String((model.digits += 1));
    const work: Promise<unknown>[] = [];
    if (this.isBetween) {
      work.push(store.track(eventOf('DATA', this.id, digit)));
      add(model, 'DATA', this.id, digit, leg.instance);
    }
    work.push(store.keepNotes(this.id, { note: this.note }, this.isMailbox));
    await wait(Promise.all(work), real.clock);
    leg.notes = { note: this.note };
    leg.isMailbox ||= this.isMailbox;
  }
  toString = () =>
    `keep ${this.note} for ${this.id}${this.isMailbox ? ', a mailbox' : ''}${this.isBetween ? ', in between' : ''}`;
}

class Feel implements Command {
  constructor(readonly mood: Mood) {}
  check = () => true;
  run(_: Model, real: Real): Promise<void> {
    real.context.mood = this.mood;
    return Promise.resolve();
  }
  toString = () => `the store is ${this.mood}`;
}

class Jump implements Command {
  constructor(readonly ms: number) {}
  check = () => true;
  run(_: Model, real: Real): Promise<void> {
    real.clock.jump(this.ms);
    return Promise.resolve();
  }
  toString = () => `the clocks jump ${this.ms} ms`;
}

/** Runs the commands against instances whose clocks differ by an hour. */
async function tryAll(instances: number, moods: readonly Mood[]): Promise<void> {
  const id = fc.constantFrom(...LEGS);
  const kind = fc.constantFrom<Kind>('NEW_CALL', 'ANSWER', 'HANGUP', 'DATA');
  const happen = fc
    .tuple(id, fc.array(kind, { minLength: 1, maxLength: 3 }), fc.nat(1))
    .map(([leg, kinds, nth]) => new Happen(leg, kinds, nth));
  const keep = fc
    .tuple(id, fc.nat(1000), fc.boolean(), fc.boolean())
    .map(([leg, note, isMailbox, isBetween]) => new KeepNotes(leg, note, isMailbox, isBetween));
  const feel = fc.constantFrom(...moods).map((mood) => new Feel(mood));
  const jump = fc.integer({ min: -1e6, max: 1e6 }).map((ms) => new Jump(ms));
  const commands = fc.commands([happen, happen, happen, keep, feel, jump] as fc.Arbitrary<Command>[], {
    maxCommands: 30,
    size: 'max',
  });
  await fc.assert(
    fc.asyncProperty(commands, async (all) => {
      const clock = startFakeClock();
      try {
        const context = new Store();
        const stores = Array.from({ length: instances }, (_, nth) =>
          createCallStore({
            memory: new Map(),
            context,
            store: undefined,
            onProblem: (error) => should(error).be.an.Error(),
            now: () => Date.now() + nth * 3600_000,
          }),
        );
        const scene = { model: { legs: new Map(), digits: 0 }, real: { stores, context, clock } };
        await fc.asyncModelRun(() => scene, all);
      } finally {
        clock.stop();
      }
    }),
    { numRuns: modelRuns },
  );
}

describe('A call store, whatever happens in any order', () => {
  it('loses nothing, whether its context store is slow, fails, throws or is dead', () =>
    tryAll(1, MOODS)).timeout(300_000);

  it('loses nothing that two instances know whose clocks differ', () => tryAll(2, HEALTHY)).timeout(300_000);
});
