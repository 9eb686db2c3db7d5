import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import should from 'should';
import { parseTest, runTest, Simulator, type TestResult } from '../../../simulator';
import { startWebhook, subscribing, type TestWebhook } from '../webhook';

const CALLER = '+4915799912345';
const OFFICE = '+4921163553355';
const MOBILE = '+4915799912346';

describe('A saved call, played against a flow', () => {
  let webhook: TestWebhook;
  let simulator: Simulator;

  before(async () => {
    webhook = await startWebhook();
    simulator = await Simulator.start({ webhookUrl: webhook.url });
  });
  after(async () => {
    await simulator.stop();
    await webhook.close();
  });
  beforeEach(() => {
    webhook.seen.length = 0;
    webhook.say = menu;
  });

  /** 1 rings the office and the mobile, 2 is the voicemail; nothing asks again. */
  function menu({ event, form }: { event: string; form: URLSearchParams }): string | undefined {
    if (event === 'newCall' && form.get('diversion') === null) return subscribing(webhook, gather());
    if (event === 'dtmf' && form.get('dtmf') === '1') {
      return subscribing(
        webhook,
        '<Dial callerId="493023125000"><Number>4921163553355</Number><Number>4915799912346</Number></Dial>',
      );
    }
    if (event === 'dtmf' && form.get('dtmf') === '2')
      return subscribing(webhook, '<Dial><Voicemail/></Dial>');
    return event === 'dtmf' ? subscribing(webhook, gather()) : undefined;
  }

  const gather = () => `<Gather onData="${webhook.url}/data" maxDigits="1" timeout="3000"/>`;

  async function play(steps: readonly object[], direction = 'in'): Promise<TestResult> {
    const test = parseTest({ name: 'a call', call: { from: CALLER, to: '0211 635533', direction }, steps });
    return await runTest(
      {
        call: (script) => simulator.call(script),
        onEntry: (listener) => simulator.onEntry(listener),
        country: 'DE',
      },
      test,
    );
  }

  const MENU = { expect: { action: 'gather', maxDigits: 1, timeout: 3000 } };

  it('passes when the flow answers as expected', async () => {
    const result = await play([
      MENU,
      { press: '1' },
      {
        expect: {
          action: 'redirect',
          numbers: ['0211 63553355', '0049 1579 9912346'],
          callerId: '030 23125000',
        },
      },
      { answer: OFFICE },
      { hangup: 'callee' },
    ]);
    result.should.deepEqual({ kind: 'passed' });
    webhook.events().should.deepEqual(['newCall', 'dtmf', 'answer', 'hangup']);
    should(String(webhook.all('answer')[0]?.form.get('answeringNumber'))).equal('4921163553355');
  });

  it('compares only what the test names', async () => {
    (await play([{ expect: { action: 'gather' } }])).should.deepEqual({ kind: 'passed' });
  });

  it('says which step failed, what was expected and what came', async () => {
    (
      await play([MENU, { press: '2' }, { expect: { action: 'redirect', numbers: OFFICE } }])
    ).should.deepEqual({
      kind: 'failed',
      step: 3,
      failure: { kind: 'differs', field: 'action', expected: 'redirect', got: 'voicemail' },
    });
  });

  it('finds another number', async () => {
    const result = await play([MENU, { press: '1' }, { expect: { action: 'redirect', numbers: [OFFICE] } }]);
    result.should.deepEqual({
      kind: 'failed',
      step: 3,
      failure: { kind: 'differs', field: 'numbers', expected: OFFICE, got: '+4921163553355, +4915799912346' },
    });
  });

  it('waits for nobody who presses nothing', async () => {
    const startedAtMs = Date.now();
    (
      await play([MENU, { press: '' }, MENU, { press: '1' }, { expect: { action: 'redirect' } }])
    ).should.deepEqual({
      kind: 'passed',
    });
    webhook
      .all('dtmf')
      .map(({ form }) => form.get('dtmf') ?? '')
      .should.deepEqual(['', '1']);
    (Date.now() - startedAtMs).should.be.below(3000, 'the Gather would have waited for 3 s');
  });

  it('gives more digits than are asked for as one entry', async () => {
    await play([MENU, { press: '12' }]);
    webhook
      .all('dtmf')
      .map(({ form }) => form.get('dtmf'))
      .should.deepEqual(['1']);
  });

  it('fails when keys are pressed that nobody asks for', async () => {
    const result = await play([MENU, { press: '1' }, { expect: { action: 'redirect' } }, { press: '5' }]);
    result.should.deepEqual({
      kind: 'failed',
      step: 4,
      failure: {
        kind: 'noEvent',
        expected: 'a question for keys (gather)',
        got: 'ringing +4921163553355, +4915799912346',
      },
    });
  });

  it('lets one decline and the other one answer', async () => {
    const result = await play([
      MENU,
      { press: '1' },
      { expect: { action: 'redirect' } },
      { decline: OFFICE },
      { answer: MOBILE },
      { hangup: 'caller' },
    ]);
    result.should.deepEqual({ kind: 'passed' });
    should(String(webhook.all('answer')[0]?.form.get('answeringNumber'))).equal('4915799912346');
  });

  it('ends as busy when all are busy', async () => {
    (
      await play([
        MENU,
        { press: '1' },
        { expect: { action: 'redirect' } },
        { busy: OFFICE },
        { busy: MOBILE },
      ])
    ).should.deepEqual({ kind: 'passed' });
    should(String(webhook.all('hangup')[0]?.form.get('cause'))).equal('busy');
  });

  it('fails when somebody answers who is not rung', async () => {
    const result = await play([MENU, { press: '1' }, { answer: '+49301234567' }]);
    result.should.deepEqual({
      kind: 'failed',
      step: 3,
      failure: {
        kind: 'noEvent',
        expected: 'a call to +49301234567',
        got: 'a call to +4921163553355, +4915799912346',
      },
    });
  });

  it('asks the flow again when the call is transferred', async () => {
    const result = await play([
      MENU,
      { press: '1' },
      { answer: OFFICE },
      { transfer: MOBILE },
      { expect: { action: 'continue' } },
      { answer: MOBILE },
      { hangup: 'caller' },
    ]);
    result.should.deepEqual({ kind: 'passed' });
    webhook.all('newCall').length.should.equal(2);
  });

  it('fails when nobody talks who could hang up', async () => {
    const result = await play([MENU, { hangup: 'callee' }]);
    result.kind.should.equal('failed');
  });

  it('fails on an answer that sipgate refuses', async () => {
    webhook.say = () => '<Response><Dance/></Response>';
    const result = await play([{ expect: { action: 'continue' } }]);
    should(result.kind === 'failed' && result.failure.kind).equal('refused');
  });

  async function playAt(webhookUrl: string): Promise<TestResult> {
    const other = await Simulator.start({ webhookUrl });
    const test = parseTest({ name: '', call: { from: CALLER, to: OFFICE }, steps: [MENU] });
    const result = await runTest(
      {
        call: (script) => other.call(script),
        onEntry: (listener) => other.onEntry(listener),
        country: 'DE',
      },
      test,
    );
    await other.stop();
    return result;
  }

  it('is not run when nobody listens', async () => {
    const result = await playAt('http://127.0.0.1:9/');
    should(result.kind === 'notRun' && result.reason).match(/^nobody answers at this URL: .*ECONNREFUSED/);
  });

  const statuses: readonly [number, RegExp][] = [
    [400, /does not answer as a webhook does \(HTTP 400\)/],
    [401, /refuses the signature \(HTTP 401\): enter the public key/],
    [403, /of this address or account \(HTTP 403\)/],
    [404, /^there is no webhook at this URL$/],
    [405, /^there is no webhook at this URL$/],
    [502, /\(HTTP 502\)/],
  ];
  for (const [status, reason] of statuses) {
    it(`is not run where the first event is answered with ${status}`, async () => {
      const server = createServer((_asked, answer) => answer.writeHead(status).end());
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const result = await playAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      server.close();
      should(result.kind === 'notRun' && result.reason).match(reason);
    });
  }

  it('fails where the keys go to an URL at which nobody answers', async () => {
    webhook.say = () =>
      '<Response><Gather onData="http://127.0.0.1:9/" maxDigits="1" timeout="3000"/></Response>';
    const result = await play([MENU, { press: '1' }, { expect: { action: 'redirect' } }]);
    should(result.kind === 'failed' && result.failure.got).match(/^no answer: .*ECONNREFUSED/);
  });

  it('runs twenty at once without a mix-up', async () => {
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        play(
          index % 2 === 0
            ? [MENU, { press: '1' }, { expect: { action: 'redirect' } }]
            : [MENU, { press: '2' }, { expect: { action: 'voicemail' } }],
        ),
      ),
    );
    results.should.deepEqual(Array.from({ length: 20 }, () => ({ kind: 'passed' })));
  });
});
