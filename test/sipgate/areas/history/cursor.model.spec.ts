import fc from 'fast-check';
import {
  createCursor,
  LATEST_MS,
  OLDEST_MS,
  readStoredCursor,
  type HistoryCursor,
} from '../../../../sipgate/areas/history/cursor';
import type { HistoryEntry } from '../../../../sipgate/areas/history/entry';
import { modelRuns } from '../../helpers/model-runs';

const START_MS = Date.UTC(2026, 10, 27, 12);
const HOUR_MS = 3600_000;

/** What sipgate has, and what a flow must have got of it. */
interface Model {
  /** sipgate's clock, and how far the clock of this machine is from it. */
  nowMs: number;
  offMs: number;
  entries: Map<string, number>;
  count: number;
  /** Until the first look. */
  begunMs: number | undefined;
  /** Old at the first look, or delivered, as far as the cursor can know it. */
  known: Set<string>;
  underWay: string[];
  kept: { begunMs: number | undefined; known: Set<string> };
  deliveries: Map<string, number>;
  /** What was delivered after the cursor was kept for the last time before a crash. */
  mayComeTwice: Set<string>;
}

interface Real {
  cursor: HistoryCursor;
  kept: string;
}

const clockOf = (model: Model) => model.nowMs + model.offMs;
const toEntry = ([id, atMs]: [string, number]): HistoryEntry => ({
  id,
  type: 'CALL',
  created: new Date(atMs).toISOString(),
});

class Pass implements fc.Command<Model, Real> {
  constructor(readonly ms: number) {}
  check = () => true;
  run(model: Model) {
    model.nowMs += this.ms;
  }
  toString = () => `${this.ms / HOUR_MS} h pass`;
}

class SetClock implements fc.Command<Model, Real> {
  constructor(readonly ms: number) {}
  check = () => true;
  run(model: Model) {
    model.offMs = this.ms;
  }
  toString = () => `the clock is ${this.ms / HOUR_MS} h wrong`;
}

class Arrive implements fc.Command<Model, Real> {
  constructor(
    readonly lateMs: number,
    readonly howMany: number,
  ) {}
  check = () => true;
  run(model: Model) {
    for (let index = 0; index < this.howMany; index += 1) {
      model.entries.set(`${model.count}`, model.nowMs - this.lateMs - index);
      model.count += 1;
    }
  }
  toString = () => `${this.howMany} come in, ${this.lateMs / HOUR_MS} h late`;
}

class Delete implements fc.Command<Model, Real> {
  constructor(readonly nth: number) {}
  check = ({ entries }: Model) => entries.size > 0;
  run(model: Model) {
    const ids = [...model.entries.keys()];
    model.entries.delete(ids[this.nth % ids.length] ?? '');
  }
  toString = () => `one is deleted (${this.nth})`;
}

class Look implements fc.Command<Model, Real> {
  constructor(readonly rotation: number) {}
  check = () => true;
  run(model: Model, { cursor }: Real) {
    const nowMs = clockOf(model);
    const fromMs = cursor.fromMs(nowMs);
    const there = [...model.entries].filter(([, atMs]) => atMs >= fromMs);
    const isNew = ([id, atMs]: [string, number]) =>
      atMs >= nowMs - OLDEST_MS && !model.known.has(id) && !model.underWay.includes(id);
    const isOld = ([, atMs]: [string, number]) => model.begunMs !== undefined && atMs <= model.begunMs;
    // by what there is, not by what the cursor has asked for
    const expected = [...model.entries].filter((entry) => isNew(entry) && !isOld(entry));
    for (const entry of model.entries) if (isOld(entry)) model.known.add(entry[0]);
    model.begunMs = undefined;
    // pages shift: in any order, some twice
    const turned = [...there.slice(this.rotation), ...there.slice(0, this.rotation), ...there.slice(0, 2)];
    const fresh = cursor.look(turned.map(toEntry), nowMs).map(({ id }) => id);
    fresh
      .slice()
      .sort()
      .should.deepEqual(expected.map(([id]) => id).sort());
    const times = fresh.map((id) => model.entries.get(id) ?? NaN);
    times.should.deepEqual(times.slice().sort((one, other) => one - other));
    model.underWay.push(...fresh);
  }
  toString = () => `a look (${this.rotation})`;
}

class Deliver implements fc.Command<Model, Real> {
  constructor(readonly most: number) {}
  check = ({ underWay }: Model) => underWay.length > 0;
  run(model: Model, { cursor }: Real) {
    for (const id of model.underWay.splice(0, this.most)) {
      cursor.delivered(id);
      model.known.add(id);
      model.deliveries.set(id, (model.deliveries.get(id) ?? 0) + 1);
    }
  }
  toString = () => `${this.most} are delivered`;
}

class Keep implements fc.Command<Model, Real> {
  check = () => true;
  run(model: Model, real: Real) {
    real.kept = JSON.stringify(real.cursor.stored(clockOf(model)));
    model.kept = { begunMs: model.begunMs, known: new Set(model.known) };
  }
  toString = () => 'it is kept';
}

/** A crash, or a stop that has kept the cursor first. */
class Restart implements fc.Command<Model, Real> {
  constructor(readonly isCrash: boolean) {}
  check = () => true;
  run(model: Model, real: Real) {
    if (!this.isCrash) new Keep().run(model, real);
    const { begunMs, known } = model.kept;
    for (const id of model.known) if (!known.has(id)) model.mayComeTwice.add(id);
    Object.assign(model, { begunMs, known: new Set(known), underWay: [] });
    real.cursor = createCursor(clockOf(model), readStoredCursor(JSON.parse(real.kept)));
  }
  toString = () => (this.isCrash ? 'a crash' : 'a restart');
}

describe('The cursor of the history, whatever happens', () => {
  it('gives every entry at least once, and twice only after a crash', () => {
    const hours = (most: number) => fc.integer({ min: 0, max: most * 60 }).map((minutes) => minutes * 60_000);
    const commands = fc.commands(
      [
        hours(80).map((ms) => new Pass(ms)),
        fc.integer({ min: -40, max: 40 }).map((h) => new SetClock(h * HOUR_MS)),
        fc
          .tuple(fc.integer({ min: 0, max: LATEST_MS - 10 }), fc.integer({ min: 1, max: 4 }))
          .map(([lateMs, howMany]) => new Arrive(lateMs, howMany)),
        fc.nat({ max: 20 }).map((nth) => new Delete(nth)),
        fc.nat({ max: 5 }).map((rotation) => new Look(rotation)),
        fc.integer({ min: 1, max: 5 }).map((most) => new Deliver(most)),
        fc.constant(new Keep()),
        fc.boolean().map((isCrash) => new Restart(isCrash)),
      ],
      { maxCommands: 60 },
    );
    fc.assert(
      fc.property(commands, fc.integer({ min: -40, max: 40 }), (run, offHours) => {
        const { model, real } = world(offHours * HOUR_MS);
        fc.modelRun(() => ({ model, real }), run);
        finish(model, real);
      }),
      { numRuns: modelRuns },
    );
  }).timeout(0);
});

/** Something old is there, and the cursor has begun, as a node keeps it at its start. */
function world(offMs: number): { model: Model; real: Real } {
  const model: Model = {
    nowMs: START_MS,
    offMs,
    entries: new Map([
      ['old', START_MS - HOUR_MS],
      ['older', START_MS - 50 * HOUR_MS],
    ]),
    count: 0,
    begunMs: START_MS + offMs,
    known: new Set(),
    underWay: [],
    kept: { begunMs: START_MS + offMs, known: new Set() },
    deliveries: new Map(),
    mayComeTwice: new Set(),
  };
  const cursor = createCursor(clockOf(model));
  return { model, real: { cursor, kept: JSON.stringify(cursor.stored(clockOf(model))) } };
}

/** Looks and delivers all: then nothing is missing, and nothing came twice without a crash. */
function finish(model: Model, real: Real): void {
  new Look(0).run(model, real);
  if (model.underWay.length > 0) new Deliver(Infinity).run(model, real);
  const isDue = ([, atMs]: [string, number]) => atMs >= clockOf(model) - OLDEST_MS;
  for (const [id] of [...model.entries].filter(isDue)) model.known.has(id).should.be.true(`${id} never came`);
  for (const [id, count] of model.deliveries)
    if (count > 1) model.mayComeTwice.has(id).should.be.true(`${id} came ${count} times`);
}
