import should from 'should';
import type { Runtime } from '../../node-red';
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
  type AiFlow,
} from '../helpers/ai-flow';
import { fn, probe, TAB, type FlowNode } from '../helpers/flow';

const hangsUp = (id: string, more: object = {}): FlowNode => ({
  ...aiFlowResponse(id, { action: 'hangup' }),
  ...more,
});
const link = (id: string, type: 'link in' | 'link out' | 'link call', more: object): FlowNode => ({
  ...{ id, type, z: 'tab', name: id, links: [], wires: [] },
  ...more,
});

describe('The way from an AI flow in to its answer', () => {
  let runtime: Runtime | undefined;
  afterEach(async () => {
    await runtime?.stop();
    runtime = undefined;
  });
  const speaks = (of: AiFlow) =>
    postEvent(`${runtime?.url}${of.path}`, wireEvent('user_speak', { text: 'a' }, newSession()));

  const WAYS: [what: string, nodesOf: (of: AiFlow) => FlowNode[]][] = [
    [
      'link nodes',
      (of) => [
        aiFlowAll(of, ['out']),
        link('out', 'link out', { mode: 'link', links: ['in'] }),
        link('in', 'link in', { links: ['out'], wires: [['answer']] }),
        hangsUp('answer'),
      ],
    ],
    [
      'a link call that answers',
      (of) => [
        aiFlowAll(of, ['call']),
        link('call', 'link call', { links: ['in'], timeout: '5', wires: [[]] }),
        link('in', 'link in', { wires: [['answer']] }),
        hangsUp('answer'),
      ],
    ],
    [
      'a subflow',
      (of) => [
        { id: 's', type: 'subflow', in: [{ wires: [{ id: 'answer' }] }], out: [] } as unknown as FlowNode,
        aiFlowAll(of, ['one']),
        { id: 'one', type: 'subflow:s', z: 'tab', wires: [] },
        hangsUp('answer', { z: 's' }),
      ],
    ],
    [
      'a subflow that holds both',
      (of) => [
        { id: 's', type: 'subflow', in: [], out: [] } as unknown as FlowNode,
        { id: 'one', type: 'subflow:s', z: 'tab', wires: [] },
        { ...aiFlowAll(of, ['answer']), z: 's' },
        hangsUp('answer', { z: 's' }),
      ],
    ],
  ];
  for (const [what, nodesOf] of WAYS)
    it(`may lead through ${what}`, async () => {
      const of = aiFlow();
      runtime = await startAiRuntime([TAB, of, ...nodesOf(of)]);
      (await speaks(of)).body.should.match(/"hangup"/);
    });

  it('counts where the response is switched off as no way at all', async () => {
    const of = aiFlow({ responseTimeout: 5000 });
    runtime = await startAiRuntime([TAB, of, aiFlowAll(of, ['answer']), hangsUp('answer', { d: true })]);
    (await speaks(of)).status.should.equal(204);
  });
});

describe('A deploy while an assistant is waited for', () => {
  let runtime: Runtime;
  afterEach(() => runtime.stop());
  const OTHER: FlowNode = { id: 'other', type: 'tab', label: 'Other' };

  async function begin(scheme: 'http' | 'ws') {
    const of = aiFlow({ responseTimeout: 5000, filler: 'Moment' });
    let nodes: FlowNode[] = [
      TAB,
      OTHER,
      of,
      { ...aiFlowIn(of, { speak: ['held'] }), id: 'entrance' },
      probe('held', ['gate']),
      fn('gate', 'if (msg.handedOn) return msg;', ['answer']),
      hangsUp('answer'),
      { ...fn('elsewhere', 'return msg;', []), z: 'other' },
    ];
    runtime = await startAiRuntime(nodes);
    const session = newSession();
    const event = wireEvent('user_speak', { text: 'a' }, session);
    const url = runtime.url + of.path;
    const line = scheme === 'ws' ? await dial(url) : undefined;
    const answered = line ? line.say(event) : postEvent(url, event);
    const message = await runtime.message('held');
    return {
      of,
      line,
      session,
      answered: answered as ReturnType<typeof postEvent>,
      change(id: string, properties: object) {
        nodes = nodes.map((node) => (node.id === id ? { ...node, ...properties } : node));
        return nodes;
      },
      handOn: () => runtime.node('gate').receive({ ...message, handedOn: true } as never),
    };
  }

  for (const type of ['nodes', 'flows'] as const) {
    it(`(${type}) that changes another flow leaves the caller waiting for the answer`, async () => {
      const { answered, change, handOn } = await begin('http');
      await runtime.deploy(change('elsewhere', { func: 'return [msg];' }), type);
      handOn();
      (await answered).body.should.match(/"hangup"/);
    });

    for (const [what, id, properties] of [
      ['the response', 'answer', { action: 'listen' }],
      ['a node on the way', 'gate', { func: 'return msg;' }],
      ['the AI flow in', 'entrance', { name: 'Changed' }],
    ] as const)
      it(`(${type}) that touches ${what} lets the assistant listen on first`, async () => {
        const { answered, change } = await begin('http');
        await runtime.deploy(change(id, properties), type);
        (await answered).should.containEql({ status: 204, body: '' });
      });

    it(`(${type}) that touches the AI flow itself does so, too`, async () => {
      const { answered, change, of } = await begin('http');
      await runtime.deploy(change(of.id, { name: 'Changed' }), type);
      (await answered).status.should.equal(204);
    });

    it(`(${type}) leaves a connection open, and an answer of before it still goes out`, async () => {
      const { change, handOn, line, session, of } = await begin('ws');
      await runtime.deploy(change('answer', { name: 'Changed' }), type);
      handOn();
      should(await line?.action()).eql({ type: 'hangup', session_id: session.id });
      await runtime.deploy(change(of.id, { name: 'Changed' }), type);
      handOn();
      should(await line?.action(1)).eql({ type: 'hangup', session_id: session.id });
      should(line?.closed()).equal(undefined);
      line?.hangUp();
    });
  }
});
