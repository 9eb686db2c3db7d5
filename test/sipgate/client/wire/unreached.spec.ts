import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { apiPath, createClient, type ClientOptions, type SipgateClient } from '../../../../sipgate/index';
import { sendOnce } from '../../../../sipgate/client/wire/send';
import { ADDRESS_TIMEOUT_MS } from '../../../../sipgate/client/wire/transport';
import { failure, quickTiming } from '../../helpers/api-server';
import { removeFolder } from '../../../remove-folder';

const TRIES = 4;

describe('Where nothing was sent', () => {
  let server: net.Server | undefined;
  let client: SipgateClient | undefined;
  const sockets = new Set<net.Socket>();
  /** How often somebody connected. */
  let connections: number;

  beforeEach(() => (connections = 0));
  afterEach(async () => {
    await client?.close();
    sockets.forEach((socket) => socket.destroy());
    sockets.clear();
    if (server?.listening) await new Promise((resolve) => server?.close(resolve));
    server = undefined;
  });

  /** @returns the port of a server that does this with each connection */
  async function listen(behave: (socket: net.Socket) => void): Promise<number> {
    server = net.createServer((socket) => {
      connections += 1;
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      behave(socket);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  function clientOf(options: Partial<ClientOptions>): SipgateClient {
    const credentials = { type: 'token', tokenId: 'token-AB12CD', token: 'hidden' } as const;
    client = createClient({ credentials, timing: quickTiming(), timeout: 2000, ...options });
    return client;
  }

  async function triesAgain(options: Partial<ClientOptions>): Promise<void> {
    const error = await failure(clientOf(options).post(apiPath`/sessions/sms`, { message: 'x' }));
    error.code.should.equal('NETWORK');
    error.message.should.containEql('nothing was sent').and.not.containEql('may have been carried out');
    connections.should.equal(TRIES);
  }

  describe('a POST is tried again and the error says so:', () => {
    it('a handshake that is reset', async () => {
      const port = await listen((socket) => socket.once('data', () => socket.resetAndDestroy()));
      await triesAgain({ apiUrl: `https://127.0.0.1:${port}/v2` });
    });

    it('a handshake that is ended', async () => {
      const port = await listen((socket) => socket.once('data', () => socket.end()));
      await triesAgain({ apiUrl: `https://127.0.0.1:${port}/v2` });
    });

    it('a server that does not speak TLS', async () => {
      const port = await listen((socket) => socket.once('data', () => socket.end('HTTP/1.1 400 No\r\n\r\n')));
      await triesAgain({ apiUrl: `https://127.0.0.1:${port}/v2` });
    });

    it('a handshake that takes longer than anybody waits', async () => {
      const port = await listen(() => {});
      await triesAgain({ apiUrl: `https://127.0.0.1:${port}/v2`, timeout: 60 });
    });

    it('a silent proxy', async () => {
      const port = await listen(() => {});
      const proxy = { url: `http://127.0.0.1:${port}` };
      await triesAgain({ apiUrl: 'https://api.example.invalid/v2', proxy, timeout: 60 });
    });

    it('a proxy that resets', async () => {
      const port = await listen((socket) => socket.once('data', () => socket.resetAndDestroy()));
      await triesAgain({
        apiUrl: 'https://api.example.invalid/v2',
        proxy: { url: `http://127.0.0.1:${port}` },
      });
    });

    it('a tunnel behind which nobody shakes hands', async () => {
      const port = await listen((socket) =>
        socket.once('data', () => socket.write('HTTP/1.1 200 Connection established\r\n\r\n')),
      );
      await triesAgain({
        apiUrl: 'https://api.example.invalid/v2',
        proxy: { url: `http://127.0.0.1:${port}` },
        timeout: 60,
      });
    });
  });

  describe('a network without a way', () => {
    for (const code of ['EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN', 'EADDRNOTAVAIL', 'ETIMEDOUT', 'EPIPE'])
      it(`is known as such, also when the system says ${code}`, async () => {
        const agent = new http.Agent();
        const createConnection = () => {
          const socket = new net.Socket();
          setImmediate(() => socket.destroy(Object.assign(new Error(`connect ${code}`), { code })));
          return socket;
        };
        Object.assign(agent, { createConnection });
        const request = { method: 'POST', url: 'http://192.0.2.1/', headers: {}, timeoutMs: 2000 } as const;
        const result = await sendOnce(
          { ...request, mayReuseConnection: false },
          { http: agent, https: new https.Agent() },
          undefined,
        );
        result.should.containEql({ kind: 'failure', reason: 'unreached', wasSent: false });
      });
  });

  it('of one of two addresses is waited for as long as a slow line takes', async () => {
    const port = await listen((socket) => socket.destroy());
    const seen: unknown[] = [];
    const connect = net.Socket.prototype.connect;
    net.Socket.prototype.connect = function (this: net.Socket, ...options: unknown[]) {
      const [first] = options.flat() as [{ autoSelectFamilyAttemptTimeout?: number }];
      seen.push(first.autoSelectFamilyAttemptTimeout);
      return connect.apply(this, options as never);
    } as never;
    try {
      const proxy = { url: `http://127.0.0.1:${port}` };
      for (const options of [{ apiUrl: `http://127.0.0.1:${port}` }, { apiUrl: `https://127.0.0.1:${port}` }])
        for (const way of [options, { ...options, proxy }])
          for (const method of ['get', 'delete'] as const) {
            await failure(clientOf(way)[method](apiPath`/x`));
            await client!.close();
          }
    } finally {
      net.Socket.prototype.connect = connect;
    }
    seen.length.should.be.aboveOrEqual(8);
    [...new Set(seen)].should.eql([ADDRESS_TIMEOUT_MS]);
    ADDRESS_TIMEOUT_MS.should.be.above(1000);
  });

  it('because the certificate is not trusted, trying again does not help', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sipgate-tls-'));
    const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(folder, name)) as [string, string];
    const options = ['-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', '/CN=localhost'];
    execFileSync('openssl', ['req', '-x509', ...options, '-keyout', key, '-out', cert], { stdio: 'ignore' });
    server = tls.createServer({ key: readFileSync(key), cert: readFileSync(cert) });
    await removeFolder(folder);
    server.on('connection', (socket: net.Socket) => {
      connections += 1;
      sockets.add(socket);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const error = await failure(
      clientOf({ apiUrl: `https://127.0.0.1:${port}/v2` }).post(apiPath`/sessions/sms`, {}),
    );
    error.code.should.equal('NETWORK');
    error.message.should.containEql('certificate is not trusted').and.containEql('nothing was sent');
    connections.should.equal(1);
  });
});
