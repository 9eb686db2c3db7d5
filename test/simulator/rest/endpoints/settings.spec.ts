import { type RestServer, startRestServer } from '../rest-server';

describe('simulator/rest/settings', () => {
  let rest: RestServer;
  beforeEach(async () => {
    rest = await startRestServer();
  });
  afterEach(() => rest.close());

  const put = (body: object) => rest.call('PUT', '/settings/sipgateio', body);
  const get = async () => (await rest.call('GET', '/settings/sipgateio')).body;
  const urls = { incomingUrl: 'https://example.org/in', outgoingUrl: '' };

  it('gives and replaces all of the settings, also fields that it does not know', async () => {
    (await get()).should.deepEqual({
      incomingUrl: '',
      outgoingUrl: '',
      log: false,
      whitelist: null,
      pushApiVersion: 1,
    });
    const wanted = { ...urls, log: true, whitelist: ['p0', 'w1'], pushApiVersion: 2, newField: { a: 1 } };
    const { status, text } = await put(wanted);
    [status, text].should.deepEqual([204, '']);
    (await get()).should.deepEqual(wanted);
    rest.account.settings.incomingUrl.should.equal('https://example.org/in');
  });

  it('loses what was not sent', async () => {
    await put(urls);
    (await get()).should.deepEqual({ ...urls, log: false, whitelist: null });
  });

  it('refuses what is no URL, no switch and no list', async () => {
    for (const wrong of [
      { incomingUrl: 'example.org' },
      { incomingUrl: undefined },
      { outgoingUrl: 'ftp://example.org' },
    ])
      (await put({ ...urls, ...wrong })).status.should.equal(400);
    (await put({ ...urls, log: 'true' })).status.should.equal(400);
    (await put({ ...urls, whitelist: 'p0' })).status.should.equal(400);
    rest.account.settings.incomingUrl.should.equal('');
  });

  it('shows the log of the webhooks', async () => {
    const entry = { created: '', url: '', request: '', response: '', xmlError: 'no XML', status: '200' };
    rest.account.webhookLog.push(entry);
    (await rest.call('GET', '/log/webhooks')).body.should.deepEqual({ items: [entry] });
  });
});
