import { startActionRuntime, type ActionRuntime, type ActionRuntimeOptions } from './helpers/action-runtime';
import { eventually } from '../eventually';

describe('sipgate-call', () => {
  let host: ActionRuntime;
  afterEach(() => host.stop());

  const start = async (properties: object = {}, options: ActionRuntimeOptions = {}) =>
    (host = await startActionRuntime({ type: 'sipgate-call', ...properties }, options));

  it('lets the phone in msg.from ring and calls msg.to', async () => {
    await start();
    host.send('action', { from: 'e0', to: '0221 4710190', topic: 'kept' });
    const { payload, topic } = await host.runtime.message('result');
    payload.should.have.properties(['sessionId']);
    topic.should.equal('kept');
    const [order] = host.simulator.account.requests;
    order!.should.containEql({ method: 'POST', path: '/sessions/calls' });
    order!.body!.should.eql({ caller: 'e0', callee: '+492214710190' });
    await eventually(() => host.simulator.calls.length === 1);
  });

  it('takes phone and caller ID from its dialog', async () => {
    await start({ from: '0221 4710100', fromType: 'str', deviceId: 'e0', callerId: '0221 4710110' });
    host.send('action', { to: '0221 4710190' });
    await host.runtime.message('result');
    host.simulator.account.requests[0]!.body!.should.eql({
      caller: '+492214710100',
      callee: '+492214710190',
      deviceId: 'e0',
      callerId: '+492214710110',
    });
  });

  it('asks for the phone when a number shall call', async () => {
    await start();
    host.send('action', { from: '0221 4710100', to: '0221 4710190' });
    const { error } = await host.caught();
    error.code.should.equal('INVALID_INPUT');
    error.message.should.match(/`deviceId`/);
    host.simulator.account.requests.should.have.length(0);
  });

  it('completes national numbers with the country of the account', async () => {
    await start({}, { account: { country: 'at' } });
    host.send('action', { from: 'e0', to: '01 58858 0' });
    await host.runtime.message('result');
    host.simulator.account.requests[0]!.body!.should.containEql({ callee: '+431588580' });
  });

  it('finds out that the account is on the new platform, and calls the way of it', async () => {
    await start();
    host.simulator.account.platform = 'neo';
    for (const to of ['0221 4710190', '0221 4710191']) host.send('action', { from: 'e0', to });
    const { payload } = await host.runtime.message('result', 1);
    payload.should.have.properties(['sessionId']);
    host.send('action', { from: 'e0', to: '0221 4710192' });
    await host.runtime.message('result', 2);
    const last = host.simulator.account.requests.at(-1);
    last!.should.containEql({ method: 'POST', path: '/calls' });
    last!.body!.should.eql({ deviceId: 'e0', targetNumber: '+492214710192' });
    await eventually(() => host.simulator.calls.length === 3);
    const asked = host.simulator.account.requests.filter(({ path }) => path === '/w0/phonelines');
    asked.should.have.length(1);
  });

  it('says on the new platform that only a phone can ring first', async () => {
    await start();
    host.simulator.account.platform = 'neo';
    host.send('action', { from: 'p0', to: '0221 4710190' });
    const { error } = await host.caught();
    error.code.should.equal('INVALID_INPUT');
    error.message.should.containEql('(neo), where only a phone can ring first');
    host.simulator.calls.should.be.empty();
  });

  for (const kind of ['resetBefore', 'resetAfter'] as const) {
    it(`starts no second call (${kind})`, async () => {
      await start();
      host.simulator.account.faults.push({ match: 'POST /sessions/calls', fault: { kind } });
      host.send('action', { from: 'e0', to: '0221 4710190' });
      (await host.caught()).error.code.should.equal('NETWORK');
      host.simulator.account.requests.should.have.length(1);
    });
  }
});
