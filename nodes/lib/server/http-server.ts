import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { RequestHandler } from 'express';
import type { NodeAPI } from 'node-red';
import { invalidInput, MOST_BODY_BYTES, renderError } from '../../../sipgate/index';
import { deploysOf } from '../deploys';
import { openFrontDoor, stackOf, type App } from './front-door';
import { tapBody } from './request-body';
import { refuseRequest, type Handler } from './serve-endpoint';
import type { WebhookPlace } from '../webhook/config';

/** Whether a webhook can be reached, and under which URL on this machine. */
export type ListenState =
  { kind: 'listening'; localUrl: string; where: string } | { kind: 'failed'; where: string; error: Error };

/** One webhook's place on a server. */
export interface Mount {
  /** Gives the place up. Between the two halves of a deploy it is kept for a moment: see {@link HANDOVER_MS}. */
  release(removed: boolean): void;
}

/** What a webhook tells of itself when it takes a place. */
export interface Tenant {
  readonly id: string;
  readonly handler: Handler;
  readonly onState: (state: ListenState) => void;
  /** TLS for a port of its own. */
  readonly tls?: { id: string; options: ServerOptions };
}

/** A path on a server. While its tenant is absent or its flows do not run yet, requests are parked. */
interface Slot {
  tenant: Tenant | undefined;
  readonly isOpen: () => boolean;
  readonly stopWatching: () => void;
  parked: [IncomingMessage, ServerResponse][];
  patience?: NodeJS.Timeout;
  handover?: NodeJS.Timeout;
}

/**
 * A deploy stops a webhook and starts its successor a moment later, and the flows behind it some moments after that.
 * A call that comes meanwhile waits for them instead of finding a closed door or a flow that is not there yet.
 * Longer than a start takes, shorter than sipgate waits.
 */
const HANDOVER_MS = 2000;

/** A server with paths: Node-RED's own or one on a port. */
interface House {
  readonly slots: Map<string, Slot>;
  /** Tells a tenant how the house stands, now and at every change. */
  welcome(path: string, tenant: Tenant): void;
  /** A path is taken or given up. */
  onTaken(path: string): void;
  onEmpty(path: string): void;
}

/**
 * Takes a place for a webhook.
 * @throws SipgateError `INVALID_INPUT` when another webhook has it, or when the server cannot be had at all
 */
export function mount(RED: NodeAPI, place: WebhookPlace, tenant: Tenant): Mount {
  const house = place.server === 'port' ? portHouse(place, tenant) : nodeRedHouse(RED);
  take(RED, house, place.path, tenant);
  house.welcome(place.path, tenant);
  return {
    release: (removed) => release(house, place.path, tenant, removed),
  };
}

function take(RED: NodeAPI, house: House, path: string, tenant: Tenant): void {
  const slot = house.slots.get(path);
  if (slot?.tenant) {
    throw invalidInput('path', 'is taken by another webhook', 'Give each webhook a path of its own.');
  }
  if (slot) {
    clearTimeout(slot.handover);
    slot.tenant = tenant;
  } else {
    house.slots.set(path, createSlot(RED, tenant));
    house.onTaken(path);
  }
}

function createSlot(RED: NodeAPI, tenant: Tenant): Slot {
  const deploys = deploysOf(RED);
  const slot: Slot = {
    tenant,
    isOpen: () => deploys.flowsRun,
    stopWatching: deploys.onStarted(() => {
      if (slot.tenant) unpark(slot);
    }),
    parked: [],
  };
  return slot;
}

function release(house: House, path: string, tenant: Tenant, removed: boolean): void {
  const slot = house.slots.get(path);
  if (!slot || slot.tenant !== tenant) return;
  slot.tenant = undefined;
  if (removed) leave(house, path);
  else slot.handover = setTimeout(() => leave(house, path), HANDOVER_MS).unref();
}

function leave(house: House, path: string): void {
  const slot = house.slots.get(path);
  if (!slot) return;
  clearTimeout(slot.handover);
  slot.stopWatching();
  house.slots.delete(path);
  house.onEmpty(path);
  unpark(slot);
}

function serve(slot: Slot, request: IncomingMessage, response: ServerResponse): void {
  if (slot.tenant && slot.isOpen()) return slot.tenant.handler(request, response);
  slot.parked.push([request, response]);
  slot.patience ??= setTimeout(() => unpark(slot), HANDOVER_MS).unref();
}

function unpark(slot: Slot): void {
  clearTimeout(slot.patience);
  slot.patience = undefined;
  for (const [request, response] of slot.parked.splice(0)) {
    if (slot.tenant) slot.tenant.handler(request, response);
    else refuse(request, response, 503, 'The webhook was stopped');
  }
}

function refuse(request: IncomingMessage, response: ServerResponse, status: number, reason: string): void {
  refuseRequest(request, response, { status, body: renderError(reason) });
}

// ---- Node-RED's own server ----

const nodeRedHouses = new WeakMap<object, House>();

function nodeRedHouse(RED: NodeAPI): House {
  if ((RED.settings as { httpNodeRoot?: unknown }).httpNodeRoot === false) {
    throw invalidInput(
      'server',
      'is Node-RED’s own, which is switched off (httpNodeRoot: false in the settings file)',
      'Choose a port of its own.',
    );
  }
  let house = nodeRedHouses.get(RED.httpNode);
  if (!house) nodeRedHouses.set(RED.httpNode, (house = createNodeRedHouse(RED)));
  return house;
}

function createNodeRedHouse(RED: NodeAPI): House {
  const slots = new Map<string, Slot>();
  const handlers = new Map<string, Handler>();
  let closeDoor: (() => void) | undefined;

  const doorman = (request: IncomingMessage, response: ServerResponse, path: string): boolean => {
    const slot = slotOf(slots, path);
    if (slot) serve(slot, request, response);
    return slot !== undefined;
  };

  /** On the usual way others come first, and one of them may read the body, so its bytes are kept. */
  const tap = (request: IncomingMessage) => {
    if (request.method !== 'POST') return;
    for (const path of slots.keys())
      if (request.url?.includes(path)) return tapBody(request, MOST_BODY_BYTES);
  };

  return {
    slots,
    welcome(path, tenant) {
      tenant.onState({ kind: 'listening', where: path, localUrl: nodeRedUrl(RED, path) });
    },
    onTaken(path) {
      if (slots.size === 1) {
        closeDoor = openFrontDoor(RED, doorman);
        RED.server?.prependListener('request', tap);
      }
      const handler: Handler = (request, response) => {
        const slot = slots.get(path);
        if (slot) serve(slot, request, response);
        else refuse(request, response, 404, 'No webhook here');
      };
      handlers.set(path, handler);
      addRoute(RED.httpNode, '', path, [...userMiddleware(RED), handler]);
      addShortCut(RED, path, handler);
    },
    onEmpty(path) {
      if (slots.size === 0) {
        closeDoor?.();
        RED.server?.removeListener('request', tap);
      }
      removeRoute(RED, handlers.get(path));
      handlers.delete(path);
    },
  };
}

/** Middleware that the user's settings put before every HTTP node; `http in` honours it as well. */
function userMiddleware(RED: NodeAPI): RequestHandler[] {
  const { httpNodeMiddleware } = RED.settings as { httpNodeMiddleware?: unknown };
  return [httpNodeMiddleware ?? []].flat().filter((entry) => typeof entry === 'function') as RequestHandler[];
}

function addRoute(app: Pick<App, 'all'>, prefix: string, path: string, handlers: RequestHandler[]): void {
  app.all(new RegExp(`^${escapeRegExp(prefix + path)}/?$`), ...handlers);
}

/**
 * With the editor at the root, as it is by default, a request for a node first passes all routes and body parsers of
 * the editor, which takes longer than all the rest. So a second route stands before them, but behind whatever an
 * application that embeds Node-RED has put there; and there is none where settings name somebody who wants to see
 * requests first.
 */
function addShortCut(RED: NodeAPI, path: string, handler: Handler): void {
  const { parent, mountpath } = RED.httpNode as unknown as App;
  const { httpNodeAuth, httpAdminMiddleware } = RED.settings as Record<
    'httpNodeAuth' | 'httpAdminMiddleware',
    unknown
  >;
  const stack = stackOf(parent);
  const firstApp = stack.findIndex((layer) => layer.name === 'mounted_app');
  if (!parent || firstApp < 0 || typeof mountpath !== 'string' || httpNodeAuth || httpAdminMiddleware) return;
  addRoute(parent, mountpath.replace(/\/+$/, ''), path, [...userMiddleware(RED), handler]);
  stack.splice(firstApp, 0, ...stack.splice(-1));
}

/** Express has no way to take a route away but its stack; found by our own handler, so never a stranger's. */
function removeRoute(RED: NodeAPI, handler: Handler | undefined): void {
  const app = RED.httpNode as unknown as App;
  for (const stack of [stackOf(app), stackOf(app.parent)]) {
    for (let index = stack.length - 1; index >= 0; index -= 1) {
      if (stack[index]?.route?.stack.some((layer) => layer.handle === handler)) stack.splice(index, 1);
    }
  }
}

function nodeRedUrl(RED: NodeAPI, path: string): string {
  const settings = RED.settings as { uiPort?: number | string; uiHost?: string; https?: unknown };
  const address = RED.server?.address() as AddressInfo | string | null | undefined;
  const port = typeof address === 'object' && address ? address.port : (settings.uiPort ?? 1880);
  return `${settings.https ? 'https' : 'http'}://${hostForUrl(settings.uiHost)}:${port}${RED.httpNode.path()}${path}`.replace(
    /([^:])\/{2,}/g,
    '$1/',
  );
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

// ---- a port of its own ----

type PortPlace = Extract<WebhookPlace, { server: 'port' }>;

/** Another process may hold the port for a moment, e.g. this one's predecessor. */
const RETRY_MS = 5000;

const portHouses = new Map<string, PortHouse>();

interface PortHouse extends House {
  readonly tlsId: string | undefined;
  /** A certificate lives for months: a deploy takes a new one without closing the port. */
  renewCertificate(options: ServerOptions): void;
}

function portHouse(place: PortPlace, tenant: Tenant): House {
  const key = `${place.host}|${place.port}`;
  const house = portHouses.get(key);
  if (house && house.tlsId === tenant.tls?.id) {
    if (tenant.tls) house.renewCertificate(tenant.tls.options);
    return house;
  }
  if (house && [...house.slots.values()].some((slot) => slot.tenant)) {
    throw invalidInput(
      'tls',
      'differs from that of another webhook on this port',
      'Use the same TLS settings, or another port.',
    );
  }
  // its TLS settings changed by this deploy: its former server goes at once
  if (house) for (const path of [...house.slots.keys()]) leave(house, path);
  return createPortHouse(key, place, tenant);
}

function createPortHouse(key: string, place: PortPlace, { tls }: Tenant): PortHouse {
  const slots = new Map<string, Slot>();
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    const slot = slotOf(slots, request.url ?? '/');
    if (slot) serve(slot, request, response);
    else refuse(request, response, 404, 'No webhook here');
  };
  const tlsServer = tls && createTlsServer(tls.options, listener);
  const server = tlsServer ?? createServer(listener);
  const state = listen(server, place, tls !== undefined, (news) => {
    for (const [path, { tenant }] of slots) tenant?.onState(withPath(news, path));
  });
  const house: PortHouse = {
    slots,
    tlsId: tls?.id,
    renewCertificate: (options) => tlsServer?.setSecureContext(options),
    welcome: (path, tenant) => {
      const news = state.now();
      if (news) tenant.onState(withPath(news, path));
    },
    onTaken: () => undefined,
    onEmpty: () => {
      if (slots.size > 0) return;
      if (portHouses.get(key) === house) portHouses.delete(key);
      state.stop();
    },
  };
  portHouses.set(key, house);
  return house;
}

function withPath(state: ListenState, path: string): ListenState {
  return state.kind === 'listening' ? { ...state, localUrl: state.localUrl + path } : state;
}

/** Listens, and tries again while it cannot. */
function listen(
  server: Server,
  { host, port }: PortPlace,
  isTls: boolean,
  tell: (state: ListenState) => void,
) {
  let now: ListenState | undefined;
  let retry: NodeJS.Timeout | undefined;
  let stopped = false;
  const say = (state: ListenState) => tell((now = state));

  limit(server);
  server.on('listening', () => {
    const actual = (server.address() as AddressInfo).port;
    const localUrl = `${isTls ? 'https' : 'http'}://${hostForUrl(host)}:${actual}`;
    say({ kind: 'listening', where: `${host}:${actual}`, localUrl });
  });
  server.on('error', (error) => {
    say({ kind: 'failed', where: `${host}:${port}`, error });
    if (!stopped) retry = setTimeout(() => server.listen(port, host), RETRY_MS).unref();
  });
  server.listen(port, host);

  return {
    now: () => now,
    stop: () => {
      stopped = true;
      clearTimeout(retry);
      server.close();
      // answers that are on their way go out first
      setImmediate(() => server.closeIdleConnections());
      setTimeout(() => server.closeAllConnections(), 200).unref();
    },
  };
}

/** An open port meets strangers: nobody may hold it with half a request. */
function limit(server: Server): void {
  server.headersTimeout = 10_000;
  server.requestTimeout = 15_000;
  server.keepAliveTimeout = 65_000;
  server.maxRequestsPerSocket = 0;
}

function slotOf(slots: Map<string, Slot>, url: string): Slot | undefined {
  const path = (url.split('?', 1)[0] ?? '').replace(/(.)\/+$/, '$1');
  let found: Slot | undefined;
  for (const [candidate, slot] of slots) if (isSame(candidate, path)) found = slot;
  return found;
}

/** Takes as long for a near miss as for a far one: the path is a secret. */
function isSame(secret: string, guess: string): boolean {
  if (secret.length !== guess.length) return false;
  let difference = 0;
  for (let index = 0; index < secret.length; index += 1)
    difference |= secret.charCodeAt(index) ^ guess.charCodeAt(index);
  return difference === 0;
}

/** An address to listen on is not always one to call. */
function hostForUrl(host: string | undefined): string {
  if (host === undefined || host === '' || host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
