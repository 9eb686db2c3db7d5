import fc from 'fast-check';
import { isCancelled } from '../../sipgate/index';
import { takeTurn, type Turn } from '../../sipgate/turns';
import { modelRuns } from './helpers/model-runs';

/** Everything that was asked to happen has happened by then. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Someone who took a turn, in the order in which they came. */
interface Taken {
  readonly name: number;
  readonly turn: Turn;
}

/** What ought to be: all that have not left yet, and whether they may work. */
interface Model {
  queue: Taken[];
  next: number;
}

/** What is: the tasks that run, and how to end each. */
interface Real {
  readonly running: Map<number, (how: 'well' | 'badly') => void>;
  readonly ended: Map<number, Promise<string>>;
  readonly aborts: Map<number, AbortController>;
}

/** The rule in other words than the code's: who would disturb whom. */
function disturbs(one: Turn, other: Turn): boolean {
  const isSameAccount = [one.account, other.account].includes(undefined) || one.account === other.account;
  return one.group === other.group && isSameAccount && !(one.shared === true && other.shared === true);
}

/** Who works: everybody whom nobody disturbs that came before and is still there. */
function working({ queue }: Model): number[] {
  return queue
    .filter(({ turn }, index) => !queue.slice(0, index).some((earlier) => disturbs(earlier.turn, turn)))
    .map(({ name }) => name);
}

async function compare(model: Model, real: Real): Promise<void> {
  await settled();
  [...real.running.keys()].sort((a, b) => a - b).should.eql(working(model));
}

class Take implements fc.AsyncCommand<Model, Real> {
  constructor(readonly turn: Turn) {}
  check = () => true;
  async run(model: Model, real: Real): Promise<void> {
    const name = model.next;
    model.next += 1;
    model.queue.push({ name, turn: this.turn });
    const abort = new AbortController();
    real.aborts.set(name, abort);
    const task = () =>
      new Promise<string>((resolve, reject) =>
        real.running.set(name, (how) => (how === 'well' ? resolve('well') : reject(new Error('badly')))),
      ).finally(() => real.running.delete(name));
    const ended = takeTurn(this.turn, task, abort.signal).catch((error: unknown) =>
      isCancelled(error) ? 'gave up' : (error as Error).message,
    );
    real.ended.set(name, ended);
    await compare(model, real);
  }
  toString = () => `take ${JSON.stringify(this.turn)}`;
}

class End implements fc.AsyncCommand<Model, Real> {
  constructor(
    readonly which: number,
    readonly how: 'well' | 'badly',
  ) {}
  check = (model: Readonly<Model>) => model.queue.length > 0;
  async run(model: Model, real: Real): Promise<void> {
    const candidates = working(model);
    const name = candidates[this.which % candidates.length]!;
    model.queue = model.queue.filter((taken) => taken.name !== name);
    real.running.get(name)!(this.how);
    (await real.ended.get(name))!.should.equal(this.how);
    await compare(model, real);
  }
  toString = () => `end ${this.which} ${this.how}`;
}

class GiveUp implements fc.AsyncCommand<Model, Real> {
  constructor(readonly which: number) {}
  check = (model: Readonly<Model>) => model.queue.length > 0;
  async run(model: Model, real: Real): Promise<void> {
    const { name } = model.queue[this.which % model.queue.length]!;
    const isWaiting = !working(model).includes(name);
    real.aborts.get(name)!.abort();
    // who works already is left alone
    if (isWaiting) {
      model.queue = model.queue.filter((taken) => taken.name !== name);
      (await real.ended.get(name))!.should.equal('gave up');
    }
    await compare(model, real);
  }
  toString = () => `give up ${this.which}`;
}

describe('Taking turns, in any order', () => {
  it('lets everybody work whom nobody disturbs, and nobody else', async () => {
    const turn = fc.record(
      {
        group: fc.constantFrom('a', 'b'),
        account: fc.constantFrom('1', '2'),
        shared: fc.boolean(),
      },
      { requiredKeys: ['group'] },
    );
    const which = fc.nat(7);
    const commands = fc.commands(
      [
        turn.map((taken) => new Take(taken)),
        fc.tuple(which, fc.constantFrom('well', 'badly')).map(([nth, how]) => new End(nth, how)),
        which.map((nth) => new GiveUp(nth)),
      ],
      { maxCommands: 40, size: 'max' },
    );
    await fc.assert(
      fc.asyncProperty(commands, async (all) => {
        const real: Real = { running: new Map(), ended: new Map(), aborts: new Map() };
        const model: Model = { queue: [], next: 0 };
        try {
          await fc.asyncModelRun(() => ({ model, real }), all);
        } finally {
          // the queue is everybody's: nothing may stay in it
          real.aborts.forEach((abort) => abort.abort());
          while (real.running.size > 0) {
            real.running.forEach((end) => end('well'));
            await settled();
          }
        }
      }),
      { numRuns: modelRuns },
    );
  }).timeout(120_000);
});
