import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { connect as connectTls } from 'node:tls';
import path from 'node:path';
import should from 'should';
import { Simulator } from '../../simulator/index';
import {
  encode,
  eventually,
  FORM_TYPE,
  newCall,
  newSigner,
  post,
  testSigner,
  type Form,
  type PostOptions,
} from './helpers/http';
import { startRuntime, type Runtime, type RuntimeOptions } from '../node-red';
import { fn, probe, response, TAB, webhook, webhookIn, type FlowNode } from './helpers/flow';
import { removeFolder } from '../remove-folder';

const CONTINUE = '<?xml version="1.0" encoding="UTF-8"?><Response/>';
const HANGUP = '<?xml version="1.0" encoding="UTF-8"?><Response><Hangup/></Response>';

/** A port that is free now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Sends bytes over a socket and gives back all that comes until it is closed. */
function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

describe('webhook', () => {
  let runtime: Runtime | undefined;
  const start = async (nodes: FlowNode[], options: RuntimeOptions = {}) =>
    (runtime = await startRuntime([TAB, ...nodes], options));
  afterEach(async () => {
    await runtime?.stop();
    runtime = undefined;
  });
  /** Whatever comes is answered with Hangup, and kept in `new`. */
  const hangUp = (hook: FlowNode) => [
    webhookIn(hook, { newCall: [`new${hook.id}`], data: [`new${hook.id}`] }),
    probe(`new${hook.id}`, [`r${hook.id}`]),
    response(`r${hook.id}`, { action: 'hangup' }),
  ];
  const received = (hook: FlowNode) => runtime?.messages(`new${hook.id}`) ?? [];

  for (const server of ['node-red', 'port'] as const) {
    describe(server === 'port' ? 'on a port of its own' : 'on Node-RED’s own server', () => {
      let hook: ReturnType<typeof webhook>;
      let url: string;
      const begin = async (properties: Record<string, unknown> = {}, options: RuntimeOptions = {}) => {
        const port = await freePort();
        hook = webhook({ server, port, ...properties });
        const { url: own } = await start([hook, ...hangUp(hook)], options);
        url = (server === 'port' ? `http://127.0.0.1:${port}` : own) + hook.path;
        if (server === 'port')
          await eventually(() =>
            runtime?.statuses(inId()).some((status) => status.text?.endsWith('.listening')),
          );
      };
      const inId = () =>
        hook.id.replace('webhook', 'in').replace(/\d+$/, (digits) => `${Number(digits) + 1}`);
      const ask = (form: Form | string | Buffer = newCall(), options?: PostOptions) =>
        post(url, typeof form === 'string' || Buffer.isBuffer(form) ? form : encode(form), options);

      it('answers a signed event', async () => {
        await begin();
        (await ask()).should.have.properties({ status: 200, body: HANGUP });
        received(hook).should.have.length(1);
      });

      it('refuses everything else with a status and a short XML error, and no flow hears of it', async () => {
        await begin();
        const body = encode(newCall());
        const good = testSigner().sign(body);
        const event = (text: string) => ({ body: text });
        const cases: [number, string, PostOptions & { body?: string | Buffer }][] = [
          [405, 'GET', { method: 'GET', body: '' }],
          [405, 'PUT', { method: 'PUT' }],
          [405, 'DELETE', { method: 'DELETE' }],
          [405, 'PATCH', { method: 'PATCH' }],
          [415, 'JSON', { headers: { 'Content-Type': 'application/json' } }],
          [415, 'no type', { headers: { 'Content-Type': undefined } }],
          [415, 'multipart', { headers: { 'Content-Type': 'multipart/form-data; boundary=x' } }],
          [413, 'too long', event('x'.repeat(65_537))],
          [413, 'too long, in chunks', { chunked: true, ...event('x'.repeat(65_537)) }],
          [413, 'a megabyte', event('x'.repeat(1_000_000))],
          [413, 'a megabyte in chunks', { chunked: true, ...event('x'.repeat(1_000_000)) }],
          [400, 'no event', event('foo=bar')],
          [400, 'empty', event('')],
          [400, 'unknown event', event('event=newcall')],
          [401, 'no signature', { signature: null }],
          [401, 'wrong signature', { signature: newSigner().sign(body) }],
          [401, 'rubbish as signature', { signature: '!' }],
          [401, 'an empty signature', { signature: '' }],
          [401, 'two signatures', { signature: [good, good] }],
          [401, 'a signature of other bytes', { signature: testSigner().sign(`${body}\n`) }],
        ];
        for (const [status, what, { body: other, ...options }] of cases) {
          const answer = await ask(other ?? body, options);
          should(answer.status).equal(status, what);
          should(answer.headers['content-type']).equal('application/xml', what);
          should(answer.body).match(
            /^<\?xml version="1.0" encoding="UTF-8"\?><Error message="[^"<]{5,100}"\/>$/,
            what,
          );
          if (status === 405) should(answer.headers.allow).equal('POST');
        }
        received(hook).should.be.empty();
        (await ask(body)).body.should.equal(HANGUP);
      });

      it('refuses other addresses and accounts with 403', async () => {
        await begin({
          allowedIps: '217.116.118.254, 2001:db8::/32',
          trustProxy: '127.0.0.0/8',
          masterSipId: '1234567',
        });
        const from = (forwarded: string | string[] | undefined, form: Form = newCall()) =>
          ask(form, { headers: { 'X-Forwarded-For': forwarded } });
        (await from('217.116.118.254')).status.should.equal(200);
        (await from('6.6.6.6, 217.116.118.254, 127.0.0.9')).status.should.equal(200);
        (await from(['6.6.6.6', '2001:db8::5'])).status.should.equal(200);
        (await from(undefined)).status.should.equal(403);
        (await from('217.116.118.254, 6.6.6.6')).status.should.equal(403);
        (await from('rubbish')).status.should.equal(403);
        const stranger = await from('217.116.118.254', newCall({ 'fullUserId[]': ['7654321w0'] }));
        stranger.status.should.equal(403);
        stranger.headers.should.have.properties({ 'content-type': 'application/xml' });
        stranger.body.should.match(/<Error message="[^"]+"\/>$/);
        received(hook).should.have.length(3);
      });

      it('does not believe X-Forwarded-For of a stranger', async () => {
        await begin({ allowedIps: '217.116.118.254' });
        (await ask(newCall(), { headers: { 'X-Forwarded-For': '217.116.118.254' } })).status.should.equal(
          403,
        );
      });

      it('takes events of anybody when it is told not to check signatures', async () => {
        await begin({ verifySignature: false });
        (await ask(newCall(), { signature: null })).body.should.equal(HANGUP);
      });

      it('takes a path with a slash at its end, and a query', async () => {
        await begin();
        for (const end of ['/', '?a=1', '/?a=1'])
          (await post(url + end, encode(newCall()))).status.should.equal(200);
        (await post(`${url}x`, encode(newCall()))).status.should.equal(404);
      });

      it('reads bodies of exactly 64 KiB, and of many small chunks', async () => {
        await begin();
        const frame = `${encode(newCall())}&x=`;
        const body = frame + 'y'.repeat(65_536 - frame.length);
        (await ask(body)).status.should.equal(200);
        (await ask(`${frame}chunks`, { chunked: true })).status.should.equal(200);
      });

      it('gives a replay the same answer and no second message, also while the first is on its way', async () => {
        await begin();
        const body = encode(newCall());
        const answers = await Promise.all([ask(body), ask(body), ask(body)]);
        answers.push(await ask(body));
        for (const answer of answers) answer.should.have.properties({ status: 200, body: HANGUP });
        received(hook).should.have.length(1);
        for (const key of [1, 2]) (await ask(`event=dtmf&callId=R${key}&dtmf=1`)).body.should.equal(HANGUP);
        await ask('event=dtmf&callId=R2&dtmf=1');
        received(hook).should.have.length(4);
      });

      it('takes the same bytes for a new event after the window, or when it is off', async () => {
        await begin({ replayWindow: 0 });
        const body = encode(newCall());
        await ask(body);
        await ask(body);
        received(hook).should.have.length(2);
      });

      it('forgets a replay when its window is over', async () => {
        await begin({ replayWindow: 1 });
        const body = encode(newCall());
        await ask(body);
        await new Promise((resolve) => setTimeout(resolve, 1300));
        await ask(body);
        received(hook).should.have.length(2);
      });

      it('still knows a replay after a deploy', async () => {
        await begin();
        const body = encode(newCall());
        await ask(body);
        await runtime?.deploy([TAB, hook, ...hangUp(hook)]);
        (await ask(body)).body.should.equal(HANGUP);
        received(hook).should.have.length(1);
      });

      for (const type of ['full', 'nodes'] as const) {
        it(`answers every open request before a deploy (${type}), with its follow-ups`, async () => {
          const port = await freePort();
          hook = webhook({ server, port, responseTimeout: 8000 });
          const flow = (name: string): FlowNode[] => [
            TAB,
            hook,
            { ...webhookIn(hook, { newCall: ['f'], hangup: ['f'] }), id: `in-${hook.id}` },
            { ...fn('f', 'return null;', ['r']), name },
            response('r', { action: 'hangup' }),
          ];
          await start(flow('one').slice(1));
          url = (server === 'port' ? `http://127.0.0.1:${port}` : runtime?.url) + hook.path;
          await eventually(() =>
            runtime?.statuses(`in-${hook.id}`).some((status) => status.text?.endsWith('.listening')),
          );
          const startedAt = Date.now();
          const open = Array.from({ length: 5 }, () => ask());
          const status = () =>
            runtime?.statuses(`in-${hook.id}`).some((shown) => shown.text?.endsWith('.event'));
          await eventually(status);
          await new Promise((resolve) => setTimeout(resolve, 200));
          await runtime?.deploy(flow('two'), type);
          for (const answer of await Promise.all(open)) {
            answer.status.should.equal(200);
            answer.body.should.match(/^<\?xml [^>]+><Response onHangup="[^"]+"\/>$/);
          }
          (Date.now() - startedAt).should.be.below(7000);
        });
      }

      it('gives a request that arrives in the middle of a deploy to the successor', async () => {
        await begin();
        const slow: FlowNode = { id: 'slow', type: 'slow-closer', z: 'tab', wires: [] };
        const module = (RED: Runtime['RED']) => {
          function SlowCloser(this: never, config: never): void {
            RED.nodes.createNode(this, config);
            (this as { on(event: string, listener: (done: () => void) => void): void }).on('close', (done) =>
              setTimeout(done, 600),
            );
          }
          RED.nodes.registerType('slow-closer', SlowCloser as never);
        };
        await runtime?.stop();
        await start([hook, slow, ...hangUp(hook)], { nodes: [module] });
        if (server === 'node-red') url = runtime?.url + hook.path;
        // a port that was closed opens a moment after the flows have started
        await eventually(() =>
          ask().then(
            (answer) => answer.status === 200,
            () => false,
          ),
        );
        const before = received(hook).length;
        const deploy = runtime?.deploy([TAB, hook, ...hangUp(hook)]);
        await new Promise((resolve) => setTimeout(resolve, 200));
        const answers = await Promise.all([ask(), ask(), ask()]);
        await deploy;
        for (const answer of answers) answer.should.have.properties({ status: 200, body: HANGUP });
        received(hook).should.have.length(before + 3);
      });

      it('keeps what is known of a call over a deploy', async () => {
        await begin();
        await ask(newCall({ callId: 'K1' }));
        await runtime?.deploy([TAB, { ...hook, name: 'changed' }, ...hangUp(hook)]);
        await ask({ event: 'dtmf', callId: 'K1', dtmf: '5' });
        const call = await eventually(() => received(hook).find((message) => message.topic === 'DATA')?.call);
        call.should.have.properties({ from: '+4915790000001', digits: ['5'] });
      });

      it('warns once of what it refused, without a word of the request', async () => {
        await begin();
        for (let index = 0; index < 5; index += 1) await ask('event=<secret>', { signature: null });
        await ask('event=<secret>');
        should(runtime?.said(hook.id, 'warn')).deepEqual([
          'sipgate-webhook.error.refused',
          'sipgate-webhook.error.refused',
        ]);
      });

      it('goes on answering others while one sends nothing', async () => {
        await begin();
        const { port, pathname } = new URL(url);
        const idle = connect(Number(port), '127.0.0.1');
        idle.write(
          `POST ${pathname} HTTP/1.1\r\nHost: x\r\nContent-Type: ${FORM_TYPE}\r\nContent-Length: 100\r\n\r\nhalf`,
        );
        idle.on('error', () => undefined);
        (await ask()).body.should.equal(HANGUP);
        idle.destroy();
        (await ask()).body.should.equal(HANGUP);
      });

      it('refuses a long body as soon as it is too long', async () => {
        await begin();
        const { port, pathname } = new URL(url);
        const head = `POST ${pathname} HTTP/1.1\r\nHost: x\r\nContent-Type: ${FORM_TYPE}\r\nTransfer-Encoding: chunked\r\n\r\n`;
        const answer = await raw(
          Number(port),
          `${head}${(70_000).toString(16)}\r\n${'x'.repeat(70_000)}\r\n`,
        );
        answer.should.match(/^HTTP\/1\.1 413 /);
      });
    });
  }

  describe('on Node-RED’s own server', () => {
    const parser = (requestAny: unknown, _response: unknown, next: () => void) => {
      const request = requestAny as import('node:http').IncomingMessage & { body?: unknown; _body?: boolean };
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        request.body = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
        request._body = true;
        next();
      });
    };

    it('keeps the bytes that a body parser of the user has read: httpNodeMiddleware', async () => {
      const hook = webhook();
      let parsed: unknown;
      const middleware = (request: { body?: unknown }, _: unknown, next: () => void) => {
        parsed = request.body;
        next();
      };
      const { request } = await start([hook, ...hangUp(hook)], {
        settings: { httpNodeMiddleware: [parser, middleware] },
      });
      (await request(hook.path, newCall())).body.should.equal(HANGUP);
      should(parsed).have.properties({ event: 'newCall' });
      (await request(hook.path, 'x'.repeat(65_537))).status.should.equal(413);
      (await request(hook.path, newCall(), { signature: null })).status.should.equal(401);
    });

    it('keeps the bytes that an application around Node-RED has read', async () => {
      const hook = webhook();
      const { request } = await start([hook, ...hangUp(hook)], { before: [parser as never] });
      (await request(hook.path, newCall())).body.should.equal(HANGUP);
      (await request(hook.path, newCall(), { chunked: true })).body.should.equal(HANGUP);
    });

    it('lets middleware of the user refuse a request', async () => {
      const hook = webhook();
      const middleware = (_: unknown, answer: { status(code: number): { end(): void } }) =>
        answer.status(418).end();
      const { request } = await start([hook, ...hangUp(hook)], {
        settings: { httpNodeMiddleware: middleware },
      });
      (await request(hook.path, newCall())).status.should.equal(418);
    });

    it('is found below httpNodeRoot', async () => {
      const hook = webhook({ publicUrl: '' });
      const { request, url } = await start(
        [hook, webhookIn(hook, { newCall: ['r'] }), response('r', { action: 'gather' })],
        { settings: { httpNodeRoot: '/api' } },
      );
      (await request(hook.path, newCall())).status.should.equal(404);
      const { body } = await request(`/api${hook.path}`, newCall());
      body.should.containEql(`onData="${url}/api${hook.path}"`);
    });

    it('says clearly that it cannot be had when httpNodeRoot is false', async () => {
      const hook = webhook();
      const receiver = webhookIn(hook, {});
      const { said, statuses } = await start([hook, receiver], { settings: { httpNodeRoot: false } });
      said(hook.id, 'error')
        .join()
        .should.match(/httpNodeRoot/);
      should(statuses(receiver.id).at(-1)).have.properties({ fill: 'red' });
    });

    it('warns that sipgate must log in where httpNodeAuth is set', async () => {
      const hook = webhook();
      const { said } = await start([hook], { settings: { httpNodeAuth: { user: 'u', pass: 'p' } } });
      said(hook.id, 'warn').should.deepEqual(['sipgate-webhook.error.httpNodeAuth']);
    });

    it('leaves the routes of others alone when it goes', async () => {
      const hook = webhook();
      const other: FlowNode[] = [
        { id: 'h', type: 'http in', z: 'tab', url: '/other', method: 'post', wires: [['o']] },
        { id: 'o', type: 'http response', z: 'tab', statusCode: '204', wires: [] },
      ];
      const { request, deploy } = await start([hook, ...hangUp(hook), ...other]);
      await deploy([TAB, ...other]);
      (await request(hook.path, newCall())).status.should.equal(404);
      (await request('/other', newCall())).status.should.equal(204);
    });

    it('says clearly that another webhook has the path', async () => {
      const hook = webhook();
      const twin = webhook({ path: hook.path });
      const receiver = webhookIn(twin, {});
      const { said, statuses, request } = await start([hook, ...hangUp(hook), twin, receiver]);
      said(twin.id, 'error')
        .join()
        .should.match(/`path` is taken/);
      should(statuses(receiver.id).at(-1)).have.properties({
        fill: 'red',
        text: 'sipgate-webhook-in.status.invalid',
      });
      (await request(hook.path, newCall())).body.should.equal(HANGUP);
    });

    it('takes the path when a deploy of changed nodes has taken the other webhook away', async () => {
      const hook = webhook();
      const twin = webhook({ path: hook.path });
      const flow = [twin, ...hangUp(twin)];
      const { deploy, said, statuses, request } = await start([hook, ...flow]);
      await deploy([TAB, ...flow], 'nodes');
      (await request(hook.path, newCall())).body.should.equal(HANGUP);
      said(twin.id, 'error').should.have.length(1);
      const receiver = flow.find(({ type }) => type === 'sipgate-webhook-in') as FlowNode;
      await eventually(() => statuses(receiver.id).some(({ fill }) => fill === 'green'));
    });
    it('takes the same bytes for a new event when Node-RED starts anew in the same process', async () => {
      const hook = webhook();
      const nodes = [hook, ...hangUp(hook)];
      const body = encode(newCall());
      const first = await start(nodes);
      (await first.request(hook.path, body)).body.should.equal(HANGUP);
      await first.end();
      const second = await start(nodes);
      (await second.request(hook.path, body)).body.should.equal(HANGUP);
      received(hook).should.have.length(1);
    });
    it('makes nobody wait after a deploy of changed nodes that lacked a module', async () => {
      const hook = webhook();
      const nodes = [TAB, hook, ...hangUp(hook)];
      const { deploy, request, RED } = await start(nodes.slice(1));
      const failed = new Promise<void>((resolve) =>
        RED.events.on('runtime-event', ({ payload }: { payload?: { error?: string } }) => {
          if (payload?.error === 'missing-types') resolve();
        }),
      );
      void deploy([...nodes, { id: 'strange', type: 'not-installed', z: 'tab', wires: [] }], 'nodes');
      await failed;
      const startedAt = Date.now();
      (await request(hook.path, newCall())).body.should.equal(HANGUP);
      (Date.now() - startedAt).should.be.below(1500);
    });
    it('lets two webhooks swap their paths in one deploy', async () => {
      const [one, two] = [webhook(), webhook()];
      const { request, deploy } = await start([one, ...hangUp(one), two, ...hangUp(two)]);
      await deploy([
        TAB,
        { ...one, path: two.path },
        ...hangUp(one),
        { ...two, path: one.path },
        ...hangUp(two),
      ]);
      await request(two.path, newCall());
      received(one).should.have.length(1);
      received(two).should.be.empty();
    });

    it('makes no noise with a dozen webhooks', async () => {
      const warnings: Error[] = [];
      const listener = (warning: Error) => warnings.push(warning);
      process.on('warning', listener);
      const hooks = Array.from({ length: 12 }, () => webhook());
      const { request } = await start(hooks.flatMap((hook) => [hook, ...hangUp(hook)]));
      for (const hook of hooks) (await request(hook.path, newCall())).body.should.equal(HANGUP);
      process.off('warning', listener);
      warnings.should.be.empty();
    });
  });

  describe('on a port of its own', () => {
    const listening = (receiver: FlowNode) =>
      eventually(
        () => runtime?.statuses(receiver.id).some((status) => status.text?.endsWith('.listening')),
        'listening',
        9000,
      );
    const isOpen = (port: number) =>
      post(`http://127.0.0.1:${port}/`, '').then(
        () => true,
        () => false,
      );

    it('serves two webhooks on different paths, and nothing else', async () => {
      const port = await freePort();
      const [one, two] = [webhook({ server: 'port', port }), webhook({ server: 'port', port })];
      const receivers = [hangUp(one), hangUp(two)];
      await start([one, two, ...receivers.flat()]);
      await listening(receivers[1]?.[0] as FlowNode);
      const at = (place: string) => post(`http://127.0.0.1:${port}${place}`, encode(newCall()));
      (await at(one.path)).body.should.equal(HANGUP);
      (await at(two.path)).body.should.equal(HANGUP);
      received(one).should.have.length(1);
      received(two).should.have.length(1);
      const nobody = await at('/');
      nobody.should.have.properties({ status: 404 });
      nobody.body.should.match(/<Error message=/);
    });

    it('says clearly that another webhook has the path there', async () => {
      const port = await freePort();
      const hook = webhook({ server: 'port', port });
      const twin = webhook({ server: 'port', port, path: hook.path });
      const { said } = await start([hook, ...hangUp(hook), twin, webhookIn(twin, {})]);
      said(twin.id, 'error')
        .join()
        .should.match(/`path` is taken/);
    });

    it('says that the port is taken, tries again, and tells when it has it', async () => {
      const thief = createServer().listen(0, '127.0.0.1');
      await new Promise((resolve) => thief.once('listening', resolve));
      const { port } = thief.address() as AddressInfo;
      const hook = webhook({ server: 'port', port });
      const [receiver, ...rest] = hangUp(hook) as [FlowNode, ...FlowNode[]];
      const { said, statuses } = await start([hook, receiver, ...rest]);
      await eventually(() => statuses(receiver.id).some((status) => status.text?.endsWith('.failed')));
      said(hook.id, 'error').should.deepEqual(['sipgate-webhook.error.listen']);
      await new Promise((resolve) => thief.close(resolve));
      await listening(receiver);
      (await post(`http://127.0.0.1:${port}${hook.path}`, encode(newCall()))).body.should.equal(HANGUP);
    }).timeout(20_000);

    it('frees the port when it is deleted', async () => {
      const port = await freePort();
      const hook = webhook({ server: 'port', port });
      const [receiver, ...rest] = hangUp(hook) as [FlowNode, ...FlowNode[]];
      const { deploy } = await start([hook, receiver, ...rest]);
      await listening(receiver);
      (await isOpen(port)).should.be.true();
      await deploy([TAB]);
      await eventually(async () => !(await isOpen(port)));
      (await isOpen(port)).should.be.false();
    });

    it('moves to another port', async () => {
      const [from, to] = [await freePort(), await freePort()];
      const hook = webhook({ server: 'port', port: from });
      const [receiver, ...rest] = hangUp(hook) as [FlowNode, ...FlowNode[]];
      const { deploy } = await start([hook, receiver, ...rest]);
      await listening(receiver);
      await deploy([TAB, { ...hook, port: to }, receiver, ...rest]);
      (await post(`http://127.0.0.1:${to}${hook.path}`, encode(newCall()))).body.should.equal(HANGUP);
    });

    it('speaks https with a core tls-config, and takes a renewed certificate at a deploy', async () => {
      const folder = mkdtempSync(path.join(tmpdir(), 'sipgate-tls-'));
      const certificate = (name: string) => {
        const [keyFile, certFile] = [path.join(folder, `${name}.key`), path.join(folder, `${name}.crt`)];
        execFileSync(
          'openssl',
          [
            'req',
            '-x509',
            '-newkey',
            'rsa:2048',
            '-nodes',
            '-days',
            '90',
            '-subj',
            `/CN=${name}`,
            '-keyout',
            keyFile,
            '-out',
            certFile,
          ],
          { stdio: 'ignore' },
        );
        return { key: keyFile, cert: certFile, ca: '' };
      };
      const port = await freePort();
      const hook = webhook({ server: 'port', port, tls: 'tls1', publicUrl: '' });
      const tls: FlowNode = { id: 'tls1', type: 'tls-config' };
      const receiver = webhookIn(hook, { newCall: ['r'] });
      const nodes = [hook, receiver, response('r', { action: 'gather' })];
      await start([{ ...tls, ...certificate('first.example') }, ...nodes]);
      await listening(receiver);
      const url = `https://127.0.0.1:${port}${hook.path}`;
      (await post(url, encode(newCall()))).body.should.containEql(`onData="https://127.0.0.1:${port}`);
      (await subjectOf(port)).should.equal('first.example');
      await runtime?.deploy([TAB, { ...tls, ...certificate('second.example') }, ...nodes]);
      (await subjectOf(port)).should.equal('second.example');
      (await post(url, encode(newCall()))).status.should.equal(200);
      await removeFolder(folder);
    });

    it('says clearly that the TLS configuration is missing', async () => {
      const hook = webhook({ server: 'port', port: await freePort(), tls: 'gone' });
      const { said } = await start([hook, webhookIn(hook, {})]);
      said(hook.id, 'error')
        .join()
        .should.match(/sipgate-webhook.error.tls$/);
    });

    it('says clearly that the TLS configuration holds no certificate', async () => {
      const hook = webhook({ server: 'port', port: await freePort(), tls: 'tls1' });
      const { said } = await start([
        { id: 'tls1', type: 'tls-config', cert: '', key: '', ca: '' },
        hook,
        webhookIn(hook, {}),
      ]);
      said(hook.id, 'error')
        .join()
        .should.match(/sipgate-webhook.error.tlsCertificate$/);
    });
  });

  describe('with a setting that makes no sense', () => {
    for (const properties of [
      { path: '/a b' },
      { publicUrl: 'nr.example.org/x' },
      { publicKey: 'no key' },
      { allowedIps: 'localhost' },
      { trustProxy: '1.2.3.4/40' },
      { responseTimeout: 'soon' },
      { responseTimeout: 0 },
      { replayWindow: -1 },
      { server: 'cloud' },
      { server: 'port', port: 70_000 },
    ]) {
      it(`says which one: ${JSON.stringify(properties)}`, async () => {
        const hook = webhook(properties);
        const receiver = webhookIn(hook, {});
        const { said, statuses } = await start([hook, receiver]);
        said(hook.id, 'error')
          .join()
          .should.match(new RegExp(`\`${Object.keys(properties).at(-1)}\``));
        should(statuses(receiver.id).at(-1)).have.properties({
          fill: 'red',
          text: 'sipgate-webhook-in.status.invalid',
        });
      });
    }

    it('never waits longer than eight seconds, whatever is set', async () => {
      const hook = webhook({ responseTimeout: 60_000 });
      const { request } = await start([
        hook,
        webhookIn(hook, { newCall: ['f'] }),
        fn('f', 'return null;', ['r']),
        response('r', { action: 'hangup' }),
      ]);
      const startedAt = Date.now();
      (await request(hook.path, newCall())).body.should.equal(CONTINUE);
      (Date.now() - startedAt).should.be.within(7500, 14_000);
    }).timeout(20_000);

    it('takes numbers that an environment variable has given as texts', async () => {
      const hook = webhook({ responseTimeout: '100', replayWindow: '0', verifySignature: 'true' });
      const { request } = await start([hook, ...hangUp(hook)]);
      (await request(hook.path, newCall())).body.should.equal(HANGUP);
      (await request(hook.path, newCall(), { signature: null })).status.should.equal(401);
    });
  });

  describe('with a context store', () => {
    const storeNamed = (name: string, plugin: unknown) => ({
      contextStorage: { default: { module: 'memory' }, [name]: { module: plugin } },
    });
    const call = async (hook: ReturnType<typeof webhook>) => {
      await runtime?.request(hook.path, newCall({ callId: 'S1' }));
      should((await runtime?.request(hook.path, { event: 'dtmf', callId: 'S1', dtmf: '1' }))?.body).equal(
        HANGUP,
      );
      return received(hook).at(-1)?.call;
    };

    it('in files leaves what is known of a call there', async () => {
      const userDir = mkdtempSync(path.join(tmpdir(), 'sipgate-store-'));
      const hook = webhook({ callStore: 'file' });
      const settings = {
        userDir,
        contextStorage: {
          default: { module: 'memory' },
          file: { module: 'localfilesystem', config: { cache: false, dir: userDir } },
        },
      };
      await start([hook, ...hangUp(hook)], { settings });
      await runtime?.request(hook.path, newCall({ callId: 'S1' }));
      const stored = await eventually(() => {
        try {
          return readFileSync(path.join(userDir, 'context', hook.id, 'flow.json'), 'utf8').includes(
            'call_S1',
          );
        } catch {
          return false;
        }
      }, 'the file of the store').catch(() => false);
      await runtime?.stop();
      runtime = undefined;
      await removeFolder(userDir);
      stored.should.be.true();
    });

    it('that answers later loses nothing', async () => {
      const values = new Map<string, unknown>();
      const later = (callback: (error: unknown, value?: unknown) => void, value?: unknown) =>
        setTimeout(() => callback(null, value), 20);
      const hook = webhook({ callStore: 'slow' });
      const plugin = () => ({
        open: async () => undefined,
        close: async () => undefined,
        get: (scope: string, key: string, callback: never) =>
          later(callback, structuredClone(values.get(scope + key))),
        set: (scope: string, key: string, value: unknown, callback: never) => {
          values.set(scope + key, structuredClone(value));
          later(callback);
        },
        keys: (_: string, callback: (error: unknown, keys: string[]) => void) => callback(null, []),
        delete: async () => undefined,
        clean: async () => undefined,
      });
      await start([hook, ...hangUp(hook)], { settings: storeNamed('slow', plugin) });
      should(await call(hook)).have.properties({ from: '+4915790000001', digits: ['1'] });
      [...values.keys()].join().should.containEql('call_S1');
    });

    for (const [how, act] of [
      ['fails', (callback: (error: Error) => void) => callback(new Error('store is down'))],
      [
        'throws',
        () => {
          throw new Error('store is down');
        },
      ],
      ['hangs', () => undefined],
    ] as const) {
      it(`that ${how} keeps no caller waiting for long, and the user hears of it`, async () => {
        const hook = webhook({ callStore: 'bad' });
        const plugin = () => ({
          open: async () => undefined,
          close: async () => undefined,
          get: (_: string, __: string, callback: never) => act(callback),
          set: (_: string, __: string, ___: unknown, callback: never) => act(callback),
          keys: (_: string, callback: never) => act(callback),
          delete: async () => undefined,
          clean: async () => undefined,
        });
        await start([hook, ...hangUp(hook)], { settings: storeNamed('bad', plugin) });
        should(await call(hook)).have.properties({ from: '+4915790000001', digits: ['1'] });
        should(runtime?.said(hook.id, 'warn') ?? []).deepEqual(['sipgate-webhook.error.store']);
      });
    }
  });

  describe('in a whole call', () => {
    it('asks for a digit, rings a phone, and hears of answer and hang-up', async () => {
      const simulator = await Simulator.start({ speed: Infinity });
      const hook = webhook({ publicKey: simulator.publicKey, publicUrl: '' });
      const { url, message } = await start([
        hook,
        webhookIn(hook, { newCall: ['g'], data: ['d'], answer: ['ans'], hangup: ['end'] }),
        response('g', { action: 'gather' }),
        response('d', { action: 'redirect', numbers: '+49 30 123456' }),
        probe('ans'),
        probe('end'),
      ]);
      simulator.setWebhook(url + hook.path);
      const simulated = simulator.call({
        from: '+4915790000001',
        to: '+4921163553355',
        press: ['7'],
      } as never);
      await simulated.ended;
      (await message('ans')).call.should.have.properties({ from: '+4915790000001', digits: ['7'] });
      (await message('end')).call.should.have.properties({ digits: ['7'] });
      await simulator.stop();
    });
  });
});

/** The common name of the certificate that a server shows. */
function subjectOf(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
      resolve(String(socket.getPeerCertificate().subject.CN));
      socket.destroy();
    });
    socket.on('error', reject);
  });
}
