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

  it('userinfo and balance gives what the API gives', async () => {
    api.routes({
      'GET /authorization/userinfo': { json: ME },
      'GET /balance': { json: { amount: 123400, currency: 'EUR' } },
    });
    (await lookup(client, 'userinfo'))!.should.deepEqual(ME);
    (await lookup(client, 'balance'))!.should.deepEqual({ amount: 123400, currency: 'EUR' });
  });

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
