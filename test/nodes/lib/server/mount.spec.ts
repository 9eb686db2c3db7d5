import { EventEmitter } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import express, { type RequestHandler } from 'express';
import type { NodeAPI } from 'node-red';
import { mount } from '../../../../nodes/lib/server/mount';
import type { Mount } from '../../../../nodes/lib/server/paths';
import type { HttpEndpoint } from '../../../../sipgate/index';

/** What Node-RED's editor is served by: its parsers and its redirect to https stand in front of all HTTP nodes. */
interface EditorApi {
  init(settings: object, server: Server, storage: object, runtime: object): void;
  readonly httpAdmin: RequestHandler;
}
const editorApi = createRequire(require.resolve('node-red'))('@node-red/editor-api') as EditorApi;

/** Says what it got. */
const endpoint: HttpEndpoint = {
  contentType: 'text/plain',
  admit: () => undefined,
  handle: (_head, body) => Promise.resolve({ status: 200, body: `here: ${body.toString()}` }),
  handleWithoutFlows: () => Promise.resolve({ status: 200, body: 'no flows' }),
  refuse: (status, reason) => ({ status, body: reason }),
};

const refuseWith =
  (status: number): RequestHandler =>
  (_request, response) =>
    void response.status(status).end();

/** Node-RED's two applications as its command line, or a program that embeds it, puts them into one. */
class NodeRedServer {
  readonly seen: string[] = [];
  readonly httpNode = express();
  readonly #events = new EventEmitter();
  #server: Server | undefined;
  #mount: Mount | undefined;
  #config = {};

  async open(settings: Record<string, unknown> = {}, between?: RequestHandler): Promise<void> {
    const app = express();
    const server = (this.#server = createServer(app));
    const all = { httpAdminRoot: '/', httpNodeRoot: '/api', get: () => undefined, ...settings };
    editorApi.init(all, server, {}, { isStarted: () => Promise.resolve(true) });
    app.use(this.#note('program'));
    app.use('/', this.#note('editor'), editorApi.httpAdmin);
    if (between) app.use('/api', between);
    app.use('/api', this.httpNode);
    const RED = { httpNode: this.httpNode, settings, server, events: this.#events } as unknown as NodeAPI;
    this.#mount = mount(RED, { server: 'node-red', path: '/hook' }, { endpoint, onState: () => undefined });
    this.started();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  }

  /** The flows run, after a deploy or at the start. */
  started(): void {
    this.#events.emit('flows:starting', { config: this.#config });
    this.#events.emit('flows:started', { config: this.#config });
  }

  async post(path: string, headers = {}): Promise<string> {
    const { port } = this.#server?.address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'POST',
      body: 'a=%31',
      redirect: 'manual',
      headers: { Connection: 'close', 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
    });
    return response.ok ? await response.text() : String(response.status);
  }

  /** The webhook is taken out of the flows. */
  remove(): void {
    this.#mount?.interrupt('deploy');
    void this.#mount?.release();
    this.#mount = undefined;
    this.started();
  }

  async close(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((resolve) => this.#server?.close(resolve));
  }

  #note(who: string): RequestHandler {
    return (_request, _response, next) => {
      this.seen.push(who);
      next();
    };
  }
}

describe('a webhook on Node-RED’s own server', () => {
  let server: NodeRedServer;
  beforeEach(() => {
    server = new NodeRedServer();
  });
  afterEach(() => server.close());

  it('gets the bytes as they were sent, though the editor’s parsers come first', async () => {
    await server.open();
    (await server.post('/api/hook')).should.equal('here: a=%31');
    (await server.post('/api/hook/?a=1')).should.equal('here: a=%31');
    server.seen.should.eql(['program', 'editor', 'program', 'editor']);
  });

  it('is below httpNodeRoot only, and leaves all other requests their way', async () => {
    await server.open();
    for (const path of [
      '/hook',
      '/api/hook/deeper',
      '/api/hookx',
      '/api',
      '/',
      `/api${'/'.repeat(5000)}hook`,
    ])
      (await server.post(path)).should.equal('404', path);
  });

  it('is found by those who write httpNodeRoot in capitals, or letters percent-encoded', async () => {
    await server.open();
    (await server.post('/API/hook')).should.equal('here: a=%31');
    (await server.post('/api/%68ook')).should.equal('here: a=%31');
  });

  it('lets nobody pass whom a guard between the two applications refuses', async () => {
    await server.open({}, refuseWith(401));
    (await server.post('/api/hook')).should.equal('401');
  });

  it('lets nobody pass without https where requireHttps is set, but whom a proxy has asked by https', async () => {
    await server.open({ requireHttps: true });
    (await server.post('/api/hook')).should.equal('302');
    (await server.post('/api/hook', { 'X-Forwarded-Proto': 'http' })).should.equal('302');
    (await server.post('/api/hook', { 'X-Forwarded-Proto': 'https' })).should.equal('here: a=%31');
  });

  it('lets nobody pass whom another node’s guard refuses, whenever that node starts', async () => {
    await server.open();
    const guard = refuseWith(403);
    server.httpNode.use(guard);
    server.started();
    (await server.post('/api/hook')).should.equal('403');
  });

  it('asks httpNodeMiddleware first, for itself only', async () => {
    await server.open({ httpNodeMiddleware: refuseWith(429) });
    (await server.post('/api/hook')).should.equal('429');
    (await server.post('/api/other')).should.equal('404');
  });

  it('leaves nothing behind when it is deleted', async () => {
    await server.open();
    server.remove();
    (await server.post('/api/hook')).should.equal('404');
    server.seen.should.eql(['program', 'editor']);
  });
});
