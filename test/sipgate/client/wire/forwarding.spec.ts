import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { apiPath, createClient, type SipgateClient } from '../../../../sipgate/index';
import { ApiServer, clientOf, failure, TOKEN, TOKEN_ID } from '../../helpers/api-server';

describe('The REST client behind a proxy', () => {
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
