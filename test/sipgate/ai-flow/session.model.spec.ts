import fc from 'fast-check';
import 'should';
import type { HttpAnswer } from '../../../sipgate/index';
import { settled, startFakeClock, type FakeClock } from '../helpers/fake-clock';
import { modelRuns } from '../helpers/model-runs';
import { connect, startHost, type Host, type Wire } from './host';
import { wireEvent } from './vectors';

const DEADLINE_MS = 4000;
const FILLER = 'Einen Moment.';

/** What ought to be of one request. */
interface Request {
  readonly session: string;
  readonly isFilled: boolean;
  readonly exchange: string;
  readonly openedAt: number;
  readonly heard: HttpAnswer[];
  readonly gone: AbortController;
  isOpen: boolean;
  isGone: boolean;
  expected: HttpAnswer | undefined;
}

interface Model {
  requests: Request[];
  /** By session: whether a hang-up is due when the assistant has spoken. */
  due: Map<string, boolean>;
  /** By session over a WebSocket: what was sent to it, and whether it goes on. */
  sent: Map<string, unknown[]>;
  lines: Map<string, Wire>;
  /** Events that flows have to hear of. */
  events: string[];
  hangups: number;
}

interface Real {
  readonly host: Host;
  readonly clock: FakeClock;
}

type Command = fc.AsyncCommand<Model, Real>;
type Type =
  'session_start' | 'user_speak' | 'barge_in' | 'assistant_speech_ended' | 'dtmf_received' | 'session_end';

const HTTP_SESSIONS = ['a', 'b'];
const WIRE_SESSIONS = ['w', 'x'];
const NOTHING: HttpAnswer = { status: 204, body: '' };
const hangup = (session: string) => ({ type: 'hangup', session_id: session });
const speak = (session: string, text: string) => ({ type: 'speak', session_id: session, text });
const ok = (action: object): HttpAnswer => ({ status: 200, body: JSON.stringify(action) });

function wire(type: Type, session: string) {
  return type === 'barge_in'
    ? wireEvent('user_speak', { text: 'Halt', barged_in: true }, { id: session })
    : wireEvent(type, { text: 'a', digit: '1' }, { id: session });
}
const nameOf = (type: Type) => (type === 'barge_in' ? 'USER_SPEAK' : type.toUpperCase());

/** What an event does to what is due. @returns whether it is done now */
function becomesDue(model: Model, type: Type, session: string): boolean {
  const isDue = model.due.get(session) === true;
  if (['session_start', 'barge_in', 'session_end', 'assistant_speech_ended'].includes(type))
    model.due.set(session, false);
  return isDue && type === 'assistant_speech_ended';
}

async function compare(model: Model, real: Real): Promise<void> {
  await settled();
  const { host } = real;
  for (const { heard, expected, isOpen, isGone, exchange } of model.requests) {
    heard.should.eql(expected === undefined ? [] : [expected]);
    if (isOpen) host.endpoint.state(exchange).should.equal('open');
    if (isGone) heard.should.eql(expected ? [expected] : []);
  }
  host.delivered
    .map(({ event }) => `${event.sessionId} ${event.event}${event.lost ? ' lost' : ''}`)
    .should.eql(model.events);
  for (const [session, line] of model.lines) line.sent.should.eql(model.sent.get(session));
  const acted = host.notices.filter((notice) => notice.kind === 'answered' && notice.by === 'then');
  acted.length.should.equal(model.hangups);
}

class Post implements Command {
  constructor(
    readonly type: Type,
    readonly session: string,
  ) {}
  check(): boolean {
    return true;
  }
  async run(model: Model, real: Real): Promise<void> {
    const { host, clock } = real;
    const heard: HttpAnswer[] = [];
    const gone = new AbortController();
    void host.post(wire(this.type, this.session), {}, gone.signal).then((answer) => heard.push(answer));
    await settled();
    const isDone = becomesDue(model, this.type, this.session);
    model.events.push(`${this.session} ${nameOf(this.type)}`);
    model.hangups += isDone ? 1 : 0;
    const isEnd = this.type === 'session_end';
    model.requests.push({
      session: this.session,
      isFilled: this.type !== 'assistant_speech_ended',
      exchange: host.delivered.at(-1)?.exchange ?? '',
      openedAt: clock.elapsed,
      heard,
      gone,
      isOpen: !isEnd && !isDone,
      isGone: false,
      expected: isDone ? ok(hangup(this.session)) : isEnd ? NOTHING : undefined,
    });
    await compare(model, real);
  }
  toString(): string {
    return `${this.session}: ${this.type}`;
  }
}

const ANSWERS = {
  speak: { action: 'speak', text: 'Ja?' },
  bye: { action: 'speak', text: 'Bye', then: 'hangup' },
  listen: { action: 'listen' },
  wrong: { action: 'dance' },
} as const;
type AnswerName = keyof typeof ANSWERS;

/** What a flow gives becomes of what is due, where it goes out. */
function takesPlace(model: Model, answer: AnswerName, session: string): void {
  if (answer === 'speak') model.due.set(session, false);
  if (answer === 'bye') model.due.set(session, true);
}

class Answer implements Command {
  constructor(
    readonly answer: AnswerName,
    readonly which: number,
  ) {}
  check(model: Readonly<Model>): boolean {
    return model.requests.length > 0;
  }
  async run(model: Model, real: Real): Promise<void> {
    const request = model.requests[this.which % model.requests.length] as Request;
    const { session, exchange, isOpen, isGone } = request;
    const isGood = this.answer !== 'wrong' && isOpen && !isGone;
    let failed = false;
    try {
      real.host.answer(exchange, ANSWERS[this.answer]);
    } catch {
      failed = true;
    }
    failed.should.equal(!isGood);
    if (isOpen && this.answer !== 'wrong') {
      request.isOpen = false;
      // whoever went away may come back for it; here nobody does
      request.expected =
        this.answer === 'listen' ? NOTHING : ok(speak(session, ANSWERS[this.answer as 'speak' | 'bye'].text));
      if (isGood) takesPlace(model, this.answer, session);
    }
    await compare(model, real);
  }
  toString(): string {
    return `answer ${this.which} with ${this.answer}`;
  }
}

class GoAway implements Command {
  constructor(readonly which: number) {}
  check(model: Readonly<Model>): boolean {
    return model.requests.length > 0;
  }
  async run(model: Model, real: Real): Promise<void> {
    const request = model.requests[this.which % model.requests.length] as Request;
    request.gone.abort();
    if (request.isOpen) request.isGone = true;
    await compare(model, real);
  }
  toString(): string {
    return `sipgate goes away from ${this.which}`;
  }
}

class Pass implements Command {
  constructor(readonly ms: number) {}
  check(): boolean {
    return true;
  }
  async run(model: Model, real: Real): Promise<void> {
    await real.clock.pass(this.ms);
    for (const request of model.requests) {
      if (!request.isOpen || real.clock.elapsed - request.openedAt < DEADLINE_MS) continue;
      request.isOpen = false;
      const isSaid = request.isFilled && !request.isGone;
      request.expected = isSaid ? ok(speak(request.session, FILLER)) : NOTHING;
    }
    await compare(model, real);
  }
  toString(): string {
    return `${this.ms} ms pass`;
  }
}

class Deploy implements Command {
  check(): boolean {
    return true;
  }
  async run(model: Model, real: Real): Promise<void> {
    real.host.deploy();
    for (const request of model.requests) {
      if (!request.isOpen) continue;
      request.isOpen = false;
      request.expected = NOTHING;
    }
    await compare(model, real);
  }
  toString(): string {
    return 'deploy';
  }
}

class Say implements Command {
  constructor(
    readonly type: Type,
    readonly session: string,
  ) {}
  check(): boolean {
    return true;
  }
  async run(model: Model, real: Real): Promise<void> {
    const { host } = real;
    let line = model.lines.get(this.session);
    if (!line) {
      line = connect(host);
      model.lines.set(this.session, line);
      model.sent.set(this.session, []);
    }
    line.say(wire(this.type, this.session));
    await settled();
    const isDone = becomesDue(model, this.type, this.session);
    model.events.push(`${this.session} ${nameOf(this.type)}`);
    if (isDone) {
      model.hangups += 1;
      model.sent.get(this.session)?.push(hangup(this.session));
    }
    if (this.type === 'session_end') this.#ends(model);
    await compare(model, real);
  }
  /** Its connection is closed by sipgate soon; what comes later belongs to another one. */
  #ends(model: Model): void {
    model.lines.get(this.session)?.hangUp();
    model.lines.delete(this.session);
  }
  toString(): string {
    return `${this.session} says ${this.type}`;
  }
}

class Send implements Command {
  constructor(
    readonly answer: AnswerName,
    readonly session: string,
  ) {}
  check(): boolean {
    return true;
  }
  async run(model: Model, real: Real): Promise<void> {
    const isOpen = model.lines.has(this.session);
    const [exchange] = real.host.endpoint.openOf(this.session);
    (exchange !== undefined).should.equal(isOpen);
    if (exchange !== undefined && this.answer !== 'wrong') {
      real.host.answer(exchange, ANSWERS[this.answer]);
      if (this.answer !== 'listen')
        model.sent.get(this.session)?.push(speak(this.session, ANSWERS[this.answer].text));
      takesPlace(model, this.answer, this.session);
    }
    await compare(model, real);
  }
  toString(): string {
    return `send ${this.answer} to ${this.session}`;
  }
}

class Cut implements Command {
  constructor(readonly session: string) {}
  check(model: Readonly<Model>): boolean {
    return model.lines.has(this.session);
  }
  async run(model: Model, real: Real): Promise<void> {
    model.lines.get(this.session)?.hangUp();
    model.lines.delete(this.session);
    model.events.push(`${this.session} SESSION_END lost`);
    model.due.set(this.session, false);
    await compare(model, real);
  }
  toString(): string {
    return `the line of ${this.session} is cut`;
  }
}

describe('A session of a voice assistant, whatever comes in whatever order', function () {
  this.timeout(600_000);

  const type = fc.constantFrom<Type[]>(
    'session_start',
    'user_speak',
    'barge_in',
    'assistant_speech_ended',
    'assistant_speech_ended',
    'dtmf_received',
    'session_end',
  );
  const answer = fc.constantFrom<AnswerName[]>('speak', 'bye', 'bye', 'listen', 'wrong');
  const http = fc.constantFrom(...HTTP_SESSIONS);
  const wired = fc.constantFrom(...WIRE_SESSIONS);
  const which = fc.nat(30);

  it('has each event answered at most once and in time, and does what is due at most once', async () => {
    const commands = fc.commands(
      [
        fc.tuple(type, http).map(([kind, session]) => new Post(kind, session)),
        fc.tuple(answer, which).map(([name, index]) => new Answer(name, index)),
        fc.tuple(answer, which).map(([name, index]) => new Answer(name, index)),
        which.map((index) => new GoAway(index)),
        fc.constantFrom(1, 500, 3999, 4000).map((ms) => new Pass(ms)),
        fc.constant(new Deploy()),
        fc.tuple(type, wired).map(([kind, session]) => new Say(kind, session)),
        fc.tuple(answer, wired).map(([name, session]) => new Send(name, session)),
        wired.map((session) => new Cut(session)),
      ] as fc.Arbitrary<Command>[],
      { maxCommands: 60, size: 'max' },
    );
    await fc.assert(
      fc.asyncProperty(commands, async (list) => {
        const clock = startFakeClock();
        try {
          const setup = () => ({
            model: {
              requests: [],
              due: new Map<string, boolean>(),
              sent: new Map<string, unknown[]>(),
              lines: new Map<string, Wire>(),
              events: [],
              hangups: 0,
            },
            real: { host: startHost({ responseTimeout: DEADLINE_MS, filler: FILLER }), clock },
          });
          await fc.asyncModelRun(setup, list);
        } finally {
          clock.stop();
        }
      }),
      { numRuns: modelRuns },
    );
  });
});
