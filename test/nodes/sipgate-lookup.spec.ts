import should from 'should';
import { eventually } from '../eventually';
import {
  everythingIn,
  startActionRuntime,
  type ActionRuntime,
  type ActionRuntimeOptions,
} from './helpers/action-runtime';

/** What the simulator gives with a device, as sipgate may. */
const SIP_PASSWORD = 'sip-secret-demo';

describe('sipgate-lookup', () => {
  let host: ActionRuntime;
  afterEach(() => host.stop());

  const start = async (properties: object = {}, options: ActionRuntimeOptions = {}) =>
    (host = await startActionRuntime({ type: 'sipgate-lookup', ...properties }, options));
  const look = async (message: Record<string, unknown> = {}) => {
    host.send('action', message);
    return host.runtime.message('result');
  };
  const shows = (key: string) =>
    eventually(
      () => host.runtime.statuses('action').at(-1)?.text === `sipgate-lookup.status.${key}`,
      () => `the status ${key}`,
    );

  it('lists the users unless told otherwise, and passes the rest of the message on', async () => {
    await start();
    const { payload, topic } = await look({ topic: 'kept', payload: 'any' });
    (payload as unknown as { id: string }[])[0]!.should.have.properties(['id', 'firstname', 'email']);
    topic.should.equal('kept');
  });

  const ids: [string, string[]][] = [
    ['devices', ['e0', 'y0']],
    ['phonelines', ['p0']],
    ['sms', ['s0']],
  ];
  for (const [resource, expected] of ids) {
    it(`lists ${resource} of whoever is logged in`, async () => {
      await start({ resource });
      const { payload } = await look();
      (payload as unknown as { id: string }[]).map(({ id }) => id).should.deepEqual(expected);
    });
  }

  for (const resource of ['numbers', 'faxlines', 'voicemails', 'groups']) {
    it(`lists ${resource}`, async () => {
      await start({ resource });
      const { payload } = await look();
      should(payload as unknown).be.an.Array();
      (payload as unknown as { id: string }[])[0]!.should.have.property('id');
      await shows('found');
    });
  }

  it('gives the balance in the currency’s unit', async () => {
    await start({ resource: 'balance' });
    host.simulator.account.balance = { amount: 123_456, currency: 'EUR' };
    (await look()).payload.should.deepEqual({ amount: 12.3456, currency: 'EUR' });
    await shows('balance');
  });

  it('says who is logged in', async () => {
    await start({ resource: 'userinfo' });
    (await look()).payload.should.have.properties(['sub', 'masterSipId']);
  });

  it('lists what a user of the message has', async () => {
    await start({ resource: 'devices', userId: 'who', userIdType: 'msg' });
    const { payload } = await look({ who: 'w0' });
    should(payload as unknown).be.an.Array();
    host.send('action', { who: 'nobody' });
    const { error } = await host.caught();
    error.code.should.equal('INVALID_INPUT');
    error.message.should.containEql('`userId` must be a user, got "nobody".');
  });

  it('does not mind a user that its dialog still holds where the account has only one answer', async () => {
    await start({ resource: 'balance', userId: 'nobody', userIdType: 'str' });
    (await look()).payload.should.have.property('amount');
  });

  it('lets no SIP login out, in no message, status or log line', async () => {
    await start({ resource: 'devices' });
    host.simulator.account.faults.push({
      match: 'GET /w0/devices',
      fault: {
        kind: 'status',
        status: 200,
        body: JSON.stringify({ items: [{ id: 'e0', credentials: { password: SIP_PASSWORD } }] }),
      },
    });
    const message = await look();
    should(message.payload as unknown).deepEqual([{ id: 'e0' }]);
    everythingIn(message).should.not.containEql(SIP_PASSWORD);
    everythingIn(host.runtime.statuses('action')).should.not.containEql(SIP_PASSWORD);
    everythingIn(host.logged()).should.not.containEql(SIP_PASSWORD);
    const { body } = await host.ask('sipgate/accounts/account/lookup/devices', {});
    JSON.stringify(body).should.not.containEql(SIP_PASSWORD);
  });

  it('shows apps on an account of the new platform, and says what to look up instead of phone lines', async () => {
    await start({ resource: 'devices' });
    host.simulator.account.platform = 'neo';
    const { payload } = await look();
    (payload as unknown as { id: string }[]).map(({ id }) => id).should.deepEqual(['e0', 'y0', 'e7']);
    await host.stop();
    await start({ resource: 'phonelines' });
    host.simulator.account.platform = 'neo';
    host.send('action', {});
    const { error, statusCode } = await host.caught();
    should([error.code, statusCode]).deepEqual(['FORBIDDEN', 403]);
    error.message.should.containEql('(neo)').and.containEql('Look up `devices` and `numbers` instead');
  });

  it('names the resource that it does not know', async () => {
    await start({ resource: 'secrets' });
    host.send('action', {});
    (await host.caught()).error.message.should.containEql('`resource` must be one of users, ');
  });
});
