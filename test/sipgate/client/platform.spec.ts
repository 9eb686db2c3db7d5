import should from 'should';
import type { SipgateClient } from '../../../sipgate/index';
import { ApiServer, clientOf, failure, type Reply } from '../helpers/api-server';

const CLASSIC_ONLY = { status: 403, text: 'This endpoint requires a sipgate Classic PBX Account' };

/** An access token as sipgate's login server makes it. */
function accessToken(claims: unknown): string {
  return `x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;
}

describe('The platform that an account is on', () => {
  let api: ApiServer;
  let client: SipgateClient;
  const phonelines = (reply: Reply | Reply[]) =>
    api.routes({ 'GET /authorization/userinfo': { json: { sub: 'w0' } }, 'GET /w0/phonelines': reply });
  const asked = () => api.requests.filter((request) => request.endsWith('/phonelines')).length;

  beforeEach(async () => {
    api = await ApiServer.start();
    client = clientOf(api);
  });
  afterEach(async () => {
    await client.close();
    await api.stop();
  });

  for (const [name, reply, platform] of [
    ['is neo when phone lines are for classic accounts only', CLASSIC_ONLY, 'neo'],
    ['is classic when there are phone lines', { json: { items: [] } }, 'classic'],
    ['is classic when phone lines may not be read', { status: 403 }, 'classic'],
    ['is classic when nobody knows of phone lines', { status: 404 }, 'classic'],
  ] as const) {
    it(`${name}, and is asked for once`, async () => {
      phonelines(reply);
      should(await client.knownPlatform()).be.undefined();
      const found = await Promise.all([client.platform(), client.platform()]);
      found.should.deepEqual([platform, platform]);
      (await client.platform()).should.equal(platform);
      should(await client.knownPlatform()).equal(platform);
      asked().should.equal(1);
    });
  }

  it('is asked for again when the first answer told nothing', async () => {
    phonelines([{ status: 500 }, CLASSIC_ONLY]);
    (await client.platform()).should.equal('classic');
    should(await client.knownPlatform()).be.undefined();
    (await client.platform()).should.equal('neo');
  });

  for (const [featureScope, platform] of [
    ['NEO_PBX', 'neo'],
    ['CLASSIC_PBX', 'classic'],
    ['CLASSIC', 'classic'],
  ] as const) {
    it(`is ${platform} when an OAuth login says ${featureScope}, without any request`, async () => {
      const oauth = clientOf(api, {
        credentials: { type: 'oauth', accessToken: accessToken({ featureScope }) },
      });
      (await oauth.platform()).should.equal(platform);
      should(await oauth.knownPlatform()).equal(platform);
      api.seen.should.be.empty();
      await oauth.close();
    });
  }

  for (const claims of [{ featureScope: 'NEXT_PBX' }, {}, null, 'text']) {
    it(`is asked for when an OAuth login says ${JSON.stringify(claims)}`, async () => {
      phonelines(CLASSIC_ONLY);
      const oauth = clientOf(api, { credentials: { type: 'oauth', accessToken: accessToken(claims) } });
      (await oauth.platform()).should.equal('neo');
      await oauth.close();
    });
  }

  it('is not waited for by whoever called it off, and still found for the others', async () => {
    phonelines({ ...CLASSIC_ONLY, delay: 50 });
    const impatient = client.platform(AbortSignal.abort());
    const patient = client.platform();
    (await failure(impatient)).code.should.equal('NETWORK');
    (await patient).should.equal('neo');
  });

  it('is not asked for once the flows have stopped', async () => {
    await client.close();
    (await failure(client.platform())).code.should.equal('NETWORK');
    api.seen.should.be.empty();
  });
});
