import {
  listNumbers,
  listSenderIds,
  lookup,
  type LookupResource,
  type SipgateClient,
} from '../../../sipgate/index';
import { ApiServer, clientOf, failure, type Seen } from '../helpers/api-server';
import { requestChecker } from '../helpers/openapi';

describe('Looking up', () => {
  let api: ApiServer;
  let client: SipgateClient;
  const ME = { sub: 'w0', domain: 'sipgate.de', masterSipId: '1234567', locale: 'de_DE' };
  const items = (...list: unknown[]) => ({ json: { items: list } });

  beforeEach(async () => {
    api = await ApiServer.start(requestChecker());
    client = clientOf(api);
  });
  afterEach(async () => {
    await client.close();
    await api.stop();
  });

  const cases: [LookupResource, string | undefined, string, unknown][] = [
    ['users', undefined, 'GET /users', [{ id: 'w0' }]],
    ['devices', undefined, 'GET /w0/devices', [{ id: 'e0', type: 'FUTURE' }]],
    ['devices', 'w5', 'GET /w5/devices', [{ id: 'e5' }]],
    ['phonelines', undefined, 'GET /w0/phonelines', [{ id: 'p0' }]],
    ['sms', undefined, 'GET /w0/sms', [{ id: 's0' }]],
    ['voicemails', undefined, 'GET /voicemails', [{ id: 'v0' }]],
    ['groups', undefined, 'GET /groups', [{ id: 'g0' }]],
    ['groups', 'w5', 'GET /groups?userId=w5', [{ id: 'g5' }]],
    ['numbers', 'w5', 'GET /w5/numbers', [{ id: '1' }]],
  ];
  for (const [resource, userId, request, found] of cases) {
    it(`${resource}${userId ? ` of ${userId}` : ''} asks ${request} and unwraps the list`, async () => {
      api.answer = ({ method, url }) =>
        url === '/authorization/userinfo'
          ? { json: ME }
          : `${method} ${url}` === request
            ? items(...(found as unknown[]))
            : { status: 404 };
      (await lookup(client, resource, { userId }))!.should.deepEqual(found);
    });
  }

  it('userinfo gives what the API gives', async () => {
    api.routes({ 'GET /authorization/userinfo': { json: ME } });
    (await lookup(client, 'userinfo'))!.should.deepEqual(ME);
  });

  for (const [amount, money] of [
    [123400, 12.34],
    [-5, -0.0005],
    [0, 0],
  ]) {
    it(`balance gives ${amount} as ${money} of the currency, with all else that there is`, async () => {
      api.script({ json: { amount, currency: 'EUR', more: 1 } });
      (await lookup(client, 'balance'))!.should.deepEqual({ amount: money, currency: 'EUR', more: 1 });
      api.requests.should.deepEqual(['GET /balance']);
    });
  }

  for (const reply of [
    { text: '<html>guest network' },
    { json: {} },
    { json: { amount: '5' } },
    { status: 204 },
  ]) {
    it(`says that ${JSON.stringify(reply)} is no balance`, async () => {
      api.script(reply);
      const error = await failure(lookup(client, 'balance'));
      error.code.should.equal('SERVER');
      error.message.should.startWith('The answer holds no amount');
    });
  }

  it('devices never holds a SIP login, wherever it stands', async () => {
    const secret = 'marker-5f1e';
    const login = { username: '1e0', password: secret, sipServer: 'sipgate.de' };
    const device = {
      id: 'e0',
      alias: 'Desk',
      credentials: login,
      sipPassword: secret,
      lines: [{ id: 'p0', sip_credentials: [login] }, 'text', null, 5],
      owner: { id: 'w0', clientSecret: secret },
    };
    api.routes({
      'GET /authorization/userinfo': { json: ME },
      'GET /w0/devices': items(device, 'odd', null),
    });
    const found = await lookup(client, 'devices');
    JSON.stringify(found).should.not.containEql(secret);
    found!.should.deepEqual([
      { id: 'e0', alias: 'Desk', lines: [{ id: 'p0' }, 'text', null, 5], owner: { id: 'w0' } },
      'odd',
      null,
    ]);
  });

  describe('on an account of the new platform', () => {
    // sipgate's description knows only the classic platform
    beforeEach(async () => {
      await client.close();
      await api.stop();
      api = await ApiServer.start();
      client = clientOf(api);
    });

    beforeEach(() =>
      api.routes({
        'GET /authorization/userinfo': { json: ME },
        'GET /w0/phonelines': { status: 403, text: 'This endpoint requires a sipgate Classic PBX Account' },
        'GET /w0/devices': items({ id: 'e0' }, { id: 'e7', type: 'APP' }),
      }),
    );

    it('devices asks for all types, apps as well', async () => {
      await lookup(client, 'devices');
      await lookup(client, 'devices');
      api.requests.slice(2).should.deepEqual(['GET /w0/devices?type=all', 'GET /w0/devices?type=all']);
    });

    it('phonelines says what to look up instead', async () => {
      const error = await failure(lookup(client, 'phonelines'));
      error.code.should.equal('FORBIDDEN');
      error.message.should.equal(
        "sipgate did not list the phone lines (HTTP 403: This endpoint requires a sipgate Classic PBX Account). The account is on sipgate's new platform (neo), which does not have this. Look up `devices` and `numbers` instead: calls are routed by channels there, in the web app.",
      );
    });

    it('groups says so, too, where sipgate does', async () => {
      api.script({ status: 403, text: 'This is not available on sipgate neo PBX accounts' });
      (await failure(lookup(client, 'groups'))).message.should.containEql('Look up `users` instead');
    });
  });

  for (const userId of ['', '  ', null, undefined]) {
    it(`takes ${JSON.stringify(userId)} for who is logged in`, async () => {
      api.routes({ 'GET /authorization/userinfo': { json: ME }, 'GET /w0/sms': items({ id: 's0' }) });
      (await lookup(client, 'sms', { userId }))!.should.deepEqual([{ id: 's0' }]);
    });
  }

  for (const [userId, got] of [
    ['e0', '"e0"'],
    ['anna', '"anna"'],
    ['../users', '"../users"'],
    [5, '5'],
    [{}, 'an object'],
    [['w0'], 'a list of 1'],
  ] as const) {
    it(`refuses ${got} as a user before any request`, async () => {
      for (const resource of ['devices', 'numbers', 'groups', 'balance'] as const) {
        const error = await failure(lookup(client, resource, { userId }));
        error.field!.should.equal('userId');
        error.message.should.equal(
          `\`userId\` must be a user, got ${got}. Give the extension of one, such as w0, or nothing.`,
        );
      }
      api.seen.should.be.empty();
    });
  }

  it('fax lines holds those of groups, too', async () => {
    api.routes({
      'GET /authorization/userinfo': { json: ME },
      'GET /w0/faxlines': items({ id: 'f0', canSend: true }),
      'GET /groupfaxlines': items({ id: 'f1', canSend: true, groupId: 'g0' }),
    });
    (await lookup(client, 'faxlines'))!.should.deepEqual([
      { id: 'f0', canSend: true },
      { id: 'f1', canSend: true, groupId: 'g0' },
    ]);
  });

  it('sender numbers goes through all SMS extensions', async () => {
    api.routes({
      'GET /authorization/userinfo': { json: ME },
      'GET /w0/sms': items({ id: 's0' }, { id: 's1' }),
      'GET /w0/sms/s0/callerids': items({
        id: 1,
        phonenumber: '+49157',
        verified: true,
        defaultNumber: true,
      }),
      'GET /w0/sms/s1/callerids': items({
        id: 2,
        phonenumber: '+49158',
        verified: false,
        defaultNumber: false,
      }),
    });
    (await listSenderIds(client)).should.deepEqual([
      { smsId: 's0', id: 1, phonenumber: '+49157', verified: true, defaultNumber: true },
      { smsId: 's1', id: 2, phonenumber: '+49158', verified: false, defaultNumber: false },
    ]);
  });

  describe('numbers', () => {
    const page = (url: string, all: number, most: number) => {
      const query = new URL(url, 'http://x').searchParams;
      const offset = Number(query.get('offset'));
      const size = Math.min(Number(query.get('limit')), most, Math.max(0, all - offset));
      return Array.from({ length: size }, (_, index) => ({ id: String(offset + index), number: '+49' }));
    };

    it('walks all pages, also when they are shorter than asked for', async () => {
      api.answer = ({ url }: Seen) => items(...page(url, 230, 70));
      const numbers = await listNumbers(client);
      numbers.map(({ id }) => Number(id)).should.deepEqual(Array.from({ length: 230 }, (_, index) => index));
      api.requests[1]!.should.equal('GET /numbers?offset=70&limit=100');
    });

    it('believes a total where there is one', async () => {
      api.answer = ({ url }: Seen) => ({ json: { items: page(url, 100, 100), totalCount: 100 } });
      (await listNumbers(client)).length.should.equal(100);
      api.seen.length.should.equal(1);
    });

    it('ends also when the server gives the same page for ever', async () => {
      api.script(items({ id: '1' }, { id: '2' }));
      (await listNumbers(client)).length.should.equal(2);
    });
  });

  it('says what is wrong when the answer is no list, and knows no other resource', async () => {
    api.script({ text: '<html>guest network' });
    (await failure(lookup(client, 'users'))).code.should.equal('SERVER');
    (await failure(lookup(client, 'secrets' as LookupResource))).field!.should.equal('resource');
  });

  it('names the missing scope', async () => {
    api.script({ status: 403 });
    (await failure(lookup(client, 'users'))).message.should.containEql('users:read');
  });
});
