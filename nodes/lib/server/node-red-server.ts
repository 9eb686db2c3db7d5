import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { NodeAPI } from 'node-red';
import { invalidInput, MOST_BODY_BYTES } from '../../../sipgate/index';
import { deploysOf } from '../deploys';
import {
  createServedPath,
  findPath,
  findSound,
  hostForUrl,
  isSoundUrl,
  normalPath,
  pathOf,
  type Listener,
  type Mount,
  type ServedPath,
} from './paths';
import { closeServer } from './close-server';
import { captureBody } from './request-body';
import { wantsWebSocket } from './web-sockets';

/** An Express application with what Express has no public words for. */
interface App {
  readonly parent?: App;
  readonly _router?: { stack: Layer[] };
  use(handler: RequestHandler): unknown;
  all(path: RegExp, ...handlers: RequestHandler[]): unknown;
  path(): string;
}

interface Layer {
  readonly handle?: unknown;
  readonly route?: { readonly stack: readonly { readonly handle: unknown }[] };
}

/** Node-RED's own server, with the paths of webhooks on it. */
interface NodeRedServer {
  readonly paths: Map<string, ServedPath>;
  take(path: string, listener: Listener): Mount;
}

const servers = new WeakMap<object, NodeRedServer>();

/**
 * Takes a path on Node-RED's own server.
 * @throws SipgateError `INVALID_INPUT` when another webhook has it, or when HTTP nodes are switched off
 */
export function mountOnNodeRed(RED: NodeAPI, path: string, listener: Listener): Mount {
  if ((RED.settings as { httpNodeRoot?: unknown }).httpNodeRoot === false) {
    throw invalidInput(
      'server',
      'is Node-RED’s own, which is switched off (httpNodeRoot: false in the settings file)',
      'Choose a port of its own.',
    );
  }
  let server = servers.get(RED.httpNode);
  if (!server) servers.set(RED.httpNode, (server = createNodeRedServer(RED)));
  const place = server.take(path, listener);
  listener.onState({ kind: 'listening', where: path, localUrl: urlOf(RED, path) });
  return place;
}

function createNodeRedServer(RED: NodeAPI): NodeRedServer {
  const app = RED.httpNode as unknown as App;
  const deploys = deploysOf(RED);
  const paths = new Map<string, ServedPath>();

  const find = (url: string | undefined) => findPath(paths, pathOf(url));
  const skipOthers = (request: Request, _response: Response, next: NextFunction) =>
    find(request.url) ? next() : next('route');
  const serve = (request: Request, response: Response, next: NextFunction) => {
    const served = find(request.url);
    if (served) served.serve(request, response);
    else next('route');
  };

  /** At the end, behind what other nodes have put there at this deploy: a webhook passes whatever http in has to pass. */
  function placeRoute(): void {
    removeRoute(app, serve);
    if (paths.size === 0) return;
    const middleware = userMiddleware(RED);
    if (middleware.length > 0) app.all(/^/, skipOthers, ...middleware, serve);
    else app.all(/^/, serve);
  }

  function open(): void {
    liftToTop(rootOf(app), receiverOf(app, paths));
    deploys.onStarted(placeRoute);
    deploys.onEnding(() => endWith(RED.server as Server | undefined, paths));
  }

  const takeUpgrades = upgradesOf(RED.server as Server | undefined, (request) =>
    findPath(paths, pathBelow(app, request)),
  );
  open();
  return {
    paths,
    take(path, listener) {
      let served = paths.get(path);
      if (!served) {
        const drop = () => void paths.delete(path);
        paths.set(path, (served = createServedPath(deploys, listener.endpoint, drop)));
      }
      const place = served.take(listener);
      placeRoute();
      if (listener.endpoint.sockets) takeUpgrades();
      return place;
    },
  };
}

/**
 * @returns the middleware before all others: it serves sounds, which are for whoever knows where they are and have no login in
 *   front, and reads the bodies of requests for webhooks before anybody else does
 */
function receiverOf(app: App, paths: ReadonlyMap<string, ServedPath>): RequestHandler {
  return (request, response, next) => {
    const sound = isSoundUrl(request.url) ? findSound(paths, pathBelow(app, request)) : undefined;
    if (sound) return sound.served.serveSound(sound.id, request, response);
    if (request.method !== 'POST' || !findPath(paths, pathBelow(app, request))) return next();
    captureBody(request, MOST_BODY_BYTES).then(() => next(), next);
  };
}

/**
 * Has requests for WebSockets served, once they are asked for. What is not for us is left to the editor and to other
 * nodes, which listen as well.
 */
function upgradesOf(
  server: Server | undefined,
  servedAt: (request: IncomingMessage) => ServedPath | undefined,
): () => void {
  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (wantsWebSocket(request)) servedAt(request)?.upgrade(request, socket, head);
  };
  return () => {
    if (server && !server.listeners('upgrade').includes(upgrade)) server.on('upgrade', upgrade);
  };
}

/**
 * The process ends: new connections are refused, so that a balancer goes elsewhere, and what comes over connections that
 * are open is answered without flows.
 */
function endWith(server: Server | undefined, paths: ReadonlyMap<string, ServedPath>): void {
  const closed = paths.size > 0 && server?.listening ? closeServer(server) : Promise.resolve();
  for (const path of paths.values()) path.stop(closed);
}

/** @returns the path of a request below that of an application; `undefined` for one elsewhere */
function pathBelow(app: App, { url }: IncomingMessage): string | undefined {
  // Express does not mind capitals in the path of an application
  const root = normalPath(app.path()).toLowerCase();
  const path = pathOf(url);
  if (root === '/' || root === '') return path;
  return path?.toLowerCase().startsWith(`${root}/`) ? path.slice(root.length) : undefined;
}

/** Middleware that the user's settings put before every HTTP node; `http in` honours it as well. */
function userMiddleware(RED: NodeAPI): RequestHandler[] {
  const { httpNodeMiddleware } = RED.settings as { httpNodeMiddleware?: unknown };
  return [httpNodeMiddleware ?? []].flat().filter((entry) => typeof entry === 'function') as RequestHandler[];
}

function rootOf(app: App): App {
  return app.parent ? rootOf(app.parent) : app;
}

/** @returns the layers of an application, to be changed in place: Express has no other way to move or to remove one */
function stackOf(app: App): Layer[] {
  return app._router?.stack ?? [];
}

/**
 * Puts a middleware before all others, where the raw-body middleware of Node-RED's http in stands as well: the editor's
 * own parsers, which come first by default, would leave nothing of the bytes that are signed.
 */
function liftToTop(app: App, middleware: RequestHandler): void {
  app.use(middleware);
  const stack = stackOf(app);
  const index = stack.findIndex(({ handle }) => handle === middleware);
  if (index > 0) stack.unshift(...stack.splice(index, 1));
}

/** Found by our own handler, so it is never a stranger's. */
function removeRoute(app: App, handler: RequestHandler): void {
  const stack = stackOf(app);
  for (let index = stack.length - 1; index >= 0; index -= 1) {
    if (stack[index]?.route?.stack.some((layer) => layer.handle === handler)) stack.splice(index, 1);
  }
}

function urlOf(RED: NodeAPI, path: string): string {
  const settings = RED.settings as { uiPort?: number | string; uiHost?: string; https?: unknown };
  const address = RED.server?.address() as AddressInfo | string | null | undefined;
  const port = typeof address === 'object' && address ? address.port : (settings.uiPort ?? 1880);
  const root = (RED.httpNode as unknown as App).path();
  const base = root.endsWith('/') ? root.slice(0, -1) : root;
  return `${settings.https ? 'https' : 'http'}://${hostForUrl(settings.uiHost)}:${port}${base}${path}`;
}
