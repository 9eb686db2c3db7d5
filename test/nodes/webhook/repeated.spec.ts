import 'should';
import { startRuntime, type Runtime } from '../../node-red';
import { TAB, fn, probe, response, webhook, webhookIn, type FlowNode } from '../helpers/flow';
import { encode, eventually, newCall, postAndDisconnect, type Form } from '../helpers/http';

describe('The same event again', () => {
  let runtime: Runtime;
  let hook: ReturnType<typeof webhook>;
  let listener: FlowNode;
  afterEach(() => runtime.stop());

  /** NEW_CALL waits in `held` until the test hands it on; HANGUP goes to `ended`. */
  const flow = (): FlowNode[] => [
    TAB,
    hook,
    listener,
    fn('gate', 'if (msg.handedOn) return msg;', ['r']),
    response('r', { action: 'hangup' }),
    { id: 'catch', type: 'catch', z: 'tab', scope: ['r'], wires: [['caught']] },
    probe('caught'),
    probe('held', ['gate']),
    probe('ended'),
  ];
  const begin = async (properties: Record<string, unknown> = {}) => {
    hook = webhook({ responseTimeout: 1500, ...properties });
    listener = webhookIn(hook, { newCall: ['held'], hangup: ['ended'] });
    runtime = await startRuntime(flow());
  };
  const handOn = async (nth = 0) =>
    runtime.node('gate').receive({ ...(await runtime.message('held', nth)), handedOn: true } as never);
  const ask = (form: Form) => runtime.request(hook.path, form);
  const shown = () => runtime.statuses(listener.id).map(({ text }) => text?.split('.').at(-1));
  const logged = () => runtime.said(hook.id, 'log' as never);
  const gone = async (form: Form) => {
    await postAndDisconnect(runtime.url + hook.path, form, 30);
    await eventually(() => shown().includes('gone'));
  };

  it('gets the same answer, and status and log say so', async () => {
    await begin();
    const form = newCall();
    const first = ask(form);
    await handOn();
    const { body } = await first;
    (await ask(form)).body.should.equal(body);
    runtime.messages('held').should.have.length(1);
    await eventually(() => shown().at(-1) === 'repeated');
    logged().should.deepEqual(['sipgate-webhook.log.repeated']);
    runtime.said(hook.id, 'warn').should.be.empty();
  });

  for (const type of ['full', 'nodes', 'flows'] as const) {
    it(`gets the same answer after a deploy (${type}), and status and log say so`, async () => {
      await begin();
      const form = newCall();
      const first = ask(form);
      await handOn();
      const { body } = await first;
      hook = { ...hook, name: 'Changed' } as typeof hook;
      await runtime.deploy(flow(), type);
      (await ask(form)).body.should.equal(body);
      runtime.messages('held').should.have.length(1);
      await eventually(() => shown().at(-1) === 'repeated');
      logged().should.deepEqual(['sipgate-webhook.log.repeated']);
    });
  }

  it('of a hang-up is counted once, and shown', async () => {
    await begin();
    const form = { event: 'hangup', callId: `repeated${process.pid}`, cause: 'busy' };
    for (let times = 0; times < 3; times += 1) (await ask(form)).body.should.containEql('<Response/>');
    await runtime.message('ended');
    await eventually(() => shown().at(-1) === 'repeated');
    logged().should.have.length(2);
    runtime.messages('ended').should.have.length(1);
  });

  it('waits with the first for one answer', async () => {
    await begin();
    const form = newCall();
    const both = [ask(form), ask(form)];
    await eventually(() => shown().includes('repeatedOpen'));
    await handOn();
    for (const { body } of await Promise.all(both)) body.should.containEql('<Hangup/>');
    logged().should.deepEqual(['sipgate-webhook.log.repeatedOpen']);
  });

  describe('whose sender went away before the answer', () => {
    it('gets the answer that the flow gives later', async () => {
      await begin();
      const form = newCall();
      await gone(form);
      const again = ask(form);
      await eventually(() => shown().includes('repeatedOpen'));
      await handOn();
      (await again).body.should.containEql('<Hangup/>');
      runtime.messages('held').should.have.length(1);
      runtime.messages('caught').should.be.empty();
    });

    it('gets the answer that the flow has given meanwhile', async () => {
      await begin();
      const form = newCall();
      await gone(form);
      await handOn();
      await runtime.message('caught'); // nobody heard that answer
      (await ask(form)).body.should.containEql('<Hangup/>');
      runtime.messages('held').should.have.length(1);
    });

    it('gets the flow’s answer also when the deadline of the first is over', async () => {
      await begin({ responseTimeout: 200 });
      const form = newCall();
      await gone(form);
      await new Promise((resolve) => setTimeout(resolve, 300)); // nothing tells of a deadline that nobody waits for
      const again = ask(form);
      await eventually(() => shown().includes('repeatedOpen'));
      await handOn();
      (await again).body.should.containEql('<Hangup/>');
    });

    it('gets "continue" when the flow does not answer this time either', async () => {
      await begin({ responseTimeout: 200 });
      const form = newCall();
      await gone(form);
      (await ask(form)).body.should.match(/<Response[^>]*\/>/);
      (await ask(form)).body.should.match(/<Response[^>]*\/>/);
      runtime.messages('held').should.have.length(1);
    });

    it('gets "continue" at once when a deploy comes, and so do others', async () => {
      await begin();
      const form = newCall();
      await gone(form);
      const again = ask(form);
      await eventually(() => shown().includes('repeatedOpen'));
      hook = { ...hook, name: 'Changed' } as typeof hook;
      await runtime.deploy(flow());
      (await again).body.should.match(/<Response[^>]*\/>/);
    });
  });

  it('is another one when a single byte differs, and for every DATA', async () => {
    await begin();
    const form = newCall({ xcid: '1' });
    const answers = [ask(form), ask({ ...form, xcid: '2' })];
    await handOn(0);
    await handOn(1);
    await Promise.all(answers);
    runtime.messages('held').should.have.length(2);
    encode(form).should.not.equal(encode({ ...form, xcid: '2' }));
    const data = { event: 'dtmf', callId: form['callId'] as string, dtmf: '1' };
    await ask(data);
    await ask(data);
    logged().should.be.empty();
  });
});
