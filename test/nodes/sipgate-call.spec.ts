import { startOffice, until, type Office, type OfficeOptions } from './helpers/office';

describe('sipgate-call', () => {
  let office: Office;
  afterEach(() => office.stop());

  const start = async (properties: object = {}, options: OfficeOptions = {}) =>
    (office = await startOffice({ type: 'sipgate-call', ...properties }, options));

  it('lets the phone in msg.from ring and calls msg.to', async () => {
    await start();
    office.send('action', { from: 'e0', to: '0221 4710190', topic: 'kept' });
    const { payload, topic } = await office.runtime.message('result');
    payload.should.have.properties(['sessionId']);
    topic.should.equal('kept');
    const [order] = office.simulator.account.requests;
    order!.should.containEql({ method: 'POST', path: '/sessions/calls' });
    order!.body!.should.eql({ caller: 'e0', callee: '+492214710190' });
    await until(() => office.simulator.calls.length === 1);
  });

  it('takes phone and caller ID from its dialog', async () => {
    await start({ from: '0221 4710100', fromType: 'str', deviceId: 'e0', callerId: '0221 4710110' });
    office.send('action', { to: '0221 4710190' });
    await office.runtime.message('result');
    office.simulator.account.requests[0]!.body!.should.eql({
      caller: '+492214710100',
      callee: '+492214710190',
      deviceId: 'e0',
      callerId: '+492214710110',
    });
  });

  it('asks for the phone when a number shall call', async () => {
    await start();
    office.send('action', { from: '0221 4710100', to: '0221 4710190' });
    const { error } = await office.caught();
    error.code.should.equal('INVALID_INPUT');
    error.message.should.match(/`deviceId`/);
    office.simulator.account.requests.should.have.length(0);
  });

  it('completes national numbers with the country of the account', async () => {
    await start({}, { account: { country: 'at' } });
    office.send('action', { from: 'e0', to: '01 58858 0' });
    await office.runtime.message('result');
    office.simulator.account.requests[0]!.body!.should.containEql({ callee: '+431588580' });
  });

  for (const kind of ['resetBefore', 'resetAfter'] as const) {
    it(`starts no second call (${kind})`, async () => {
      await start();
      office.simulator.account.faults.push({ match: 'POST /sessions/calls', fault: { kind } });
      office.send('action', { from: 'e0', to: '0221 4710190' });
      (await office.caught()).error.code.should.equal('NETWORK');
      office.simulator.account.requests.should.have.length(1);
    });
  }
});
