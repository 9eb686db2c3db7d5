import { pdf } from '../sipgate/helpers/pdf';
import {
  actionFlow,
  startActionRuntime,
  type ActionRuntime,
  type ActionRuntimeOptions,
} from './helpers/action-runtime';
import { eventually } from '../eventually';

const TO = '0221 4710190';

describe('sipgate-fax', () => {
  let host: ActionRuntime;
  afterEach(() => host.stop());

  const start = async (properties: object = {}, options: ActionRuntimeOptions = {}) => {
    host = await startActionRuntime({ type: 'sipgate-fax', ...properties }, options);
    Object.assign(host.simulator.account.faxNetwork, { graceMs: 0, pendingMs: 0, sendingMs: 0 });
  };
  const texts = () => host.runtime.statuses('action').map(({ text }) => text?.split('.').at(-1));

  it('sends the PDF in msg.payload to msg.to and goes on at once', async () => {
    await start();
    host.send('action', { to: TO, payload: pdf(), filename: 'offer', topic: 'kept' });
    const { payload, topic } = await host.runtime.message('result');
    const [fax] = host.simulator.account.faxes;
    payload.should.eql({ sessionId: fax!.sessionId });
    topic.should.equal('kept');
    fax!.should.containEql({ recipient: '+492214710190', faxlineId: 'f0', filename: 'offer.pdf' });
    fax!.content.equals(pdf()).should.be.true();
  });

  it('waits until the fax is sent and shows its way in the status', async () => {
    await start({ wait: true, waitTimeout: 60 });
    Object.assign(host.simulator.account.faxNetwork, { graceMs: 0, pendingMs: 2000, sendingMs: 6000 });
    host.send('action', { to: TO, payload: pdf() });
    const { payload } = await host.runtime.message('result').catch(() => host.runtime.message('result'));
    payload.should.eql({ sessionId: host.simulator.account.faxes[0]!.sessionId, status: 'SENT' });
    await eventually(() => texts().includes('sent'));
    texts()
      .filter((text, index, all) => text !== all[index - 1])
      .should.eql(['running', 'queued', 'sending', 'sent']);
  }).timeout(20_000);

  it('fails when it waits and the fax does not get through', async () => {
    await start({ wait: true });
    host.send('action', { to: '0221 4719999', payload: pdf() });
    const { error } = await host.caught();
    error.code.should.equal('SERVER');
    error.message.should.match(/FAILED/);
    await eventually(() => texts().includes('failed'));
    host.runtime.statuses('action').at(-1)!.fill!.should.equal('red');
    host.runtime.messages('result').should.have.length(0);
  });

  it('stops waiting at a deploy and says so, though the fax is on its way', async () => {
    await start({ wait: true });
    host.simulator.account.faxNetwork.pendingMs = 60_000;
    host.send('action', { to: TO, payload: pdf() });
    await eventually(() => texts().includes('queued'));
    await host.runtime.deploy(actionFlow(host.simulator, { type: 'sipgate-fax', name: 'changed' }), 'nodes');
    host.runtime.messages('caught').should.have.length(1);
    host.runtime
      .said('action', 'warn')
      .join()
      .should.match(/cancelled/i);
    host.simulator.account.faxes.should.have.length(1);
  });

  it('tells the status of a fax that was sent before', async () => {
    await start({ operation: 'status' });
    host.simulator.account.faxes.push({
      sessionId: '4711',
      faxlineId: 'f0',
      recipient: '+492214710190',
      filename: 'a.pdf',
      content: pdf(),
      acceptedAt: Date.now() - 60_000,
    });
    host.send('action', { payload: { sessionId: '4711' } });
    (await host.runtime.message('result')).payload.should.eql({ sessionId: '4711', status: 'SENT' });
  });

  it('refuses what is no PDF before it asks sipgate for anything', async () => {
    await start();
    host.send('action', { to: TO, payload: Buffer.from('hello') });
    const { error } = await host.caught();
    error.code.should.equal('INVALID_INPUT');
    error.message.should.match(/`file`/);
    host.simulator.account.requests.should.have.length(0);
  });

  it('takes 407 for a bad number, not for a proxy', async () => {
    await start();
    host.simulator.account.faults.push({
      match: 'POST /sessions/fax',
      fault: { kind: 'status', status: 407 },
    });
    host.send('action', { to: TO, payload: pdf() });
    const { error, statusCode } = await host.caught();
    error.code.should.equal('INVALID_INPUT');
    statusCode!.should.equal(407);
  });

  it('sends once when nobody knows whether it arrived', async () => {
    await start({ faxlineId: 'f0' });
    host.simulator.account.faults.push({ match: 'POST /sessions/fax', fault: { kind: 'resetAfter' } });
    host.send('action', { to: TO, payload: pdf() });
    (await host.caught()).error.code.should.equal('NETWORK');
    host.simulator.account.faxes.should.have.length(1);
    host.simulator.account.requests.should.have.length(1);
  });

  it('names a setting that makes no sense', async () => {
    await start({ wait: true, waitTimeout: 'soon' });
    host.send('action', { to: TO, payload: pdf() });
    const { error } = await host.caught();
    error.message.should.match(/`waitTimeout`/);
    host.simulator.account.requests.should.have.length(0);
  });
});
