import 'should';
import type { TelephoneLimits } from '../../nodes/lib/telephone/telephone';
import type { CallView } from '../../nodes/lib/telephone/view';
import { eventually } from '../eventually';
import { startRuntime, type Runtime } from '../node-red';
import { aiFlow, aiFlowIn, aiFlowResponse, startAiRuntime } from './helpers/ai-flow';
import { probe, response, TAB, webhook, webhookIn } from './helpers/flow';
import { ask, ring, runtimeHooks, telephoneWith, until } from './helpers/telephone';

const UNATTENDED_MS = 300;
const CRASHED = { unattendedMs: UNATTENDED_MS, followedAfterMs: 10 };
const HIDDEN = { hiddenMs: 300 };

describe('A call of the telephone', () => {
  let runtime: Runtime;
  afterEach(() => runtime.stop());

  const notes = ({ entries }: CallView) =>
    entries.flatMap((entry) =>
      entry.kind === 'note' ? [`${entry.note} ${entry.seconds ?? ''}`.trim()] : [],
    );
  /** Nobody asks: what runs is seen by what it does. */
  const hooksAreGone = () => eventually(() => !runtimeHooks.has('onSend') || undefined, 'no hooks', 10_000);
  const hide = (id: string) => ask('post', `calls/${id}/leave`, { how: 'hidden' });

  async function viewOf(id: string): Promise<CallView> {
    return (await ask('get', `calls/${id}?lang=en`)).body as unknown as CallView;
  }

  async function start(limits: Partial<TelephoneLimits>): Promise<string> {
    const hook = webhook();
    const menu = response('menu', { action: 'gather', maxDigits: 1, timeout: 60_000 });
    const gone = probe('gone');
    runtime = await startRuntime(
      [TAB, hook, webhookIn(hook, { newCall: ['menu'], hangup: ['gone'] }), menu, gone],
      { nodes: [telephoneWith(limits)] },
    );
    return hook.id;
  }

  async function ringMenu(limits: Partial<TelephoneLimits>): Promise<string> {
    const { id } = await ring(await start(limits));
    await until(id, ({ display }) => display === 'keys');
    return id;
  }

  it('is hung up when no editor asks for it any more, and its hooks go', async () => {
    const id = await ringMenu(CRASHED);
    runtimeHooks.has('onSend').should.be.true();
    await hooksAreGone();
    const view = await viewOf(id);
    view.isOver.should.be.true();
    notes(view).should.deepEqual(['abandoned 0.3']);
    JSON.stringify(view.entries).should.match(/the caller hangs up/);
  });

  it('goes on as long as somebody asks', async () => {
    const id = await ringMenu(CRASHED);
    const startedAtMs = performance.now();
    const view = await until(id, () => performance.now() - startedAtMs > 2 * UNATTENDED_MS);
    view.isOver.should.be.false();
    await ask('post', `calls/${id}`, { hangUp: true });
    const over = await until(id, ({ isOver }) => isOver);
    notes(over).should.deepEqual([]);
  });

  it('goes on while its telephone is hidden, though nobody asks', async () => {
    const id = await ringMenu(CRASHED);
    const { version } = await viewOf(id);
    (await hide(id)).status.should.equal(200);
    // asked before, but overtaken by the word that it is hidden
    const late = ask('get', `calls/${id}?seen=${version}`);
    await new Promise((resolve) => setTimeout(resolve, 2 * UNATTENDED_MS));
    runtimeHooks.has('onSend').should.be.true();
    (await viewOf(id)).display.should.equal('keys');
    await ask('post', `calls/${id}/leave`, { how: 'closed' });
    (await late).status.should.equal(200);
  });

  it('answers who waits for news of it when its telephone is hidden', async () => {
    const id = await ringMenu({});
    const { version } = await viewOf(id);
    let isAnswered = false;
    const waiting = ask('get', `calls/${id}?seen=${version}`).then(() => (isAnswered = true));
    await ask('get', 'lines');
    isAnswered.should.be.false();
    await hide(id);
    await waiting;
    await ask('post', `calls/${id}`, { hangUp: true });
  });

  it('is hung up when its telephone has been hidden for long, and says so', async () => {
    const id = await ringMenu(HIDDEN);
    await hide(id);
    await runtime.message('gone');
    notes(await viewOf(id)).should.deepEqual(['hidden 0.3']);
  });

  it('is watched as before when its telephone is shown again', async () => {
    const id = await ringMenu(CRASHED);
    await hide(id);
    await viewOf(id);
    await runtime.message('gone');
    notes(await viewOf(id)).should.deepEqual(['abandoned 0.3']);
  });

  it('ends at once when its page is closed', async () => {
    const id = await ringMenu({});
    (await ask('post', `calls/${id}/leave`, { how: 'closed' })).status.should.equal(200);
    const view = await until(id, ({ isOver }) => isOver);
    notes(view).should.deepEqual(['closed']);
  });

  it('goes on when another editor hides its own, or closes it', async () => {
    const hook = await start(HIDDEN);
    const [hidden, closed, shown] = await Promise.all([1, 2, 3].map(() => ring(hook)));
    await hide(String(hidden?.id));
    await ask('post', `calls/${closed?.id}/leave`, { how: 'closed' });
    await until(String(closed?.id), ({ isOver }) => isOver);
    await runtime.message('gone', 1);
    (await viewOf(String(hidden?.id))).isOver.should.be.true();
    const view = await viewOf(String(shown?.id));
    view.display.should.equal('keys');
    view.path.length.should.equal(2);
    await ask('post', `calls/${shown?.id}`, { hangUp: true });
  });

  it('knows no other way to be left, and no call that is forgotten', async () => {
    const id = await ringMenu({});
    (await ask('post', `calls/${id}/leave`, { how: 'angry' })).status.should.equal(400);
    (await ask('post', `calls/${id}/leave`, {})).status.should.equal(400);
    (await ask('post', 'calls/none/leave', { how: 'closed' })).status.should.equal(404);
    (await viewOf(id)).isOver.should.be.false();
    await ask('post', `calls/${id}`, { hangUp: true });
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
      { nodes: [telephoneWith(CRASHED)] },
    );
    const { id } = await ring(assistant.id);
    await runtime.message('gone');
    const view = await viewOf(id);
    view.isOver.should.be.true();
    notes(view).should.deepEqual(['abandoned 0.3']);
  });
});
