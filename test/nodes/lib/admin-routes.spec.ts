import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ErrorRequestHandler, Request, RequestHandler } from 'express';
import 'should';
import { addAdminRoute } from '../../../nodes/lib/admin-routes';
import { startRuntime, type Runtime } from '../../node-red';

describe('What the editor asks of this pack', () => {
  let runtime: Runtime;
  let admin: Server;
  let url: string;
  const asked: string[] = [];
  const tells =
    (what: string): RequestHandler =>
    (request: Request, response) => {
      asked.push(what);
      response.json({ what, params: request.params, query: request.query });
    };
  const passes: RequestHandler = (_request, _response, next) => {
    asked.push('may');
    next();
  };
  const ask = async (path: string, method = 'GET') => {
    const answer = await fetch(url + path, { method });
    return { status: answer.status, body: answer.ok ? ((await answer.json()) as unknown) : undefined };
  };

  before(async () => {
    runtime = await startRuntime([]);
    const { RED } = runtime;
    addAdminRoute(RED, 'GET', '/try/things/:id', passes, tells('one'));
    addAdminRoute(RED, 'POST', '/try/things/:id', passes, tells('change'));
    addAdminRoute(RED, 'GET', '/try/things', tells('all'));
    addAdminRoute(RED, 'GET', '/try/things/:id/sounds/:number', tells('sound'));
    addAdminRoute(RED, 'GET', '/try/fails', () => Promise.reject(new Error('broken')));
    addAdminRoute(
      RED,
      'GET',
      '/try/refuses',
      (_request, _response, next) => next(new Error('no')),
      tells('never'),
    );
    const quietly: ErrorRequestHandler = (_error, _request, response, _next) => void response.sendStatus(500);
    RED.httpAdmin.use(quietly);
    admin = createServer(RED.httpAdmin as unknown as RequestListener);
    await new Promise<void>((resolve) => admin.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(admin.address() as AddressInfo).port}`;
  });
  after(async () => {
    admin.closeAllConnections();
    admin.close();
    await runtime.stop();
  });
  beforeEach(() => void asked.splice(0));

  it('finds its route by method and path, with what stands in the path', async () => {
    (await ask('/sipgate/try/things/a%2Fb?x=1')).body!.should.deepEqual({
      what: 'one',
      params: { id: 'a/b' },
      query: { x: '1' },
    });
    asked.should.deepEqual(['may', 'one']);
    (await ask('/sipgate/try/things/7', 'POST')).body!.should.containEql({ what: 'change' });
    (await ask('/sipgate/try/things')).body!.should.containEql({ what: 'all' });
    (await ask('/sipgate/try/things/7/sounds/2')).body!.should.containEql({
      params: { id: '7', number: '2' },
    });
  });

  it('lets pass what is for nobody here, such as the events of a webhook', async () => {
    for (const path of [
      '/',
      '/try',
      '/try/things/7/sounds',
      '/try/things/7/sounds/2/3',
      '/9oT2bWm4Qe',
      '/try/things/%',
    ])
      (await ask(`/sipgate${path}`)).status.should.equal(404, path);
    (await ask('/sipgate/try/things/7', 'DELETE')).status.should.equal(404);
    asked.should.be.empty();
  });

  it('answers with an error where a route breaks, and goes no further where a check refuses', async () => {
    (await ask('/sipgate/try/fails')).status.should.equal(500);
    (await ask('/sipgate/try/refuses')).status.should.equal(500);
    asked.should.be.empty();
  });

  it('costs a request one layer, however many routes there are', () => {
    const layers = () =>
      (runtime.RED.httpAdmin as unknown as { _router: { stack: unknown[] } })._router.stack.length;
    const before = layers();
    for (let count = 0; count < 20; count += 1)
      addAdminRoute(runtime.RED, 'GET', `/try/more/${count}`, tells('more'));
    layers().should.equal(before);
  });

  it('is nothing where a program embeds Node-RED without its editor', () => {
    const RED = { ...runtime.RED, httpAdmin: undefined } as never;
    (() => addAdminRoute(RED, 'GET', '/try/none', tells('none'))).should.not.throw();
  });
});
