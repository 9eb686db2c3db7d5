import { type RestServer, startRestServer } from '../rest-server';

describe('simulator/rest/lookup', () => {
  let rest: RestServer;
  beforeEach(async () => {
    rest = await startRestServer();
  });
  afterEach(() => rest.close());

  const ids = async (path: string) => {
    const { status, body } = await rest.call('GET', path);
    status.should.equal(200);
    return body.items.map(({ id }: { id: string }) => id);
  };

  it('fills every list of a dialog', async () => {
    (await ids('/users')).should.deepEqual(['w0', 'w1']);
    (await ids('/w0/devices')).should.deepEqual(['e0', 'y0']);
    (await ids('/w0/phonelines')).should.deepEqual(['p0']);
    (await ids('/groups')).should.deepEqual(['g0']);
    (await ids('/w0/faxlines')).should.deepEqual(['f0', 'f1']);
    (await ids('/groupfaxlines?userId=w1')).should.deepEqual(['f2']);
    (await ids('/groups/g0/faxlines')).should.deepEqual(['f2']);
    (await ids('/w0/sms')).should.deepEqual(['s0']);
    (await ids('/voicemails')).should.deepEqual(['v0', 'v1']);
    (await ids('/w0/numbers')).should.deepEqual(['8001', '8005']);
  });

  it('gives the numbers of the account page by page', async () => {
    (await ids('/numbers')).length.should.equal(6);
    (await ids('/numbers?offset=4&limit=4')).should.deepEqual(['8005', '8006']);
    (await ids('/numbers?offset=6&limit=4')).should.deepEqual([]);
    (await rest.call('GET', '/numbers?limit=-1')).status.should.equal(400);
  });

  it('shows the balance in 1/10000 of the currency', async () => {
    (await rest.call('GET', '/balance')).body.should.deepEqual({ amount: 10_000_000, currency: 'EUR' });
  });

  it('keeps the SIP password out of the list of devices and shows it at the single device', async () => {
    (await rest.call('GET', '/w0/devices')).text.should.not.containEql('sip-secret');
    (await rest.call('GET', '/devices/e0')).body.credentials.password.should.equal('sip-secret-demo');
    (await rest.call('GET', '/devices/e9')).status.should.equal(404);
  });

  it('refuses phone lines in plain words on the new platform', async () => {
    rest.account.platform = 'neo';
    const { status, text } = await rest.call('GET', '/w0/phonelines');
    [status, text].should.deepEqual([403, 'This endpoint requires a sipgate Classic PBX Account']);
  });

  it('answers 404 where there is nothing and 405 where the method is wrong', async () => {
    (await rest.call('GET', '/nothing/here')).status.should.equal(404);
    (await rest.call('GET', '/w7/devices')).status.should.equal(404);
    const wrong = await rest.call('DELETE', '/balance');
    [wrong.status, wrong.headers.get('allow')].should.deepEqual([405, 'GET']);
  });
});
