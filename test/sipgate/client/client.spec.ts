import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import should from 'should';
import {
  createClient,
  isCancelled,
  apiPath,
  type DebugEvent,
  type SipgateClient,
} from '../../../sipgate/index';
import { realTiming } from '../../../sipgate/client/timing';
import { ApiServer, clientOf, failure, quickTiming, TOKEN, TOKEN_ID } from '../helpers/api-server';

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
      error.message.should.containEql('Hotel guest network');
    });
  });

  describe('turns a refusal into an error that', () => {
    const codes: Record<number, string> = {
      400: 'INVALID_INPUT',
      401: 'UNAUTHORIZED',
      402: 'INSUFFICIENT_FUNDS',
      403: 'FORBIDDEN',
      404: 'NOT_FOUND',
      405: 'INVALID_INPUT',
      409: 'INVALID_INPUT',
      415: 'INVALID_INPUT',
      422: 'INVALID_INPUT',
      429: 'RATE_LIMITED',
      500: 'SERVER',
      502: 'SERVER',
      503: 'SERVER',
      504: 'SERVER',
    };
    for (const [status, code] of Object.entries(codes)) {
      it(`has the code ${code} for HTTP ${status}, also with an empty body`, async () => {
        api.script({ status: Number(status) });
        const error = await failure(client.post(apiPath`/sessions/sms`, {}));
        error.name.should.equal('SipgateError');
        error.code.should.equal(code);
        error.statusCode!.should.equal(Number(status));
        error.cause!.should.be.instanceof(Error);
      });
    }

    const bodies = {
      'a plain sentence': 'This endpoint is closed today',
      'a list of errors':
        '{"errors":[{"status":400,"title":"This endpoint","detail":"is closed today","source":{"pointer":"/a"}}]}',
      'name and message': '{"name":"This endpoint","message":"is closed today"}',
    };
    for (const [shape, text] of Object.entries(bodies)) {
      it(`repeats sipgate's own words from ${shape}`, async () => {
        api.script({ status: 400, text });
        (await failure(client.get(apiPath`/x`))).message.should.match(/This endpoint:? is closed today/);
      });
    }

    it('repeats of a web page its title only, of a long text the beginning, and no control characters', async () => {
      api.script(
        { status: 400, text: '<!DOCTYPE html><title>Gateway</title><p>secret things' },
        { status: 400, text: `a\u0007\u202eb\n${'x'.repeat(5000)}` },
      );
      const page = await failure(client.get(apiPath`/x`));
      page.message.should.containEql('(HTTP 400: Gateway)');
      const long = await failure(client.get(apiPath`/x`));
      long.message.should.containEql('a b x').and.not.match(/[\p{Cc}\u202e]/u);
      long.message.length.should.be.below(600);
    });

    it('names the missing scope, its parent and where to get it', async () => {
      api.script({ status: 403 });
      (await failure(client.post(apiPath`/sessions/sms`, {}, SEND))).message.should
        .containEql('The token lacks the scope sessions:sms:write')
        .and.containEql('sessions:write')
        .and.containEql('create a new one at app.sipgate.com/personal-access-token');
    });

    it('does not blame the scope when the account is of the newer kind', async () => {
      api.script({ status: 403, text: 'This endpoint requires a sipgate Classic PBX Account' });
      (await failure(client.get(apiPath`/w0/phonelines`, { scopes: ['phonelines:read'] }))).message.should
        .containEql('Classic PBX Account')
        .and.not.containEql('phonelines:read');
    });

    it('holds neither login nor body nor confidential text, however deep one looks, even if sipgate repeats them', async () => {
      const secret = 'The cellar is\n"under" water';
      const header = Buffer.from(`${TOKEN_ID}:${TOKEN}`).toString('base64');
      const replies = [
        { status: 400, json: { name: 'BAD', message: `you sent ${secret} with ${TOKEN} as ${header}` } },
        { status: 401, text: `Basic ${header} of ${TOKEN_ID}` },
        {
          status: 400,
          text: `in ${JSON.stringify({ message: secret })} or /x?text=${encodeURIComponent(secret)}`,
        },
        'reset' as const,
      ];
      for (const reply of replies) {
        api.script(reply);
        const error = await failure(
          client.post(apiPath`/sessions/sms`, { message: secret }, { confidential: [secret] }),
        );
        const everything = inspect(error, { depth: null, showHidden: true }) + JSON.stringify(error);
        everything.should.not.match(/cellar|under/);
        for (const word of [TOKEN, TOKEN_ID, header]) everything.should.not.containEql(word);
      }
    });
  });

  describe('tries again', () => {
    for (const status of [429, 502, 503, 504]) {
      for (const method of ['get', 'put', 'delete'] as const) {
        it(`a ${method.toUpperCase()} after ${status}, and then it is fine`, async () => {
          api.script({ status }, { status }, { status }, { json: { ok: true } });
          const answer = method === 'put' ? client.put(apiPath`/x`, {}) : client[method](apiPath`/x`);
          (await answer)!.should.deepEqual({ ok: true });
          api.seen.length.should.equal(4);
        });
      }
    }

    it('three times and no more, with pauses that grow', async () => {
      const timing = quickTiming();
      const patient = clientOf(api, { timing });
      api.script({ status: 503 });
      (await failure(patient.get(apiPath`/x`))).code.should.equal('SERVER');
      api.seen.length.should.equal(4);
      timing.pauses.should.deepEqual([375, 750, 1500]);
      await patient.close();
    });

    it('a GET whose connection was reset, but not 500 or 400', async () => {
      api.script('reset', { json: 1 });
      (await client.get<number>(apiPath`/x`)).should.equal(1);
      api.script({ status: 500 });
      (await failure(client.get(apiPath`/x`))).code.should.equal('SERVER');
      api.seen.length.should.equal(3);
    });

    for (const reply of [
      { status: 500 },
      { status: 502 },
      { status: 503 },
      { status: 504 },
      'reset' as const,
    ]) {
      it(`no POST after ${typeof reply === 'string' ? 'a reset' : reply.status}: nobody gets two SMS`, async () => {
        api.script(reply, { status: 204 });
        const error = await failure(client.post(apiPath`/sessions/sms`, { message: 'x' }, SEND));
        error.code.should.equal(reply === 'reset' ? 'NETWORK' : 'SERVER');
        if (reply === 'reset') error.message.should.containEql('may have been carried out');
        api.seen.length.should.equal(1);
      });
    }

    it('no POST whose connection was reset before its body arrived', async () => {
      api.resetBeforeBody = 'POST';
      (await failure(client.post(apiPath`/sessions/sms`, { message: 'x' }))).code.should.equal('NETWORK');
      api.seen.length.should.equal(1);
    });

    it('a POST after 429, for it was not carried out', async () => {
      api.script({ status: 429 }, { status: 204 });
      await client.post(apiPath`/sessions/sms`, {});
      api.seen.length.should.equal(2);
    });

    it('a POST when the connection was refused', async () => {
      const timing = quickTiming();
      const gone = await ApiServer.start();
      const url = gone.url;
      await gone.stop();
      const lonely = clientOf(api, { apiUrl: url, timing });
      const error = await failure(lonely.post(apiPath`/sessions/sms`, {}));
      error.code.should.equal('NETWORK');
      error.message.should.containEql('Nothing was carried out');
      should(error.statusCode).be.undefined();
      timing.pauses.length.should.equal(3);
      await lonely.close();
    });

    it('a POST when the name of the host is not found', async () => {
      const timing = quickTiming();
      const lost = clientOf(api, { apiUrl: 'http://no-such-host.invalid/v2', timing });
      (await failure(lost.post(apiPath`/sessions/sms`, {}))).code.should.equal('NETWORK');
      timing.pauses.length.should.equal(3);
      await lost.close();
    });

    it('after the time that sipgate asks for, in seconds or as a date', async () => {
      const timing = quickTiming();
      const patient = clientOf(api, { timing });
      const date = new Date(Date.now() + 20_000).toUTCString();
      api.script(
        { status: 429, headers: { 'retry-after': '7' } },
        { status: 503, headers: { 'retry-after': date } },
        {},
      );
      await patient.get(apiPath`/x`);
      timing.pauses[0]!.should.equal(7000);
      timing.pauses[1]!.should.be.within(11_000, 13_000);
      await patient.close();
    });

    for (const [header, pause] of [
      ['1.5', 2000],
      ['-1', 375],
      ['5, 5', 375],
    ] as const) {
      it(`after ${pause} ms when sipgate asks for ${header}`, async () => {
        const timing = quickTiming();
        const patient = clientOf(api, { timing });
        api.script({ status: 429, headers: { 'retry-after': header } }, {});
        await patient.get(apiPath`/x`);
        timing.pauses.should.deepEqual([pause]);
        await patient.close();
      });
    }

    it('not when sipgate asks for more than 30 s: then the error names the time at once', async () => {
      api.script({ status: 429, headers: { 'retry-after': '31' } });
      const error = await failure(client.post(apiPath`/sessions/sms`, {}));
      error.code.should.equal('RATE_LIMITED');
      error.message.should.containEql('31 s');
      api.seen.length.should.equal(1);
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

  describe('behind a proxy', () => {
    let proxy: http.Server;
    let proxied: { url: string; login: string | undefined }[];

    beforeEach(async () => {
      proxied = [];
      proxy = http.createServer((request, response) => {
        proxied.push({ url: request.url ?? '', login: request.headers['proxy-authorization'] });
        if (request.url?.endsWith('/closed')) {
          response.writeHead(407, { 'proxy-authenticate': 'Basic' }).end();
        } else response.end('"from the proxy"');
      });
      proxy.on('connect', (request, socket) => {
        proxied.push({ url: request.url ?? '', login: request.headers['proxy-authorization'] });
        socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n');
      });
      await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    });
    afterEach(async () => {
      await new Promise((resolve) => proxy.close(resolve).closeAllConnections());
    });
    const proxyUrl = () => `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;

    it('goes through it with the login of the proxy node', async () => {
      const behind = clientOf(api, { proxy: { url: proxyUrl(), username: 'me', password: 'pröxy' } });
      (await behind.get<string>(apiPath`/users`)).should.equal('from the proxy');
      proxied.should.deepEqual([
        { url: `${api.url}/users`, login: `Basic ${Buffer.from('me:pröxy').toString('base64')}` },
      ]);
      api.seen.should.be.empty();
      await behind.close();
    });

    it('goes past it to hosts that need none', async () => {
      for (const entry of ['127.0.0.1', 'localhost', new URL(api.url).host, '*']) {
        const behind = clientOf(api, { proxy: { url: proxyUrl(), noProxy: ['example.com', entry] } });
        await behind.get(apiPath`/users`);
        await behind.close();
      }
      proxied.should.be.empty();
      api.seen.length.should.equal(4);
    });

    it('asks an https proxy for a tunnel, and tells a missing proxy login from a bad fax number', async () => {
      const behind = createClient({
        credentials: { type: 'token', tokenId: TOKEN_ID, token: TOKEN },
        apiUrl: 'https://api.example.invalid/v2',
        proxy: { url: proxyUrl() },
      });
      const meanings = { 407: { code: 'INVALID_INPUT', hint: 'Bad number.' } } as const;
      const error = await failure(behind.post(apiPath`/sessions/fax`, {}, { meanings }));
      error.code.should.equal('NETWORK');
      error.message.should.containEql('proxy');
      proxied[0]!.url.should.equal('api.example.invalid:443');
      await behind.close();
    });

    it('is found in the environment', async () => {
      const before = { ...process.env };
      Object.assign(process.env, { http_proxy: proxyUrl(), no_proxy: '' });
      try {
        (await client.get<string>(apiPath`/users`)).should.equal('from the proxy');
      } finally {
        for (const name of ['http_proxy', 'no_proxy']) {
          if (before[name] === undefined) delete process.env[name];
          else process.env[name] = before[name];
        }
      }
    });
  });
});
