import { readFileSync } from 'node:fs';
import path from 'node:path';
import 'should';
import type { CallView, ViewEntry } from '../../nodes/lib/telephone/view';
import telephone from '../../nodes/sipgate-telephone';
import account from '../../nodes/sipgate-account';
import sms from '../../nodes/sipgate-sms';
import type { NodeModule, Runtime } from '../node-red';
import { userDirectory } from './announcements/sound-flow';
import { aiFlow, aiFlowIn, aiFlowResponse, startAiRuntime } from './helpers/ai-flow';
import { fn, probe, TAB } from './helpers/flow';
import { ask, ring, until, withHooks } from './helpers/telephone';

describe('The telephone of the editor, with an AI flow', () => {
  let runtime: Runtime;
  let place: ReturnType<typeof userDirectory>;
  const assistant = aiFlow({ name: 'Reception' });
  const lost = aiFlow({ name: 'Lost', responseTimeout: 100 });

  beforeEach(async () => {
    place = userDirectory();
    runtime = await startAiRuntime(
      [
        TAB,
        assistant,
        { ...aiFlowIn(assistant, { start: ['greet'], speak: ['echo'], digit: ['digit'] }), id: 'in' },
        lost,
        { ...aiFlowIn(lost, { start: ['split'] }), id: 'lost-in' },
        fn('split', 'return [msg, null];', [['aside'], ['hello']]),
        probe('aside'),
        fn(
          'echo',
          `if (msg.payload.text === "and hang up") msg.response = [{ action: "speak", text: "Bye" }, { action: "hangup" }];
           msg.payload = "You said " + msg.payload.text;
           return msg.response ? [null, msg] : msg;`,
          [['answer', 'text'], ['several']],
        ),
        aiFlowResponse('several', { action: 'msg' }),
        {
          id: 'account',
          type: 'sipgate-account',
          apiUrl: 'http://127.0.0.1:9/v2', // nobody listens there: what is really sent, fails
          timeout: 500,
        },
        fn('text', 'if (msg.payload.includes("text me")) return { payload: "wet" };', ['sms']),
        {
          id: 'sms',
          type: 'sipgate-sms',
          z: 'tab',
          account: 'account',
          to: '01579 9912345',
          toType: 'str',
          wires: [['sent']],
        },
        probe('sent'),
        fn('digit', 'msg.payload = "You pressed " + msg.payload.digit; return msg;', ['answer']),
        fn(
          'greet',
          'msg.payload = "Hello" + (msg.payload.from === "anonymous" ? " anonymous" : ""); return msg;',
          ['hello'],
        ),
        aiFlowResponse('hello', { action: 'speak', text: 'payload', textType: 'msg' }),
        aiFlowResponse('answer', { action: 'speak', text: 'payload', textType: 'msg' }),
      ],
      {
        nodes: [withHooks(telephone), account as NodeModule, sms as NodeModule],
        settings: { userDir: place.userDir },
        credentials: { account: { tokenId: 'token-DEMO01', token: 'x' } },
      },
    );
  });
  afterEach(async () => {
    await runtime.stop();
    await place.remove();
  });

  const said = (view: CallView) =>
    view.entries.flatMap((entry) => (entry.kind === 'said' ? [`${entry.by}: ${entry.text}`] : []));
  const hears = (id: string, sentence: string) =>
    until(id, (view) => said(view).includes(`assistant: ${sentence}`));

  it('lists it', async () => {
    (await ask('get', 'lines')).body.should.eql({
      lines: [
        { id: assistant.id, name: 'Reception', kind: 'aiFlow' },
        { id: lost.id, name: 'Lost', kind: 'aiFlow' },
      ],
    });
  });

  it('says what is typed, presses keys, hangs up; and shows the way', async () => {
    const { id } = await ring(assistant.id);
    await hears(id, 'Hello');
    (await ask('post', `calls/${id}`, { say: ' good morning ' })).status.should.equal(200);
    await hears(id, 'You said good morning');
    await ask('post', `calls/${id}`, { press: '7' });
    await hears(id, 'You pressed 7');
    await ask('post', `calls/${id}`, { hangUp: true });
    const view = await until(id, ({ isOver }) => isOver);
    said(view).should.containEql('caller: good morning');
    view.entries.should.matchAny((entry: ViewEntry) => entry.kind === 'answer' && entry.action === 'speak');
    view.path
      .slice(0, 6)
      .map(({ nodeId, state }) => `${nodeId} ${state}`)
      .should.eql(['in passed', 'greet passed', 'hello passed', 'in passed', 'echo passed', 'answer passed']);
    view.path.map(({ nodeId }) => nodeId).should.containEql('digit');
  });

  it('says in the editor’s language what sipgate would not take', async () => {
    const { id } = await ring(assistant.id);
    await hears(id, 'Hello');
    await ask('post', `calls/${id}`, { say: 'and hang up' });
    await until(id, ({ isOver }) => isOver);
    const told = async (language: string) => {
      const { body } = await ask('get', `calls/${id}?lang=${language}`);
      return JSON.stringify(body);
    };
    (await told('en-US')).should.match(/Note: hangup right after speak: the caller does not hear/);
    (await told('de')).should.match(/Hinweis: hangup gleich nach speak: Der Anrufer hört nicht, was/);
  });

  it('says where the way has ended without an answer', async () => {
    const { id } = await ring(lost.id);
    const view = await until(id, ({ entries }) => entries.some(({ kind }) => kind === 'note'));
    await ask('post', `calls/${id}`, { hangUp: true });
    view.entries
      .filter(({ kind }) => kind === 'note')
      .should.containDeep([{ note: 'aiFlowDeadEnd', seconds: 0.1, nodeId: 'aside', node: 'helper' }]);
  });

  it('keeps a conversation as a test, and runs it', async () => {
    const { id } = await ring(assistant.id);
    await hears(id, 'Hello');
    await ask('post', `calls/${id}`, { say: 'good morning' });
    await hears(id, 'You said good morning');
    await ask('post', `calls/${id}`, { press: '7' });
    await hears(id, 'You pressed 7');
    await ask('post', `calls/${id}`, { hangUp: true });
    await until(id, ({ isOver }) => isOver);
    (await ask('post', 'tests', { name: 'talk', call: id })).body.should.deepEqual({ file: 'talk.json' });
    const file = path.join(place.userDir, 'sipgate-io/call-tests/talk.json');
    const saved = JSON.parse(readFileSync(file, 'utf8')) as { steps: object[] };
    saved.should.deepEqual({
      name: 'talk',
      aiFlow: assistant.id,
      pretend: true,
      call: { from: '+4915799912345', to: '+493023125000' },
      steps: [
        { expect: { action: 'speak', text: 'Hello' } },
        { say: 'good morning' },
        { expect: { action: 'speak', text: 'You said good morning' } },
        { press: '7' },
        { expect: { action: 'speak', text: 'You pressed 7' } },
        { hangup: 'caller' },
      ],
    });
    const passed = { runs: [{ file: 'talk.json', result: { kind: 'passed' } }] };
    (await ask('post', 'tests/run', {})).body.should.deepEqual(passed);
    await ask('post', 'tests', { ...saved, name: 'talk', aiFlow: 'Nobody' });
    (await ask('post', 'tests/run?lang=de', {})).body.should.containDeep({
      runs: [{ result: { kind: 'notRun', reason: 'es läuft kein AI-Flow „Nobody“' } }],
    });
  });

  it('sends nothing while a test plays that only pretends', async () => {
    await ask('post', 'tests', {
      name: 'text',
      aiFlow: 'Reception',
      call: { from: '+4915799912345', to: '+493023125000' },
      steps: [{ expect: { action: 'speak' } }, { say: 'text me' }, { expect: { action: 'speak' } }],
    });
    (await ask('post', 'tests/run', {})).body.should.containDeep({ runs: [{ result: { kind: 'passed' } }] });
    (await runtime.message('sent')).payload.should.have.properties({ smsId: 's0' });
  });

  it('is called by somebody who hides their number, and so does a test', async () => {
    const { id } = await ring(assistant.id, 'Anonymous');
    (await hears(id, 'Hello anonymous')).from.should.equal('anonymous');
    (await ask('post', 'tests', { call: id, name: 'hidden' })).status.should.equal(200);
    await ask('post', `calls/${id}`, { hangUp: true });
    (await ask('post', 'tests/run', {})).body.should.containDeep({ runs: [{ result: { kind: 'passed' } }] });
  });

  it('refuses what an AI flow cannot be told', async () => {
    const { id } = await ring(assistant.id);
    for (const [act, reason] of [
      [{ say: '  ' }, /nothing to say/],
      [{ press: 'A' }, /0 to 9/],
      [{ decide: 'answer' }, /nothing to say/],
    ] as const) {
      const { status, body } = await ask('post', `calls/${id}`, act);
      status.should.equal(400);
      String(body['reason']).should.match(reason);
    }
    (
      await ask('post', 'calls', { webhook: assistant.id, from: 'abc', to: '030 23125000' })
    ).status.should.equal(400);
    await ask('post', `calls/${id}`, { hangUp: true });
  });
});
