import { readFileSync } from 'node:fs';
import path from 'node:path';
import should from 'should';
import { GOLDEN_REPLIES } from '../golden/replies';
import { postAndDisconnect } from './helpers/http';
import { eventually, newCall, type Form } from './helpers/http';
import { startRuntime, type Runtime } from '../node-red';
import { fn, probe, response, TAB, webhook, webhookIn, type FlowNode } from './helpers/flow';

const golden = (name: string) =>
  readFileSync(path.join(__dirname, '../golden', `${name}.xml`), 'utf8').trimEnd();
const CONTINUE = golden('continue');
const HOOK = 'https://nr.example.org/hook?a=1&amp;b=2';

describe('webhook response', () => {
  let runtime: Runtime;
  let hook: ReturnType<typeof webhook>;
  const start = async (nodes: FlowNode[]) => (runtime = await startRuntime([TAB, hook, ...nodes]));
  const send = (form: Form = newCall()) => runtime.request(hook.path, form);
  const catchAll: FlowNode[] = [
    { id: 'catch', type: 'catch', z: 'tab', scope: null, wires: [['caught']] },
    probe('caught'),
  ];
  const caught = async (nth = 0) => (await runtime.message('caught', nth)).error;
  beforeEach(() => (hook = webhook()));
  afterEach(() => runtime.stop());

  describe('answers', () => {
    for (const [name, { dialog }] of Object.entries(GOLDEN_REPLIES)) {
      it(`${name}, from the dialog and from msg.response`, async () => {
        await start([
          webhookIn(hook, { newCall: ['r'], data: ['f'] }),
          response('r', dialog, ['after']),
          fn('f', `msg.response = ${JSON.stringify(dialog)}; return msg;`, ['m']),
          response('m', { action: 'msg' }, ['after']),
          probe('after'),
        ]);
        for (const [nth, form] of [newCall(), { event: 'dtmf', callId: 'D1', dtmf: '1' }].entries()) {
          const answer = await send(form);
          answer.should.have.properties({ status: 200, body: golden(name) });
          answer.headers.should.have.properties({
            'content-type': 'application/xml',
            'content-length': `${Buffer.byteLength(answer.body)}`,
          });
          should((await runtime.message('after', nth)).xml).equal(golden(name));
        }
      });
    }

    it('what an untouched node from the palette would: an empty redirect is an error, not a silence', async () => {
      await start([webhookIn(hook, { newCall: ['r'] }), response('r', {}), ...catchAll]);
      void send().catch(() => undefined);
      (await caught()).should.have.properties({ code: 'INVALID_INPUT' });
    });

    it('with what a flow has computed: msg, flow, env and JSONata', async () => {
      process.env['SIPGATE_TEST_URL'] = 'https://example.org/from-env.wav';
      await start([
        webhookIn(hook, { newCall: ['f'], data: ['g'] }),
        fn('f', 'flow.set("shown", "0211 00000"); msg.team = ["e0", "0211 63553355"]; return msg;', ['r']),
        response('r', {
          action: 'redirect',
          numbers: 'team',
          numbersType: 'msg',
          callerId: 'shown',
          callerIdType: 'flow',
        }),
        fn('g', 'return msg;', ['s']),
        response('s', { action: 'gather', announcement: 'SIPGATE_TEST_URL', announcementType: 'env' }),
      ]);
      (await send()).body.should.containEql(
        '<Dial callerId="4921100000"><Number>e0</Number><Number>4921163553355</Number></Dial>',
      );
      (await send({ event: 'dtmf', callId: 'D1' })).body.should.containEql(
        '<Url>https://example.org/from-env.wav</Url>',
      );
      delete process.env['SIPGATE_TEST_URL'];
    });

    it('with a JSONata expression, a JSON list and a number', async () => {
      await start([
        webhookIn(hook, { newCall: ['r'], data: ['s'] }),
        response('r', {
          action: 'redirect',
          numbers: '["e0", payload.from]',
          numbersType: 'jsonata',
          callerId: '4921163553355',
          callerIdType: 'num',
        }),
        response('s', { action: 'redirect', numbers: '["e1"]', numbersType: 'json' }),
      ]);
      (await send()).body.should.containEql(
        '<Dial callerId="4921163553355"><Number>e0</Number><Number>4915790000001</Number></Dial>',
      );
      (await send({ event: 'dtmf', callId: 'D1' })).body.should.containEql('<Number>e1</Number>');
    });

    it('an expression that fails with an error, and the request stays open for the Catch node', async () => {
      await start([
        webhookIn(hook, { newCall: ['r'] }),
        response('r', { action: 'redirect', numbers: '$nonsense(', numbersType: 'jsonata' }),
        { id: 'c', type: 'catch', z: 'tab', scope: ['r'], wires: [['h']] },
        response('h', { action: 'hangup' }),
      ]);
      (await send()).body.should.containEql('<Hangup/>');
    });

    it('without minding what the dialog still holds of another action', async () => {
      await start([
        webhookIn(hook, { newCall: ['r'] }),
        response('r', {
          action: 'hangup',
          maxDigits: 'x',
          numbers: '1,2,3,4,5,6',
          announcement: '$no(',
          announcementType: 'jsonata',
        }),
      ]);
      (await send()).body.should.containEql('<Hangup/>');
    });

    for (const country of ['AT', 'at']) {
      it(`and completes national numbers with the webhook’s country, written ${country}`, async () => {
        hook = webhook({ country });
        await start([
          webhookIn(hook, { newCall: ['r'] }),
          response('r', { action: 'redirect', numbers: '01 234567890' }),
        ]);
        (await send()).body.should.containEql('<Number>431234567890</Number>');
      });
    }

    it('and passes the message on as it was, with the XML', async () => {
      await start([
        webhookIn(hook, { newCall: ['f'] }),
        fn('f', 'msg.mine = { a: [1] }; return msg;', ['before', 'r']),
        probe('before'),
        response('r', { action: 'voicemail' }, ['after']),
        probe('after'),
      ]);
      await send();
      const { xml, ...after } = await runtime.message('after');
      after.should.deepEqual(await runtime.message('before'));
      should(xml).equal(golden('voicemail'));
      after.should.not.have.properties('res', 'req');
      await eventually(() => runtime.statuses('r').some((status) => status.fill === 'green'));
    });
  });

  describe('asks for follow-up events', () => {
    for (const [outputs, attributes] of [
      [{}, ''],
      [{ answer: ['p'] }, ` onAnswer="${HOOK}"`],
      [{ hangup: ['p'] }, ` onHangup="${HOOK}"`],
      [{ answer: ['p'], hangup: ['p'] }, ` onAnswer="${HOOK}" onHangup="${HOOK}"`],
    ] as const) {
      it(`${attributes || 'not at all'} when ${Object.keys(outputs).join(' and ') || 'nothing'} is wired`, async () => {
        await start([
          webhookIn(hook, { newCall: ['r'], data: ['r'] }),
          webhookIn(hook, outputs as never),
          response('r', { action: 'hangup' }),
          probe('p'),
        ]);
        for (const form of [newCall(), { event: 'dtmf', callId: 'D1' }]) {
          (await send(form)).body.should.containEql(`<Response${attributes}><Hangup/></Response>`);
        }
      });
    }

    it('on answers that the webhook gives by itself, too', async () => {
      hook = webhook({ responseTimeout: 30 });
      await start([
        webhookIn(hook, { newCall: ['f'], answer: ['p'], hangup: ['p'], data: ['p'] }),
        fn('f', 'return null;', ['r']),
        response('r', { action: 'hangup' }),
        probe('p'),
      ]);
      (await send()).body.should.equal(golden('follow-ups'));
      (await send({ event: 'dtmf', callId: 'D1' })).body.should.equal(golden('follow-ups'));
    });

    it('not for other webhooks', async () => {
      const other = webhook();
      await start([
        other,
        webhookIn(other, { answer: ['p'], hangup: ['p'] }),
        webhookIn(hook, { newCall: ['r'] }),
        response('r', { action: 'hangup' }),
        probe('p'),
      ]);
      (await send()).body.should.equal(golden('hangup'));
    });
  });

  describe('finds the request of a message', () => {
    for (const lost of [
      'return { payload: msg.payload };',
      'return { payload: { callId: msg.payload.callId } };',
      'return { call: msg.call };',
      'return { callId: msg.payload.callId };',
      'return { payload: "text", callId: msg.payload.callId };',
      'return { payload: { callId: "" }, call: { callId: msg.payload.callId } };',
      'return { payload: { callId: "of something else" }, callId: msg.payload.callId };',
      'return { sipgate: { exchange: msg.sipgate.exchange } };',
      'msg.payload = "other"; delete msg.call; return msg;',
    ]) {
      it(`after a Function node: ${lost}`, async () => {
        await start([
          webhookIn(hook, { newCall: ['f'] }),
          fn('f', lost, ['r']),
          response('r', { action: 'hangup' }),
        ]);
        (await send()).body.should.equal(golden('hangup'));
      });
    }

    it('among 20 calls that are open', async () => {
      await start([
        webhookIn(hook, { newCall: ['f'] }),
        fn(
          'f',
          'setTimeout(() => node.send({ callId: msg.payload.callId, to: msg.payload.from }), 100 * Math.random());',
          ['r'],
        ),
        response('r', { action: 'redirect', numbers: 'to', numbersType: 'msg' }),
      ]);
      const answers = Array.from({ length: 20 }, (_, index) =>
        send(newCall({ from: `49157900001${10 + index}` })),
      );
      for (const [index, answer] of (await Promise.all(answers)).entries()) {
        answer.body.should.containEql(`<Number>49157900001${10 + index}</Number>`);
      }
    });

    it('not where two requests of a call are open, and says what to do', async () => {
      hook = webhook({ responseTimeout: 1500 });
      await start([
        webhookIn(hook, { newCall: ['f'], data: ['f'] }),
        fn('f', 'if (msg.topic === "DATA") return { callId: "T1" }; return null;', ['r']),
        response('r', { action: 'hangup' }),
        ...catchAll,
      ]);
      const both = [send(newCall({ callId: 'T1' })), send({ event: 'dtmf', callId: 'T1', dtmf: '1' })];
      (await caught()).should.have.properties({ code: 'INVALID_INPUT' });
      (await caught()).message.should.match(/2 requests.*exchange/);
      for (const answer of await Promise.all(both)) answer.body.should.equal(CONTINUE);
    });
  });

  describe('reports to the Catch node', () => {
    it('a second answer', async () => {
      await start([
        webhookIn(hook, { newCall: ['a'] }),
        response('a', { action: 'hangup' }, ['b']),
        response('b', { action: 'voicemail' }),
        ...catchAll,
      ]);
      (await send()).body.should.equal(golden('hangup'));
      (await caught()).should.have.properties({ code: 'INVALID_INPUT' });
      (await caught()).message.should.match(/already/);
    });

    it('a late answer; the webhook has gone on and has said so', async () => {
      hook = webhook({ responseTimeout: 50 });
      await start([
        webhookIn(hook, { newCall: ['f'] }),
        fn('f', 'setTimeout(() => node.send(msg), 300);', ['r']),
        response('r', { action: 'hangup' }, ['after']),
        probe('after'),
        ...catchAll,
      ]);
      (await send()).body.should.equal(CONTINUE);
      (await caught()).should.have.properties({ code: 'TIMEOUT' });
      runtime.said(hook.id, 'warn').should.deepEqual(['sipgate-webhook.error.deadline']);
      runtime.messages('after').should.be.empty();
    });

    it('a late answer that names its call only', async () => {
      hook = webhook({ responseTimeout: 50 });
      await start([
        webhookIn(hook, { newCall: ['f'] }),
        fn('f', 'setTimeout(() => node.send({ callId: msg.payload.callId }), 300);', ['r']),
        response('r', { action: 'hangup' }),
        ...catchAll,
      ]);
      (await send()).body.should.equal(CONTINUE);
      should((await caught()).code).be.equalOneOf('TIMEOUT', 'NOT_FOUND');
    });

    for (const [what, func] of [
      ['says nothing of a call', 'return { payload: "hello" };'],
      ['has a call that nobody knows', 'return { callId: "unknown" };'],
      [
        'has an exchange that nobody knows',
        'return { sipgate: { exchange: "x" }, callId: msg.payload.callId };',
      ],
    ] as const) {
      it(`a message that ${what}`, async () => {
        hook = webhook({ responseTimeout: 200 });
        await start([
          webhookIn(hook, { newCall: ['f'] }),
          fn('f', func, ['r']),
          response('r', { action: 'hangup' }),
          ...catchAll,
        ]);
        (await send()).body.should.equal(CONTINUE);
        (await caught()).should.have.properties({ code: 'NOT_FOUND' });
      });
    }

    for (const event of ['answer', 'hangup']) {
      it(`an answer to ${event}, which takes none`, async () => {
        await start([
          webhookIn(hook, { answer: ['r'], hangup: ['r'] }),
          response('r', { action: 'hangup' }),
          ...catchAll,
        ]);
        await send({ event, callId: 'E1' });
        (await caught()).should.have.properties({ code: 'NOT_FOUND' });
      });
    }

    it('an answer to a caller who hung up meanwhile', async () => {
      await start([
        webhookIn(hook, { newCall: ['f'] }),
        fn('f', 'setTimeout(() => node.send(msg), 400);', ['r']),
        response('r', { action: 'hangup' }),
        ...catchAll,
      ]);
      await postAndDisconnect(runtime.url + hook.path, newCall(), 100);
      (await caught()).should.have.properties({ code: 'NOT_FOUND' });
    });

    for (const [field, properties] of [
      ['numbers', { action: 'redirect', numbers: 'e0,e1,e2,e3,e4,e5' }],
      ['announcement', { action: 'play' }],
      ['maxDigits', { action: 'gather', maxDigits: 1.5 }],
      ['timeout', { action: 'gather', timeout: '0' }],
      ['action', { action: 'sing' }],
      ['response', { action: 'msg' }],
      ['numbers', { action: 'redirect', numbers: '$nonsense(', numbersType: 'jsonata' }],
      ['numbers', { action: 'redirect', numbers: '$error("no phone")', numbersType: 'jsonata' }],
      ['callerId', { action: 'redirect', numbers: 'e0', callerId: 'a..b', callerIdType: 'msg' }],
      ['announcement', { action: 'gather', announcement: '[broken', announcementType: 'json' }],
    ] as const) {
      it(`a wrong ${field} (${JSON.stringify(properties)}), and the flow behind it can still answer`, async () => {
        await start([
          webhookIn(hook, { newCall: ['r'] }),
          response('r', properties, ['after']),
          { id: 'c', type: 'catch', z: 'tab', scope: ['r'], wires: [['caught', 'h']] },
          probe('caught'),
          probe('after'),
          response('h', { action: 'voicemail' }),
        ]);
        (await send()).body.should.equal(golden('voicemail'));
        (await caught()).should.have.properties({ code: 'INVALID_INPUT' });
        (await caught()).message.should.match(new RegExp(`\`${field}\``));
        runtime.messages('after').should.be.empty();
        await eventually(() => runtime.statuses('r').some((status) => status.fill === 'red'));
      });
    }

    it('a wrong answer that nobody mends: the caller is answered at the deadline', async () => {
      hook = webhook({ responseTimeout: 100 });
      await start([webhookIn(hook, { newCall: ['r'] }), response('r', { action: 'play' }), ...catchAll]);
      (await send()).body.should.equal(CONTINUE);
      (await caught()).should.have.properties({ code: 'INVALID_INPUT' });
    });
  });

  describe('keeps', () => {
    it('what the flow has put into msg.call.data for the later events of the call', async () => {
      await start([
        webhookIn(hook, { newCall: ['f'], data: ['g'], hangup: ['end'] }),
        fn('f', 'msg.call.data.menu = { level: 1 }; msg.call.from = "not kept"; return msg;', ['r']),
        response('r', { action: 'gather' }),
        fn('g', 'msg.call.data.menu.level += 1; return msg;', ['dig', 's']),
        probe('dig'),
        response('s', { action: 'voicemail' }),
        probe('end'),
      ]);
      await send(newCall({ callId: 'K1' }));
      await send({ event: 'dtmf', callId: 'K1', dtmf: '7' });
      (await runtime.message('dig')).call.data.should.deepEqual({ menu: { level: 2 } });
      await send({ event: 'hangup', callId: 'K1' });
      (await runtime.message('end')).call.should.have.properties({
        data: { menu: { level: 2 } },
        digits: ['7'],
        from: '+4915790000001',
      });
    });

    it('what it had kept when a Function node has lost msg.call', async () => {
      await start([
        webhookIn(hook, { newCall: ['f'], data: ['g'], hangup: ['end'] }),
        fn('f', 'msg.call.data.menu = 1; return msg;', ['r']),
        response('r', { action: 'gather' }),
        fn('g', 'return { callId: msg.payload.callId };', ['s']),
        response('s', { action: 'voicemail' }),
        probe('end'),
      ]);
      await send(newCall({ callId: 'K2' }));
      await send({ event: 'dtmf', callId: 'K2', dtmf: '7' });
      await send({ event: 'hangup', callId: 'K2' });
      (await runtime.message('end')).call.data.should.deepEqual({ menu: 1 });
    });
  });
});
