import fc from 'fast-check';
import 'should';
import { createExchanges, type Ending, type Exchanges } from '../../sipgate/exchanges';
import { settled, startFakeClock, type FakeClock } from './helpers/fake-clock';
import { modelRuns } from './helpers/model-runs';

const DEADLINE_MS = 1000;
const UNANSWERED = 'nobody answered';

/** A connection that waits. */
interface Sender {
  readonly cut: () => void;
  readonly heard: string[];
  isGone: boolean;
  expected: string | undefined;
}

/** What ought to be of one request. */
interface Request {
  readonly id: string;
  state: 'open' | Ending;
  openedAt: number;
  senders: Sender[];
}

interface Model {
  requests: Request[];
  /** The ids of the open ones, the oldest first. */
  open: string[];
  closings: string[];
  goings: string[];
  /** All ids that were closed, the latest last. */
  closed: string[];
}

interface Real {
  readonly exchanges: Exchanges<string, string>;
  readonly clock: FakeClock;
  readonly closings: string[];
  readonly goings: string[];
}

type Command = fc.AsyncCommand<Model, Real>;

const waitingAt = (request: Request) => request.senders.filter(({ isGone }) => !isGone);

function end(model: Model, request: Request, ending: Ending, answer: string): void {
  for (const sender of request.senders) sender.expected ??= answer;
  request.state = ending;
  model.open = model.open.filter((id) => id !== request.id);
  model.closed = [...model.closed.filter((id) => id !== request.id), request.id];
  model.closings.push(`${request.id} ${ending} ${answer}`);
}

function addSender(request: Request, real: Real): void {
  let cut: () => void = () => undefined;
  const heard: string[] = [];
  void real.exchanges.wait(request.id, (listener) => (cut = listener)).then((answer) => heard.push(answer));
  request.senders.push({ cut: () => cut(), heard, isGone: false, expected: undefined });
}

async function compare(model: Model, real: Real): Promise<void> {
  await settled();
  const { exchanges } = real;
  exchanges.ids().should.eql(model.open);
  real.closings.should.eql(model.closings);
  real.goings.should.eql(model.goings);
  const latest = new Set(model.closed.slice(-1000));
  for (const { id, state, senders } of model.requests) {
    if (state === 'open' || latest.has(id)) exchanges.state(id).should.equal(state);
    else exchanges.state(id).should.be.oneOf(state, 'unknown');
    (exchanges.subject(id) ?? '').should.equal(state === 'open' ? `about ${id}` : '');
    for (const { heard, expected } of senders) heard.should.eql(expected === undefined ? [] : [expected]);
  }
  model.closed.filter((id) => exchanges.state(id) !== 'unknown').length.should.be.below(2000);
}

/** A command on one of the requests that are as it wants them. */
class OnOne implements Command {
  constructor(
    readonly name: string,
    readonly nth: number,
    readonly isFit: (request: Request) => boolean,
    readonly act: (request: Request, model: Model, real: Real) => void,
  ) {}
  check = (model: Readonly<Model>) => model.requests.some(this.isFit);
  async run(model: Model, real: Real): Promise<void> {
    const fit = model.requests.filter(this.isFit);
    this.act(fit[this.nth % fit.length]!, model, real);
    await compare(model, real);
  }
  toString = () => `${this.name} ${this.nth}`;
}

class Do implements Command {
  constructor(
    readonly name: string,
    readonly act: (model: Model, real: Real) => void | Promise<void>,
  ) {}
  check = () => true;
  async run(model: Model, real: Real): Promise<void> {
    await this.act(model, real);
    await compare(model, real);
  }
  toString = () => this.name;
}

const isOpen = ({ state }: Request) => state === 'open';
const isOver = (request: Request) => !isOpen(request);

const comes = () =>
  new Do('comes', (model, real) => {
    const id = real.exchanges.newId();
    real.exchanges.open(`about ${id}`, id).should.equal(id);
    const request: Request = { id, state: 'open', openedAt: real.clock.elapsed, senders: [] };
    model.requests.push(request);
    model.open.push(id);
    addSender(request, real);
  });

const comesAgain = (nth: number) =>
  new OnOne('comes again', nth, isOpen, (request, _, real) => addSender(request, real));

const opensAgain = (nth: number) =>
  new OnOne(
    'opens again',
    nth,
    ({ state }) => state === 'gone',
    (request, model, real) => {
      real.exchanges.open(`about ${request.id}`, request.id);
      Object.assign(request, { state: 'open', openedAt: real.clock.elapsed });
      model.open.push(request.id);
      model.closed = model.closed.filter((id) => id !== request.id);
      addSender(request, real);
    },
  );

const answers = (nth: number) =>
  new OnOne('is answered', nth, isOpen, (request, model, real) => {
    const isHeard = waitingAt(request).length > 0;
    const answer = `answer ${model.closings.length}`;
    real.exchanges.answer(request.id, answer).should.equal(isHeard ? 'open' : 'gone');
    end(model, request, isHeard ? 'answered' : 'gone', answer);
  });

const answersTooLate = (nth: number) =>
  new OnOne('is answered once more', nth, isOver, ({ id, state }, _, real) => {
    real.exchanges.answer(id, 'never to be heard').should.be.oneOf(state, 'unknown');
    real.exchanges.close(id, 'interrupted');
  });

const loses = (nth: number) =>
  new OnOne(
    'loses a sender',
    nth,
    (request) => waitingAt(request).length > 0,
    (request, model) => {
      const sender = waitingAt(request)[nth % waitingAt(request).length]!;
      // once answered, a connection that ends tells nobody of it
      sender.isGone = true;
      if (isOpen(request) && waitingAt(request).length === 0) model.goings.push(`about ${request.id}`);
      sender.cut();
    },
  );

const nobodyAnswers = (nth: number) =>
  new OnOne('is not awaited', nth, isOpen, (request, model, real) => {
    real.exchanges.close(request.id, 'unawaited');
    end(model, request, 'unawaited', UNANSWERED);
  });

const deploy = () =>
  new Do('deploy', (model, real) => {
    for (const id of real.exchanges.ids()) real.exchanges.close(id, 'interrupted');
    const open = model.open.map((id) => model.requests.find((request) => request.id === id)!);
    for (const request of open) end(model, request, 'interrupted', UNANSWERED);
  });

const passes = (ms: number) =>
  new Do(`${ms} ms pass`, async (model, real) => {
    await real.clock.pass(ms);
    const due = model.requests
      .filter((request) => isOpen(request) && request.openedAt + DEADLINE_MS <= real.clock.elapsed)
      .sort(
        (one, other) =>
          one.openedAt - other.openedAt || model.open.indexOf(one.id) - model.open.indexOf(other.id),
      );
    for (const request of due)
      end(model, request, waitingAt(request).length > 0 ? 'late' : 'gone', UNANSWERED);
  });

const clockJumps = (ms: number) => new Do(`the clock jumps ${ms} ms`, (_, real) => real.clock.jump(ms));

/** Others come and go, of which nobody asks later. */
const flood = (count: number) =>
  new Do(`${count} others`, (model, real) => {
    for (let nth = 0; nth < count; nth += 1) {
      const id = real.exchanges.open('other');
      real.exchanges.close(id, 'unawaited');
      model.closed.push(id);
      model.closings.push(`other unawaited ${UNANSWERED}`);
    }
  });

function begin(clock: FakeClock): { model: Model; real: Real } {
  const closings: string[] = [];
  const goings: string[] = [];
  const exchanges = createExchanges<string, string>({
    deadlineMs: DEADLINE_MS,
    unanswered: () => UNANSWERED,
    onGone: (subject) => goings.push(subject),
    onClosed: (subject, ending, answer) =>
      closings.push(`${subject.replace('about ', '')} ${ending} ${answer}`),
  });
  return {
    model: { requests: [], open: [], closings: [], goings: [], closed: [] },
    real: { exchanges, clock, closings, goings },
  };
}

describe('Exchanges, in any order', () => {
  it('are each answered once and in time, and their ends are known for a while', async () => {
    const nth = fc.nat(9);
    const often = (command: fc.Arbitrary<Command>) => [command, command, command];
    const commands = fc.commands(
      [
        ...often(fc.constant(null).map(comes)),
        ...often(nth.map(comesAgain)),
        ...often(nth.map(opensAgain)),
        ...often(nth.map(answers)),
        ...often(nth.map(loses)),
        ...often(fc.integer({ min: 1, max: DEADLINE_MS }).map(passes)),
        nth.map(answersTooLate),
        nth.map(nobodyAnswers),
        fc.constant(null).map(deploy),
        fc.integer({ min: -1e9, max: 1e9 }).map(clockJumps),
        fc.integer({ min: 1, max: 900 }).map(flood),
      ] as fc.Arbitrary<Command>[],
      { maxCommands: 40, size: 'max' },
    );
    await fc.assert(
      fc.asyncProperty(commands, async (all) => {
        const clock = startFakeClock();
        try {
          const scene = begin(clock);
          await fc.asyncModelRun(() => scene, all);
          // nobody is left waiting
          await passes(DEADLINE_MS).run(scene.model, scene.real);
          scene.real.exchanges.ids().should.be.empty();
        } finally {
          clock.stop();
        }
      }),
      { numRuns: modelRuns },
    );
  }).timeout(120_000);
});
