import { EventEmitter } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type RequestHandler } from 'express';
import type { NodeAPI } from 'node-red';
import { mount, type Mount } from '../../../../nodes/lib/server/http-server';

/** Node-RED's http in puts a middleware of this name before everything else. */
const rawBodyCapture: RequestHandler = (_request, _response, next) => next();

/** Node-RED's two applications as its command line, or a program that embeds it, puts them into one. */
class Office {
  readonly seen: string[] = [];
  #server: Server | undefined;
  #mount: Mount | undefined;

  /** Whether a program's own middleware stands before Node-RED; its command line has none. */
  isEmbedded = true;

  async open(settings: Record<string, unknown> = {}, between?: RequestHandler): Promise<void> {
    const [app, httpAdmin, httpNode] = [express(), express(), express()];
    app.use(this.isEmbedded ? this.#note('program') : rawBodyCapture);
    httpAdmin.use(this.#note('editor'));
    app.use('/', httpAdmin);
    if (between) app.use('/api', between);
    app.use('/api', httpNode);
    const server = (this.#server = createServer(app));
    const events = new EventEmitter();
    const RED = { httpNode, settings, server, events } as unknown as NodeAPI;
    this.#mount = mount(
      RED,
      { server: 'node-red', path: '/hook' },
      {
        id: 'hook',
        handler: (_, response) => response.end('here'),
        onState: () => undefined,
      },
    );
    events.emit('flows:started');
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  }

  async post(path: string): Promise<string> {
    const { port } = this.#server?.address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'POST',
      body: 'a=1',
      headers: { Connection: 'close' },
    });
    return response.ok ? await response.text() : String(response.status);
  }

  get isServerUntouched(): boolean {
    return this.#server !== undefined && !Object.hasOwn(this.#server, 'emit');
  }

  /** As tools do that measure requests: puts a function of its own around the server's. */
  watchServer(): void {
    const server = this.#server;
    const emit = server?.emit;
    if (!server || !emit) return;
    server.emit = ((event: string, ...values: unknown[]) => {
      if (event === 'request') this.seen.push('emitted');
      return Reflect.apply(emit, server, [event, ...values]) as boolean;
    }) as Server['emit'];
  }

  remove(): void {
    this.#mount?.release(true);
    this.#mount = undefined;
  }

  async close(): Promise<void> {
    this.remove();
    await new Promise((resolve) => this.#server?.close(resolve));
  }

  #note(who: string): RequestHandler {
    return (_request, _response, next) => {
      this.seen.push(who);
      next();
    };
  }
}

describe('a webhook on the server of Node-RED’s command line', () => {
  let office: Office;
  beforeEach(() => {
    office = new Office();
    office.isEmbedded = false;
  });
  afterEach(() => office.close());

  it('is there before the editor and its parsers', async () => {
    await office.open();
    (await office.post('/api/hook')).should.equal('here');
    (await office.post('/api/hook/?a=1')).should.equal('here');
    office.seen.should.be.empty();
  });

  it('is below httpNodeRoot only, and leaves all other requests their way', async () => {
    await office.open();
    for (const path of ['/hook', '/api/hook/deeper', '/api/hookx', '/api', '/'])
      (await office.post(path)).should.equal('404', path);
    office.seen.should.eql(Array<string>(5).fill('editor'));
  });

  it('lets in nobody before a login or a middleware of the settings', async () => {
    const refuse = ((_request, response) => response.status(429).end()) as RequestHandler;
    await office.open({ httpNodeMiddleware: refuse });
    (await office.post('/api/hook')).should.equal('429');
    await office.close();
    await office.open({ httpNodeAuth: { user: 'u', pass: 'p' } }, (_request, response) => {
      response.status(401).end();
    });
    (await office.post('/api/hook')).should.equal('401');
    await office.close();
    await office.open({ httpAdminMiddleware: () => undefined });
    (await office.post('/api/hook')).should.equal('here');
    office.seen.should.containEql('editor');
  });

  it('leaves the server as it was when it is deleted, also where somebody has changed it meanwhile', async () => {
    await office.open();
    office.remove();
    office.isServerUntouched.should.be.true();
    (await office.post('/api/hook')).should.equal('404');
    await office.close();
    await office.open();
    office.watchServer();
    office.remove();
    (await office.post('/api/hook')).should.equal('404');
    office.seen.should.eql(['editor', 'emitted', 'editor']);
  });
});

describe('a webhook on the server of a program that embeds Node-RED', () => {
  let office: Office;
  beforeEach(() => {
    office = new Office();
  });
  afterEach(() => office.close());

  it('need not pass the editor, only the program that Node-RED is part of', async () => {
    await office.open();
    (await office.post('/api/hook')).should.equal('here');
    (await office.post('/api/hook/')).should.equal('here');
    office.seen.should.eql(['program', 'program']);
  });

  it('is below httpNodeRoot only', async () => {
    await office.open();
    (await office.post('/hook')).should.equal('404');
    (await office.post('/api/hook/deeper')).should.equal('404');
  });

  it('is found by those who write httpNodeRoot in capitals, as all HTTP nodes are', async () => {
    await office.open();
    (await office.post('/API/hook')).should.equal('here');
    office.seen.should.eql(['program', 'editor']);
  });

  it('lets nobody pass whom httpNodeAuth refuses', async () => {
    await office.open({ httpNodeAuth: { user: 'u', pass: 'p' } }, (_request, response) => {
      response.status(401).end();
    });
    (await office.post('/api/hook')).should.equal('401');
  });

  it('lets httpAdminMiddleware see what it would see without us', async () => {
    await office.open({ httpAdminMiddleware: () => undefined });
    (await office.post('/api/hook')).should.equal('here');
    office.seen.should.eql(['program', 'editor']);
  });

  it('asks httpNodeMiddleware first', async () => {
    await office.open({
      httpNodeMiddleware: ((_request, response) => response.status(429).end()) as RequestHandler,
    });
    (await office.post('/api/hook')).should.equal('429');
  });

  it('leaves no route behind when it is deleted', async () => {
    await office.open();
    office.remove();
    (await office.post('/api/hook')).should.equal('404');
    office.seen.should.eql(['program', 'editor']);
  });
});
