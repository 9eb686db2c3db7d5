import 'should';
import { registerTelephoneRoutes } from '../../nodes/lib/telephone/admin-routes';
import { Telephone } from '../../nodes/lib/telephone/telephone';
import type { CallView } from '../../nodes/lib/telephone/view';
import { eventually } from '../eventually';
import { startRuntime, type NodeModule, type Runtime } from '../node-red';
import { aiFlow, aiFlowIn, aiFlowResponse, startAiRuntime } from './helpers/ai-flow';
import { probe, response, TAB, webhook, webhookIn } from './helpers/flow';
import { ask, ring, runtimeHooks, until, withHooks } from './helpers/telephone';

const LONGEST_UNATTENDED_MS = 300;

const plugin: NodeModule = withHooks(((RED) =>
  registerTelephoneRoutes(RED, () => new Telephone(RED, LONGEST_UNATTENDED_MS))) as NodeModule);

describe('A call of the telephone', () => {
  let runtime: Runtime;
  afterEach(() => runtime.stop());

  const notes = ({ entries }: CallView) =>
    entries.flatMap((entry) => (entry.kind === 'note' ? [`${entry.note} ${entry.seconds ?? ''}`] : []));
  /** Nobody asks: what runs is seen by what it does. */
  const hooksAreGone = () => eventually(() => !runtimeHooks.has('onSend') || undefined, 'no hooks', 10_000);

  async function ringMenu(): Promise<string> {
    const hook = webhook();
    const menu = response('menu', { action: 'gather', maxDigits: 1, timeout: 60_000 });
    runtime = await startRuntime([TAB, hook, webhookIn(hook, { newCall: ['menu'] }), menu], {
      nodes: [plugin],
    });
    return (await ring(hook.id)).id;
  }

  it('is hung up when no editor asks for it any more, and its hooks go', async () => {
    const id = await ringMenu();
    await until(id, ({ display }) => display === 'keys');
    runtimeHooks.has('onSend').should.be.true();
    await hooksAreGone();
    const { body } = await ask('get', `calls/${id}?lang=en`);
    const view = body as unknown as CallView;
    view.isOver.should.be.true();
    notes(view).should.deepEqual([`abandoned ${LONGEST_UNATTENDED_MS / 1000}`]);
    JSON.stringify(view.entries).should.match(/the caller hangs up/);
  });

  it('goes on as long as somebody asks', async () => {
    const id = await ringMenu();
    const startedAtMs = performance.now();
    const view = await until(id, () => performance.now() - startedAtMs > 2 * LONGEST_UNATTENDED_MS);
    view.isOver.should.be.false();
    await ask('post', `calls/${id}`, { hangUp: true });
    const over = await until(id, ({ isOver }) => isOver);
    notes(over).should.deepEqual([]);
  });

  it('with an AI flow is hung up likewise', async () => {
    const assistant = aiFlow();
    runtime = await startAiRuntime(
      [
        TAB,
        assistant,
        aiFlowIn(assistant, { start: ['hello'], end: ['gone'] }),
        probe('gone'),
        aiFlowResponse('hello', { action: 'speak', text: 'Hello', textType: 'str' }),
      ],
      { nodes: [plugin] },
    );
    const { id } = await ring(assistant.id);
    await runtime.message('gone');
    const { body } = await ask('get', `calls/${id}?lang=en`);
    (body as unknown as CallView).isOver.should.be.true();
    notes(body as unknown as CallView).should.deepEqual([`abandoned ${LONGEST_UNATTENDED_MS / 1000}`]);
  });
});
