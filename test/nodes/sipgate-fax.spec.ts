import { pdf } from '../sipgate/helpers/pdf';
import { officeFlow, startOffice, until, type Office, type OfficeOptions } from './helpers/office';

const TO = '0221 4710190';

describe('sipgate-fax', () => {
  let office: Office;
  afterEach(() => office.stop());

  const start = async (properties: object = {}, options: OfficeOptions = {}) => {
    office = await startOffice({ type: 'sipgate-fax', ...properties }, options);
    Object.assign(office.simulator.account.faxNetwork, { graceMs: 0, pendingMs: 0, sendingMs: 0 });
  };
  const texts = () => office.runtime.statuses('action').map(({ text }) => text?.split('.').at(-1));

  it('sends the PDF in msg.payload to msg.to and goes on at once', async () => {
    await start();
    office.send('action', { to: TO, payload: pdf(), filename: 'offer', topic: 'kept' });
    const { payload, topic } = await office.runtime.message('result');
    const [fax] = office.simulator.account.faxes;
    payload.should.eql({ sessionId: fax!.sessionId });
    topic.should.equal('kept');
    fax!.should.containEql({ recipient: '+492214710190', faxlineId: 'f0', filename: 'offer.pdf' });
    fax!.content.equals(pdf()).should.be.true();
  });

  it('waits until the fax is sent and shows its way in the status', async () => {
    await start({ wait: true, waitTimeout: 60 });
    Object.assign(office.simulator.account.faxNetwork, { graceMs: 0, pendingMs: 2000, sendingMs: 6000 });
    office.send('action', { to: TO, payload: pdf() });
    const { payload } = await office.runtime.message('result').catch(() => office.runtime.message('result'));
    payload.should.eql({ sessionId: office.simulator.account.faxes[0]!.sessionId, status: 'SENT' });
    await until(() => texts().includes('sent'));
    texts()
      .filter((text, index, all) => text !== all[index - 1])
      .should.eql(['running', 'queued', 'sending', 'sent']);
  }).timeout(20_000);

  it('fails when it waits and the fax does not get through', async () => {
    await start({ wait: true });
    office.send('action', { to: '0221 4719999', payload: pdf() });
    const { error } = await office.caught();
    error.code.should.equal('SERVER');
    error.message.should.match(/FAILED/);
    await until(() => texts().includes('failed'));
    office.runtime.statuses('action').at(-1)!.fill!.should.equal('red');
    office.runtime.messages('result').should.have.length(0);
  });

  it('stops waiting at a deploy and says so, though the fax is on its way', async () => {
    await start({ wait: true });
    office.simulator.account.faxNetwork.pendingMs = 60_000;
    office.send('action', { to: TO, payload: pdf() });
    await until(() => texts().includes('queued'));
    await office.runtime.deploy(
      officeFlow(office.simulator, { type: 'sipgate-fax', name: 'changed' }),
      'nodes',
    );
    office.runtime.messages('caught').should.have.length(1);
    office.runtime
      .said('action', 'warn')
      .join()
      .should.match(/cancelled/i);
    office.simulator.account.faxes.should.have.length(1);
  });

  it('tells the status of a fax that was sent before', async () => {
    await start({ operation: 'status' });
    office.simulator.account.faxes.push({
      sessionId: '4711',
      faxlineId: 'f0',
      recipient: '+492214710190',
      filename: 'a.pdf',
      content: pdf(),
      acceptedAt: Date.now() - 60_000,
    });
    office.send('action', { payload: { sessionId: '4711' } });
    (await office.runtime.message('result')).payload.should.eql({ sessionId: '4711', status: 'SENT' });
  });

  it('refuses what is no PDF before it asks sipgate for anything', async () => {
    await start();
    office.send('action', { to: TO, payload: Buffer.from('hello') });
    const { error } = await office.caught();
    error.code.should.equal('INVALID_INPUT');
    error.message.should.match(/`file`/);
    office.simulator.account.requests.should.have.length(0);
  });

  it('takes 407 for a bad number, not for a proxy', async () => {
    await start();
    office.simulator.account.faults.push({
      match: 'POST /sessions/fax',
      fault: { kind: 'status', status: 407 },
    });
    office.send('action', { to: TO, payload: pdf() });
    const { error, statusCode } = await office.caught();
    error.code.should.equal('INVALID_INPUT');
    statusCode!.should.equal(407);
  });

  it('sends once when nobody knows whether it arrived', async () => {
    await start({ faxlineId: 'f0' });
    office.simulator.account.faults.push({ match: 'POST /sessions/fax', fault: { kind: 'resetAfter' } });
    office.send('action', { to: TO, payload: pdf() });
    (await office.caught()).error.code.should.equal('NETWORK');
    office.simulator.account.faxes.should.have.length(1);
    office.simulator.account.requests.should.have.length(1);
  });

  it('names a setting that makes no sense', async () => {
    await start({ wait: true, waitTimeout: 'soon' });
    office.send('action', { to: TO, payload: pdf() });
    const { error } = await office.caught();
    error.message.should.match(/`waitTimeout`/);
    office.simulator.account.requests.should.have.length(0);
  });
});
