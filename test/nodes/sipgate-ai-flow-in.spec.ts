import should from 'should';
import type { Runtime } from '../node-red';
import {
  aiFlow,
  aiFlowAll,
  aiFlowIn,
  aiFlowResponse,
  dial,
  newSession,
  postEvent,
  startAiRuntime,
  wireEvent,
} from './helpers/ai-flow';
import { fn, probe, TAB, webhook, webhookIn, type FlowNode } from './helpers/flow';
import { eventually } from './helpers/http';

describe('AI flow in', () => {
  let runtime: Runtime | undefined;
  afterEach(async () => {
    await runtime?.stop();
    runtime = undefined;
  });

  async function start(nodes: FlowNode[], of = aiFlow(), settings: Record<string, unknown> = {}) {
    runtime = await startAiRuntime([TAB, of, ...nodes], { settings });
    const red = runtime;
    const url = red.url + of.path;
    const send = (type: string, fields: object = {}, session: object = {}) =>
      postEvent(url, wireEvent(type, fields, session));
    return { red, url, send };
  }

  it('gives each event to its output, and all others to the seventh', async () => {
    const of = aiFlow();
    const outputs = {
      start: ['o1'],
      speak: ['o2'],
      ended: ['o3'],
      timeout: ['o4'],
      digit: ['o5'],
      end: ['o6'],
    };
    const probes = ['o1', 'o2', 'o3', 'o4', 'o5', 'o6', 'o7'].map((id) => probe(id));
    const { red, send } = await start([aiFlowIn(of, { ...outputs, other: ['o7'] }), ...probes], of);
    const TYPES = [
      'session_start',
      'user_speak',
      'assistant_speech_ended',
      'user_input_timeout',
      'dtmf_received',
      'session_end',
      'assistant_speak',
      'user_speech_started',
      'sms_failed',
      'something_new',
    ];
    for (const type of TYPES) (await send(type, {}, newSession())).status.should.equal(204);
    await red.message('o7', 3);
    const topics = probes.map(({ id }) => red.messages(id).map(({ topic }) => topic));
    topics.slice(0, 6).should.eql(TYPES.slice(0, 6).map((type) => [type.toUpperCase()]));
    should(topics[6]).eql(TYPES.slice(6).map((type) => type.toUpperCase()));
  });

  it('tells what sipgate said, and keeps it as it came', async () => {
    const of = aiFlow();
    const { red, send } = await start([aiFlowAll(of, ['got']), probe('got')], of);
    const session = newSession();
    await send('user_speak', { text: 'Hallo', barged_in: true, mood: 'good' }, session);
    const { topic, payload, sipgate } = await red.message('got');
    topic.should.equal('USER_SPEAK');
    payload.should.eql({
      event: 'USER_SPEAK',
      sessionId: session.id,
      accountId: 'acc-1',
      number: '+4915799912300',
      direction: 'in',
      from: '+4915799912345',
      to: '+4915799912300',
      text: 'Hallo',
      bargedIn: true,
    });
    sipgate.raw.should.eql(
      wireEvent('user_speak', { text: 'Hallo', barged_in: true, mood: 'good' }, session),
    );
    sipgate.exchange.should.be.a.String();
  });

  it('remembers the conversation, and what the flow has noted', async () => {
    const of = aiFlow();
    const { red, send } = await start(
      [
        aiFlowAll(of, ['note', 'got']),
        probe('got'),
        fn(
          'note',
          'msg.call.data.count = (msg.call.data.count || 0) + 1; msg.text = "Satz " + msg.call.data.count; return msg;',
          ['answer'],
        ),
        aiFlowResponse('answer', { text: 'text', textType: 'msg' }),
      ],
      of,
    );
    const session = newSession();
    await send('session_start', {}, session);
    await send('user_speak', { text: 'Eins' }, session);
    await send('dtmf_received', { digit: '5' }, session);
    await send('user_speak', { text: 'Halt', barged_in: true }, session);
    await send('session_end', {}, session);
    const { call } = await red.message('got', 4);
    should(call['turns'] as object[]).containDeepOrdered([
      { by: 'assistant', text: 'Satz 1' },
      { by: 'caller', text: 'Eins' },
      { by: 'assistant', text: 'Satz 2' },
      { by: 'assistant', text: 'Satz 3', bargedIn: true },
      { by: 'caller', text: 'Halt' },
      { by: 'assistant', text: 'Satz 4' },
    ]);
    (call['turns'] as object[]).length.should.equal(6);
    call.digits.should.eql(['5']);
    call.data.should.eql({ count: 4 });
    call.should.containEql({ sessionId: session.id, direction: 'in', from: '+4915799912345', duration: 0 });
    for (const name of ['startedAt', 'endedAt']) Date.parse(String(call[name])).should.be.a.Number();
    const first = await red.message('got', 0);
    should(first.call['turns']).eql([]);
    first.call.should.not.have.property('endedAt');
  });

  it('says that a session is back from a transfer that failed', async () => {
    const of = aiFlow();
    const { red, send } = await start([aiFlowAll(of, ['got']), probe('got')], of);
    const session = newSession();
    await send('session_start', {}, session);
    await send('session_start', {}, session);
    should((await red.message('got', 1)).payload['returned']).equal(true);
    (await red.message('got')).payload.should.not.have.property('returned');
  });

  describe('with numbers', () => {
    it('lets only their sessions pass, all events of them', async () => {
      const of = aiFlow();
      const { red, send } = await start(
        [aiFlowAll(of, ['got'], { numbers: '01579 9912345, 0211 63553355' }), probe('got')],
        of,
      );
      const session = newSession();
      await send('session_start', {}, session);
      await send('session_end', {}, { id: session.id, from_phone_number: undefined });
      await send('session_start', {}, newSession({ from_phone_number: '4930123456' }));
      await send(
        'session_start',
        {},
        newSession({ from_phone_number: '1', to_phone_number: '4921163553355' }),
      );
      await red.message('got', 2);
      red
        .messages('got')
        .map(({ topic }) => topic)
        .should.eql(['SESSION_START', 'SESSION_END', 'SESSION_START']);
    });
  });

  describe('lets nobody wait', () => {
    it('where no response can be reached from the output that is taken', async () => {
      const of = aiFlow({ responseTimeout: 5000 });
      const { send } = await start(
        [
          aiFlowIn(of, { speak: ['answer'], other: ['got'] }),
          probe('got'),
          fn('answer', 'setTimeout(() => node.send(msg), 10); return null;', ['response']),
          aiFlowResponse('response', { action: 'hangup' }),
        ],
        of,
      );
      (await send('session_start')).status.should.equal(204);
      (await send('assistant_speak')).status.should.equal(204);
      (await send('user_speak', { text: 'a' })).status.should.equal(200);
    });

    it('even where a webhook response can be reached', async () => {
      const of = aiFlow();
      const { send } = await start(
        [
          aiFlowAll(of, ['r']),
          { id: 'r', type: 'sipgate-webhook-response', z: 'tab', action: 'hangup', wires: [[]] },
        ],
        of,
      );
      (await send('user_speak', { text: 'a' })).status.should.equal(204);
    });

    it('but those whose flow takes a way that nobody sees', async () => {
      const of = aiFlow();
      const { red, send } = await start(
        [
          aiFlowAll(of, ['keep'], { wait: 'always' }),
          fn('keep', 'setTimeout(() => RED.util, 0); global.set("kept", msg); return null;', ['nowhere']),
          probe('nowhere'),
          fn('later', 'return global.get("kept");', ['response']),
          aiFlowResponse('response', { action: 'hangup' }),
        ],
        of,
      );
      const answer = send('user_speak', { text: 'a' });
      const globals = red.node('keep').context().global as { get(key: string): unknown };
      await eventually(() => globals.get('kept'));
      red.node('later').receive({} as never);
      (await answer).body.should.match(/hangup/);
    });

    it('and says what was wrong to whoever answers after that', async () => {
      const of = aiFlow();
      const { red, send } = await start(
        [
          aiFlowAll(of, ['got'], { wait: 'never' }),
          probe('got', ['response']),
          aiFlowResponse('response', { action: 'hangup' }),
          { id: 'catch', type: 'catch', z: 'tab', scope: null, wires: [['caught']] },
          probe('caught'),
        ],
        of,
      );
      (await send('user_speak', { text: 'a' })).status.should.equal(204);
      const { error } = await red.message('caught');
      error.should.containEql({ code: 'INVALID_INPUT' });
      error.message.should.match(/answered already/);
    });
  });

  describe('over HTTP', () => {
    const late = (ms: number) =>
      fn('late', `setTimeout(() => node.send(msg), ${ms}); return null;`, ['response']);
    const caught = [
      { id: 'catch', type: 'catch', z: 'tab', scope: null, wires: [['caught']] } as FlowNode,
      probe('caught'),
    ];

    it('listens on where a flow is late, and tells the flow', async () => {
      const of = aiFlow({ responseTimeout: 100 });
      const { red, send } = await start(
        [aiFlowAll(of, ['late']), late(250), aiFlowResponse('response', { action: 'hangup' }), ...caught],
        of,
      );
      (await send('user_speak', { text: 'a' })).status.should.equal(204);
      (await red.message('caught')).error.should.containEql({ code: 'TIMEOUT' });
      red
        .said(of.id, 'warn')
        .some((text) => text.includes('sipgate-ai-flow.error.deadline'))
        .should.equal(true);
    });

    it('says the filler where a flow is late, and remembers it', async () => {
      const of = aiFlow({ responseTimeout: 100, filler: 'Einen Moment.' });
      const { red, send } = await start(
        [
          aiFlowIn(of, { speak: ['late'], end: ['got'] }),
          late(250),
          aiFlowResponse('response', { action: 'hangup' }),
          probe('got'),
        ],
        of,
      );
      const session = newSession();
      const answer = await send('user_speak', { text: 'a' }, session);
      should(JSON.parse(answer.body)).eql({ type: 'speak', session_id: session.id, text: 'Einen Moment.' });
      await send('session_end', {}, session);
      const { call } = await red.message('got');
      should((call['turns'] as object[])[1]).containEql({ by: 'assistant', text: 'Einen Moment.' });
    });

    it('is answered once', async () => {
      const of = aiFlow();
      const { red, send } = await start(
        [
          aiFlowAll(of, ['first']),
          aiFlowResponse('first', { action: 'hangup' }, ['second']),
          aiFlowResponse('second', { action: 'hangup' }),
          ...caught,
        ],
        of,
      );
      (await send('user_speak', { text: 'a' })).status.should.equal(200);
      (await red.message('caught')).error.message.should.match(/answered already/);
    });

    it('finds the session where a flow has lost msg.sipgate, if it has one open request', async () => {
      const of = aiFlow();
      const lost = fn('lost', 'return { sessionId: msg.payload.sessionId };', ['response']);
      const { send } = await start(
        [aiFlowAll(of, ['lost']), lost, aiFlowResponse('response', { action: 'hangup' })],
        of,
      );
      (await send('user_speak', { text: 'a' })).body.should.match(/hangup/);
    });

    it('cannot tell which of two open requests is meant', async () => {
      const of = aiFlow({ responseTimeout: 3000 });
      const { red, send } = await start(
        [
          aiFlowAll(of, ['got'], { wait: 'always' }),
          probe('got'),
          aiFlowResponse('response', { action: 'hangup' }),
          ...caught,
        ],
        of,
      );
      const session = newSession();
      const answers = [
        send('user_speak', { text: 'a' }, session),
        send('user_speak', { text: 'b' }, session),
      ];
      await red.message('got', 1);
      red.node('response').receive({ sessionId: session.id } as never);
      (await red.message('caught')).error.message.should.match(/2 requests of this session are open/);
      for (const { sipgate } of red.messages('got')) red.node('response').receive({ sipgate } as never);
      for (const answer of await Promise.all(answers)) answer.status.should.equal(200);
    });

    it('tells a flow that a session is unknown', async () => {
      const of = aiFlow();
      const { red } = await start(
        [aiFlowAll(of, []), aiFlowResponse('response', { action: 'hangup' }), ...caught],
        of,
      );
      red.node('response').receive({ payload: 'hello' } as never);
      (await red.message('caught')).error.message.should.match(/does not say which session/);
      red.node('response').receive({ sessionId: 'nobody' } as never);
      (await red.message('caught', 1)).error.should.containEql({ code: 'NOT_FOUND' });
    });
  });

  describe('then', () => {
    const bye = { text: 'Auf Wiederhören.', textType: 'str', then: 'hangup' };

    it('hangs up once the assistant has spoken, and the flow hears of it', async () => {
      const of = aiFlow();
      const { red, send } = await start(
        [aiFlowIn(of, { speak: ['bye'], ended: ['got'] }), aiFlowResponse('bye', bye), probe('got')],
        of,
      );
      const session = newSession();
      (await send('user_speak', { text: 'a' }, session)).body.should.match(/Auf Wiederhören/);
      const hangup = await send('assistant_speech_ended', {}, session);
      should(JSON.parse(hangup.body)).eql({ type: 'hangup', session_id: session.id });
      (await send('assistant_speech_ended', {}, session)).status.should.equal(204);
      await red.message('got', 1);
    });

    it('survives a deploy', async () => {
      const of = aiFlow();
      const flow = [TAB, of, aiFlowIn(of, { speak: ['bye'] }), aiFlowResponse('bye', bye)];
      const { red, send } = await start(flow.slice(2), of);
      const session = newSession();
      await send('user_speak', { text: 'a' }, session);
      await red.deploy(flow, 'full');
      (await send('assistant_speech_ended', {}, session)).body.should.match(/hangup/);
    });

    it('works over a WebSocket', async () => {
      const of = aiFlow();
      const { url } = await start([aiFlowIn(of, { speak: ['bye'] }), aiFlowResponse('bye', bye)], of);
      const session = newSession();
      const line = await dial(url);
      line.say(wireEvent('user_speak', { text: 'a' }, session));
      await line.action();
      line.say(wireEvent('assistant_speech_ended', {}, session));
      (await line.action(1)).should.eql({ type: 'hangup', session_id: session.id });
      line.hangUp();
    });
  });

  it('shows where it listens, and what it was answered with', async () => {
    const of = aiFlow();
    const entrance = aiFlowIn(of, { speak: ['answer'] });
    const { red, send } = await start([entrance, aiFlowResponse('answer', { action: 'hangup' })], of);
    await send('user_speak', { text: 'a' });
    const text = await eventually(
      () => red.statuses(entrance.id).at(-1)?.text?.includes('answered') && red.statuses(entrance.id),
    );
    should(text[0]).containEql({ fill: 'green' });
    should(String(text[0]?.text)).match(/listening/);
  });

  it('says that no AI flow is chosen', async () => {
    const { red } = await start([{ id: 'alone', type: 'sipgate-ai-flow-in', z: 'tab', wires: [] }]);
    should(red.statuses('alone')[0]).containEql({ fill: 'red' });
  });

  it('takes no other node for an AI flow, nor a webhook in an AI flow for a webhook', async () => {
    const [of, hook] = [aiFlow(), webhook()];
    const wrong = [aiFlowAll(hook, [], { id: 'a' }), webhookIn(of, {}, { id: 'b' })];
    const { red } = await start([hook, ...wrong, aiFlowAll({ id: 'a' }, [], { id: 'c' })], of);
    for (const id of ['a', 'b', 'c'])
      should(String(red.statuses(id).at(-1)?.text)).match(/no(AiFlow|Webhook)$/);
    await red.deploy([]); // this threw, and nothing was deployed any more
  });
});
