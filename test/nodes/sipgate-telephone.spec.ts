import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import should from 'should';
import account from '../../nodes/sipgate-account';
import call from '../../nodes/sipgate-call';
import callControl from '../../nodes/sipgate-call-control';
import fax from '../../nodes/sipgate-fax';
import sms from '../../nodes/sipgate-sms';
import telephone from '../../nodes/sipgate-telephone';
import type { CallView } from '../../nodes/lib/telephone/view';
import { eventually } from '../eventually';
import { startRuntime, type NodeModule, type Runtime } from '../node-red';
import { fn, probe, response, TAB, webhook, webhookIn, type FlowNode } from './helpers/flow';
import { processKeyPair, signatureOf } from '../../simulator/network/webhook/signing';
import { encode, newCall } from './helpers/http';
import { ask, until, withHooks, type Asked } from './helpers/telephone';
import { removeFolder } from '../remove-folder';

const CALLER = '+4915799912345';
const CALLEE = '+493023125000';
const OFFICE = '+4921163553355';

describe('The telephone of the editor', () => {
  let runtime: Runtime;
  let hook: ReturnType<typeof webhook>;
  let userDir: string;

  beforeEach(() => {
    hook = webhook({ name: 'Front door', publicUrl: '', allowedIps: '203.0.113.1' });
    userDir = mkdtempSync(path.join(tmpdir(), 'sipgate-telephone-'));
  });
  afterEach(async () => {
    await runtime.stop();
    await removeFolder(userDir);
  });

  async function start(nodes: readonly FlowNode[], plugin: unknown = withHooks(telephone)): Promise<void> {
    runtime = await startRuntime([TAB, hook, ...nodes], {
      settings: { userDir },
      nodes: [plugin, account, sms, fax, call, callControl] as NodeModule[],
      credentials: { account: { tokenId: 'token-DEMO01', token: '3d5a1c62-7c0e-4f1b-9a58-0d2c4b6e8f10' } },
    });
  }

  const viewOf = (asked: Asked) => asked.body as unknown as CallView;

  async function ring(from = CALLER, to = CALLEE): Promise<CallView> {
    const asked = await ask('post', 'calls', { webhook: hook.id, from, to });
    asked.status.should.equal(200, JSON.stringify(asked.body));
    return viewOf(asked);
  }

  const texts = (view: CallView) =>
    view.entries.flatMap((entry) => (entry.kind === 'network' ? [entry.text] : []));
  const actions = (view: CallView) =>
    view.entries.flatMap((entry) => (entry.kind === 'answer' ? [entry.action] : []));
  const passed = (view: CallView) => view.path.map(({ nodeId, state }) => `${nodeId} ${state}`);

  const MENU: FlowNode[] = [];
  beforeEach(() => {
    MENU.splice(
      0,
      MENU.length,
      { ...webhookIn(hook, { newCall: ['menu'], data: ['choose'], hangup: ['gone'] }), id: 'in' },
      response('menu', { action: 'gather', maxDigits: 1, timeout: 5000 }),
      fn('choose', 'return { payload: msg.payload, topic: "anew" };', ['office']),
      response('office', { action: 'redirect', numbers: OFFICE }),
      probe('gone'),
    );
  });

  it('lists the webhooks that run', async () => {
    await start(MENU);
    (await ask('get', 'lines')).body.should.deepEqual({
      lines: [{ id: hook.id, name: 'Front door', kind: 'webhook' }],
    });
  });

  it('rings, presses a key, answers, hangs up; and shows the way through the flow', async () => {
    await start(MENU);
    const { id } = await ring();
    await until(id, ({ display }) => display === 'keys');
    (await ask('post', `calls/${id}`, { press: '1' })).status.should.equal(200);
    const ringing = await until(id, ({ display }) => display === 'ringing');
    ringing.ringing.should.deepEqual([OFFICE]);
    await ask('post', `calls/${id}`, { decide: 'answer' });
    await until(id, ({ display }) => display === 'talking');
    await ask('post', `calls/${id}`, { hangUp: true });
    const over = await until(id, ({ isOver }) => isOver);
    texts(over).should.containDeep(['the caller pressed 1', `${OFFICE} answers`, 'the caller hangs up']);
    actions(over).should.containDeep(['gather', 'redirect']);
    await runtime.message('gone');
    passed(await until(id, ({ path }) => path.some(({ nodeId }) => nodeId === 'gone'))).should.deepEqual([
      'in passed',
      'menu passed',
      'in passed',
      'choose passed',
      'office passed',
      'in passed',
      'gone passed',
    ]);
  });

  it('speaks German where the editor does', async () => {
    await start(MENU);
    const { id } = await ring();
    await until(id, ({ display }) => display === 'keys');
    const view = viewOf(await ask('get', `calls/${id}?lang=de`));
    JSON.stringify(texts(view)).should.match(/ruft/);
    await ask('post', `calls/${id}`, { hangUp: true });
  });

  it('says of a node that failed why', async () => {
    await start([
      { ...webhookIn(hook, { newCall: ['bad'] }), id: 'in' },
      fn('bad', 'throw new Error("no such table")', ['menu']),
      response('menu', { action: 'hangup' }),
    ]);
    const { id } = await ring();
    const view = await until(id, ({ path }) => path.some(({ state }) => state === 'failed'));
    String(view.path.find(({ state }) => state === 'failed')?.reason).should.match(/no such table/);
    await ask('post', `calls/${id}`, { hangUp: true });
  });

  it('says when no flow has answered', async () => {
    await start([{ ...webhookIn(hook, { newCall: ['end'] }), id: 'in' }, probe('end')]);
    const { id } = await ring();
    const view = await until(id, ({ entries }) => entries.some(({ kind }) => kind === 'note'));
    view.entries.filter(({ kind }) => kind === 'note').should.containDeep([{ note: 'unanswered' }]);
    await ask('post', `calls/${id}`, { hangUp: true });
  });

  it('follows only the test call while others come in', async () => {
    hook = webhook({ name: 'Front door' });
    MENU[0] = { ...webhookIn(hook, { newCall: ['menu'], data: ['choose'] }), id: 'in' };
    await start(MENU);
    const { id } = await ring();
    await Promise.all(
      Array.from({ length: 50 }, (_, nth) => runtime.request(hook.path, newCall({ callId: `real-${nth}` }))),
    );
    const view = await until(id, ({ display }) => display === 'keys');
    passed(view).should.deepEqual(['in passed', 'menu passed']);
    await ask('post', `calls/${id}`, { hangUp: true });
  });

  it('lets nobody in from outside with its key, not even while it rings', async () => {
    hook = webhook();
    MENU[0] = { ...webhookIn(hook, { newCall: ['menu'] }), id: 'in' };
    await start(MENU);
    const { id } = await ring();
    await until(id, ({ display }) => display === 'keys');
    const body = encode(newCall());
    const signature = await signatureOf(Buffer.from(body), await processKeyPair());
    const answer = await runtime.request(hook.path, body, { signature });
    answer.status.should.equal(401);
    await ask('post', `calls/${id}`, { hangUp: true });
  });

  it('refuses a call that cannot be placed', async () => {
    await start(MENU);
    (await ask('post', 'calls', { webhook: 'none', from: CALLER, to: CALLEE })).status.should.equal(404);
    (await ask('post', 'calls', { webhook: hook.id, from: '', to: CALLEE })).status.should.equal(400);
    (await ask('post', 'calls', { webhook: hook.id, from: CALLER })).status.should.equal(400);
    (await ask('get', 'calls/none')).status.should.equal(404);
  });

  it('is called by somebody who hides their number, whatever the case, and takes nothing for a number that is none', async () => {
    await start(MENU);
    const view = await ring('Anonymous');
    view.from.should.equal('anonymous');
    await ask('post', `calls/${view.id}`, { hangUp: true });
    const wrong = [
      { from: '+49\u001b[31m1579', to: CALLEE },
      { from: CALLER, to: 'anonymous' },
      { from: CALLER, to: '9'.repeat(61) },
    ];
    for (const numbers of wrong)
      (await ask('post', 'calls', { webhook: hook.id, ...numbers })).status.should.equal(400);
  });

  it('refuses a webhook whose port is taken: there is no URL for the keys', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    hook = webhook({ name: 'Front door', server: 'port', port: String(port), publicUrl: '' });
    await start([{ ...webhookIn(hook, {}), id: 'in' }]);
    const call = { from: CALLER, to: CALLEE };
    const { status, body } = await ask('post', 'calls', { webhook: hook.id, ...call });
    should({ status, problem: body['problem'] }).deepEqual({ status: 404, problem: 'noWebhook' });
    await ask('post', 'tests', { name: 'taken', webhook: 'Front door', call, steps: [] });
    (await ask('post', 'tests/run', {})).body.should.containDeep({ runs: [{ result: { kind: 'notRun' } }] });
    taken.close();
  });

  it('asks which webhook a test is meant for where several run', async () => {
    const other = webhook({ name: 'Back door' });
    await start([...MENU, other, { ...webhookIn(other, {}), id: 'in2' }]);
    const call = { from: CALLER, to: CALLEE };
    for (const to of [{ webhook: '' }, { webhook: 'Back door' }, { webhook: 'Cellar' }])
      await ask('post', 'tests', { name: `to ${to.webhook}`, ...to, call, steps: [] });
    (await ask('post', 'tests/run', {})).body.should.deepEqual({
      runs: [
        { file: 'to Back door.json', result: { kind: 'passed' } },
        {
          file: 'to Cellar.json',
          result: { kind: 'notRun', reason: 'there is no running webhook "Cellar"' },
        },
        {
          file: 'to.json',
          result: {
            kind: 'notRun',
            reason: 'several webhooks run: say in `webhook` which one is meant, by its name',
          },
        },
      ],
    });
    (await ask('post', 'tests/run', { files: 'to Back door.json' })).body.should.have
      .property('runs')
      .with.length(1);
    (await ask('post', 'tests/run', { files: [5] })).status.should.equal(404);
  });

  it('keeps a call as a test, and runs it', async () => {
    await start(MENU);
    const { id } = await ring();
    await until(id, ({ display }) => display === 'keys');
    await ask('post', `calls/${id}`, { press: '1' });
    await until(id, ({ display }) => display === 'ringing');
    await ask('post', `calls/${id}`, { decide: 'decline' });
    await until(id, ({ isOver }) => isOver);
    const saved = await ask('post', 'tests', { name: 'Office: declined', call: id });
    saved.body.should.deepEqual({ file: 'Office- declined.json' });
    const file = path.join(userDir, 'sipgate-io/call-tests/Office- declined.json');
    JSON.parse(readFileSync(file, 'utf8')).should.deepEqual({
      name: 'Office: declined',
      webhook: hook.id,
      pretend: true,
      call: { from: CALLER, to: CALLEE },
      steps: [
        { expect: { action: 'gather', maxDigits: 1, timeout: 5000 } },
        { press: '1' },
        { expect: { action: 'redirect', numbers: [OFFICE] } },
        { decline: OFFICE },
      ],
    });
    (await ask('post', 'tests/run', {})).body.should.deepEqual({
      runs: [{ file: 'Office- declined.json', result: { kind: 'passed' } }],
    });
    (await ask('delete', `tests/${encodeURIComponent('Office- declined.json')}`)).status.should.equal(200);
    (await ask('get', 'tests')).body.should.deepEqual({ tests: [] });
  });

  it('keeps as a test who has answered by the number, which is the same on a command line', async () => {
    await start([{ ...webhookIn(hook, {}), id: 'in' }]);
    const { id } = await ring();
    const { ringing } = await until(id, ({ display }) => display === 'ringing');
    ringing.should.deepEqual(['Telephone']);
    await ask('post', `calls/${id}`, { decide: 'answer', telephone: 'Telephone' });
    await until(id, ({ display }) => display === 'talking');
    await ask('post', `calls/${id}`, { hangUp: true });
    await ask('post', 'tests', { name: 'answered', call: id });
    const file = path.join(userDir, 'sipgate-io/call-tests/answered.json');
    JSON.parse(readFileSync(file, 'utf8')).steps.should.deepEqual([
      { expect: { action: 'continue' } },
      { answer: CALLEE },
      { hangup: 'caller' },
    ]);
    (await ask('post', 'tests/run', {})).body.should.deepEqual({
      runs: [{ file: 'answered.json', result: { kind: 'passed' } }],
    });
  });

  it('calls the telephone of the account by a German name where the editor speaks German', async () => {
    await start([{ ...webhookIn(hook, {}), id: 'in' }]);
    const asked = await ask('post', 'calls?lang=de-DE', { webhook: hook.id, from: CALLER, to: CALLEE });
    const { id } = viewOf(asked);
    (await until(id, ({ display }) => display === 'ringing')).ringing.should.deepEqual(['Telefon']);
    await ask('post', `calls/${id}`, { hangUp: true });
  });

  it('shows the first difference of a test that fails, and what a broken file holds', async () => {
    await start(MENU);
    await ask('post', 'tests', {
      name: 'wrong',
      webhook: 'Front door',
      call: { from: CALLER, to: CALLEE },
      steps: [{ expect: { action: 'reject' } }],
    });
    writeFileSync(path.join(userDir, 'sipgate-io/call-tests/broken.json'), '{');
    (await ask('post', 'tests/run', {})).body.should.deepEqual({
      runs: [
        { file: 'broken.json', result: { kind: 'notRun', reason: 'it must be JSON, but ends too early' } },
        {
          file: 'wrong.json',
          result: {
            kind: 'failed',
            step: 1,
            failure: { kind: 'differs', field: 'action', expected: 'reject', got: 'gather' },
          },
        },
      ],
    });
  });

  it('says in the language of the editor what is wrong with a file that somebody has written', async () => {
    await start(MENU);
    const folder = path.join(userDir, 'sipgate-io/call-tests');
    mkdirSync(folder, { recursive: true });
    const keep = (name: string, content: string) => writeFileSync(path.join(folder, name), content);
    const call = { from: CALLER, to: CALLEE };
    keep('a.json', '{\n"call": 1,\n}');
    keep('b.json', JSON.stringify({ call, steps: [{ press: '1' }, { press: 'x' }] }));
    keep('c.json', 'x'.repeat(1024 * 1024 + 1));
    mkdirSync(path.join(folder, 'd.json'));
    const told = [
      'die Datei muss JSON enthalten, Zeile 3 ist aber falsch',
      'Schritt 2: `press` muss ein Text aus den Tasten 0-9, *, # und A-D sein, "" für keine',
      'die Datei ist größer als 1 MiB',
      'das ist ein Ordner: Nenne die Dateien darin',
    ];
    const { tests } = (await ask('get', 'tests?lang=de')).body as { tests: { problem: string }[] };
    tests.map(({ problem }) => problem).should.deepEqual(told);
    const { runs } = (await ask('post', 'tests/run?lang=de', {})).body as { runs: object[] };
    runs.should.containDeep(told.map((reason) => ({ result: { kind: 'notRun', reason } })));
    const bad = { name: 'bad', call, steps: [{ answer: 1 }] };
    const { status, body } = await ask('post', 'tests?lang=de', bad);
    status.should.equal(400);
    String(body['reason']).should.equal('Schritt 1: `answer` muss ein Text von höchstens 200 Zeichen sein');
    (await ask('post', 'tests/run', { files: ['../settings.json'] })).status.should.equal(404);
    (await ask('post', 'tests/run?lang=de', { files: ['gone.json'] })).body.should.containDeep({
      runs: [{ result: { kind: 'notRun', reason: 'diese Datei gibt es nicht' } }],
    });
  });

  it('writes no test outside of its folder', async () => {
    await start(MENU);
    const test = { call: { from: CALLER, to: CALLEE }, steps: [] };
    (await ask('post', 'tests', { ...test, name: '../../escape' })).body.should.deepEqual({
      file: '-escape.json',
    });
    (await ask('post', 'tests', { ...test, name: '...' })).status.should.equal(400);
    (await ask('delete', `tests/${encodeURIComponent('../settings.json')}`)).status.should.equal(404);
  });

  describe('while a test plays', () => {
    /** Nobody listens there: what is really sent, fails. */
    const ACCOUNT = { id: 'account', type: 'sipgate-account', apiUrl: 'http://127.0.0.1:9/v2', timeout: 500 };
    const TEST = {
      webhook: '',
      call: { from: CALLER, to: CALLEE },
      steps: [{ expect: { action: 'hangup' } }],
    };
    const PDF = '%PDF-1.4\\n1 0 obj <<>> endobj\\ntrailer <<>>\\n%%EOF\\n';

    const senders: readonly [string, object, string, object][] = [
      [
        'sipgate-sms',
        { to: '01579 9912345', toType: 'str', sender: '0211 123456' },
        'return { payload: "wet" }',
        { smsId: 's0' },
      ],
      [
        'sipgate-sms',
        { to: '01579 9912345', toType: 'str' },
        'msg.payload = "wet"; return msg',
        { smsId: 's0' },
      ],
      [
        'sipgate-call',
        { from: 'e0', fromType: 'str', to: '030 23125000', toType: 'str' },
        'return msg',
        { sessionId: 'pretended' },
      ],
      [
        'sipgate-fax',
        { to: '030 23125000', toType: 'str', wait: true },
        `return { payload: Buffer.from("${PDF}") }`,
        { status: 'SENT' },
      ],
      [
        'sipgate-call-control',
        { operation: 'transfer', number: '030 23125000' },
        'return msg',
        { operation: 'transfer' },
      ],
    ];
    for (const [nth, [type, properties, func, payload]] of senders.entries()) {
      it(`${type} only acts as if (${nth + 1})`, async () => {
        await start([
          ACCOUNT,
          { ...webhookIn(hook, { newCall: ['answer'] }), id: 'in' },
          response('answer', { action: 'hangup' }, ['make']),
          fn('make', func, ['send']),
          { id: 'send', type, z: 'tab', account: 'account', ...properties, wires: [['sent']] },
          probe('sent'),
        ]);
        await ask('post', 'tests', { ...TEST, name: 'pretends' });
        (await ask('post', 'tests/run', {})).body.should.containDeep({
          runs: [{ result: { kind: 'passed' } }],
        });
        (await runtime.message('sent')).payload.should.have.properties(payload);
        const status = await eventually(() => runtime.statuses('send').find(({ fill }) => fill === 'green'));
        should(String(status?.text)).match(/pretended/);
      });
    }

    it('nothing is sent either where no message is followed, for Node-RED has no hooks', async () => {
      await start(
        [
          ACCOUNT,
          { ...webhookIn(hook, { newCall: ['text'] }), id: 'in' },
          fn('text', 'msg.payload = "wet"; return msg', ['send']),
          {
            id: 'send',
            type: 'sipgate-sms',
            z: 'tab',
            account: 'account',
            to: '01579 9912345',
            toType: 'str',
            wires: [['sent']],
          },
          probe('sent'),
        ],
        telephone,
      );
      await ask('post', 'tests', { ...TEST, name: 'pretends', steps: [{ expect: { action: 'continue' } }] });
      await ask('post', 'tests/run', {});
      (await runtime.message('sent')).payload.should.have.properties({ smsId: 's0' });
    });

    it('still finds what is wrong with a value', async () => {
      await start([
        ACCOUNT,
        { ...webhookIn(hook, { newCall: ['send'] }), id: 'in' },
        {
          id: 'send',
          type: 'sipgate-sms',
          z: 'tab',
          account: 'account',
          to: 'abc',
          toType: 'str',
          wires: [[]],
        },
        { id: 'catch', type: 'catch', z: 'tab', scope: null, wires: [['caught']] },
        probe('caught'),
      ]);
      await ask('post', 'tests', { ...TEST, name: 'pretends', steps: [] });
      await ask('post', 'tests/run', {});
      (await runtime.message('caught')).error.should.have.properties({ code: 'INVALID_INPUT' });
    });

    it('and is not to pretend, it is really sent', async () => {
      await start([
        ACCOUNT,
        { ...webhookIn(hook, { newCall: ['send'] }), id: 'in' },
        {
          id: 'send',
          type: 'sipgate-sms',
          z: 'tab',
          account: 'account',
          to: '01579 9912345',
          toType: 'str',
          message: 'wet',
          messageType: 'str',
          wires: [[]],
        },
        { id: 'catch', type: 'catch', z: 'tab', scope: null, wires: [['caught']] },
        probe('caught'),
      ]);
      await ask('post', 'tests', { ...TEST, name: 'real', pretend: false, steps: [] });
      await ask('post', 'tests/run', {});
      (await runtime.message('caught')).error.should.have.properties({ code: 'NETWORK' });
    });
  });

  describe('with real calls', () => {
    it('keeps none unless somebody wants it', async () => {
      hook = webhook();
      MENU[0] = { ...webhookIn(hook, { newCall: ['menu'] }), id: 'in' };
      await start(MENU);
      await runtime.request(hook.path, newCall());
      (await ask('get', 'real-calls')).body.should.deepEqual({ isOn: false, calls: [] });
    });

    it('tells how long the flow took to answer', async () => {
      hook = webhook();
      await start([
        { ...webhookIn(hook, { newCall: ['slow'] }), id: 'in' },
        fn('slow', 'setTimeout(() => node.send(msg), 60)', ['menu']),
        response('menu', { action: 'hangup' }),
      ]);
      await ask('post', 'real-calls', { isOn: true });
      await runtime.request(hook.path, newCall());
      const { body } = await ask('get', 'real-calls');
      const [{ entries } = { entries: [] }] = body['calls'] as CallView[];
      const took = entries.flatMap((entry) => (entry.kind === 'answer' ? [entry.tookMs] : []));
      took.length.should.equal(1);
      Number(took[0]).should.be.aboveOrEqual(50);
      await ask('post', 'real-calls', { isOn: false });
    });

    it('tells what the flow has ordered: whom it rings, and nothing of where the webhook is', async () => {
      hook = webhook({ publicUrl: 'https://example.com/secret-path' });
      await start([
        { ...webhookIn(hook, { newCall: ['office'], data: ['office'] }), id: 'in' },
        response('office', { action: 'redirect', numbers: OFFICE }),
      ]);
      await ask('post', 'real-calls', { isOn: true });
      await runtime.request(hook.path, newCall());
      const xmlOf = async (query: string) => {
        const [{ entries } = { entries: [] }] = (await ask('get', `real-calls${query}`)).body[
          'calls'
        ] as CallView[];
        return entries.flatMap((entry) => (entry.kind === 'answer' ? [entry.xml] : [])).join('');
      };
      should(await xmlOf(''))
        .match(/<Number>•••355<\/Number>/)
        .not.match(/secret-path/);
      should(await xmlOf('?numbers=shown')).match(/<Number>4921163553355<\/Number>/);
      await ask('post', 'real-calls', { isOn: false });
    });

    it('keeps the latest 20 with their way, numbers masked', async () => {
      hook = webhook();
      MENU[0] = { ...webhookIn(hook, { newCall: ['menu'] }), id: 'in' };
      await start(MENU);
      await ask('post', 'real-calls', { isOn: true });
      for (let nth = 0; nth < 22; nth += 1)
        await runtime.request(hook.path, newCall({ callId: `c${nth}`, origCallId: `c${nth}` }));
      const calls = await eventually(async () => {
        const { body } = await ask('get', 'real-calls');
        const views = body['calls'] as CallView[];
        return views.length === 20 && views[0]?.path.length === 2 ? views : undefined;
      });
      const [latest] = calls;
      should(String(latest?.from)).match(/^•••\d{3}$/);
      JSON.stringify(latest).should.not.match(/\d{6}(?!.*startedAt)/);
      passed(latest as CallView).should.deepEqual(['in passed', 'menu passed']);
      const { body } = await ask('get', 'real-calls?numbers=shown');
      should(String((body['calls'] as CallView[])[0]?.from)).match(/^\+\d{6,}$/);
      (await ask('post', 'real-calls', { isOn: false })).body.should.deepEqual({ isOn: false, calls: [] });
    });
  });
});
