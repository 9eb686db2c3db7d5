import should from 'should';
import type { Runtime } from '../../node-red';
import { eventually } from '../../eventually';
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
} from '../helpers/ai-flow';
import { fn, probe, TAB } from '../helpers/flow';

const SESSIONS = 300;
const TURNS = 20;

describe('300 sessions at once, with 20 turns each', function () {
  this.timeout(120_000);
  let runtime: Runtime;
  let url: string;

  before(async () => {
    const of = aiFlow();
    runtime = await startAiRuntime([
      TAB,
      of,
      aiFlowIn(of, { start: ['echo'], speak: ['echo'], end: ['ended'] }),
      // what each session is told depends on its own notes and its own conversation
      fn(
        'echo',
        `const { call, payload } = msg;
         call.data.count = (call.data.count ?? 0) + 1;
         const said = call.turns.filter(({ by }) => by === 'caller').map(({ text }) => text);
         msg.answer = [payload.sessionId, call.data.count, said.length, said.at(-1) ?? ''].join('|');
         setTimeout(() => node.send(msg), Math.random() * 20);
         return null;`,
        ['answer'],
      ),
      aiFlowResponse('answer', { text: 'answer', textType: 'msg' }),
      probe('ended'),
    ]);
    url = runtime.url + of.path;
  });
  after(() => runtime.stop());

  const wanted = (id: string, turn: number) =>
    `${id}|${turn + 1}|${turn}|${turn === 0 ? '' : `${id}-${turn}`}`;

  it('over HTTP: each is answered with its own, and in time', async () => {
    async function talk(): Promise<void> {
      const session = newSession();
      for (let turn = 0; turn <= TURNS; turn += 1) {
        const event =
          turn === 0
            ? wireEvent('session_start', {}, session)
            : wireEvent('user_speak', { text: `${session.id}-${turn}` }, session);
        const { status, body } = await postEvent(url, event);
        status.should.equal(200);
        (JSON.parse(body) as { text: string }).text.should.equal(wanted(session.id, turn));
      }
      (await postEvent(url, wireEvent('session_end', {}, session))).status.should.equal(204);
    }
    await Promise.all(Array.from({ length: SESSIONS }, talk));
    await eventually(() => runtime.messages('ended').length === SESSIONS);
    for (const { call } of runtime.messages('ended'))
      should((call['turns'] as object[]).length).equal(2 * TURNS + 1);
  });

  it('over WebSockets: each is answered with its own, on its own connection', async () => {
    async function talk(): Promise<void> {
      const session = newSession();
      const line = await dial(url);
      line.say(wireEvent('session_start', {}, session));
      for (let turn = 0; turn <= TURNS; turn += 1) {
        const action = await eventually(() => line.heard[turn], 'an answer', 30_000);
        action.should.containEql({ session_id: session.id, text: wanted(session.id, turn) });
        if (turn < TURNS) line.say(wireEvent('user_speak', { text: `${session.id}-${turn + 1}` }, session));
      }
      line.say(wireEvent('session_end', {}, session));
      line.socket.close();
      line.heard.length.should.equal(TURNS + 1);
    }
    await Promise.all(Array.from({ length: SESSIONS }, talk));
    await eventually(() => runtime.messages('ended').length === 2 * SESSIONS);
    runtime
      .messages('ended')
      .filter(({ payload }) => payload['lost'])
      .should.eql([]);
  });
});

describe('A deploy in the middle of a hundred conversations', function () {
  this.timeout(60_000);

  it('answers every event once, and the conversations go on where they were', async () => {
    const of = aiFlow();
    const flow = [
      TAB,
      of,
      aiFlowAll(of, ['count']),
      fn(
        'count',
        'msg.call.data.n = (msg.call.data.n ?? 0) + 1; msg.answer = String(msg.call.data.n); return msg;',
        ['answer'],
      ),
      aiFlowResponse('answer', { text: 'answer', textType: 'msg' }),
    ];
    const runtime = await startAiRuntime(flow);
    const session = Array.from({ length: 100 }, () => newSession());
    const say = (of100: object) =>
      postEvent(runtime.url + of.path, wireEvent('user_speak', { text: 'a' }, of100));
    try {
      const first = await Promise.all(session.map(say));
      const during = session.map(say);
      await runtime.deploy(flow);
      const statuses = (await Promise.all(during)).map(({ status }) => status);
      statuses.filter((status) => ![200, 204].includes(status)).should.eql([]);
      const last = await Promise.all(session.map(say));
      first.forEach(({ body }) => body.should.match(/"1"/));
      last.forEach(({ body }) => body.should.match(/"[23]"/));
    } finally {
      await runtime.stop();
    }
  });
});
