import fc from 'fast-check';
import should from 'should';
import { createTally, SipgateError, type DayCount, type SpendingLimits } from '../../../../sipgate/index';
import { realTiming } from '../../../../sipgate/client/timing';
import { spend } from '../../../../sipgate/client/spending/guard';
import { modelRuns } from '../../helpers/model-runs';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);
const pause = () => new Promise<void>((resolve) => setImmediate(resolve));

/** One SMS, fax or call that was let through. */
interface Entry {
  readonly at: number;
}

/** What ought to be. */
interface Model {
  now: number;
  limits: SpendingLimits;
  /** Let through in this process while the minute was limited, and not given back. */
  minute: Entry[];
  day: string;
  /** Let through on that day, and not given back. */
  today: number;
  /** Whether the day was limited since the process has started: then its count is kept. */
  isKept: boolean;
  /** What the file holds. */
  file: DayCount | undefined;
  /** Those under way. */
  open: { readonly entry: Entry; readonly day: string }[];
}

/** A Node-RED with one account. */
class Real {
  file: DayCount | undefined;
  now = Date.UTC(2026, 0, 31, 12);
  limits: SpendingLimits = {};
  /** Ends those under way. */
  open: { end: (isCarriedOut: boolean) => void; ended: Promise<unknown> }[] = [];
  private tally = this.newTally();

  private newTally() {
    const store = {
      load: async () => {
        await pause();
        return this.file;
      },
      save: async (count: DayCount) => {
        await pause();
        this.file = count;
      },
    };
    return createTally({ dayOf, store });
  }

  kill(): void {
    this.open = [];
    this.tally = this.newTally();
  }

  /** @returns whether it was let through */
  async start(): Promise<boolean> {
    const guard = { limits: this.limits, tally: this.tally };
    const onWarning = (text: string) => should.fail(text, 'no warning');
    const surroundings = {
      onWarning,
      timing: { ...realTiming, now: () => this.now },
      hold: <T>(work: Promise<T>) => work,
    };
    let end: (isCarriedOut: boolean) => void = () => {};
    const outcome = new Promise<boolean>((resolve) => (end = resolve));
    let ended: Promise<unknown> = Promise.resolve();
    const isStarted = await new Promise<boolean>((resolve, reject) => {
      const task = async (carriedOut: () => void) => {
        resolve(true);
        if (await outcome) carriedOut();
        else throw new Error('refused by sipgate');
      };
      ended = spend(guard, { number: '+49', field: 'to' }, task, surroundings).catch((error: unknown) => {
        if (error instanceof SipgateError && error.code === 'RATE_LIMITED') resolve(false);
        else if ((error as Error).message !== 'refused by sipgate') reject(error as Error);
      });
    });
    if (isStarted) this.open.push({ end, ended });
    return isStarted;
  }
}

type Command = fc.AsyncCommand<Model, Real>;

/** Several at once. */
class Start implements Command {
  constructor(private readonly count: number) {}
  check = () => true;
  async run(model: Model, real: Real): Promise<void> {
    const expected = Array.from({ length: this.count }, () => admit(model));
    const before = model.open.length - expected.filter(Boolean).length;
    const started = await Promise.all(expected.map(() => real.start()));
    started.filter(Boolean).length.should.equal(model.open.length - before);
    agree(model, real);
  }
  toString = () => `start ${this.count}`;
}

/** @returns whether the model lets one through */
function admit(model: Model): boolean {
  const { now, limits } = model;
  model.minute = model.minute.filter(({ at }) => at <= now && at > now - MINUTE_MS);
  if (limits.maxPerDay !== undefined && !model.isKept) {
    model.isKept = true;
    const { file } = model;
    if (model.day === '') Object.assign(model, { day: file?.day ?? '', today: file?.count ?? 0 });
    else if (file?.day === model.day) model.today += file.count;
  }
  if (model.day !== dayOf(now)) Object.assign(model, { day: dayOf(now), today: 0 });
  if (model.minute.length >= (limits.maxPerMinute ?? Infinity)) return false;
  if (model.today >= (limits.maxPerDay ?? Infinity)) return false;
  const entry = { at: now };
  if (limits.maxPerMinute !== undefined) model.minute.push(entry);
  model.today += 1;
  if (model.isKept) model.file = { day: model.day, count: model.today };
  model.open.push({ entry, day: model.day });
  return true;
}

class End implements Command {
  constructor(
    private readonly nth: number,
    private readonly isCarriedOut: boolean,
  ) {}
  check = ({ open }: Readonly<Model>) => open.length > 0;
  async run(model: Model, real: Real): Promise<void> {
    const index = this.nth % model.open.length;
    const [expected] = model.open.splice(index, 1);
    const [work] = real.open.splice(index, 1);
    if (!this.isCarriedOut) {
      model.minute = model.minute.filter((entry) => entry !== expected!.entry);
      if (model.day === expected!.day) {
        model.today -= 1;
        if (model.isKept) model.file = { day: model.day, count: model.today };
      }
    }
    work!.end(this.isCarriedOut);
    await work!.ended;
    agree(model, real);
  }
  toString = () => `end ${this.nth} ${this.isCarriedOut ? 'carried out' : 'refused'}`;
}

class Pass implements Command {
  constructor(private readonly ms: number) {}
  check = () => true;
  async run(model: Model, real: Real): Promise<void> {
    model.now += this.ms;
    real.now += this.ms;
  }
  toString = () => `pass ${this.ms} ms`;
}

class Deploy implements Command {
  constructor(private readonly limits: SpendingLimits) {}
  check = () => true;
  async run(model: Model, real: Real): Promise<void> {
    model.limits = this.limits;
    real.limits = this.limits;
  }
  toString = () => `deploy ${JSON.stringify(this.limits)}`;
}

/** Ends the process: what is under way is lost, and nobody knows what became of it. */
class Kill implements Command {
  check = () => true;
  async run(model: Model, real: Real): Promise<void> {
    Object.assign(model, { minute: [], day: '', today: 0, isKept: false, open: [] });
    real.kill();
  }
  toString = () => 'kill -9';
}

function agree(model: Model, real: Real): void {
  should(real.file).deepEqual(model.file);
  real.open.length.should.equal(model.open.length);
}

const limit = fc.option(fc.nat({ max: 4 }), { nil: undefined });
const commands = fc.commands(
  [
    fc.integer({ min: 1, max: 4 }).map((count) => new Start(count)),
    fc.integer({ min: 1, max: 4 }).map((count) => new Start(count)),
    fc.tuple(fc.nat({ max: 20 }), fc.boolean()).map(([nth, isCarriedOut]) => new End(nth, isCarriedOut)),
    fc
      .constantFrom(1, 1000, 30_000, MINUTE_MS - 1, MINUTE_MS, DAY_MS / 2, DAY_MS, -1000, -DAY_MS)
      .map((ms) => new Pass(ms)),
    fc.record({ maxPerMinute: limit, maxPerDay: limit }).map((limits) => new Deploy(limits)),
    fc.constant(new Kill()),
  ],
  { maxCommands: 40, size: 'max' },
);

describe('What an account spends, in any order', function () {
  this.timeout(60_000);

  it('is what its limits allow: at once, over minutes and days, deploys, refusals and kills', async () => {
    await fc.assert(
      fc.asyncProperty(commands, async (list) => {
        const real = new Real();
        const model: Model = {
          now: real.now,
          limits: {},
          minute: [],
          day: '',
          today: 0,
          isKept: false,
          file: undefined,
          open: [],
        };
        await fc.asyncModelRun(() => ({ model, real }), list);
      }),
      { numRuns: modelRuns },
    );
  });
});
