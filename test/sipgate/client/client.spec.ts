import should from 'should';
import { apiPath, isCancelled, type DebugEvent, type SipgateClient } from '../../../sipgate/index';
import { realTiming } from '../../../sipgate/client/timing';
import { ApiServer, clientOf, failure, TOKEN, TOKEN_ID } from '../helpers/api-server';

const SEND = { what: 'send the SMS', scopes: ['sessions:sms:write', 'sessions:write'] };

describe('The REST client', () => {
  let api: ApiServer;
  let client: SipgateClient;

  beforeEach(async () => {
    api = await ApiServer.start();
    client = clientOf(api);
  });
  afterEach(async () => {
    await client.close();
    await api.stop();
  });

  describe('makes requests that', () => {
    it('log in with the token and say which package asks', async () => {
      api.script({ json: {} });
      await client.get(apiPath`/users`);
      const { headers } = api.seen[0]!;
      headers.authorization!.should.equal(`Basic ${Buffer.from(`${TOKEN_ID}:${TOKEN}`).toString('base64')}`);
      headers['x-sipgate-client']!.should.equal('@sipgate-flows/node-red-sipgate-io');
      headers['x-sipgate-version']!.should.match(/^\d+\.\d+\.\d+/);
      headers.accept!.should.equal('application/json');
    });

    it('send a body as JSON in UTF-8 and an answer without body is fine', async () => {
      api.script({ status: 204 });
      should(await client.put(apiPath`/history/${'1'}`, { note: 'Grüße €' })).be.undefined();
      api.seen[0]!.headers['content-type']!.should.equal('application/json');
      api.seen[0]!.body.should.equal('{"note":"Grüße €"}');
    });

    it('encode the values of a path and repeat the key of a list', async () => {
      await client.get(apiPath`/history/${'a/b?c d'}`, {
        query: { types: ['CALL', 'FAX'], phonenumber: '+49211', limit: 10, starred: undefined },
      });
      api.requests.should.deepEqual([
        'GET /history/a%2Fb%3Fc%20d?types=CALL&types=FAX&phonenumber=%2B49211&limit=10',
      ]);
    });

    for (const value of ['', ' ', '.', '..', '\ud800']) {
      it(`never go to a path with ${JSON.stringify(value)} in it`, () => {
        (() => apiPath`/contacts/${value}`).should.throw({ code: 'INVALID_INPUT' });
      });
    }

    it('log in with user name and password, also with umlauts', async () => {
      const basic = clientOf(api, { credentials: { type: 'basic', username: 'jörg', password: ' ä:b' } });
      await basic.get(apiPath`/users`);
      Buffer.from(api.seen[0]!.headers.authorization!.slice(6), 'base64')
        .toString()
        .should.equal('jörg: ä:b');
      await basic.close();
    });

    it('take a token that was pasted with blanks around it', async () => {
      const pasted = clientOf(api, {
        credentials: { type: 'token', tokenId: ` ${TOKEN_ID}\n`, token: `${TOKEN}\n` },
      });
      await pasted.get(apiPath`/users`);
      Buffer.from(api.seen[0]!.headers.authorization!.slice(6), 'base64')
        .toString()
        .should.equal(`${TOKEN_ID}:${TOKEN}`);
      await pasted.close();
    });

    for (const [field, more] of Object.entries({
      token: { credentials: { type: 'token', tokenId: TOKEN_ID, token: ' ' } },
      tokenId: { credentials: { type: 'token', tokenId: '', token: TOKEN } },
      password: { credentials: { type: 'basic', username: 'x', password: '' } },
      apiUrl: { apiUrl: 'api.sipgate.com' },
      proxy: { proxy: { url: 'nonsense' } },
    } as const)) {
      it(`are not made when ${field} is not usable`, async () => {
        const bad = clientOf(api, more);
        const error = await failure(bad.get(apiPath`/users`));
        error.code.should.equal('INVALID_INPUT');
        error.field!.should.equal(field);
        api.seen.should.be.empty();
        await bad.close();
      });
    }

    it('refuse an API URL with a password and do not repeat it', async () => {
      const bad = clientOf(api, { apiUrl: 'https://me:hunter2@api.sipgate.com/v2' });
      (await failure(bad.get(apiPath`/users`))).message.should.not.containEql('hunter2');
      await bad.close();
    });

    it('never follow a redirect with the credentials', async () => {
      const elsewhere = await ApiServer.start();
      api.script({ status: 302, headers: { location: `${elsewhere.url}/users` } });
      const error = await failure(client.get(apiPath`/users`));
      error.code.should.equal('SERVER');
      error.statusCode!.should.equal(302);
      elsewhere.seen.should.be.empty();
      await elsewhere.stop();
    });
  });

  describe('gives answers', () => {
    it('with dates and numbers as they came', async () => {
      api.script({ text: '{"created":"2026-01-01T00:00:00Z","amount":12345.5,"id":"0123"}' });
      (await client.get(apiPath`/x`))!.should.deepEqual({
        created: '2026-01-01T00:00:00Z',
        amount: 12345.5,
        id: '0123',
      });
    });

    it('as text where it is no JSON, or where text is wanted', async () => {
      api.script({ text: 'a;b' }, { text: '"1"' });
      (await client.get(apiPath`/x`))!.should.equal('a;b');
      (await client.get(apiPath`/x`, { as: 'text' }))!.should.equal('"1"');
    });

    it('about who is logged in once only, however many ask', async () => {
      api.script({ json: { sub: 'w0', domain: 'sipgate.de', masterSipId: '1234567', locale: 'de_DE' } });
      const users = await Promise.all([client.user(), client.user(), client.user()]);
      users[2]!.should.deepEqual({
        userId: 'w0',
        masterSipId: '1234567',
        domain: 'sipgate.de',
        locale: 'de_DE',
      });
      await client.user();
      api.requests.should.deepEqual(['GET /authorization/userinfo']);
    });

    it('that say so when something else than sipgate answers', async () => {
      api.script({ text: '<html><title>Hotel guest network</title></html>' });
      const error = await failure(client.user());
      error.code.should.equal('SERVER');
      error.message.should.containEql('is a web page');
    });
  });

  describe('ends', () => {
    it('with TIMEOUT when there is no answer, and does not repeat it', async () => {
      api.script('hang');
      const hasty = clientOf(api, { timeout: 40 });
      const read = await failure(hasty.get(apiPath`/x`));
      read.code.should.equal('TIMEOUT');
      const write = await failure(hasty.post(apiPath`/sessions/sms`, {}, SEND));
      write.code.should.equal('TIMEOUT');
      write.message.should.containEql('may have been carried out');
      api.seen.length.should.equal(2);
      await hasty.close();
    });

    it('at once when its signal aborts during a request or a pause', async () => {
      api.script('hang');
      const during = new AbortController();
      const request = failure(client.get(apiPath`/x`, { signal: during.signal }));
      await api.received(1);
      during.abort();
      isCancelled(await request).should.be.true();

      api.script({ status: 429, headers: { 'retry-after': '30' } });
      const patient = clientOf(api, { timing: realTiming });
      const pausing = new AbortController();
      const retried = failure(patient.get(apiPath`/x`, { signal: pausing.signal }));
      await api.received(2);
      setTimeout(() => pausing.abort(), 10);
      isCancelled(await retried).should.be.true();
      await patient.close();
    });

    it('everything that is under way when it is closed, and begins nothing new', async () => {
      api.script('hang');
      const requests = [failure(client.get(apiPath`/a`)), failure(client.post(apiPath`/b`, {}))];
      await api.received(2);
      await client.close();
      for (const error of await Promise.all(requests)) isCancelled(error).should.be.true();
      isCancelled(await failure(client.get(apiPath`/c`))).should.be.true();
      api.seen.length.should.equal(2);
    });

    it('but waits, when closed, for what must not be interrupted', async () => {
      api.script({ status: 204, delay: 40 });
      const task = client.put(apiPath`/back`, {}, { uninterruptible: true });
      await api.received(1);
      await client.close();
      should(await Promise.race([task, 'still running'])).be.undefined();
    });
  });

  it('tells a debugger of every try, without values', async () => {
    const events: DebugEvent[] = [];
    const watched = clientOf(api, { onDebug: (event) => events.push(event) });
    api.script({ status: 503 }, { json: {} });
    await watched.get(apiPath`/history/${'123'}`, { query: { phonenumber: '+49211' } });
    events
      .map(({ method, path: at, outcome }) => `${method} ${at} ${outcome}`)
      .should.deepEqual(['GET /history/{} 503', 'GET /history/{} 200']);
    await watched.close();
  });
});
