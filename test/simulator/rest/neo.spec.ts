import should from 'should';
import { type RestServer, startRestServer } from './rest-server';

describe('simulator/rest: an account of the new platform', () => {
  let rest: RestServer;
  beforeEach(async () => {
    rest = await startRestServer();
    rest.account.platform = 'neo';
  });
  afterEach(() => rest.close());

  it('says in plain words that phone lines are for the classic platform only', async () => {
    const { status, text } = await rest.call('GET', '/w0/phonelines');
    status.should.equal(403);
    text.should.equal('This endpoint requires a sipgate Classic PBX Account');
    const order = { caller: 'e0', callee: '+4915799912345' };
    (await rest.call('POST', '/sessions/calls', order)).status.should.equal(403);
  });

  it('shows apps among the devices only to those who ask for them', async () => {
    const ids = async (query: string) =>
      (await rest.call('GET', `/w0/devices${query}`)).body.items.map(({ id }: { id: string }) => id);
    (await ids('')).should.eql(['e0', 'y0']);
    (await ids('?type=all')).should.eql(['e0', 'y0', 'e7']);
    (await ids('?type=app,mobile')).should.eql(['y0', 'e7']);
    rest.account.platform = 'classic';
    (await ids('?type=all')).should.eql(['e0', 'y0']);
  });

  it('has its calls on channels, which the classic platform does not have', async () => {
    const { body } = await rest.call('GET', '/channels');
    const { id } = (body.items as [{ id: string }])[0];
    const events = await rest.call('GET', `/channels/${id}/events`);
    should(events.body).eql({ items: [], totalCount: 0 });
    (await rest.call('GET', '/channels/nowhere/events')).status.should.equal(404);
    rest.account.platform = 'classic';
    (await rest.call('GET', '/channels')).status.should.equal(403);
  });

  it('takes webhooks with https, and here also those of this computer', async () => {
    const set = async (incomingUrl: string) =>
      (await rest.call('PUT', '/settings/sipgateio', { incomingUrl, outgoingUrl: '' })).status;
    should(await set('http://example.org/hook')).equal(400);
    should(await set('https://example.org/hook')).equal(204);
    should(await set('http://127.0.0.1:1880/hook')).equal(204);
    rest.account.platform = 'classic';
    should(await set('http://example.org/hook')).equal(204);
    should(await set('ftp://example.org/hook')).equal(400);
  });
});
