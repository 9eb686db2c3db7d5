import type { Server } from 'node:http';
import { connect } from 'node:net';
import should from 'should';
import { freePort, startRuntime, type Runtime } from '../../node-red';
import { TAB, probe, response, webhook, webhookIn, type FlowNode } from '../helpers/flow';
import { encode, eventually, FORM_TYPE, newCall, testSigner } from '../helpers/http';

/** Sends a signed event to a target exactly as it is written. @returns the status */
function send(port: number, target: string, headers = ''): Promise<number> {
  const body = encode(newCall());
  const head =
    `POST ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: ${FORM_TYPE}\r\n` +
    `Content-Length: ${body.length}\r\nX-Sipgate-Signature: ${testSigner().sign(body)}\r\n${headers}\r\n`;
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(head + body));
    socket.on('data', (chunk) => (text += chunk.toString()));
    socket.on('close', () => resolve(Number(text.split(' ', 2)[1])));
    socket.on('error', reject);
  });
}

describe('A webhook is found', () => {
  let runtime: Runtime;
  afterEach(() => runtime.stop());

  let listener: FlowNode;
  const begin = async (properties: Record<string, unknown>) => {
    const hook = webhook({ port: await freePort(), ...properties });
    listener = webhookIn(hook, { newCall: ['new'] });
    runtime = await startRuntime([
      TAB,
      hook,
      listener,
      probe('new', ['r']),
      response('r', { action: 'hangup' }),
    ]);
    await eventually(() => runtime.statuses(listener.id).some(({ text }) => text?.endsWith('.listening')));
    return {
      hook,
      port: hook['server'] === 'port' ? (hook['port'] as number) : Number(new URL(runtime.url).port),
    };
  };

  for (const server of ['node-red', 'port']) {
    describe(server === 'port' ? 'on a port of its own' : 'on Node-RED’s own server', () => {
      for (const [target, status] of [
        ['/sipgate/S3cret-%C3%A4', 200],
        ['/sipgate/S3cret-%c3%a4', 200],
        ['/sipgate/S3cret-%C3%A', 404],
        ['/sipgate/S3cret-%', 404],
        ['/sipgate/%533cret-%C3%A4', 200],
        ['/%73ipgate/S3%63ret%2D%C3%A4', 200],
        ['/sipgate/S3cret-%C3%A4/', 200],
        ['/sipgate/S3cret-%C3%A4?a=1', 200],
        ['/sipgate/S3cret-%C3%A4/?/x', 200],
        ['http://nr.example.org/sipgate/S3cret-%C3%A4', 200],
        ['HTTP://nr.example.org:80/sipgate/S3cret-%C3%A4?x', 200],
        ['https://nr.example.org/sipgate/%533cret-%C3%A4', 200],
        ['http://nr.example.org', 404],
        ['http://nr.example.org/other', 404],
        ['/sipgate/s3cret-%C3%A4', 404],
        ['/sipgate%2FS3cret-%C3%A4', 404],
        ['/sipgate/S3cret-%C3%A4x', 404],
        ['/sipgate/S3cret-%25C3%25A4', 404],
        ['/x?/sipgate/S3cret-%C3%A4', 404],
        ['//sipgate/S3cret-%C3%A4', 404],
      ] as const) {
        it(`${status === 200 ? 'at' : 'not at'} ${target}`, async () => {
          const { port } = await begin({ server, path: '/sipgate/S3cret-ä' });
          (await send(port, target)).should.equal(status);
          runtime.messages('new').should.have.length(status === 200 ? 1 : 0);
        });
      }
    });
  }

  for (const [forwarded, status] of [
    ['203.0.113.7', 200],
    ['203.0.113.7:51008', 200],
    ['[2001:db8::7]', 200],
    ['"[2001:db8::7]:443"', 200],
    ['198.51.100.1, 203.0.113.7:51008', 200],
    ['198.51.100.1:80', 403],
    ['203.0.113.7:port', 403],
    ['unknown', 403],
    ['203.0.113.7, \x1b[31m', 403],
  ] as const) {
    it(`${status === 200 ? 'by' : 'not by'} whom the proxy forwarded as ${JSON.stringify(forwarded)}`, async () => {
      const { hook, port } = await begin({
        allowedIps: '203.0.113.7, 2001:db8::7',
        trustProxy: '127.0.0.1, ::1',
      });
      (await send(port, hook.path, `X-Forwarded-For: ${forwarded}\r\n`)).should.be.oneOf(status, 400);
      runtime.messages('new').should.have.length(status === 200 ? 1 : 0);
    });
  }

  it('by nobody when its allowed addresses are a name, and it says what is wanted', async () => {
    const hook = webhook({ allowedIps: 'localhost' });
    runtime = await startRuntime([TAB, hook, webhookIn(hook, {})]);
    runtime
      .said(hook.id, 'error')
      .join()
      .should.match(/allowedIps.*IP addresses or CIDR ranges, got "localhost".*127\.0\.0\.1/);
  });
});

describe('A port that strangers can reach', () => {
  it('gives nobody much time, or many connections', async () => {
    const port = await freePort();
    const hook = webhook({ server: 'port', port });
    const listener = webhookIn(hook, {});
    const runtime = await startRuntime([TAB, hook, listener]);
    await eventually(() => runtime.statuses(listener.id).some(({ text }) => text?.endsWith('.listening')));
    const { _getActiveHandles: handles } = process as unknown as { _getActiveHandles(): object[] };
    const server = handles.call(process).find((handle) => {
      const { address } = handle as Partial<Server>;
      const at = address?.call(handle);
      return typeof at === 'object' && at?.port === port;
    }) as Server & { connectionsCheckingInterval?: number };
    should(server).have.properties({ headersTimeout: 10_000, requestTimeout: 15_000, maxConnections: 1000 });
    await runtime.stop();
  });
});
