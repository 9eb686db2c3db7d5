import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import should from 'should';
import { createSignatures } from '../../../../nodes/lib/webhook/signatures';
import { placeTestCall, type TestCallResult } from '../../../../nodes/lib/webhook/test-call';
import { readPublicKey } from '../../../../sipgate/index';
import { startRuntime, type Runtime } from '../../../node-red';
import { TAB, probe, response, webhook, webhookIn } from '../../helpers/flow';
import { FORM_TYPE } from '../../helpers/http';

const DEADLINE_MS = 300;

/** A server that speaks no proper HTTP. */
async function listen(
  onRequest: (socket: Socket, request: string) => void,
): Promise<Server & { url: string }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', (chunk) => onRequest(socket, chunk.toString()));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const close = server.close.bind(server);
  const { port } = server.address() as AddressInfo;
  return Object.assign(server, {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return close();
    },
  });
}

const HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\n';

function drip(socket: Socket, text: string): void {
  let index = 0;
  const timer = setInterval(() => {
    if (socket.destroyed) clearInterval(timer);
    else socket.write(text[index % text.length] ?? '');
    index += 1;
  }, 20);
}

describe('the test call of the dialog ends', () => {
  let server: (Server & { url: string }) | undefined;
  let runtime: Runtime | undefined;
  afterEach(async () => {
    server?.close();
    await runtime?.stop();
    runtime = undefined;
  });

  const ANSWERS: Record<string, (socket: Socket) => void> = {
    'is never there': () => undefined,
    'is an upgrade': (socket) =>
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'),
    'is an upgrade without its headers': (socket) => socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n'),
    'is "continue" and nothing more': (socket) => socket.write('HTTP/1.1 100 Continue\r\n\r\n'),
    'is "continue" again and again': (socket) => drip(socket, 'HTTP/1.1 100 Continue\r\n\r\n'),
    'breaks off in its head': (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-'),
    'breaks off in its body': (socket) => socket.end(`${HEAD}Content-Length: 100\r\n\r\n<Resp`),
    'breaks off in a chunk': (socket) => socket.end(`${HEAD}Transfer-Encoding: chunked\r\n\r\nff\r\n<Resp`),
    'is reset in its body': (socket) =>
      socket.write(`${HEAD}Content-Length: 100\r\n\r\n<Resp`, () => socket.resetAndDestroy()),
    'is closed without a byte': (socket) => socket.end(),
    'drips in its head': (socket) => drip(socket, 'HTTP/1.1 200 OK\r\nX: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'),
    'drips in its body': (socket) => {
      socket.write(`${HEAD}Content-Length: 100000\r\n\r\n`);
      drip(socket, 'x');
    },
    'is no HTTP': (socket) => socket.write('SSH-2.0-OpenSSH_9.6\r\n'),
    'never stops': (socket) => {
      socket.write(`${HEAD}\r\n`);
      drip(socket, 'x'.repeat(1000));
    },
  };
  for (const [how, answer] of Object.entries(ANSWERS)) {
    it(`when its answer ${how}`, async () => {
      server = await listen(answer);
      const signatures = createSignatures(readPublicKey(''));
      const target = { publicUrl: '', localUrl: server.url, masterSipId: '' };
      const result = await placeTestCall(target, signatures, DEADLINE_MS);
      result.ok.should.be.false();
      (result as { reason: string }).reason.should.match(/./);
    });
  }

  it('when its answer is longer than any, of which it shows the beginning', async () => {
    server = await listen((socket) => socket.write(`HTTP/1.1 500 No\r\n\r\n${'x'.repeat(100_000)}`));
    const target = { publicUrl: '', localUrl: server.url, masterSipId: '' };
    const result = await placeTestCall(target, createSignatures(readPublicKey('')), DEADLINE_MS);
    should((result as { body?: string }).body).have.length(4000);
  });

  describe('and what somebody captured of it', () => {
    /** A public URL at which somebody keeps the request and answers as `then` does. */
    const begin = async (then: (socket: Socket) => void) => {
      const captured: { body: string; signature: string }[] = [];
      server = await listen((socket, request) => {
        const [head = '', body = ''] = request.split('\r\n\r\n');
        captured.push({ body, signature: /x-sipgate-signature: (\S+)/i.exec(head)?.[1] ?? '' });
        then(socket);
      });
      const hook = webhook({ publicUrl: `${server.url}/hook` });
      runtime = await startRuntime([
        TAB,
        hook,
        webhookIn(hook, { newCall: ['new'] }),
        probe('new', ['r']),
        response('r', { action: 'hangup' }),
      ]);
      const { running } = runtime.node(hook.id) as unknown as {
        running: { placeTestCall(): Promise<TestCallResult> };
      };
      const send = async (nth = 0) => {
        const { body = '', signature = '' } = captured[nth] ?? {};
        const headers = { 'Content-Type': FORM_TYPE };
        return (await (runtime as Runtime).request(hook.path, body, { signature, headers })).status;
      };
      return { call: () => running.placeTestCall(), captured, send };
    };

    it('is refused when it is over', async () => {
      const { call, send } = await begin((socket) => socket.end('HTTP/1.1 502 No\r\n\r\n'));
      (await call()).ok.should.be.false();
      (await send()).should.equal(401);
    });

    it('is good for one request while it runs, and for no other body', async () => {
      const sent: number[] = [];
      const { call, captured, send } = await begin((socket) => {
        void (async () => {
          const [{ body = '', signature = '' } = {}] = captured;
          const changed = body.replace('4917139200001', '4915790000001');
          changed.should.not.equal(body);
          captured[1] = { body: changed, signature };
          for (const nth of [1, 0, 0]) sent.push(await send(nth));
          socket.end('HTTP/1.1 502 No\r\n\r\n');
        })();
      });
      await call();
      sent.should.deepEqual([401, 200, 401]);
    });

    it('does not disturb another one at the same time', async () => {
      const hook = webhook({ publicUrl: '' });
      runtime = await startRuntime([
        TAB,
        hook,
        webhookIn(hook, { newCall: ['r'] }),
        response('r', { action: 'hangup' }),
      ]);
      const { running } = runtime.node(hook.id) as unknown as {
        running: { placeTestCall(): Promise<TestCallResult> };
      };
      const results = await Promise.all([1, 2, 3].map(() => running.placeTestCall()));
      results.map(({ ok }) => ok).should.deepEqual([true, true, true]);
    });
  });
});
