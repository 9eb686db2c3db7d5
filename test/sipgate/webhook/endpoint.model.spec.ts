import fc from 'fast-check';
import should from 'should';
import {
  createReplayMemory,
  createWebhookEndpoint,
  parseRanges,
  type Delivery,
  type EndpointNotice,
  type Incoming,
  type RequestHead,
  type WebhookEndpoint,
} from '../../../sipgate/index';
import { settled, startFakeClock, type FakeClock } from '../helpers/fake-clock';
import { modelRuns } from '../helpers/model-runs';

const DEADLINE_MS = 1000;
const WINDOW_MS = 3000;
const GO_ON = '<?xml version="1.0" encoding="UTF-8"?><Response/>';
const HANG_UP = '<?xml version="1.0" encoding="UTF-8"?><Response><Hangup/></Response>';
const HEAD: RequestHead = { method: 'POST', headers: {}, remoteAddress: '127.0.0.1' };

/** What sipgate may send, again and again. */
const BODIES = [
  'event=newCall&callId=A',
  'event=newCall&callId=B',
  'event=dtmf&callId=A&dtmf=1',
  'event=answer&callId=A',
  'event=hangup&callId=A',
] as const;
type Body = (typeof BODIES)[number];
const isDigit = (body: Body) => body.includes('dtmf');
const isQuestion = (body: Body) => isDigit(body) || body.includes('newCall');

/** A connection of sipgate's that waits. */
interface Sender {
  readonly cut: () => void;
  readonly heard: string[];
  isGone: boolean;
  expected: string | undefined;
}

/** What ought to become of an event. */
interface Event {
  readonly body: Body;
  /** When its bytes came first. */
  readonly bornAt: number;
  openedAt: number;
  isOpen: boolean;
  /** What the same bytes get from now on. */
  answer: string | undefined;
  senders: Sender[];
  /** Which of the messages that the flows got is its. */
  readonly message: number;
}

interface Model {
  events: Event[];
  notices: string[];
  messages: number;
}

interface Real {
  readonly endpoint: WebhookEndpoint;
  readonly clock: FakeClock;
  readonly incoming: Incoming[];
  readonly notices: EndpointNotice[];
  /** Whether a flow may answer what comes next. */
  isAwaited: boolean;
}

type Command = fc.AsyncCommand<Model, Real>;

const waitingAt = ({ senders }: Event) => senders.filter(({ isGone }) => !isGone);

function close(event: Event, answer: string, isRemembered: boolean): void {
  for (const sender of event.senders) sender.expected ??= answer;
  event.isOpen = false;
  event.senders = event.senders.filter(({ isGone }) => !isGone);
  if (isRemembered) event.answer = answer;
}

async function compare(model: Model, real: Real, senders: readonly Sender[] = []): Promise<void> {
  await settled();
  real.incoming.length.should.equal(model.messages);
  real.notices.map(({ kind }) => kind).should.eql(model.notices);
  real.endpoint.openCount.should.equal(model.events.filter(({ isOpen }) => isOpen).length);
  for (const { heard, expected } of [...senders, ...model.events.flatMap((event) => event.senders)])
    heard.should.eql(expected === undefined ? [] : [expected]);
  for (const event of model.events.filter(({ body }) => isQuestion(body))) {
    const { exchange } = real.incoming[event.message]!;
    (real.endpoint.state(exchange) === 'open').should.equal(event.isOpen);
  }
}

class Send implements Command {
  constructor(
    readonly body: Body,
    readonly isAwaited: boolean,
  ) {}
  check = () => true;
  async run(model: Model, real: Real): Promise<void> {
    const sender = this.send(real);
    const now = real.clock.elapsed;
    const earlier = model.events.findLast(
      ({ body, bornAt }) => body === this.body && !isDigit(body) && now - bornAt <= WINDOW_MS,
    );
    if (earlier) this.repeat(earlier, model, now, sender);
    else this.begin(model, now, sender);
    await compare(model, real, [sender]);
  }

  private send(real: Real): Sender {
    real.isAwaited = this.isAwaited;
    let cut: () => void = () => undefined;
    const heard: string[] = [];
    void real.endpoint
      .handle(HEAD, Buffer.from(this.body), (listener) => (cut = listener))
      .then(({ status, body }) => heard.push(status === 200 ? body : `status ${status}`));
    return { cut: () => cut(), heard, isGone: false, expected: undefined };
  }

  private repeat(event: Event, model: Model, now: number, sender: Sender): void {
    model.notices.push('replayed');
    if (event.answer !== undefined) {
      sender.expected = event.answer;
      return;
    }
    if (!event.isOpen) Object.assign(event, { isOpen: true, openedAt: now });
    event.senders.push(sender);
  }

  private begin(model: Model, now: number, sender: Sender): void {
    const event: Event = {
      body: this.body,
      bornAt: now,
      openedAt: now,
      isOpen: true,
      answer: undefined,
      senders: [sender],
      message: model.messages,
    };
    model.messages += 1;
    model.events.push(event);
    model.notices.push('accepted');
    if (isQuestion(this.body) && this.isAwaited) return;
    close(event, GO_ON, true);
    if (isQuestion(this.body)) model.notices.push('answered');
  }

  toString = () => `send ${this.body}${this.isAwaited ? '' : ', which nobody answers'}`;
}

/** A command on one of the events that are as it wants them. */
class OnOne implements Command {
  constructor(
    readonly name: string,
    readonly nth: number,
    readonly isFit: (event: Event) => boolean,
    readonly act: (event: Event, model: Model, real: Real) => void,
  ) {}
  check = (model: Readonly<Model>) => model.events.some(this.isFit);
  async run(model: Model, real: Real): Promise<void> {
    const fit = model.events.filter(this.isFit);
    const event = fit[this.nth % fit.length]!;
    const senders = [...event.senders];
    this.act(event, model, real);
    await compare(model, real, senders);
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
    const senders = model.events.flatMap((event) => event.senders);
    await this.act(model, real);
    await compare(model, real, senders);
  }
  toString = () => this.name;
}

const isOpen = (event: Event) => event.isOpen;

const flowAnswers = (nth: number) =>
  new OnOne('a flow answers', nth, isOpen, (event, model, { endpoint, incoming }) => {
    const { exchange } = incoming[event.message]!;
    const isHeard = waitingAt(event).length > 0;
    if (isHeard) endpoint.answer(exchange, { action: 'hangup' }).should.equal(HANG_UP);
    else should(() => endpoint.answer(exchange, { action: 'hangup' })).throw({ code: 'NOT_FOUND' });
    close(event, HANG_UP, true);
    if (isHeard) model.notices.push('answered');
  });

const flowAnswersTooLate = (nth: number) =>
  new OnOne(
    'a flow answers what is closed',
    nth,
    (event) => !event.isOpen,
    (event, _, { endpoint, incoming }) => {
      const { exchange } = incoming[event.message]!;
      should(() => endpoint.answer(exchange, { action: 'hangup' })).throw({ name: 'SipgateError' });
    },
  );

const loses = (nth: number) =>
  new OnOne(
    'loses a sender',
    nth,
    (event) => event.isOpen && waitingAt(event).length > 0,
    (event, model) => {
      const sender = waitingAt(event)[nth % waitingAt(event).length]!;
      sender.isGone = true;
      sender.cut();
      if (waitingAt(event).length === 0) model.notices.push('gone');
    },
  );

const deploy = () =>
  new Do('deploy', (model, { endpoint }) => {
    endpoint.answerAll();
    for (const event of model.events.filter(isOpen)) {
      close(event, GO_ON, true);
      model.notices.push('answered');
    }
  });

const passes = (ms: number) =>
  new Do(`${ms} ms pass`, async (model, { clock }) => {
    await clock.pass(ms);
    for (const event of model.events.filter(isOpen)) {
      if (event.openedAt + DEADLINE_MS > clock.elapsed) continue;
      const isHeard = waitingAt(event).length > 0;
      // what nobody heard of and no flow has answered may still be answered when it comes again
      close(event, GO_ON, isHeard);
      if (isHeard) model.notices.push('deadline');
    }
  });

const clockJumps = (ms: number) => new Do(`the clock jumps ${ms} ms`, (_, { clock }) => clock.jump(ms));

function begin(clock: FakeClock): { model: Model; real: Real } {
  const incoming: Incoming[] = [];
  const notices: EndpointNotice[] = [];
  const rules = {
    allowedIps: parseRanges('', 'allowedIps'),
    trustProxy: parseRanges('', 'trustProxy'),
    masterSipId: '',
    responseTimeout: DEADLINE_MS,
    replays: createReplayMemory<Delivery>(WINDOW_MS, () => clock.elapsed),
  };
  const endpoint = createWebhookEndpoint<undefined>(rules, {
    verify: () => true,
    record: () => Promise.resolve(undefined),
    deliver: (one) => {
      incoming.push(one);
      return Promise.resolve(real.isAwaited);
    },
    followUps: () => ({ onData: 'https://nr.example.org' }),
    notice: (notice) => notices.push(notice),
  });
  const real: Real = { endpoint, clock, incoming, notices, isAwaited: true };
  return { model: { events: [], notices: [], messages: 0 }, real };
}

describe('A webhook, whatever comes in any order', () => {
  it('hands on each event once, and answers each request once and in time', async () => {
    const nth = fc.nat(9);
    const send = fc
      .tuple(fc.constantFrom(...BODIES), fc.integer({ min: 0, max: 4 }))
      .map(([body, luck]) => new Send(body, luck > 0));
    const pass = fc.integer({ min: 1, max: DEADLINE_MS }).map(passes);
    const commands = fc.commands(
      [
        send,
        send,
        send,
        nth.map(flowAnswers),
        nth.map(flowAnswers),
        nth.map(loses),
        nth.map(loses),
        pass,
        pass,
        nth.map(flowAnswersTooLate),
        fc.constant(null).map(deploy),
        fc.integer({ min: -1e9, max: 1e9 }).map(clockJumps),
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
          scene.real.endpoint.openCount.should.equal(0);
        } finally {
          clock.stop();
        }
      }),
      { numRuns: modelRuns },
    );
  }).timeout(120_000);
});
