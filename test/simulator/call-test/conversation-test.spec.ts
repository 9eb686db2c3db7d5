import should from 'should';
import type { ConversationTest } from '../../../simulator/call-test/conversation-test';
import { parseSavedTest } from '../../../simulator/call-test/parse-test';
import { runConversation, type ConversationLine } from '../../../simulator/call-test/run-conversation';
import type { FlowAnswer, WireEvent } from '../../../simulator/ai-flow/wire';
import type { TestResult } from '../../../simulator/call-test/run-test';

const CALL = { from: '01579 9912345', to: '030 23125000' };

type Deliver = (event: WireEvent) => Promise<FlowAnswer>;

const overHttp = (deliver: Deliver): ConversationLine => ({
  country: 'DE',
  connect: () => ({ overWebSocket: false, deliver, close: () => undefined }),
});

const parse = (steps: readonly object[]) =>
  parseSavedTest({ name: 'talk', aiFlow: 'Reception', call: CALL, steps }) as ConversationTest;

/** An assistant that asks, says what it has heard, and ends at "bye". */
function assistant(event: WireEvent): object | object[] | undefined {
  const { type, text, digit, session } = event as WireEvent & { text?: string; digit?: string };
  const speak = (words: string, more: object = {}) => ({
    type: 'speak',
    session_id: session.id,
    text: words,
    user_input_timeout_seconds: 5,
    ...more,
  });
  const order = (name: string, more: object = {}) => ({ type: name, session_id: session.id, ...more });
  if (type === 'session_start') return speak('Hello. How can I help?');
  if (type === 'user_input_timeout') return speak('Are you there?');
  if (type === 'dtmf_received') return speak(`You pressed ${digit}`);
  if (type !== 'user_speak') return undefined;
  if (text === 'bye') return [speak('Goodbye'), order('hangup')];
  if (text === 'boss')
    return order('transfer', {
      target_phone_number: '493023125101',
      caller_id_name: 'Shop',
      caller_id_number: '493023125000',
    });
  return text === 'rubbish' ? order('dance') : speak(`You said ${text}`);
}

describe('A saved conversation', () => {
  const events: WireEvent[] = [];
  beforeEach(() => (events.length = 0));

  async function play(steps: readonly object[], language?: string): Promise<TestResult> {
    const deliver = async (event: WireEvent): Promise<FlowAnswer> => {
      events.push(event);
      const said = assistant(event);
      const contentType = 'application/json';
      return said ? { status: 200, contentType, body: JSON.stringify(said) } : { status: 204, body: '' };
    };
    return await runConversation(overHttp(deliver), parse(steps), language);
  }

  const HELLO = { expect: { action: 'speak', text: 'Hello. How can I help?' } };
  const PASSED = { kind: 'passed' };

  it('passes when the assistant answers as expected', async () => {
    const startedAtMs = performance.now();
    (
      await play([
        HELLO,
        { say: 'opening hours' },
        { expect: { action: 'speak', text: 'You said opening hours' } },
        { press: '7' },
        { expect: { action: 'speak', text: 'You pressed 7' } },
        { say: 'bye' },
        { expect: { action: 'speak' } },
        { expect: { action: 'hangup' } },
      ])
    ).should.deepEqual(PASSED);
    should(events.at(-1)?.type).equal('session_end');
    (performance.now() - startedAtMs).should.be.below(3000, 'in life it takes 15 s');
  });

  it('compares numbers in any way of writing', async () => {
    const transfer = { action: 'transfer', number: '030 23125101', callerIdNumber: '0049 30 23125000' };
    (await play([HELLO, { say: 'boss' }, { expect: transfer }])).should.deepEqual(PASSED);
  });

  it('is begun by somebody who hides their number', async () => {
    const test = parseSavedTest({
      aiFlow: '',
      call: { ...CALL, from: 'Anonymous' },
      steps: [{ press: '7' }],
    });
    const deliver = async (event: WireEvent): Promise<FlowAnswer> => {
      events.push(event);
      return { status: 204, body: '' };
    };
    (await runConversation(overHttp(deliver), test as ConversationTest)).should.deepEqual(PASSED);
    should(events[0]?.session.from_phone_number).equal('anonymous');
    const out = { ...CALL, from: 'anonymous', direction: 'out' };
    should(() => parseSavedTest({ aiFlow: '', call: out, steps: [] })).throw(
      /`call.from` must be a phone number/,
    );
  });

  it('says nothing until the flow asks again', async () => {
    (
      await play([HELLO, { say: '' }, { expect: { action: 'speak', text: 'Are you there?' } }])
    ).should.deepEqual(PASSED);
  });

  it('hangs up as the caller', async () => {
    (await play([HELLO, { hangup: 'caller' }])).should.deepEqual(PASSED);
    events.filter(({ type }) => type === 'session_end').length.should.equal(1);
  });

  it('says what was expected and what came', async () => {
    (await play([HELLO, { say: 'x' }, { expect: { action: 'speak', text: 'Hi' } }])).should.deepEqual({
      kind: 'failed',
      step: 3,
      failure: { kind: 'differs', field: 'text', expected: 'Hi', got: 'You said x' },
    });
    (await play([HELLO, HELLO], 'de')).should.deepEqual({
      kind: 'failed',
      step: 2,
      failure: { kind: 'noEvent', expected: 'die Aktion speak des Assistenten', got: 'nichts' },
    });
    (await play([HELLO, { say: 'bye' }, { say: 'wait' }])).should.containDeep({
      kind: 'failed',
      step: 3,
      failure: { kind: 'noEvent', expected: 'the conversation goes on' },
    });
  });

  it('fails on what sipgate refuses', async () => {
    const result = await play([HELLO, { say: 'rubbish' }]);
    result.should.containDeep({ kind: 'failed', step: 2, failure: { kind: 'refused' } });
    (await play([HELLO, { say: 'rubbish' }], 'de')).should.containDeep({
      failure: { got: 'eine, die sipgate ablehnt: es gibt keine Aktion "dance"' },
    });
  });

  it('is not run where nobody answers, or the secret is wrong', async () => {
    const test = parse([HELLO]);
    const refuse = async () => ({ status: 401, body: '{"error":"no"}' });
    (await runConversation(overHttp(refuse), test)).should.deepEqual({
      kind: 'notRun',
      reason: 'the AI flow refuses the call (HTTP 401)',
    });
    const fail = () => Promise.reject(new Error('nobody listens'));
    const result = await runConversation(overHttp(fail), test);
    result.should.have.property('kind', 'notRun');
    JSON.stringify(result).should.match(/nobody listens/);
  });

  it('is not run where no number is left of what looks like one', async () => {
    const test = parseSavedTest({ aiFlow: '', call: { ...CALL, to: '0096' }, steps: [] });
    const result = await runConversation(
      overHttp(() => Promise.reject(new Error('not asked'))),
      test as ConversationTest,
      'de',
    );
    result.should.deepEqual({
      kind: 'notRun',
      reason: '`call.from` oder `call.to` ist keine Telefonnummer',
    });
  });

  it('is checked: what makes no sense is told with its step', () => {
    const wrong: readonly [object, RegExp][] = [
      [{ expect: { action: 'gather' } }, /step 1: `expect\.action` must be one of speak, audio/],
      [{ expect: { action: 'speak', voice: 'x' } }, /`expect\.voice` cannot be compared/],
      [{ answer: '030 1' }, /must have one of expect, say, press, hangup/],
      [{ hangup: 'callee' }, /`hangup` must be "caller"/],
      [{ press: 'A' }, /`press` must be a text of the keys/],
      [{ say: 'x'.repeat(1001) }, /step 1: `say` must be a text of at most 1000 characters/],
    ];
    for (const [step, message] of wrong) (() => parse([step])).should.throw(message);
    const from = { from: 'anybody', to: CALL.to };
    (() => parseSavedTest({ aiFlow: 'a', call: from, steps: [] })).should.throw(
      /`call\.from` must be a phone/,
    );
    (() => parseSavedTest({ aiFlow: 'a', webhook: 'b', call: CALL, steps: [] })).should.throw(
      /has one of them/,
    );
  });
});
