import should from 'should';
import { logIn } from '../../../simulator/rest';
import { type RestServer, startRestServer } from './rest-server';

describe('simulator/rest/oauth', () => {
  let rest: RestServer;
  beforeEach(async () => {
    rest = await startRestServer();
  });
  afterEach(() => rest.close());

  const client = { client_id: 'demo-client', client_secret: 'b2f6d0a4-58c1-4e3a-8f7d-91a3c5e7b900' };
  const exchange = (fields: Record<string, string>, realm = 'sipgate-apps') =>
    rest.call(
      'POST',
      `/auth/realms/${realm}/protocol/openid-connect/token`,
      new URLSearchParams({ grant_type: 'refresh_token', ...client, ...fields }).toString(),
      { 'content-type': 'application/x-www-form-urlencoded' },
    );
  const ask = (token: string) =>
    rest.call('GET', '/authorization/userinfo', undefined, { authorization: `Bearer ${token}` });

  it('gives a new pair for a refresh token, and the old pair is dead at once', async () => {
    const { accessToken, refreshToken } = { ...logIn(rest.account, 'w0', { scopes: ['sms:read'] }) };
    const { status, body } = await exchange({ refresh_token: refreshToken });
    status.should.equal(200);
    body.should.have.properties({
      expires_in: 300,
      refresh_expires_in: 2592000,
      token_type: 'Bearer',
      scope: 'sms:read',
    });
    (await ask(body.access_token)).status.should.equal(200);
    (await ask(accessToken)).status.should.equal(401);
    const again = await exchange({ refresh_token: refreshToken });
    again.status.should.equal(400);
    again.body.should.deepEqual({ error: 'invalid_grant', error_description: 'Stale token' });
    rest.account.credentials.oauth.refreshes.should.equal(1);
  });

  it('lets the refresh token of the demo be used', async () => {
    (await ask('demo-access-token')).status.should.equal(200);
    (await exchange({ refresh_token: 'demo-refresh-token' })).status.should.equal(200);
  });

  it('hands out tokens that live as long as the test wants', async () => {
    rest.account.credentials.oauth.accessTokenLifeMs = 50;
    const { body } = await exchange({ refresh_token: logIn(rest.account, 'w0').refreshToken });
    body.expires_in.should.equal(0.05);
    rest.wait(51);
    (await ask(body.access_token)).status.should.equal(401);
  });

  it('forgets a login that was not used for 30 days', async () => {
    const { refreshToken } = logIn(rest.account, 'w0');
    rest.wait(30 * 24 * 60 * 60 * 1000 + 1);
    const { status, body } = await exchange({ refresh_token: refreshToken });
    [status, body.error_description].should.deepEqual([400, 'Token is not active']);
  });

  it('refuses other clients, other realms and other grants', async () => {
    const { refreshToken: refresh_token } = logIn(rest.account, 'w0');
    const other = await exchange({ refresh_token, client_secret: 'wrong' });
    [other.status, other.body.error].should.deepEqual([401, 'unauthorized_client']);
    (await exchange({ refresh_token }, 'third-party')).status.should.equal(404);
    (await exchange({ grant_type: 'password' })).body.error.should.equal('unsupported_grant_type');
    (await exchange({})).body.error.should.equal('invalid_request');
    rest.account.credentials.oauth.refreshes.should.equal(0);
  });

  it('keeps tokens and secrets out of the log of requests', async () => {
    const { refreshToken } = { ...logIn(rest.account, 'w0') };
    await exchange({ refresh_token: refreshToken });
    const log = JSON.stringify(rest.account.requests);
    log.should.not.containEql(refreshToken).and.not.containEql(client.client_secret);
    should(rest.account.requests[0]?.body).have.property('grant_type', 'refresh_token');
  });
});
