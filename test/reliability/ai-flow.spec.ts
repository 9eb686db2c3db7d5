import path from 'node:path';
import should from 'should';
import {
  aiFlow,
  aiFlowAll,
  aiFlowIn,
  aiFlowResponse,
  dial,
  newSession,
  postEvent,
  wireEvent,
} from '../nodes/helpers/ai-flow';
import { fn, TAB, type FlowNode } from '../nodes/helpers/flow';
import { eventually } from '../eventually';
import { freePort, startNodeRed, type NodeRedProcess } from '../node-red';
import { onCanvas, IS_LONG } from './flows';
import { startRedis, type Program } from './programs';

const PATH = '/sipgate-ai/shared';
const TURNS = 6;
const SESSIONS = IS_LONG ? 100 : 20;

/** Says how much it remembers, and goodbye after `TURNS` sentences. */
function flow(): FlowNode[] {
  const of = aiFlow({ path: PATH, callStore: 'redis', id: 'assistant' });
  return [
    TAB,
    of,
    aiFlowIn(of, { speak: ['remember'] }, { id: 'in' }),
    fn(
      'remember',
      `const { call } = msg;
       call.data.count = (call.data.count ?? 0) + 1;
       msg.response = { action: 'speak', text: [call.turns.length, call.data.count, call.turns.at(-1).text].join('|') };
       if (call.data.count === ${TURNS}) msg.response.then = 'hangup';
       return msg;`,
      ['answer'],
    ),
    aiFlowResponse('answer', { action: 'msg' }),
    aiFlowAll(of, [], { id: 'watch' }),
  ];
}

function start(redis: Program): Promise<NodeRedProcess> {
  const store = JSON.stringify(path.join(__dirname, 'redis-store.cjs'));
  const config = JSON.stringify({ url: redis.url });
  const stores = `default: { module: "memory" }, redis: { module: require(${store}), config: ${config} }`;
  return startNodeRed({ flows: onCanvas(flow()), settingsSource: `{ contextStorage: { ${stores} } }` });
}

describe('Conversations behind a balancer, with two instances and one Redis', function () {
  this.timeout(120_000);
  let redis: Program;
  let instances: NodeRedProcess[];

  before(async () => {
    redis = await startRedis();
    instances = await Promise.all([start(redis), start(redis)]);
  });
  after(async () => {
    await Promise.all(instances.map((instance) => instance.stop()));
    await redis.stop();
  });

  const say = (turn: number, session: object, type = 'user_speak', fields: object = {}) =>
    postEvent(`${instances[turn % instances.length]?.url}${PATH}`, wireEvent(type, fields, session));
  const wanted = (turn: number) => `${2 * turn + 1}|${turn + 1}|Satz ${turn}`;

  async function talk(turns: number, session: object): Promise<void> {
    for (let turn = 0; turn < turns; turn += 1) {
      const { body } = await say(turn, session, 'user_speak', { text: `Satz ${turn}` });
      (JSON.parse(body) as { text: string }).text.should.equal(wanted(turn));
    }
  }

  it('go on at the other instance: what was said, what was noted, and what is to be done at the end', async () => {
    await Promise.all(
      Array.from({ length: SESSIONS }, async () => {
        const session = newSession();
        await talk(TURNS, session);
        const ended = await say(TURNS, session, 'assistant_speech_ended');
        should(JSON.parse(ended.body)).eql({ type: 'hangup', session_id: session.id });
        (await say(TURNS + 1, session, 'assistant_speech_ended')).status.should.equal(204);
      }),
    );
  });

  it('go on after an instance has died and another has taken its place', async () => {
    const session = newSession();
    await talk(TURNS, session);
    const dead = instances[TURNS % 2] as NodeRedProcess;
    dead.child.kill('SIGKILL');
    await dead.ended;
    await dead.stop();
    instances[TURNS % 2] = await start(redis);
    const ended = await say(TURNS, session, 'assistant_speech_ended');
    should(JSON.parse(ended.body)).eql({ type: 'hangup', session_id: session.id });
  });
});

describe('Conversations over WebSockets with what is built', function () {
  this.timeout(60_000);

  it('are answered on both servers, outlive a deploy, and are closed when Node-RED ends', async () => {
    const flows = (['node-red', 'port'] as const).map((server, index) => {
      const of = aiFlow({ path: '/sipgate-ai/built', server, id: `assistant-${index}` });
      return { of, entrance: aiFlowIn(of, { start: ['hello'], speak: ['hello'] }, { id: `in-${index}` }) };
    });
    const port = await freePort();
    const flow = [
      TAB,
      ...flows.flatMap(({ of, entrance }) => [{ ...of, port }, entrance]),
      aiFlowResponse('hello', { text: 'Guten Tag', textType: 'str' }),
    ];
    const nodeRed = await startNodeRed({ flows: onCanvas(flow) });
    try {
      const urls = [nodeRed.url, `http://127.0.0.1:${port}`];
      const lines = await Promise.all(urls.map((url) => dial(`${url}/sipgate-ai/built`)));
      const sessions = lines.map(() => newSession());
      lines.forEach((line, index) => line.say(wireEvent('session_start', {}, sessions[index])));
      for (const line of lines) (await line.action()).should.containEql({ text: 'Guten Tag' });
      const deployed = nodeRed.deploy(onCanvas(flow));
      lines.forEach((line, index) => line.say(wireEvent('user_speak', { text: 'a' }, sessions[index])));
      await deployed;
      for (const line of lines) await line.action(1);
      const ended = nodeRed.stop();
      for (const line of lines) should(await eventually(() => line.closed())).equal(1001);
      await ended;
    } finally {
      await nodeRed.stop();
    }
  });
});
