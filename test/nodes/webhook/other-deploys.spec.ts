import 'should';
import { startRuntime, type Runtime } from '../../node-red';
import { TAB, fn, probe, response, webhook, webhookIn, type FlowNode } from '../helpers/flow';
import { eventually, newCall } from '../helpers/http';

const OTHER_TAB: FlowNode = { id: 'other', type: 'tab', label: 'Other' };
const other = (id: string, func: string, wires: string[] = []): FlowNode => ({
  ...fn(id, func, wires),
  z: 'other',
});

describe('A deploy while a caller is in a menu', () => {
  let runtime: Runtime;
  let nodes: FlowNode[];
  let hook: ReturnType<typeof webhook>;
  let listener: FlowNode;
  afterEach(() => runtime.stop());

  const begin = async () => {
    hook = webhook({ responseTimeout: 8000 });
    listener = webhookIn(hook, { newCall: ['held'], hangup: ['h'] });
    nodes = [
      TAB,
      OTHER_TAB,
      hook,
      listener,
      probe('held', ['gate']),
      fn('gate', 'if (msg.handedOn) return msg;', ['out']),
      { id: 'out', type: 'link out', z: 'tab', mode: 'link', links: ['in'], wires: [] },
      { id: 'in', type: 'link in', z: 'tab', links: ['out'], wires: [['r']] },
      response('r', { action: 'hangup' }),
      fn('h', 'return msg;', []),
      other('elsewhere', 'return msg;', ['behind']),
      other('behind', 'return msg;'),
    ];
    runtime = await startRuntime(nodes);
    await eventually(() => runtime.statuses(listener.id).some(({ text }) => text?.endsWith('.listening')));
    const answered = runtime.request(hook.path, newCall());
    const message = await runtime.message('held');
    return { answered, handOn: () => runtime.node('gate').receive({ ...message, handedOn: true } as never) };
  };
  const change = (id: string, properties: object) => {
    nodes = nodes.map((node) => (node.id === id ? { ...node, ...properties } : node));
  };

  for (const type of ['nodes', 'flows'] as const) {
    for (const [what, edit] of [
      ['changes a node of another flow', () => change('elsewhere', { func: 'return [msg];' })],
      ['rewires another flow', () => change('elsewhere', { wires: [[]] })],
      ['takes a node of another flow away', () => (nodes = nodes.filter(({ id }) => id !== 'behind'))],
      ['adds a flow', () => (nodes = [...nodes, { id: 'new', type: 'tab', label: 'New' }])],
      ['adds a webhook', () => (nodes = [...nodes, webhook()])],
    ] as const) {
      it(`(${type}) that ${what} leaves the menu open`, async () => {
        const { answered, handOn } = await begin();
        edit();
        await runtime.deploy(nodes, type);
        handOn();
        (await answered).body.should.containEql('<Hangup/>');
        // and calls go on
        const next = runtime.request(hook.path, newCall());
        const message = await runtime.message('held', 1);
        runtime.node('gate').receive({ ...message, handedOn: true } as never);
        (await next).body.should.containEql('<Hangup/>');
      });
    }

    for (const [what, edit] of [
      ['the response', () => change('r', { action: 'reject' })],
      ['a node on the way', () => change('gate', { func: 'if (msg.handedOn) return [msg];' })],
      ['the webhook-in', () => change(listener.id, { numbers: '+4921163553355' })],
      ['the webhook', () => change(hook.id, { name: 'Changed' })],
      ['a link on the way, which is taken away', () => (nodes = nodes.filter(({ id }) => id !== 'in'))],
    ] as const) {
      it(`(${type}) that touches ${what} answers it first`, async () => {
        const { answered } = await begin();
        edit();
        await runtime.deploy(nodes, type);
        (await answered).body.should.match(/<Response[^>]*\/>$/);
      });
    }
  }

  it('(full) answers it first, whatever has changed', async () => {
    const { answered } = await begin();
    change('elsewhere', { func: 'return [msg];' });
    await runtime.deploy(nodes, 'full');
    (await answered).body.should.match(/<Response[^>]*\/>$/);
  });
});
