import should from 'should';
import type { Fault } from '../../simulator/index';
import {
  actionFlow,
  startActionRuntime,
  type ActionRuntime,
  type ActionRuntimeOptions,
} from './helpers/action-runtime';
import { eventually } from '../eventually';

const TO = '0171 39200020';
const SENDER = '+4917139200011';
const DEFAULT_SENDER = '+4917139200010';

describe('sipgate-sms', () => {
  let host: ActionRuntime;
  afterEach(() => host.stop());

  const start = async (properties: object = {}, options: ActionRuntimeOptions = {}) =>
    (host = await startActionRuntime({ type: 'sipgate-sms', ...properties }, options));
  const posts = () =>
    host.simulator.account.requests.filter(
      ({ method, path }) => method === 'POST' && path === '/sessions/sms',
    );
  const currentSender = () =>
    host.simulator.account.smsExtensions[0]?.callerIds.find(({ defaultNumber }) => defaultNumber)
      ?.phonenumber;
  const fail = (match: string, fault: Fault['fault'], times = 1) =>
    host.simulator.account.faults.push({ match, fault, times });

  it('sends msg.payload to msg.to without any setting but the account', async () => {
    await start();
    host.send('action', { to: TO, payload: 'The cellar is wet', topic: 'cellar', own: { kept: true } });
    const message = await host.runtime.message('result');
    message.payload.should.eql({ smsId: 's0', to: '+4917139200020' });
    message.topic.should.equal('cellar');
    should(message['own']).eql({ kept: true });
    const { sentSms } = host.simulator.account;
    sentSms.should.have.length(1);
    sentSms[0]!.should.containEql({ recipient: '+4917139200020', message: 'The cellar is wet', smsId: 's0' });
  });

  it('shows a yellow ring while it sends, and then a green dot', async () => {
    await start();
    host.send('action', { to: TO, payload: 'x' });
    await host.runtime.message('result');
    await eventually(() => host.runtime.statuses('action').length > 1);
    host.runtime.statuses('action').should.eql([
      { fill: 'yellow', shape: 'ring', text: 'sipgate-sms.status.running' },
      { fill: 'green', shape: 'dot', text: 'sipgate-sms.status.sent' },
    ]);
  });

  it('computes each of its values from the message, the flow or an expression', async () => {
    await start({
      to: 'people[0].mobile',
      toType: 'msg',
      message: '"Hello " & people[0].name',
      messageType: 'jsonata',
      sender: 's0',
      senderType: 'str',
      sendAt: '$toMillis("2027-01-31T08:00:00Z") - $toMillis("2027-01-31T08:00:00Z") + later',
      sendAtType: 'jsonata',
    });
    const later = Date.now() + 3_600_000;
    host.send('action', { people: [{ name: 'Ada', mobile: '+49 171 39200020' }], later });
    const { payload } = await host.runtime.message('result');
    payload.should.eql({
      smsId: 's0',
      to: '+4917139200020',
      sendAt: new Date(Math.ceil(later / 1000) * 1000).toISOString(),
    });
    host.simulator.account.sentSms[0]!.message.should.equal('Hello Ada');
  });

  it('tells a Catch node of a bad number before it asks sipgate for anything', async () => {
    await start();
    host.send('action', { to: '12', payload: 'x', statusCode: 200 });
    const { error, statusCode } = await host.caught();
    error.code.should.equal('INVALID_INPUT');
    error.message.should.match(/`to`/);
    should(statusCode).be.undefined();
    host.simulator.account.requests.should.have.length(0);
    host.runtime.messages('result').should.have.length(0);
  });

  it('writes no control characters of a recipient to the log, the status or an error', async () => {
    await start();
    host.send('action', { to: '\u001b[2J0171\r\n[error] forged\u009b', payload: 'x' });
    (await host.caught()).error.message.should.match(/^[^\p{Cc}]*$/u).and.match(/`to` must be/);
    const written = [...host.logged(), ...host.runtime.statuses('action')].map(({ text }) => String(text));
    for (const raw of ['\u001b', '\u009b', '\n[error] forged'])
      written.filter((text) => text.includes(raw)).should.be.empty();
  });

  it('refuses what could become another number, and says why', async () => {
    await start();
    const refused: [string, RegExp][] = [
      ['63553355', /has no area code/],
      ['116117', /short code/],
      ['0211 9912300 ext. 12', /extension or pause/],
      ['4915799912301.0', /decimal/],
    ];
    for (const [index, [to, words]] of refused.entries()) {
      host.send('action', { to, payload: 'x' });
      const { error } = await host.caught(index);
      error.code.should.equal('INVALID_INPUT');
      error.message.should.match(words);
    }
    host.simulator.account.requests.should.have.length(0);
  });

  it('tells a Catch node code and HTTP status of what sipgate refused', async () => {
    await start();
    host.simulator.account.balance.amount = 0;
    host.send('action', { to: TO, payload: 'x', topic: 'kept' });
    const message = await host.caught();
    message.error.code.should.equal('INSUFFICIENT_FUNDS');
    should(message.statusCode).equal(402);
    message.topic.should.equal('kept');
    await eventually(() => host.runtime.statuses('action').some(({ fill }) => fill === 'red'));
    host.runtime
      .statuses('action')
      .at(-1)!
      .text!.should.match(/^INSUFFICIENT_FUNDS \d\d:\d\d:\d\d$/);
  });

  it('tells a Catch node which input an expression could not compute, and not what it stumbled over', async () => {
    await start({ message: '$number(payload)', messageType: 'jsonata' });
    host.send('action', { to: TO, payload: 'very private' });
    const { error } = await host.caught();
    error.code.should.equal('INVALID_INPUT');
    error.message.should.match(/`message`/).and.not.match(/very private/);
  });

  it('says in no error of another input what an expression read of the text', async () => {
    await start({ to: '$number(payload)', toType: 'jsonata' });
    host.send('action', { payload: 'very private' });
    (await host.caught()).error.message.should.match(/`to`/).and.not.match(/very private/);
  });

  it('says what is wrong with an expression', async () => {
    await start({ to: '$number(', toType: 'jsonata' });
    host.send('action', { payload: 'very private' });
    (await host.caught()).error.message.should.match(/`to` could not be read from its jsonata value \(.+\)/);
  });

  it('says so when no account is chosen', async () => {
    await start({ account: '' });
    host.runtime
      .statuses('action')[0]!
      .should.containEql({ fill: 'red', text: 'sipgate-sms.status.noAccount' });
    host.send('action', { to: TO, payload: 'x' });
    const { error } = await host.caught();
    error.code.should.equal('INVALID_INPUT');
    error.message.should.match(/`account`/);
  });

  it('says so when the account is not set up', async () => {
    await start({}, { credentials: {} });
    host.send('action', { to: TO, payload: 'x' });
    const { error } = await host.caught();
    error.message.should.match(/`tokenId` is missing/);
  });

  describe('from a number', () => {
    const send = () => host.send('action', { to: TO, payload: 'x' });
    const startWithSender = (options: ActionRuntimeOptions = {}) => start({ sender: SENDER }, options);

    it('switches the sender back after it was sent', async () => {
      await startWithSender();
      send();
      await host.runtime.message('result');
      host.simulator.account.sentSms[0]!.sender.should.equal(SENDER);
      currentSender()!.should.equal(DEFAULT_SENDER);
    });

    for (const [status, code] of [
      [402, 'INSUFFICIENT_FUNDS'],
      [403, 'FORBIDDEN'],
    ] as const) {
      it(`switches the sender back after HTTP ${status}`, async () => {
        await startWithSender();
        fail('POST /sessions/sms', { kind: 'status', status });
        send();
        (await host.caught()).error.code.should.equal(code);
        currentSender()!.should.equal(DEFAULT_SENDER);
      });
    }

    it('switches the sender back after a time-out', async () => {
      await startWithSender({ account: { timeout: 200 } });
      fail('POST /sessions/sms', { kind: 'delay', ms: 1000 });
      send();
      (await host.caught()).error.code.should.equal('TIMEOUT');
      currentSender()!.should.equal(DEFAULT_SENDER);
      posts().should.have.length(1);
    });

    for (const type of ['full', 'nodes'] as const) {
      it(`switches the sender back when a deploy (${type}) comes in between`, async () => {
        await startWithSender();
        // longer than this test may take
        fail('POST /sessions/sms', { kind: 'delay', ms: 60_000 });
        send();
        await eventually(() => posts().length === 1);
        currentSender()!.should.equal(SENDER);
        const changed = { type: 'sipgate-sms', sender: SENDER, name: 'changed' };
        await host.runtime.deploy(actionFlow(host.simulator, changed), type);
        currentSender()!.should.equal(DEFAULT_SENDER);
        host.runtime
          .said('action', 'warn')
          .join()
          .should.match(/[Cc]ancelled by a deploy/);
        host.send('action', { to: TO, payload: 'after' });
        await host.runtime.message('result');
        host.simulator.account.sentSms.at(-1)!.should.containEql({ message: 'after', sender: SENDER });
      });
    }

    it('sends fifty at once from two numbers, each with its own', async () => {
      await start({ sender: 'sender', senderType: 'msg' });
      const senders = [DEFAULT_SENDER, SENDER];
      for (let n = 0; n < 50; n += 1) {
        host.send('action', { to: TO, payload: `from ${senders[n % 2]}`, sender: senders[n % 2] });
      }
      await host.runtime.message('result', 49);
      const { sentSms } = host.simulator.account;
      sentSms.should.have.length(50);
      for (const { sender, message } of sentSms) message.should.equal(`from ${sender}`);
      currentSender()!.should.equal(DEFAULT_SENDER);
    }).timeout(20_000);
  });

  describe('never sends twice', () => {
    const cases: [string, Fault['fault'], string, number][] = [
      ['the connection breaks before it was carried out', { kind: 'resetBefore' }, 'NETWORK', 0],
      ['the connection breaks after it was carried out', { kind: 'resetAfter' }, 'NETWORK', 1],
      ['the answer takes too long', { kind: 'delay', ms: 1000 }, 'TIMEOUT', 1],
      ['a gateway answers 502 after it was carried out', { kind: 'statusAfter', status: 502 }, 'SERVER', 1],
      ['a gateway answers 503', { kind: 'status', status: 503 }, 'SERVER', 0],
    ];
    for (const [when, fault, code, sent] of cases) {
      it(`when ${when}`, async () => {
        await start({ sender: 's0' }, { account: { timeout: 300 } });
        fail('POST /sessions/sms', fault);
        host.send('action', { to: TO, payload: 'x' });
        (await host.caught()).error.code.should.equal(code);
        posts().should.have.length(1);
        host.simulator.account.sentSms.should.have.length(sent);
      });
    }

    it('but tries again after 429, which says that it was not carried out', async () => {
      await start({ sender: 's0' });
      fail('POST /sessions/sms', { kind: 'status', status: 429, headers: { 'Retry-After': '0' } }, 2);
      host.send('action', { to: TO, payload: 'x' });
      await host.runtime.message('result');
      posts().should.have.length(3);
      host.simulator.account.sentSms.should.have.length(1);
    });

    it('and says that nothing was carried out when nobody listens', async () => {
      await start({ sender: 's0' }, { account: { apiUrl: 'http://127.0.0.1:9/v2' } });
      host.send('action', { to: TO, payload: 'x' });
      const { error } = await host.caught();
      error.code.should.equal('NETWORK');
      error.message.should.match(/Nothing was carried out/);
    }).timeout(15_000);
  });
});
