import { ApiServer } from '../../../sipgate/helpers/api-server';
import { startActionRuntime, type ActionRuntime } from '../../helpers/action-runtime';

const STORED = { tokenId: 'token-STORED', token: 'stored-token' };
const STORED_PASSWORD = { username: 'ada@example.org', password: 'stored-password' };
const STORED_OAUTH = { refreshToken: 'stored-refresh', clientId: 'stored-client' };
/** What a password field holds that nobody has touched. */
const UNTOUCHED = '__PWRD__';

const OK = { status: 200, body: { items: [] } };
const NOT_DEPLOYED = { status: 404, body: { reason: 'notDeployed' } };
const DEPLOY_FIRST = { status: 403, body: { reason: 'deployFirst' } };

const basic = (user: string, password: string) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

describe('A dialog asks', () => {
  let nodeRed: ActionRuntime | undefined;
  /** Where the deployed account asks, and another server. */
  let home: ApiServer;
  let elsewhere: ApiServer;

  const deploy = async (credentials: Record<string, string>, account: object = {}) => {
    await nodeRed?.stop();
    nodeRed = await startActionRuntime(
      { type: 'sipgate-sms' },
      { credentials, account: { apiUrl: home.url, ...account } },
    );
  };
  const ask = (fields: object, id = 'account') =>
    nodeRed!.ask(`sipgate/accounts/${id}/lookup/devices`, fields);
  const loginsAt = (api: ApiServer) => [...new Set(api.seen.map(({ headers }) => headers.authorization))];

  beforeEach(async () => {
    home = await ApiServer.start();
    elsewhere = await ApiServer.start();
    for (const api of [home, elsewhere])
      api.routes({
        'GET /authorization/userinfo': { json: { sub: 'w0' } },
        'GET /w0/devices': { json: { items: [] } },
      });
  });
  afterEach(async () => {
    await nodeRed?.stop();
    nodeRed = undefined;
    await Promise.all([home.stop(), elsewhere.stop()]);
  });

  describe('with a secret that was typed in', () => {
    it('at the server of the fields, also before the first deploy', async () => {
      await deploy(STORED);
      (await ask({ apiUrl: elsewhere.url, tokenId: 'mine', token: 'typed' }, 'new')).should.eql(OK);
      loginsAt(elsewhere).should.eql([basic('mine', 'typed')]);
    });

    it('and the stored rest of the login, at the deployed server', async () => {
      await deploy(STORED);
      (await ask({ token: 'typed' })).should.eql(OK);
      loginsAt(home).should.eql([basic(STORED.tokenId, 'typed')]);
    });

    it('but without the stored rest, at any other server', async () => {
      await deploy(STORED);
      (await ask({ apiUrl: elsewhere.url, token: 'typed' })).status.should.equal(400);
      await deploy(STORED_PASSWORD, { authType: 'basic' });
      (await ask({ apiUrl: elsewhere.url, password: 'typed' })).status.should.equal(400);
      loginsAt(elsewhere).should.be.empty();
    });

    it('of OAuth only if it is an access token: the others are for renewing', async () => {
      await deploy(STORED_OAUTH, { authType: 'oauth' });
      (await ask({ refreshToken: 'typed', clientSecret: 'typed' })).should.eql(DEPLOY_FIRST);
      (await ask({ accessToken: 'typed', refreshToken: 'typed' })).should.eql(OK);
      loginsAt(home).should.eql(['Bearer typed']);
    });
  });

  describe('with the deployed login', () => {
    it('when the fields hold the same, or nothing', async () => {
      await deploy(STORED);
      for (const fields of [{}, { ...STORED, token: UNTOUCHED }, { tokenId: ` ${STORED.tokenId} ` }])
        (await ask(fields)).should.eql(OK);
      loginsAt(home).should.eql([basic(STORED.tokenId, STORED.token)]);
    });

    it('when the fields hold variables: their values are not looked up for whoever asks', async () => {
      await deploy(STORED);
      const fields = { tokenId: '${HOME}', token: '$(HOME)', apiUrl: '${HOME}', proxy: '${HOME}' };
      (await ask(fields)).should.eql(OK);
      loginsAt(home).should.eql([basic(STORED.tokenId, STORED.token)]);
    });

    it('when the server is written a little differently', async () => {
      await deploy(STORED);
      (await ask({ apiUrl: ` ${home.url}// ` })).should.eql(OK);
    });
  });

  describe('with the stored secret of another login', () => {
    it('at the deployed server, when only the user was changed', async () => {
      await deploy(STORED);
      (await ask({ tokenId: 'token-OTHER' })).should.eql(OK);
      loginsAt(home).should.eql([basic('token-OTHER', STORED.token)]);
    });

    it('at the deployed server, when the kind of login was changed', async () => {
      await deploy({ ...STORED, ...STORED_PASSWORD });
      (await ask({ authType: 'basic', password: UNTOUCHED })).should.eql(OK);
      loginsAt(home).should.eql([basic(STORED_PASSWORD.username, STORED_PASSWORD.password)]);
    });

    it('never, when it is one of OAuth: a second client would use up its refresh token', async () => {
      await deploy(STORED_OAUTH, { authType: 'oauth' });
      (await ask({ clientId: 'other' })).should.eql(DEPLOY_FIRST);
      await deploy({ ...STORED, ...STORED_OAUTH });
      (await ask({ authType: 'oauth' })).should.eql(DEPLOY_FIRST);
      home.seen.should.be.empty();
    });
  });

  it('nobody with a stored secret at another server, or by another way', async () => {
    await deploy({ ...STORED, ...STORED_PASSWORD });
    for (const fields of [{ apiUrl: elsewhere.url }, { oauthUrl: elsewhere.url }, { proxy: 'other' }])
      for (const login of [{}, { tokenId: 'mine' }, { ...STORED, token: UNTOUCHED }, { authType: 'basic' }])
        (await ask({ ...fields, ...login })).should.eql(DEPLOY_FIRST);
    [...home.seen, ...elsewhere.seen].should.be.empty();
  });

  it('nobody where nothing is stored', async () => {
    await deploy({ tokenId: STORED.tokenId });
    (await ask({})).should.eql(NOT_DEPLOYED);
    (await ask({ token: UNTOUCHED }, 'new')).should.eql(NOT_DEPLOYED);
    (await ask({ apiUrl: elsewhere.url, token: UNTOUCHED }, 'new')).should.eql(NOT_DEPLOYED);
    [...home.seen, ...elsewhere.seen].should.be.empty();
  });
});
