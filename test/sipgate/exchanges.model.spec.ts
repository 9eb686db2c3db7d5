import fc from 'fast-check';
import should from 'should';
import { createExchanges, type Exchanges, type ExchangeState } from '../../sipgate/exchanges';
import { fakeTimers, type FakeTimers } from './helpers/fake-timers';
import { modelRuns } from './helpers/model-runs';

const DEADLINE_MS = 3000;

/** One request as it ought to stand. */
interface Expected {
  id: string;
  state: ExchangeState;
  /** ms until its deadline */
  left: number;
  /** Which of its connections are still there. */
  senders: boolean[];
  answer?: string;
  /** How often it was opened: each time it is to be closed once. */
  openings: number;
}

interface Model {
  requests: Expected[];
}

/** What is: the requests, what their senders got, and what their host was told. */
interface Real {
  readonly timers: FakeTimers;
  readonly exchanges: Exchanges<string, string>;
  readonly leave: (() => void)[][];
  readonly got: string[][];
  readonly told: string[];
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

function startReal(): Real {
  const timers = fakeTimers();
  const told: string[] = [];
  const exchanges = createExchanges<string, string>({
    deadlineMs: DEADLINE_MS,
    unanswered: () => 'continue',
    onGone: () => undefined,
    onClosed: (subject, ending) => told.push(`${subject} ${ending}`),
  });
  return { timers, exchanges, leave: [], got: [], told };
}

function end(request: Expected, state: ExchangeState, answer: string): void {
  Object.assign(request, { state, answer });
}

function join(real: Real, nth: number, id: string): void {
  const leave = (real.leave[nth] ??= []);
  const got = (real.got[nth] ??= []);
  void real.exchanges.wait(id, (listener) => leave.push(listener)).then((answer) => got.push(answer));
}

abstract class Step implements fc.AsyncCommand<Model, Real> {
  constructor(readonly nth: number) {}
  check = (model: Readonly<Model>) => model.requests[this.nth] !== undefined;
  abstract act(request: Expected, real: Real): void;
  async run({ requests }: Model, real: Real): Promise<void> {
    this.act(requests[this.nth] as Expected, real);
    await settled();
    requests.forEach((request, nth) => compare(request, nth, real));
  }
  toString = () => `${this.constructor.name}(${this.nth})`;
}

/** Each is answered at most once for each of its senders, with the one answer, and never forgotten. */
function compare({ id, state, answer, senders, openings }: Expected, nth: number, real: Real): void {
  real.exchanges.state(id).should.equal(state);
  const got = real.got[nth] ?? [];
  got.should.deepEqual(state === 'open' ? [] : senders.map(() => answer));
  const closings = real.told.filter((one) => one.startsWith(`${nth} `)).length;
  closings.should.equal(state === 'open' ? openings - 1 : openings);
}

class Open implements fc.AsyncCommand<Model, Real> {
  check = () => true;
  async run({ requests }: Model, real: Real): Promise<void> {
    const nth = requests.length;
    const id = real.exchanges.open(String(nth));
    requests.push({ id, state: 'open', left: DEADLINE_MS, senders: [true], openings: 1 });
    join(real, nth, id);
  }
  toString = () => 'Open';
}

/** The same bytes come again, over another connection. */
class SameAgain extends Step {
  act(request: Expected, real: Real): void {
    if (request.state === 'gone' && request.answer === 'continue') {
      real.exchanges.open(String(this.nth), request.id);
      Object.assign(request, { state: 'open', left: DEADLINE_MS, answer: undefined });
      // those of before have got what nobody heard
      real.got[this.nth] = [];
      real.leave[this.nth] = [];
      request.senders = [];
      request.openings += 1;
    }
    if (request.state !== 'open') return;
    request.senders.push(true);
    join(real, this.nth, request.id);
  }
}

class Leave extends Step {
  act(request: Expected, real: Real): void {
    const index = request.senders.indexOf(true);
    if (index < 0) return;
    request.senders[index] = false;
    real.leave[this.nth]?.[index]?.();
  }
}

class Answer extends Step {
  act(request: Expected, real: Real): void {
    const isHeard = request.senders.includes(true);
    const wanted = request.state === 'open' ? (isHeard ? 'open' : 'gone') : request.state;
    real.exchanges.answer(request.id, 'yes').should.equal(wanted);
    if (request.state === 'open') end(request, isHeard ? 'answered' : 'gone', 'yes');
  }
}

class Deploy extends Step {
  override check = () => true;
  act(_request: Expected, real: Real): void {
    for (const id of real.exchanges.ids()) real.exchanges.close(id, 'interrupted');
  }
  override async run(model: Model, real: Real): Promise<void> {
    for (const request of model.requests)
      if (request.state === 'open') end(request, 'interrupted', 'continue');
    await super.run(model, real);
  }
}

class Pass extends Step {
  override check = () => true;
  constructor(readonly ms: number) {
    super(0);
  }
  act(): void {}
  override async run(model: Model, real: Real): Promise<void> {
    for (const request of model.requests.filter(({ state }) => state === 'open')) {
      request.left -= this.ms;
      if (request.left <= 0) end(request, request.senders.includes(true) ? 'late' : 'gone', 'continue');
    }
    real.timers.pass(this.ms);
    await settled();
    model.requests.forEach((request, nth) => compare(request, nth, real));
  }
  override toString = () => `Pass(${this.ms} ms)`;
}

describe('Open requests, whatever happens in any order', () => {
  it('are each answered once and in time', async () => {
    const which = fc.nat(4);
    const commands = fc.commands(
      [
        fc.constant(new Open()),
        which.map((nth) => new SameAgain(nth)),
        which.map((nth) => new Leave(nth)),
        which.map((nth) => new Answer(nth)),
        fc.constant(new Deploy(0)),
        fc.constantFrom(1, 1499, 1500, 2999, 3000, 60_000).map((ms) => new Pass(ms)),
      ],
      { maxCommands: 30, size: 'max' },
    );
    await fc.assert(
      fc.asyncProperty(commands, async (all) => {
        const real = startReal();
        try {
          await fc.asyncModelRun(() => ({ model: { requests: [] }, real }), all);
          // a stop leaves nothing behind
          for (const id of real.exchanges.ids()) real.exchanges.close(id, 'interrupted');
          should(real.timers.count).equal(0);
        } finally {
          real.timers.restore();
        }
      }),
      { numRuns: modelRuns },
    );
  }).timeout(120_000);
});
