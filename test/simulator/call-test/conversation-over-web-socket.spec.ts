import 'should';
import { lineTo } from '../../../simulator/ai-flow/lines/line-to';
import type { ConversationTest } from '../../../simulator/call-test/conversation-test';
import { parseSavedTest } from '../../../simulator/call-test/parse-test';
import { runConversation } from '../../../simulator/call-test/run-conversation';
import type { TestResult } from '../../../simulator/call-test/run-test';
import { WebClient } from '../../../simulator/network/web-client';
import { eventually } from '../../eventually';
import { ServedFlow } from '../ai-flow/served-flow';

const CALL = { from: '01579 9912345', to: '030 23125000' };
const HELLO = { expect: { action: 'speak', text: 'Hello' } };
const PASSED = { kind: 'passed' };

describe('A saved conversation, played over a WebSocket', () => {
  const web = new WebClient(false);
  let flow: ServedFlow;
  let url: string;

  beforeEach(async () => {
    flow = new ServedFlow();
    url = `ws://${await flow.listen()}`;
    flow.say = ({ type, session, text, digit }) => {
      const speak = (words: string) => ({
        type: 'speak',
        session_id: session.id,
        text: words,
        user_input_timeout_seconds: 5,
      });
      if (type === 'session_start') return speak('Hello');
      if (type === 'user_input_timeout') return speak('Are you there?');
      if (type === 'dtmf_received') return digit === '0' ? undefined : speak(`You pressed ${String(digit)}`);
      if (type !== 'user_speak') return undefined;
      return text === 'bye' ? { type: 'hangup', session_id: session.id } : speak(`You said ${String(text)}`);
    };
  });
  afterEach(() => flow.close());

  async function play(steps: readonly object[], secret = 'secret'): Promise<TestResult> {
    const test = parseSavedTest({ aiFlow: '', call: CALL, steps }) as ConversationTest;
    return await runConversation(
      { country: 'DE', connect: (hooks) => lineTo({ url, secret }, web, hooks) },
      test,
    );
  }

  it('passes when the assistant answers as expected, and leaves no connection behind', async () => {
    (
      await play([
        HELLO,
        { say: 'opening hours' },
        { expect: { action: 'speak', text: 'You said opening hours' } },
        { press: '7' },
        { expect: { action: 'speak', text: 'You pressed 7' } },
        { say: '' },
        { expect: { action: 'speak', text: 'Are you there?' } },
        { say: 'bye' },
        { expect: { action: 'hangup' } },
      ])
    ).should.deepEqual(PASSED);
    flow.types.filter((type) => type === 'user_speech_started').length.should.equal(2);
    await eventually(() => flow.types.at(-1) === 'session_end', 'the end of the session');
    await eventually(() => flow.openConnections === 0, 'the end of the connection');
  });

  it('waits for a flow that takes its time: the caller stays as long', async () => {
    flow.delayMs = 150;
    (
      await play([HELLO, { press: '7' }, { expect: { action: 'speak', text: 'You pressed 7' } }])
    ).should.deepEqual(PASSED);
    flow.types.should.not.containEql('user_input_timeout');
  });

  it('hears all that the assistant says, one thing after the other', async () => {
    flow.delayMs = 20;
    flow.say = ({ type, session: { id: session_id } }) => {
      if (type !== 'session_start') return undefined;
      const goodbye = { type: 'speak', session_id, text: 'Goodbye', user_input_timeout_seconds: 1 };
      return [goodbye, { type: 'hangup', session_id }];
    };
    (await play([{ expect: { action: 'speak' } }, { expect: { action: 'hangup' } }])).should.deepEqual(
      PASSED,
    );
  });

  it('says what was expected and what came', async () => {
    (await play([{ expect: { action: 'speak', text: 'Hi' } }])).should.deepEqual({
      kind: 'failed',
      step: 1,
      failure: { kind: 'differs', field: 'text', expected: 'Hi', got: 'Hello' },
    });
  });

  it('fails where the flow says nothing', async () => {
    const silent = await play([HELLO, { press: '0' }, { expect: { action: 'hangup' } }]);
    silent.should.containDeep({ kind: 'failed', step: 3, failure: { kind: 'noEvent', got: 'nothing' } });
  });

  it('fails where the connection is lost', async () => {
    const answer = flow.say;
    flow.say = (event) => (event.type === 'dtmf_received' ? void flow.dropAll() : answer(event));
    const result = await play([HELLO, { press: '7' }, { expect: { action: 'speak' } }]);
    result.should.containDeep({ kind: 'failed', failure: { kind: 'refused' } });
    JSON.stringify(result).should.match(/the connection is gone/);
  });

  it('is not run where the secret is wrong, or nobody listens', async () => {
    const refused = await play([HELLO], 'wrong');
    refused.should.have.property('kind', 'notRun');
    JSON.stringify(refused).should.match(/HTTP 401/);
    url = 'ws://127.0.0.1:9/ai';
    (await play([HELLO])).should.have.property('kind', 'notRun');
    url = 'ftp://127.0.0.1/ai';
    JSON.stringify(await play([HELLO])).should.match(/must start with http:/);
  });
});
