import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import should from 'should';
import { createClient, apiPath, type SipgateClient } from '../../../../sipgate/index';
import { proxyFor } from '../../../../sipgate/client/wire/proxy';
import { failure, quickTiming } from '../../helpers/api-server';

describe('A proxy', () => {
  const API = new URL('https://api.sipgate.com/v2/users');
  const at = (host: string) => ({ protocol: 'http:', host, port: 3128 });

  it('is none where nobody names one', () => {
    should(proxyFor(API, undefined, {})).be.undefined();
    should(proxyFor(API, { url: '' }, {})).be.undefined();
  });

  it('of the proxy node beats that of the environment', () => {
    const env = { https_proxy: 'http://env.example:3128' };
    proxyFor(API, { url: 'http://node.example:3128' }, env)!.should.deepEqual(at('node.example'));
    proxyFor(API, undefined, env)!.should.deepEqual(at('env.example'));
  });

  it('of the environment goes by the protocol, in small or capital letters, also without http://', () => {
    should(proxyFor(API, undefined, { http_proxy: 'http://plain.example' })).be.undefined();
    for (const name of ['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY']) {
      proxyFor(API, undefined, { [name]: 'env.example:3128' })!.should.deepEqual(at('env.example'));
    }
  });

  it('takes a login from its fields or its URL', () => {
    const url = 'http://joe:s%40fe@node.example:3128';
    proxyFor(API, { url })!.auth!.should.deepEqual({ username: 'joe', password: 's@fe' });
    proxyFor(API, { url, username: 'ann', password: 'x' })!.auth!.should.deepEqual({
      username: 'ann',
      password: 'x',
    });
  });

  it('takes a password with a percent sign that stands for itself', () => {
    for (const url of ['http://joe:50%off@node.example:3128', 'http://joe:50%25off@node.example:3128'])
      proxyFor(API, { url })!.auth!.should.deepEqual({ username: 'joe', password: '50%off' });
  });

  it('of the proxy node may come without http://, as for Node-RED itself', () => {
    for (const url of ['node.example:3128', '192.168.1.5:3128', ' node.example:3128/ ']) {
      const host = url.includes('192') ? '192.168.1.5' : 'node.example';
      proxyFor(API, { url }, {})!.should.deepEqual(at(host));
    }
  });

  for (const entry of [
    'api.sipgate.com',
    'API.sipgate.com',
    'api.sipgate.com:443',
    '.sipgate.com',
    '*.sipgate.com',
    '*',
    ' *.com ',
  ]) {
    it(`is passed by for ${entry}`, () => {
      should(
        proxyFor(API, { url: 'http://node.example:3128', noProxy: ['other.example', entry] }, {}),
      ).be.undefined();
      should(
        proxyFor(API, undefined, { all_proxy: 'env.example:3128', NO_PROXY: `other.example,${entry}` }),
      ).be.undefined();
    });
  }

  for (const entry of ['sipgate.com', 'api.sipgate.com:80', 'pi.sipgate.com', 'localhost', '']) {
    it(`is not passed by for ${JSON.stringify(entry)}`, () => {
      proxyFor(API, { url: 'http://node.example:3128', noProxy: [entry] }, {})!.should.deepEqual(
        at('node.example'),
      );
    });
  }

  it('with a URL that is none is named, but not with its password', () => {
    (() => proxyFor(API, { url: 'node.example/joe:secret' }, {})).should.throw({
      code: 'INVALID_INPUT',
      field: 'proxy',
    });
    (() => proxyFor(API, { url: 'socks5://joe:secret@node.example' }, {})).should.not.throw(/secret/);
  });

  for (const name of ['ALL_PROXY', 'all_proxy', 'HTTPS_PROXY'])
    it(`of the variable ${name} that is one for SOCKS is named by it, not by a node that nobody has`, () => {
      const env = { [name]: 'socks5://joe:secret@localhost:1080' };
      (() => proxyFor(API, undefined, env)).should.throw(/SOCKS/, { code: 'INVALID_INPUT', field: name });
      (() => proxyFor(API, undefined, env)).should.not.throw(/secret|proxy node/);
      should(proxyFor(API, undefined, { ...env, no_proxy: 'api.sipgate.com' })).be.undefined();
    });

  it('of the protocol’s own variable is taken, whatever all_proxy says', () => {
    const env = { ALL_PROXY: 'socks5://localhost:1080', https_proxy: 'http://env.example:3128' };
    proxyFor(API, undefined, env)!.should.deepEqual(at('env.example'));
  });

  for (const url of ['http://joe:12#3@node.example', 'http://joe:12/3@node.example', 'http://joe:12?3@node'])
    it(`with a password that cuts its URL off asks nobody else: ${url}`, () => {
      (() => proxyFor(API, { url }, {})).should.throw(/%23/, { field: 'proxy' });
      (() => proxyFor(API, { url }, {})).should.not.throw(/joe|12/);
    });

  describe('that opens tunnels', () => {
    let proxy: http.Server;
    let client: SipgateClient;
    const asked: { target: string; login: string | undefined }[] = [];
    let behave: (socket: Duplex) => void;
    const sockets = new Set<Duplex>();

    beforeEach(async () => {
      asked.length = 0;
      proxy = http.createServer();
      proxy.on('connect', (request: http.IncomingMessage, socket: Duplex) => {
        asked.push({ target: request.url ?? '', login: request.headers['proxy-authorization'] });
        sockets.add(socket);
        socket.on('error', () => socket.destroy());
        behave(socket);
      });
      proxy.listen(0, '127.0.0.1');
      await once(proxy, 'listening');
      client = createClient({
        credentials: { type: 'token', tokenId: 'token-AB12CD', token: 'hidden-token' },
        apiUrl: 'https://api.example.invalid/v2',
        timing: quickTiming(),
        timeout: 2000,
        proxy: {
          url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
          username: 'joe',
          password: 'pröxy',
        },
      });
    });
    afterEach(async () => {
      await client.close();
      sockets.forEach((socket) => socket.destroy());
      await new Promise((resolve) => proxy.close(resolve));
    });

    it('is told the host and its own login, and sees TLS and not the request', async () => {
      const bytes: Buffer[] = [];
      behave = (socket) => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        socket.once('data', (chunk: Buffer) => {
          bytes.push(chunk);
          socket.destroy();
        });
      };
      (await failure(client.post(apiPath`/sessions/sms`, { message: 'hidden' }))).code.should.equal(
        'NETWORK',
      );
      asked[0]!.should.deepEqual({
        target: 'api.example.invalid:443',
        login: `Basic ${Buffer.from('joe:pröxy').toString('base64')}`,
      });
      bytes[0]![0]!.should.equal(0x16); // a TLS handshake
      bytes[0]!.toString('latin1').should.containEql('api.example.invalid').and.not.containEql('hidden');
    });

    it('but refuses is tried again, also for a POST, as nothing reached sipgate', async () => {
      behave = (socket) => socket.end('HTTP/1.1 502 Bad gateway\r\n\r\n');
      const error = await failure(client.post(apiPath`/sessions/sms`, {}));
      error.message.should.containEql('opened no tunnel: HTTP 502').and.containEql('nothing was sent');
      asked.length.should.equal(4);
    });

    it('and never answers is let go when the request ends and the client closes', async () => {
      let gone: Promise<unknown> | undefined;
      behave = (socket) => (gone = once(socket.resume(), 'end'));
      const abort = new AbortController();
      const asking = failure(client.get(apiPath`/users`, { signal: abort.signal }));
      while (gone === undefined) await new Promise((resolve) => setTimeout(resolve, 2));
      abort.abort();
      await asking;
      await client.close();
      await gone;
    });
  });
});
