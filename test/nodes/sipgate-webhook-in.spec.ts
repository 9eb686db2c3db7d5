import should from 'should';
import { eventually, newCall, type Form } from './helpers/http';
import { startRuntime, type Runtime } from '../node-red';
import { fn, probe, response, TAB, webhook, webhookIn, type FlowNode, type Outputs } from './helpers/flow';

const CONTINUE = /<Response( on\w+="[^"]*")*\/>$/;
const ALL: Outputs = { newCall: ['new'], answer: ['ans'], hangup: ['end'], data: ['dig'] };
const PROBES = ['new', 'ans', 'end', 'dig'].map((id) => probe(id));

describe('webhook in', () => {
  let runtime: Runtime;
  let hook: ReturnType<typeof webhook>;
  const start = async (nodes: FlowNode[], settings = {}) =>
    (runtime = await startRuntime([TAB, hook, ...nodes], { settings }));
  const send = (form: Form) => runtime.request(hook.path, form);
  beforeEach(() => (hook = webhook()));
  afterEach(() => runtime.stop());

  it('gives each of the four events to its own output, with what is known of the call', async () => {
    await start([webhookIn(hook, ALL), ...PROBES]);
    const leg = {
      callId: 'A1',
      origCallId: 'O1',
      xcid: 'x1',
      direction: 'in',
      from: '4915790000001',
      to: '4921163553355',
    };
    const shown = {
      callId: 'A1',
      originalCallId: 'O1',
      xcid: 'x1',
      direction: 'in',
      from: '+4915790000001',
      to: '+4921163553355',
    };
    await send({
      event: 'newCall',
      ...leg,
      diversion: '4921100000',
      'user[]': ['Ann', 'Bob'],
      'userId[]': ['w0', 'w1'],
      'fullUserId[]': ['1234567w0', '1234567w1'],
    });
    await send({ event: 'dtmf', callId: 'A1', dtmf: '0042' });
    await send({ event: 'dtmf', callId: 'A1' });
    await send({
      event: 'answer',
      ...leg,
      user: 'Ann',
      userId: 'w0',
      fullUserId: '1234567w0',
      answeringNumber: '4921163553355',
    });
    await send({ event: 'hangup', ...leg, cause: 'normalClearing', answeringNumber: '4921163553355' });

    const first = await runtime.message('new');
    first.topic.should.equal('NEW_CALL');
    first.payload.should.deepEqual({
      event: 'NEW_CALL',
      ...shown,
      diversion: '+4921100000',
      user: ['Ann', 'Bob'],
      userId: ['w0', 'w1'],
      fullUserId: ['1234567w0', '1234567w1'],
    });
    first.call.should.have.properties({
      callId: 'A1',
      direction: 'in',
      from: '+4915790000001',
      to: '+4921163553355',
      user: ['Ann', 'Bob'],
      digits: [],
      data: {},
    });
    first.sipgate.exchange.should.be.a.String().and.not.be.empty();
    first.sipgate.raw.should.deepEqual({
      event: 'newCall',
      ...leg,
      diversion: '4921100000',
      'user[]': ['Ann', 'Bob'],
      'userId[]': ['w0', 'w1'],
      'fullUserId[]': ['1234567w0', '1234567w1'],
    });
    Object.keys(first).sort().should.deepEqual(['_msgid', 'call', 'payload', 'sipgate', 'topic']);

    const digits = await runtime.message('dig');
    digits.payload.should.deepEqual({ event: 'DATA', callId: 'A1', dtmf: '0042' });
    digits.call.should.have.properties({ from: '+4915790000001', digits: ['0042'] });
    (await runtime.message('dig', 1)).payload.should.deepEqual({ event: 'DATA', callId: 'A1', dtmf: '' });

    const answered = await runtime.message('ans');
    answered.payload.should.deepEqual({
      event: 'ANSWER',
      ...shown,
      user: 'Ann',
      userId: 'w0',
      fullUserId: '1234567w0',
      answeringNumber: '+4921163553355',
    });
    answered.call.should.have.properties({ user: ['Ann', 'Bob'], digits: ['0042', ''] });

    const over = await runtime.message('end');
    over.payload.should.deepEqual({
      event: 'HANGUP',
      ...shown,
      cause: 'normalClearing',
      answeringNumber: '+4921163553355',
    });
    over.call.should.have.properties({ digits: ['0042', ''], duration: 0, user: ['Ann', 'Bob'] });
    for (const time of ['startedAt', 'answeredAt', 'endedAt']) {
      new Date(over.call[time] as string).toISOString().should.equal(over.call[time]);
    }
    for (const id of ['new', 'ans', 'end']) runtime.messages(id).should.have.length(1);
  });

  it('passes an empty call id on empty, and its answer still finds the way', async () => {
    await start([
      webhookIn(hook, { newCall: ['new', 'r'] }),
      probe('new'),
      response('r', { action: 'hangup' }),
    ]);
    (await send({ event: 'newCall', callId: '' })).body.should.match(/<Hangup\/>/);
    (await runtime.message('new')).payload.should.deepEqual({ event: 'NEW_CALL', callId: '' });
  });

  it('sends messages that Debug, Delay and a second wire cannot break', async () => {
    await start([
      webhookIn(hook, { newCall: ['wait', 'new'] }),
      {
        id: 'wait',
        type: 'delay',
        z: 'tab',
        pauseType: 'delay',
        timeout: '20',
        timeoutUnits: 'milliseconds',
        wires: [['clone']],
      },
      fn('clone', 'return [[RED.util.cloneMessage(msg), RED.util.cloneMessage(msg)]];', ['r']),
      response('r', { action: 'voicemail' }),
      probe('new'),
      { id: 'c', type: 'catch', z: 'tab', scope: null, wires: [['caught']] },
      probe('caught'),
    ]);
    (await send(newCall())).body.should.match(/<Voicemail\/>/);
    JSON.parse(JSON.stringify(await runtime.message('new'))).should.deepEqual(await runtime.message('new'));
    (await runtime.message('caught')).error.should.have.properties({ code: 'INVALID_INPUT' });
  });

  it('lets no flow change what another one gets', async () => {
    await start([
      webhookIn(hook, { newCall: ['spoil'] }),
      webhookIn(hook, { newCall: ['new'] }),
      fn('spoil', 'msg.payload.from = "spoilt"; msg.call.data.x = 1; delete msg.sipgate; return null;', []),
      probe('new'),
    ]);
    await send(newCall());
    const message = await runtime.message('new');
    message.payload.should.have.properties({ from: '+4915790000001' });
    message.call.data.should.deepEqual({});
  });

  describe('with a filter', () => {
    const events = (callId: string, fields: Form): Form[] => [
      { event: 'newCall', callId, ...fields },
      { event: 'dtmf', callId, dtmf: '1' },
      { event: 'answer', callId, ...fields },
      { event: 'hangup', callId, ...fields },
    ];
    const received = () => ['new', 'ans', 'end', 'dig'].map((id) => runtime.messages(id).length);

    for (const [properties, fields, passes] of [
      [{ direction: 'in' }, { direction: 'in' }, true],
      [{ direction: 'in' }, { direction: 'out' }, false],
      [{ direction: 'out' }, { direction: 'out' }, true],
      [{ direction: 'both' }, { direction: 'out' }, true],
      [{ numbers: '0211 63553355' }, { to: '4921163553355' }, true],
      [{ numbers: '+49 (211) 6355-3355' }, { from: '4921163553355', to: '4930' }, true],
      [{ numbers: '0211 63553355, 030 1' }, { to: '4915790000001' }, false],
      [{ numbers: 'anonymous' }, { from: 'anonymous', to: '4921163553355' }, true],
      [{ numbers: '11' }, { from: '4921163553355', to: '11' }, true],
      [{ numbers: '12345' }, { from: '4921163553355', to: '12345' }, true],
      [{ numbers: '116117' }, { from: '116117', to: '4921163553355' }, true],
      [{ numbers: '63553355' }, { to: '4963553355' }, false],
      [{ numbers: '0211 9912300 ext. 12' }, { to: '49211991230012' }, false],
      [{ numbers: '1234567e0' }, { from: '1234567e0', to: '4921163553355' }, true],
      [{ numbers: '4921163553355' }, { to: '4921163553355' }, true],
      [{ numbers: '0211 63553355', direction: 'out' }, { to: '4921163553355', direction: 'in' }, false],
    ] as [object, Form, boolean][]) {
      it(`${passes ? 'takes' : 'leaves out'} all events of ${JSON.stringify(fields)} with ${JSON.stringify(properties)}`, async () => {
        const other = webhook();
        await start([
          webhookIn(hook, ALL, properties),
          ...PROBES,
          other,
          webhookIn(other, { newCall: ['mark'] }),
          probe('mark'),
        ]);
        for (const form of events('F1', fields)) (await send(form)).status.should.equal(200);
        await runtime.request(other.path, newCall());
        await runtime.message('mark');
        received().should.deepEqual(passes ? [1, 1, 1, 1] : [0, 0, 0, 0]);
      });
    }

    it('says which number no call can have', async () => {
      const entrance = webhookIn(hook, ALL, { numbers: '63553355, 0211 63553355' });
      await start([entrance, ...PROBES]);
      runtime
        .said(entrance.id, 'warn')
        .join()
        .should.match(/`numbers` has no area code, got "63553355"/);
    });

    it('of no use to a call answers it at once, although a response is wired', async () => {
      hook = webhook({ responseTimeout: 8000 });
      await start([
        webhookIn(hook, { newCall: ['f'] }, { direction: 'out' }),
        fn('f', 'return null;', ['r']),
        response('r', { action: 'hangup' }),
      ]);
      const startedAt = Date.now();
      (await send(newCall())).body.should.match(CONTINUE);
      (Date.now() - startedAt).should.be.below(6000);
    });
  });

  describe('without an answer to give', () => {
    /** Deadlines are long here: what is answered within the test was answered at once. */
    const answersAtOnce = async (nodes: FlowNode[], form: Form = newCall()) => {
      hook = webhook({ ...hook, responseTimeout: 8000 });
      await start(nodes);
      const startedAt = Date.now();
      (await send(form)).body.should.match(CONTINUE);
      (Date.now() - startedAt).should.be.below(6000);
      runtime.said(hook.id, 'warn').should.be.empty();
    };
    const swallow = (id: string, to: string[]) => fn(id, 'return null;', to);

    it('does not make the caller wait', () =>
      answersAtOnce([webhookIn(hook, { newCall: ['new'] }), probe('new')]));
    it('does not make the caller wait for a response behind another output', () =>
      answersAtOnce([
        webhookIn(hook, { newCall: ['new'], data: ['r'] }),
        probe('new'),
        response('r', { action: 'hangup' }),
      ]));
    it('does not make the caller wait for a disabled response', () =>
      answersAtOnce([webhookIn(hook, { newCall: ['r'] }), response('r', { action: 'hangup', d: true })]));
    it('does not make the caller wait for a Catch node', () =>
      answersAtOnce([
        webhookIn(hook, { newCall: ['f'] }),
        swallow('f', []),
        { id: 'c', type: 'catch', z: 'tab', scope: null, wires: [['r']] },
        response('r', { action: 'hangup' }),
      ]));
    it('does not make a caller wait who has pressed a key', () =>
      answersAtOnce([webhookIn(hook, { newCall: ['r'] }), response('r', { action: 'hangup' })], {
        event: 'dtmf',
        callId: 'D1',
        dtmf: '1',
      }));
    it('does not make the caller wait for a response behind another instance of the subflow it is in', () => {
      const other = webhook();
      const instance = (id: string, of: { id: string }, to: string) => ({
        ...{ id, type: 'subflow:s', z: 'tab', wires: [[to]] },
        env: [{ name: 'HOOK', type: 'str', value: of.id }],
      });
      return answersAtOnce([
        other,
        { id: 's', type: 'subflow', in: [], out: [{ wires: [{ id: 'inner', port: 0 }] }] },
        webhookIn({ id: '${HOOK}' }, {}, { id: 'inner', z: 's' }),
        instance('one', hook, 'new'),
        instance('two', other, 'r'),
        probe('new'),
        response('r', { action: 'hangup' }),
      ]);
    });
    for (const event of ['answer', 'hangup']) {
      it(`answers ${event} at once although a response is wired`, () =>
        answersAtOnce(
          [
            webhookIn(hook, { answer: ['f'], hangup: ['f'] }),
            swallow('f', ['r']),
            response('r', { action: 'hangup' }),
          ],
          { event, callId: 'E1' },
        ));
    }
    it('is not chosen at all', async () => {
      await start([webhookIn({ id: 'nobody' }, ALL, { id: 'lonely' }), ...PROBES]);
      should(runtime.statuses('lonely').at(-1)).have.properties({
        fill: 'red',
        text: 'sipgate-webhook-in.status.noWebhook',
      });
    });
  });

  describe('waits for an answer', () => {
    const answers = async (nodes: FlowNode[]) => {
      await start(nodes);
      (await send(newCall())).body.should.match(/<Hangup\/>/);
    };
    const hangUp = (id = 'r', more = {}) => response(id, { action: 'hangup', ...more });
    const linkOut = (id: string, mode: string, links: string[] = [], z = 'tab'): FlowNode => ({
      id,
      type: 'link out',
      z,
      mode,
      links,
      wires: [],
    });
    const linkIn = (id: string, wires: string[], z = 'tab'): FlowNode => ({
      id,
      type: 'link in',
      z,
      name: id,
      links: [],
      wires: [wires],
    });
    const linkCall = (id: string, wires: string[], more = {}): FlowNode => ({
      id,
      type: 'link call',
      z: 'tab',
      timeout: '5',
      links: [],
      wires: [wires],
      ...more,
    });

    it('behind junctions', () =>
      answers([
        webhookIn(hook, { newCall: ['j'] }),
        { id: 'j', type: 'junction', z: 'tab', wires: [['r']] },
        hangUp(),
      ]));
    it('behind links to another flow', () =>
      answers([
        webhookIn(hook, { newCall: ['o'] }),
        linkOut('o', 'link', ['i']),
        { id: 'tab2', type: 'tab' },
        linkIn('i', ['r'], 'tab2'),
        hangUp('r', { z: 'tab2' }),
      ]));
    it('behind a link call that returns', () =>
      answers([
        webhookIn(hook, { newCall: ['c'] }),
        linkCall('c', ['r'], { links: ['i'] }),
        linkIn('i', ['o']),
        linkOut('o', 'return'),
        hangUp(),
      ]));
    it('behind a link call with a target in the message', () =>
      answers([
        webhookIn(hook, { newCall: ['f'] }),
        fn('f', 'msg.target = "menu"; return msg;', ['c']),
        linkCall('c', [], { linkType: 'dynamic' }),
        linkIn('menu', ['r']),
        hangUp(),
      ]));
    it('in a subflow', () =>
      answers([
        { id: 'sub', type: 'subflow', name: 'Sub', in: [{ wires: [{ id: 'r' }] }], out: [] },
        hangUp('r', { z: 'sub' }),
        webhookIn(hook, { newCall: ['n'] }),
        { id: 'n', type: 'subflow:sub', z: 'tab', wires: [] },
      ]));
    it('from within a subflow', async () => {
      const inside = webhookIn(hook, {}, { z: 'sub' });
      await answers([
        {
          id: 'sub',
          type: 'subflow',
          name: 'Sub',
          in: [],
          out: [{ wires: [{ id: inside.id, port: 0 }] }, { wires: [{ id: inside.id, port: 2 }] }],
        },
        inside,
        { id: 'n', type: 'subflow:sub', z: 'tab', wires: [['r'], ['end']] },
        hangUp(),
        probe('end'),
      ]);
      const { body } = await send(newCall());
      body.should.match(/onHangup=/).and.not.match(/onAnswer=/);
    });
  });

  for (const type of ['full', 'flows', 'nodes'] as const) {
    it(`follows wires that a deploy has moved (${type})`, async () => {
      const receiver = webhookIn(hook, {});
      const rest = [response('r', { action: 'hangup' }), probe('end')];
      await start([receiver, ...rest]);
      (await send(newCall())).body.should.match(/<Response\/>$/);
      await runtime.deploy([TAB, hook, { ...receiver, wires: [['r'], [], ['end'], []] }, ...rest], type);
      (await send(newCall())).body.should.match(/<Response onHangup="[^"]+"><Hangup\/>/);
      await runtime.deploy(
        [
          TAB,
          hook,
          { ...receiver, wires: [['r'], ['end'], [], []] },
          { ...rest[0], d: true } as FlowNode,
          rest[1] as FlowNode,
        ],
        type,
      );
      (await send(newCall())).body.should.match(/<Response onAnswer="[^"]+"\/>$/);
    });
  }

  describe('shows', () => {
    const shown = (id: string) =>
      eventually(() => runtime.statuses(id).map((status) => status.text?.split('.').at(-1)));
    it('that it listens, the last event, how it was answered, and what was refused', async () => {
      const receiver = webhookIn(hook, { newCall: ['new'] });
      await start([receiver, probe('new')]);
      (await shown(receiver.id)).should.deepEqual(['listening']);
      await send(newCall());
      await eventually(() => runtime.statuses(receiver.id).at(-1)?.text?.endsWith('.answered'));
      await runtime.request(hook.path, newCall(), { signature: null });
      await eventually(() => runtime.statuses(receiver.id).at(-1)?.text?.endsWith('.refused'));
    });

    it('that sipgate was not answered in time', async () => {
      hook = webhook({ responseTimeout: 30 });
      const receiver = webhookIn(hook, { newCall: ['f'] });
      await start([receiver, fn('f', 'return null;', ['r']), response('r', { action: 'hangup' })]);
      await send(newCall());
      await eventually(() => runtime.statuses(receiver.id).at(-1)?.text?.endsWith('.deadline'));
      runtime.said(hook.id, 'warn').should.deepEqual(['sipgate-webhook.error.deadline']);
    });

    it('that a setting of its own makes no sense', async () => {
      const receiver = webhookIn(hook, ALL, { direction: 'sideways' });
      await start([receiver, ...PROBES]);
      should(runtime.statuses(receiver.id).at(-1)).have.properties({ fill: 'red', text: 'INVALID_INPUT' });
    });
  });
});
