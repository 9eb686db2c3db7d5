import fc from 'fast-check';
import should from 'should';
import { MovableClock } from '../../../simulator/ai-flow/clock';
import type { Conversation } from '../../../simulator/ai-flow/conversation';
import { createConversation } from '../../../simulator/ai-flow/create-conversation';
import type { ConversationEntry } from '../../../simulator/ai-flow/entries';
import type { Switch } from '../../../simulator/ai-flow/switches';
import type { FlowAnswer, WireEvent } from '../../../simulator/ai-flow/wire';
import { settled } from '../../sipgate/helpers/fake-clock';
import { modelRuns } from '../../sipgate/helpers/model-runs';

/** sipgate waits no longer for an answer. */
const LATE_MS = 5000;
const SESSION = 'session';

/** An event that has reached the flow. */
interface Delivery {
  readonly event: WireEvent;
  readonly atMs: number;
  /** Nobody waits for an answer any more. */
  isClosed: boolean;
  answer(answer: Pick<GivenAnswer, 'status' | 'body'>): void;
  fail(): void;
}

interface Setting {
  readonly overWebSocket: boolean;
  readonly takesTransfers: boolean;
  readonly switches: readonly Switch[];
}

/** What ought to be. */
interface Model {
  readonly setting: Setting;
  /** Why it is over. */
  over: 'no' | 'told' | 'silently';
  /** Until when the call is being transferred. */
  awayUntilMs: number | undefined;
  returns: number;
  /** Where the entries ended when it was over. */
  entriesAtEnd: number | undefined;
}

interface Real {
  readonly conversation: Conversation;
  readonly clock: MovableClock;
  readonly deliveries: Delivery[];
  /** Sentences that are not answered yet. */
  waiting: number;
  hasEnded: boolean;
}

type Command = fc.AsyncCommand<Model, Real>;
type Effect = 'nothing' | 'hangup' | 'transfer' | 'transferWithoutTimeout';
interface GivenAnswer {
  readonly status?: number;
  readonly body: string;
  readonly isWrong: boolean;
  readonly isEmpty?: boolean;
  readonly effect: Effect;
}

const action = (type: string, fields: object = {}) => ({ type, session_id: SESSION, ...fields });
const good = (actions: object, effect: Effect = 'nothing'): GivenAnswer => ({
  body: JSON.stringify(actions),
  isWrong: false,
  effect,
});
const wrong = (body: unknown, status = 200): GivenAnswer => ({
  status,
  body: typeof body === 'string' ? body : JSON.stringify(body),
  isWrong: true,
  effect: 'nothing',
});
const speak = (text: string, more: object = {}) => action('speak', { text, ...more });
const TRANSFER = { target_phone_number: '49211', caller_id_name: 'A', caller_id_number: '49211' };

const ANSWERS: Readonly<Record<string, GivenAnswer>> = {
  speak: good(speak('How can I help you today?')),
  'speak and wait': good(speak('Still there?', { user_input_timeout_seconds: 3 })),
  'speak to the end': good(speak('Listen to all of this.', { barge_in: { strategy: 'none' } })),
  'speak, soft': good(speak('Interrupt me as you like.', { barge_in: { strategy: 'immediate' } })),
  'stop speaking': good(action('barge_in')),
  'change the silence': good(action('configure_transcription', { vad: { end_of_turn_silence_ms: 150 } })),
  'hang up': good(action('hangup'), 'hangup'),
  transfer: good(action('transfer', { ...TRANSFER, timeout: 7 }), 'transfer'),
  'transfer at any price': good(action('transfer', TRANSFER), 'transferWithoutTimeout'),
  'no action': wrong({ success: true }),
  'no JSON': wrong('OK'),
  'another session': wrong({ ...speak('Hello'), session_id: 'other' }),
  'no session': wrong({ type: 'hangup' }),
  'two texts': wrong(speak('Hello', { ssml: '<speak>Hello</speak>' })),
};
/** Over HTTP only. */
const HTTP_ANSWERS: Readonly<Record<string, GivenAnswer>> = {
  ...ANSWERS,
  nothing: { status: 204, body: '', isWrong: false, isEmpty: true, effect: 'nothing' },
  'two things': good([speak('One moment.'), action('barge_in'), speak('Here you are.')]),
  'speak, hang up': good([speak('Bye'), action('hangup')], 'hangup'),
  'an empty 200': wrong(''),
  'a server that fails': wrong(speak('Hello'), 500),
};

const ofKind = <K extends ConversationEntry['kind']>(real: Real, kind: K) =>
  real.conversation.entries.filter(
    (entry): entry is Extract<ConversationEntry, { kind: K }> => entry.kind === kind,
  );
const noteCount = (real: Real, ...codes: string[]) =>
  ofKind(real, 'note').filter(({ code }) => codes.includes(code)).length;
const eventCount = (real: Real, ...types: string[]) =>
  real.deliveries.filter(({ event }) => types.includes(event.type)).length;

/** What must hold at any time. */
async function check(model: Model, real: Real): Promise<void> {
  await settled();
  const { conversation, clock, deliveries } = real;
  conversation.isOver.should.equal(model.over !== 'no');
  checkTimes(conversation.entries, clock.nowMs());
  checkVoice(real);
  eventCount(real, 'session_end').should.equal(model.over === 'told' ? 1 : 0);
  if (model.over === 'told') should(deliveries.at(-1)?.event.type).equal('session_end');
  if (!model.setting.overWebSocket && !model.setting.switches.includes('overlapping'))
    deliveries
      .filter(({ isClosed, event }) => !isClosed && event.type !== 'session_end')
      .length.should.be.belowOrEqual(1);
  // the same events, each told once
  ofKind(real, 'event')
    .map(({ event }) => event)
    .should.eql(deliveries.map(({ event }) => event));
  noteCount(real, 'returns').should.equal(model.returns);
  eventCount(real, 'session_start').should.be.belowOrEqual(1 + model.returns);
  eventCount(real, 'user_input_timeout').should.be.belowOrEqual(noteCount(real, 'silent'));
  deliveries
    .filter(({ event }) => event['barged_in'] === true)
    .length.should.be.belowOrEqual(noteCount(real, 'interrupts'));
  checkEnd(model, real);
}

function checkTimes(entries: readonly ConversationEntry[], nowMs: number): void {
  const times = entries.map(({ atMs }) => atMs);
  times.should.eql([...times].sort((one, other) => one - other));
  (times.at(-1) ?? 0).should.be.belowOrEqual(nowMs);
}

/** The assistant says one thing at a time, each to its end unless it is cut off, and nothing into a transfer. */
function checkVoice({ conversation }: Real): void {
  let endsAtMs: number | undefined;
  let isAway = false;
  for (const entry of conversation.entries) {
    if (entry.kind === 'said') {
      should(isAway).be.false();
      if (entry.by === 'caller') continue;
      should(endsAtMs).equal(undefined);
      endsAtMs = entry.atMs + entry.durationMs;
    }
    if (entry.kind !== 'note') continue;
    if (entry.code === 'speechEnds') should(endsAtMs).equal(entry.atMs);
    if (['speechEnds', 'interrupts', 'stopped', 'transfers'].includes(entry.code)) endsAtMs = undefined;
    if (entry.code === 'transfers') isAway = true;
    if (entry.code === 'returns') isAway = false;
  }
}

/** When it is over, nobody says anything any more. */
function checkEnd(model: Model, real: Real): void {
  if (model.over === 'no') return;
  const { entries } = real.conversation;
  model.entriesAtEnd ??= entries.length;
  for (const entry of entries.slice(model.entriesAtEnd))
    if (entry.kind === 'note') entry.code.should.equal('ended');
    else ['answer', 'problem', 'warning'].should.containEql(entry.kind);
}

/** What an action does that was taken. */
function takeEffect(model: Model, real: Real, effect: Effect): void {
  if (effect === 'nothing' || model.over !== 'no' || model.awayUntilMs !== undefined) return;
  const isTransfer = effect !== 'hangup';
  if (isTransfer && model.setting.takesTransfers)
    model.over = model.setting.switches.includes('endAfterTransfer') ? 'told' : 'silently';
  else if (effect === 'transfer') model.awayUntilMs = real.clock.nowMs() + 7000;
  else model.over = 'told';
}

abstract class Step implements Command {
  abstract readonly name: string;
  check(_model: Readonly<Model>): boolean {
    return true;
  }
  abstract run(model: Model, real: Real): Promise<void>;
  toString(): string {
    return this.name;
  }
}

class Say extends Step {
  readonly name: string;
  constructor(readonly text: string) {
    super();
    this.name = `say "${text}"`;
  }
  async run(model: Model, real: Real): Promise<void> {
    real.waiting += 1;
    void real.conversation.say(this.text).then(() => (real.waiting -= 1));
    await check(model, real);
  }
}

class Interrupt extends Step {
  readonly name: string;
  constructor(readonly text: string) {
    super();
    this.name = `interrupt with "${text}"`;
  }
  async run(model: Model, real: Real): Promise<void> {
    real.conversation.interrupt(this.text);
    await check(model, real);
  }
}

class Press extends Step {
  readonly name: string;
  constructor(readonly keys: string) {
    super();
    this.name = `press ${keys}`;
  }
  async run(model: Model, real: Real): Promise<void> {
    const before = noteCount(real, 'presses');
    real.conversation.press(this.keys);
    const isHeard = model.over === 'no' && model.awayUntilMs === undefined;
    noteCount(real, 'presses').should.equal(before + (isHeard ? this.keys.length : 0));
    await check(model, real);
  }
}

class HangUp extends Step {
  readonly name = 'hang up';
  async run(model: Model, real: Real): Promise<void> {
    real.conversation.hangUp();
    if (model.over === 'no') model.over = 'told';
    await check(model, real);
  }
}

/** The connection is gone. */
class Lose extends Step {
  readonly name = 'lose the connection';
  override check({ setting }: Readonly<Model>): boolean {
    return setting.overWebSocket;
  }
  async run(model: Model, real: Real): Promise<void> {
    const before = real.conversation.problems.length;
    real.conversation.lose('cut');
    real.conversation.problems.length.should.equal(before + (model.over === 'no' ? 1 : 0));
    if (model.over === 'no') model.over = 'silently';
    await check(model, real);
  }
}

class Pass extends Step {
  readonly name: string;
  constructor(readonly ms: number) {
    super();
    this.name = `${ms} ms pass`;
  }
  async run(model: Model, real: Real): Promise<void> {
    const { clock, conversation, deliveries } = real;
    const before = conversation.problems.length;
    const began = clock.nowMs();
    await clock.advance(this.ms, settled);
    clock.nowMs().should.equal(began + this.ms);
    const late = deliveries.filter(({ isClosed, atMs }) => !isClosed && clock.nowMs() - atMs >= LATE_MS);
    for (const delivery of late) delivery.isClosed = true;
    conversation.problems.length.should.equal(before + late.length);
    if (model.awayUntilMs !== undefined && model.awayUntilMs <= clock.nowMs()) {
      model.awayUntilMs = undefined;
      if (model.over === 'no') model.returns += 1;
    }
    await check(model, real);
  }
}

/** Time passes in life, and none in the conversation. */
class Wait extends Step {
  readonly name = 'nothing';
  async run(model: Model, real: Real): Promise<void> {
    const before = real.conversation.entries.length;
    for (let turn = 0; turn < 5; turn += 1) await settled();
    real.conversation.entries.length.should.equal(before);
    await check(model, real);
  }
}

class Answer extends Step {
  readonly name: string;
  constructor(
    readonly title: string,
    readonly which: number,
  ) {
    super();
    this.name = `answer ${which} with ${title}`;
  }
  override check({ setting }: Readonly<Model>): boolean {
    return !setting.overWebSocket || Object.hasOwn(ANSWERS, this.title);
  }
  async run(model: Model, real: Real): Promise<void> {
    const { conversation, deliveries } = real;
    const given = HTTP_ANSWERS[this.title] as GivenAnswer;
    const delivery = deliveries[this.which % deliveries.length] as Delivery;
    const isHeard = model.setting.overWebSocket || !delivery.isClosed;
    const isLoud = isHeard && (given.isWrong || (model.over !== 'no' && given.isEmpty !== true));
    const [entries, problems] = [conversation.entries.length, conversation.problems.length];
    if (isHeard && !given.isWrong) takeEffect(model, real, given.effect);
    if (model.setting.overWebSocket) conversation.receive(given.body);
    else delivery.answer(given);
    delivery.isClosed = true;
    await settled();
    if (!isHeard) conversation.entries.length.should.equal(entries);
    if (isLoud) conversation.problems.length.should.be.above(problems);
    else conversation.problems.length.should.equal(problems);
    await check(model, real);
  }
}

class Fail extends Step {
  readonly name: string;
  constructor(readonly which: number) {
    super();
    this.name = `no answer can be had for ${which}`;
  }
  override check({ setting }: Readonly<Model>): boolean {
    return !setting.overWebSocket;
  }
  async run(model: Model, real: Real): Promise<void> {
    const { conversation, deliveries } = real;
    const delivery = deliveries[this.which % deliveries.length] as Delivery;
    const problems = conversation.problems.length;
    delivery.fail();
    await settled();
    conversation.problems.length.should.equal(problems + (delivery.isClosed ? 0 : 1));
    delivery.isClosed = true;
    await check(model, real);
  }
}

async function start(setting: Setting): Promise<{ model: Model; real: Real }> {
  const clock = new MovableClock();
  const deliveries: Delivery[] = [];
  const deliver = (event: WireEvent) =>
    new Promise<FlowAnswer | undefined>((resolve, reject) => {
      deliveries.push({
        event,
        atMs: clock.nowMs(),
        isClosed: setting.overWebSocket,
        answer: ({ status = 200, body }) => resolve({ status, contentType: 'application/json', body }),
        fail: () => reject(new Error('connection refused')),
      });
      if (setting.overWebSocket) resolve(undefined);
    });
  const conversation = createConversation({ sessionId: SESSION, clock, deliver, ...setting });
  const real: Real = { conversation, clock, deliveries, waiting: 0, hasEnded: false };
  void conversation.ended.then(() => (real.hasEnded = true));
  await settled();
  return {
    model: { setting, over: 'no', awayUntilMs: undefined, returns: 0, entriesAtEnd: undefined },
    real,
  };
}

/** Whatever has happened: when the caller hangs up and all is answered, everybody can go. */
async function finish(model: Model, real: Real): Promise<void> {
  await new HangUp().run(model, real);
  await new Pass(2 * LATE_MS).run(model, real);
  real.hasEnded.should.be.true();
  real.waiting.should.equal(0);
  real.deliveries.every(({ isClosed }) => isClosed).should.be.true();
  noteCount(real, 'ended').should.equal(1);
  const before = real.conversation.entries.length;
  await new Pass(3_600_000).run(model, real);
  await new Interrupt('Hello?').run(model, real);
  await new Press('1').run(model, real);
  real.conversation.entries.length.should.equal(before);
}

describe('A conversation of the simulator, whatever comes in whatever order', function () {
  this.timeout(600_000);

  const sentence = fc.constantFrom('Yes', 'No', 'When are you open on Sundays?', 'A');
  const which = fc.nat(40);
  const title = fc.constantFrom(...Object.keys(HTTP_ANSWERS));
  /** What a good flow says, so that there are long conversations as well. */
  const friendly = fc.constantFrom('speak', 'speak and wait', 'speak, soft', 'speak to the end', 'nothing');
  const SWITCHES: Switch[] = [
    'noAssistantSpeak',
    'endedAfterInterruption',
    'keyKeepsTimeout',
    'talkOverLost',
    'overlapping',
    'endAfterTransfer',
    'unknownEvent',
  ];
  const setting = fc.record({
    overWebSocket: fc.boolean(),
    takesTransfers: fc.boolean(),
    switches: fc.subarray(SWITCHES),
  });

  it('never speaks after its end, tells each thing once, and is loud about what is wrong', async () => {
    const commands = fc.commands(
      [
        sentence.map((text) => new Say(text)),
        sentence.map((text) => new Interrupt(text)),
        fc.constantFrom('1', '#', '25#').map((keys) => new Press(keys)),
        fc.tuple(friendly, which).map(([name, index]) => new Answer(name, index)),
        fc.tuple(friendly, which).map(([name, index]) => new Answer(name, index)),
        fc.tuple(title, which).map(([name, index]) => new Answer(name, index)),
        which.map((index) => new Fail(index)),
        fc.constantFrom(1, 60, 700, 999, 3000, 4999, 5000, 12_000).map((ms) => new Pass(ms)),
        fc.constantFrom(400, 1500, 2500).map((ms) => new Pass(ms)),
        fc.constant(new Wait()),
        fc.constant(new Lose()),
        fc.constant(new HangUp()),
      ] as fc.Arbitrary<Command>[],
      { maxCommands: 50, size: 'max' },
    );
    await fc.assert(
      fc.asyncProperty(setting, commands, async (chosen, list) => {
        const begun = await start(chosen);
        await fc.asyncModelRun(() => begun, list);
        await finish(begun.model, begun.real);
      }),
      { numRuns: modelRuns },
    );
  });
});
