import { logIn } from '../../../simulator/rest';
import { basic, type RestServer, startRestServer } from './rest-server';

describe('simulator/rest/authorization', () => {
  let rest: RestServer;
  beforeEach(async () => {
    rest = await startRestServer();
  });
  afterEach(() => rest.close());

  const as = (authorization: string, path = '/authorization/userinfo') =>
    rest.call('GET', path, undefined, { authorization });

  it('says who the personal access token belongs to', async () => {
    const { status, body } = await rest.call('GET', '/authorization/userinfo');
    status.should.equal(200);
    body.should.deepEqual({ sub: 'w0', domain: 'sipgate.de', masterSipId: '1234567', locale: 'de_DE' });
  });

  it('takes a user name and a password as well', async () => {
    (await as(basic('ada@example.org', 'demo'))).status.should.equal(200);
  });

  it('answers wrong or missing credentials with 401 and no word', async () => {
    for (const wrong of [
      basic('token-DEMO01', 'nope'),
      basic('ada@example.org', ''),
      'Bearer nope',
      'nonsense',
      '',
    ]) {
      const { status, text } = await as(wrong);
      [status, text].should.deepEqual([401, '']);
    }
  });

  it('takes an access token until it expires', async () => {
    const { accessToken } = logIn(rest.account, 'w0');
    (await as(`Bearer ${accessToken}`)).status.should.equal(200);
    rest.wait(300_001);
    (await as(`Bearer ${accessToken}`)).status.should.equal(401);
  });

  it('lets any one of the scopes of an endpoint suffice and answers 403 when all of them are missing', async () => {
    const { accessToken } = logIn(rest.account, 'w0', { scopes: ['settings:sipgateio:read', 'sms:read'] });
    const bearer = `Bearer ${accessToken}`;
    (await as(bearer, '/settings/sipgateio')).status.should.equal(200);
    (await as(bearer, '/w0/sms/s0/callerids')).status.should.equal(200);
    const refused = await as(bearer, '/balance');
    [refused.status, refused.text].should.deepEqual([403, '']);
    (await as(bearer)).status.should.equal(200);
  });

  it('shows an ordinary user only what is theirs', async () => {
    const bearer = `Bearer ${logIn(rest.account, 'w1').accessToken}`;
    (await as(bearer, '/users')).status.should.equal(403);
    (await as(bearer, '/w0/devices')).status.should.equal(403);
    (await as(bearer, '/devices/e0')).status.should.equal(403);
    const own = await as(bearer, '/w1/devices');
    own.body.items.map(({ id }: { id: string }) => id).should.deepEqual(['e1', 'x0']);
  });
});
