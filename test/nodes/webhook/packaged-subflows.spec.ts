import 'should';
import { startRuntime, type NodeModule, type Runtime } from '../../node-red';
import { TAB, fn, probe, response, webhook, webhookIn, type FlowNode } from '../helpers/flow';
import { newCall } from '../helpers/http';

/** A subflow that is packaged as an npm module: Node-RED knows it as a type, and no flow file shows what is inside. */
function packaged(type: string, first: string, flow: FlowNode[], out: string[] = []): NodeModule {
  const definition = {
    id: `subflow-of-${type}`,
    type: 'subflow',
    name: type,
    meta: { module: `node-red-contrib-${type}`, type, version: '1.0.0' },
    in: first === '' ? [] : [{ wires: [{ id: first }] }],
    out: out.length > 0 ? [{ wires: out.map((id) => ({ id, port: 0 })) }] : [],
    env: [],
    flow: flow.map((node) => ({
      x: 0,
      y: 0,
      ...node,
      z: node['z'] === 'inner' ? 'inner' : `subflow-of-${type}`,
    })),
  };
  return (RED) =>
    (RED.nodes as unknown as { registerSubflow(subflow: object): void }).registerSubflow(definition);
}

const instance = (id: string, type: string, wires: string[][] = []): FlowNode => ({
  id,
  type,
  z: 'tab',
  wires,
  env: [],
});

describe('A subflow that is packaged as a module', () => {
  let runtime: Runtime;
  afterEach(() => runtime.stop());

  const hangUp = response('inner-response', { action: 'hangup' });
  const begin = async (nodes: FlowNode[], modules: NodeModule[]) => {
    const hook = webhook();
    runtime = await startRuntime([TAB, hook, webhookIn(hook, { newCall: ['first'] }), ...nodes], {
      nodes: modules,
    });
    return () => runtime.request(hook.path, newCall());
  };

  it('answers calls with the response inside', async () => {
    const ask = await begin(
      [instance('first', 'answers')],
      [packaged('answers', 'inner-response', [hangUp])],
    );
    (await ask()).body.should.containEql('<Hangup/>');
  });

  it('answers calls when it stands in a subflow of the user', async () => {
    const ask = await begin(
      [
        { id: 'mine', type: 'subflow', name: 'Mine', in: [{ wires: [{ id: 'packed' }] }], out: [] },
        { ...instance('packed', 'answers'), z: 'mine' },
        instance('first', 'subflow:mine'),
      ],
      [packaged('answers', 'inner-response', [hangUp])],
    );
    (await ask()).body.should.containEql('<Hangup/>');
  });

  it('answers calls when it stands in another module', async () => {
    const ask = await begin(
      [instance('first', 'outer')],
      [
        packaged('answers', 'inner-response', [hangUp]),
        packaged('outer', 'packed', [instance('packed', 'answers')]),
      ],
    );
    (await ask()).body.should.containEql('<Hangup/>');
  });

  it('answers calls when a subflow is packaged with it', async () => {
    const inner = { id: 'inner', type: 'subflow', name: 'Inner', in: [{ wires: [{ id: 'deep' }] }], out: [] };
    const ask = await begin(
      [instance('first', 'outer')],
      [
        packaged('outer', 'packed', [
          inner,
          { ...hangUp, id: 'deep', z: 'inner' },
          instance('packed', 'subflow:inner'),
        ]),
      ],
    );
    (await ask()).body.should.containEql('<Hangup/>');
  });

  it('answers calls also after a deploy of the changed nodes', async () => {
    const ask = await begin(
      [instance('first', 'answers')],
      [packaged('answers', 'inner-response', [hangUp])],
    );
    const hook = webhook();
    await runtime.deploy(
      [TAB, hook, webhookIn(hook, { newCall: ['first'] }), instance('first', 'answers')],
      'nodes',
    );
    (await runtime.request(hook.path, newCall())).body.should.containEql('<Hangup/>');
    (await ask()).status.should.equal(404);
  });

  it('lets a call pass on to a response behind it', async () => {
    const ask = await begin(
      [instance('first', 'passes', [['r']]), response('r', { action: 'hangup' })],
      [packaged('passes', 'inner', [{ ...fn('inner', 'return msg;', []), wires: [[]] }], ['inner'])],
    );
    (await ask()).body.should.containEql('<Hangup/>');
  });

  it('without a response makes nobody wait', async () => {
    const ask = await begin(
      [instance('first', 'keeps')],
      [packaged('keeps', 'inner', [fn('inner', 'return msg;', [])])],
    );
    (await ask()).body.should.containEql('<Response/>');
    runtime.said('first', 'error').should.deepEqual([]);
  });

  it('may hold the webhook-in as well', async () => {
    const hook = webhook();
    const inner = [
      { ...webhookIn(hook, { newCall: ['inner-response'] }), id: 'inner-in', z: 'x' },
      { ...hangUp, z: 'x' },
    ];
    runtime = await startRuntime([TAB, hook, instance('first', 'whole')], {
      nodes: [packaged('whole', '', inner)],
    });
    (await runtime.request(hook.path, newCall())).body.should.containEql('<Hangup/>');
  });

  it('may hold a webhook-in whose answer stands outside', async () => {
    const hook = webhook();
    const inner = [{ ...webhookIn(hook, { newCall: [] }), id: 'inner-in', z: 'x' }];
    runtime = await startRuntime(
      [TAB, hook, instance('first', 'hears', [['r']]), response('r', { action: 'hangup' })],
      { nodes: [packaged('hears', '', inner, ['inner-in'])] },
    );
    (await runtime.request(hook.path, newCall())).body.should.containEql('<Hangup/>');
  });
});

describe('"Wait for answer"', () => {
  let runtime: Runtime;
  afterEach(() => runtime.stop());

  /** A flow whose answer comes a way that no wires show: the test hands the message on, as MQTT would. */
  const begin = async (properties: object, nodes: FlowNode[] = []) => {
    const hook = webhook({ responseTimeout: 400 });
    runtime = await startRuntime([
      TAB,
      hook,
      webhookIn(hook, { newCall: ['held'] }, properties),
      probe('held'),
      response('r', { action: 'hangup' }),
      { id: 'catch', type: 'catch', z: 'tab', scope: ['r'], wires: [['caught']] },
      probe('caught'),
      ...nodes,
    ]);
    const answered = runtime.request(hook.path, newCall());
    const message = await runtime.message('held');
    return { answered, handOn: () => runtime.node('r').receive(message as never) };
  };

  it('"always" waits for an answer that no wires show', async () => {
    const { answered, handOn } = await begin({ wait: 'always' });
    handOn();
    (await answered).body.should.containEql('<Hangup/>');
    runtime.messages('caught').should.be.empty();
  });

  it('"always" waits no longer than the deadline', async () => {
    const { answered } = await begin({ wait: 'always' });
    (await answered).body.should.containEql('<Response/>');
  });

  for (const properties of [{}, { wait: 'auto' }, { wait: '' }]) {
    it(`${JSON.stringify(properties)} answers at once where no wires lead to a response, and the error of the late answer says so`, async () => {
      const { answered, handOn } = await begin(properties);
      (await answered).body.should.containEql('<Response/>');
      handOn();
      const { error } = await runtime.message('caught');
      error.message.should.match(/the webhook answered it at once.*"always"/);
    });
  }

  it('"never" answers at once although a response is wired', async () => {
    const hook = webhook();
    runtime = await startRuntime([
      TAB,
      hook,
      webhookIn(hook, { newCall: ['r'] }, { wait: 'never' }),
      response('r', { action: 'hangup' }),
      { id: 'catch', type: 'catch', z: 'tab', scope: ['r'], wires: [['caught']] },
      probe('caught'),
    ]);
    (await runtime.request(hook.path, newCall())).body.should.containEql('<Response/>');
    (await runtime.message('caught')).error.message.should.match(/answered/);
  });

  it('says at the start what it may be', async () => {
    const hook = webhook();
    const listener = webhookIn(hook, {}, { wait: 'sometimes' });
    runtime = await startRuntime([TAB, hook, listener]);
    runtime
      .said(listener.id, 'error')
      .join()
      .should.match(/`?wait`? must be/);
  });
});
