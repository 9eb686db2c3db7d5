import should from 'should';
import type { Node, NodeDef } from 'node-red';
import type { CallView } from '../../nodes/lib/telephone/view';
import { eventually } from '../eventually';
import { startRuntime, type NodeModule, type Runtime } from '../node-red';
import { aiFlow, aiFlowIn, aiFlowResponse, startAiRuntime } from './helpers/ai-flow';
import { userDirectory } from './announcements/sound-flow';
import { fn, probe, response, TAB, webhook, webhookIn, type FlowNode } from './helpers/flow';
import { ask, ring, runtimeFlows, runtimeHooks, telephoneWith, until } from './helpers/telephone';

const plugin = telephoneWith({ followedAfterMs: 10 });

const OFFICE = '+4921163553355';
const HOME = '+493023125101';
const CALLEE = '+493023125000';
/** Rings where no flow has a say. */
const OWN_TELEPHONE = 'Telephone';
const KINDS = ['nodes', 'flows', 'full'] as const;

describe('A deploy in the middle of a call of the telephone', () => {
  let runtime: Runtime;
  let place: ReturnType<typeof userDirectory>;
  let hook: ReturnType<typeof webhook>;
  beforeEach(() => {
    hook = webhook({ name: 'Front door' });
    place = userDirectory();
  });
  afterEach(async () => {
    await runtime.stop();
    await place.remove();
  });

  const notes = ({ entries }: CallView) =>
    entries.flatMap((entry) => (entry.kind === 'note' ? [entry.note] : []));
  const actions = ({ entries }: CallView) =>
    entries.flatMap((entry) => (entry.kind === 'answer' && entry.action !== '' ? [entry.action] : []));
  const hooksAreGone = () => eventually(() => !runtimeHooks.has('onSend'), 'the end of the hooks');

  async function start(flow: FlowNode[]): Promise<void> {
    runtime = await startRuntime([TAB, hook, ...flow], {
      nodes: [plugin],
      settings: { userDir: place.userDir },
    });
  }

  async function hangUp(id: string): Promise<CallView> {
    await ask('post', `calls/${id}`, { hangUp: true });
    return await until(id, ({ isOver }) => isOver);
  }

  const redeploy = (flow: FlowNode[], kind: (typeof KINDS)[number] = 'full') =>
    runtime.deploy([TAB, hook, ...flow], kind);

  /** A menu, and whom it rings. */
  function menu(number: string): FlowNode[] {
    return [
      { ...webhookIn(hook, { newCall: ['menu'], data: ['office'], hangup: ['gone'] }), id: 'in' },
      response('menu', { action: 'gather', maxDigits: 1, timeout: 60_000 }),
      response('office', { action: 'redirect', numbers: number }),
      probe('gone'),
    ];
  }

  /** A flow that takes its time: it never answers. */
  function slow(more: object = {}): FlowNode[] {
    return [
      { ...webhookIn(hook, { newCall: ['asks'] }), id: 'in', ...more },
      probe('asks', ['thinks']),
      fn('thinks', 'return null;', ['answers']),
      response('answers', { action: 'reject' }),
    ];
  }

  for (const kind of KINDS) {
    it(`leaves the caller not in silence while a flow thinks (${kind})`, async () => {
      await start(slow());
      const { id } = await ring(hook.id);
      await runtime.message('asks');
      await redeploy(slow({ name: 'other' }), kind);
      const view = await until(id, ({ display }) => display === 'ringing');
      view.ringing.should.deepEqual([OWN_TELEPHONE]);
      actions(view).should.deepEqual(['continue']);
      notes(view).should.deepEqual(['interrupted']);
      await hangUp(id);
      await hooksAreGone();
    });

    it(`brings what the caller does next to the new flows, and says so (${kind})`, async () => {
      await start(menu(OFFICE));
      const { id } = await ring(hook.id);
      await until(id, ({ display }) => display === 'keys');
      await redeploy(menu(HOME), kind);
      await ask('post', `calls/${id}`, { press: '1' });
      const view = await until(id, ({ display }) => display === 'ringing');
      view.ringing.should.deepEqual([HOME]);
      notes(view).should.deepEqual(['deployed']);
      view.path
        .map(({ nodeId, state }) => `${nodeId} ${state}`)
        .should.eql(['in passed', 'menu passed', 'in passed', 'office passed']);
      await hangUp(id);
      await runtime.message('gone');
      await hooksAreGone();
      const next = await ring(hook.id);
      notes(await until(next.id, ({ display }) => display === 'keys')).should.deepEqual([]);
      await hangUp(next.id);
    });
  }

  it('and the telephone is opened for the first time: it waits for what is deployed', async () => {
    const slowToClose: NodeModule = (RED) => {
      function SlowToClose(this: Node, saved: NodeDef): void {
        RED.nodes.createNode(this, saved);
        this.on('close', (done: () => void) => setTimeout(done, 200));
      }
      RED.nodes.registerType('slow-to-close', SlowToClose);
    };
    runtime = await startRuntime([TAB, { id: 'slow', type: 'slow-to-close', z: TAB.id }], {
      nodes: [plugin, slowToClose],
      settings: { userDir: place.userDir },
    });
    const deployed = redeploy(menu(OFFICE));
    const { body } = await ask('get', 'lines');
    should(body['lines']).eql([{ id: hook.id, name: 'Front door', kind: 'webhook' }]);
    await deployed;
  });

  it('that does not touch its flow leaves no trace', async () => {
    const elsewhere = { id: 'other', type: 'tab', label: 'Other' };
    await start([...menu(OFFICE), elsewhere]);
    const { id } = await ring(hook.id);
    await until(id, ({ display }) => display === 'keys');
    await redeploy([...menu(OFFICE), elsewhere, { ...probe('new'), z: 'other' }], 'nodes');
    await ask('post', `calls/${id}`, { press: '1' });
    notes(await until(id, ({ display }) => display === 'ringing')).should.deepEqual([]);
    await hangUp(id);
  });

  it('that takes the webhook away lets the call go on without it', async () => {
    await start(menu(OFFICE));
    const { id } = await ring(hook.id);
    await until(id, ({ display }) => display === 'keys');
    await runtime.deploy([TAB]);
    await ask('post', `calls/${id}`, { press: '1' });
    const view = await until(id, ({ display }) => display === 'ringing');
    view.ringing.should.deepEqual([OWN_TELEPHONE]);
    notes(view).should.deepEqual(['removed']);
    await hangUp(id);
    await hooksAreGone();
    (await ask('post', 'calls', { webhook: hook.id, from: OFFICE, to: HOME })).body.should.containEql({
      problem: 'noWebhook',
    });
  });

  it('is told likewise where the flows are stopped from the menu, and started again', async () => {
    await start(menu(OFFICE));
    const { id } = await ring(hook.id);
    await until(id, ({ display }) => display === 'keys');
    await runtimeFlows.stopFlows();
    await ask('post', `calls/${id}`, { press: '1' });
    const view = await until(id, ({ display }) => display === 'ringing');
    view.ringing.should.deepEqual([OWN_TELEPHONE]);
    notes(view).should.deepEqual(['interrupted']);
    (await ask('post', 'calls', { webhook: hook.id, from: OFFICE, to: HOME })).status.should.equal(404);
    await hangUp(id);
    await runtimeFlows.startFlows();
    const next = await ring(hook.id);
    await until(next.id, ({ display }) => display === 'keys');
    await hangUp(next.id);
  });

  it('twice: each is told', async () => {
    await start(menu(OFFICE));
    const { id } = await ring(hook.id);
    await until(id, ({ display }) => display === 'keys');
    await redeploy(menu(HOME));
    await redeploy(menu(OFFICE));
    await ask('post', `calls/${id}`, { press: '1' });
    const view = await until(id, ({ display }) => display === 'ringing');
    view.ringing.should.deepEqual([OFFICE]);
    notes(view).should.deepEqual(['deployed', 'deployed']);
    await hangUp(id);
  });

  it('is waited for by a call that is placed meanwhile', async () => {
    await start(menu(OFFICE));
    await ask('get', 'lines'); // the telephone is there, as the tab asks this first
    const deployed = redeploy(menu(HOME));
    const { id } = await ring(hook.id);
    await deployed;
    await until(id, ({ display }) => display === 'keys');
    await ask('post', `calls/${id}`, { press: '1' });
    (await until(id, ({ display }) => display === 'ringing')).ringing.should.deepEqual([HOME]);
    await hangUp(id);
  });

  describe('and of a call test', () => {
    const TEST = {
      name: 'menu',
      webhook: 'Front door',
      call: { from: '+4915799912345', to: CALLEE },
      steps: [{ expect: { action: 'gather' } }],
    };
    const run = async (language = 'en') =>
      (await ask('post', `tests/run?lang=${language}`, {})).body['runs'] as { result: object }[];

    it('counts as not run, with a reason that a user understands', async () => {
      await start(slow());
      await ask('post', 'tests', TEST);
      const running = run('de');
      await runtime.message('asks');
      await redeploy(menu(OFFICE));
      (await running).should.containDeep([
        {
          result: {
            kind: 'notRun',
            reason: 'inzwischen wurden die Flows übernommen oder gestoppt: noch einmal ausführen',
          },
        },
      ]);
      (await run()).should.containDeep([{ result: { kind: 'passed' } }]);
    });

    it('is waited for by a test that begins meanwhile', async () => {
      await start(menu(OFFICE));
      await ask('post', 'tests', TEST);
      const deployed = redeploy(menu(HOME));
      (await run()).should.containDeep([{ result: { kind: 'passed' } }]);
      await deployed;
    });
  });

  describe('with an AI flow', () => {
    const assistant = aiFlow({ name: 'Reception' });
    const flow = (answer: string): FlowNode[] => [
      TAB,
      assistant,
      { ...aiFlowIn(assistant, { start: ['hello'], speak: ['answer'] }), id: 'in' },
      aiFlowResponse('hello', { action: 'speak', text: 'Hello', textType: 'str' }),
      aiFlowResponse('answer', { action: 'speak', text: answer, textType: 'str' }),
    ];
    const hears = (id: string, sentence: string) =>
      until(id, ({ entries }) =>
        entries.some((entry) => entry.kind === 'said' && entry.by === 'assistant' && entry.text === sentence),
      );

    it('brings what the caller says next to the new flows', async () => {
      runtime = await startAiRuntime(flow('Old'), { nodes: [plugin] });
      const { id } = await ring(assistant.id);
      await hears(id, 'Hello');
      await runtime.deploy(flow('New'));
      await ask('post', `calls/${id}`, { say: 'good morning' });
      notes(await hears(id, 'New')).should.deepEqual(['deployed']);
      await hangUp(id);
    });

    it('that takes it away is told', async () => {
      runtime = await startAiRuntime(flow('Old'), { nodes: [plugin] });
      const { id } = await ring(assistant.id);
      await hears(id, 'Hello');
      await runtime.deploy([TAB]);
      notes(await until(id, (view) => notes(view).length > 0)).should.deepEqual(['aiFlowRemoved']);
      await hangUp(id);
    });
  });
});
