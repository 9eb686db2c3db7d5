import 'should';
import type { CallView } from '../../nodes/lib/telephone/view';
import telephone from '../../nodes/sipgate-telephone';
import type { Runtime } from '../node-red';
import { aiFlow, aiFlowIn, aiFlowResponse, startAiRuntime } from './helpers/ai-flow';
import { fn, TAB } from './helpers/flow';
import { ask, ring, until, withHooks } from './helpers/telephone';

describe('The telephone of the editor, with an AI flow', () => {
  let runtime: Runtime;
  const assistant = aiFlow({ name: 'Reception' });

  beforeEach(async () => {
    runtime = await startAiRuntime(
      [
        TAB,
        assistant,
        { ...aiFlowIn(assistant, { start: ['hello'], speak: ['echo'], digit: ['digit'] }), id: 'in' },
        fn('echo', 'msg.payload = "You said " + msg.payload.text; return msg;', ['answer']),
        fn('digit', 'msg.payload = "You pressed " + msg.payload.digit; return msg;', ['answer']),
        aiFlowResponse('hello', { action: 'speak', text: 'Hello', textType: 'str' }),
        aiFlowResponse('answer', { action: 'speak', text: 'payload', textType: 'msg' }),
      ],
      { nodes: [withHooks(telephone)] },
    );
  });
  afterEach(() => runtime.stop());

  const said = (view: CallView) =>
    view.entries.flatMap((entry) => (entry.kind === 'said' ? [`${entry.by}: ${entry.text}`] : []));
  const hears = (id: string, sentence: string) =>
    until(id, (view) => said(view).includes(`assistant: ${sentence}`));

  it('lists it', async () => {
    (await ask('get', 'lines')).body.should.eql({
      lines: [{ id: assistant.id, name: 'Reception', kind: 'aiFlow' }],
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
    view.path
      .slice(0, 5)
      .map(({ nodeId, state }) => `${nodeId} ${state}`)
      .should.eql(['in passed', 'hello passed', 'in passed', 'echo passed', 'answer passed']);
    view.path.map(({ nodeId }) => nodeId).should.containEql('digit');
  });

  it('refuses what an AI flow cannot be told or kept of', async () => {
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
    (await ask('post', 'tests', { name: 'talk', call: id })).status.should.equal(400);
    (
      await ask('post', 'calls', { webhook: assistant.id, from: 'abc', to: '030 23125000' })
    ).status.should.equal(400);
    await ask('post', `calls/${id}`, { hangUp: true });
  });
});
