import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { NodeAPI } from 'node-red';
import { invalidInput, renderError } from '../../../sipgate/index';
import { deploysOf, type Deploys } from '../deploys';
import type { Certificate } from './certificate';
import { closeServer } from './close-server';
import {
  createServedPath,
  GRACE_MS,
  findPath,
  findSound,
  hostForUrl,
  pathOf,
  type Listener,
  type ListenState,
  type Mount,
  type ServedPath,
} from './paths';
import { passOverUpgrade } from './pass-over';
import { refuseUpgrade, wantsWebSocket } from './web-sockets';

/** Where a port is. */
export interface PortPlace {
  readonly host: string;
  readonly port: number;
  readonly path: string;
}

/** Another process may hold the port for a moment, e.g. this one's predecessor. */
const RETRY_MS = 5000;
/** How long answers that are on their way may take when a port is closed. */
const CLOSE_MS = 3000;

/** A port that strangers can reach: nobody may hold it with half a request, or with many connections. */
const LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  /** How often Node.js looks for connections that took too long: by default every 30 s, which would be the limit. */
  connectionsCheckingInterval: 2000,
  keepAliveTimeout: 65_000,
} as const;
const HANDSHAKE_TIMEOUT_MS = 10_000;
const MOST_CONNECTIONS = 1000;

const servers = new Map<string, PortServer>();

/**
 * Takes a path on a port; several webhooks may share it.
 * @throws SipgateError `INVALID_INPUT` when another webhook has the path, or other TLS settings
 */
export function mountOnPort(
  RED: NodeAPI,
  place: PortPlace,
  listener: Listener,
  certificate: Certificate | undefined,
): Mount {
  const key = `${place.host}|${place.port}`;
  const server = servers.get(key);
  if (server && server.tlsId === certificate?.id) {
    if (certificate) server.renew(certificate);
    return server.take(place.path, listener);
  }
  if (server && [...server.paths.values()].some((path) => path.listener)) {
    throw invalidInput(
      'tls',
      'differs from that of another webhook on this port',
      'Use the same TLS settings, or another port.',
    );
  }
  // its TLS settings changed by this deploy: its former server gives up the port at once
  server?.close('now');
  return new PortServer(deploysOf(RED), key, place, certificate).take(place.path, listener);
}

class PortServer {
  readonly paths = new Map<string, ServedPath>();
  readonly #deploys: Deploys;
  readonly #key: string;
  readonly #server: Server;
  readonly #listening: ReturnType<typeof listen>;
  readonly #stopEnding: () => void;
  #certificate: Certificate | undefined;
  #stopWatching: (() => void) | undefined;

  constructor(deploys: Deploys, key: string, place: PortPlace, certificate: Certificate | undefined) {
    this.#deploys = deploys;
    this.#key = key;
    this.#server = createNodeServer(this.paths, certificate);
    this.#listening = listen(this.#server, place, certificate !== undefined, (state) => this.#tell(state));
    this.#stopEnding = deploys.onEnding(() => this.close('soon'));
    this.#certificate = certificate;
    this.#stopWatching = certificate?.onChange(() => this.#secure());
    servers.set(key, this);
  }

  get tlsId(): string | undefined {
    return this.#certificate?.id;
  }

  take(path: string, listener: Listener): Mount {
    const served =
      this.paths.get(path) ?? createServedPath(this.#deploys, listener.endpoint, () => this.#drop(path));
    this.paths.set(path, served);
    const mount = served.take(listener);
    if (listener.endpoint.sockets) takeUpgrades(this.#server, this.paths);
    const now = this.#listening.state();
    if (now) listener.onState(this.#stateAt(now, path));
    return {
      ...mount,
      interrupt: (kind) => {
        mount.interrupt(kind);
        if (kind === 'stop') this.close();
      },
    };
  }

  /** A certificate lives for months: a deploy takes a new one without closing the port. */
  renew(next: Certificate): void {
    this.#stopWatching?.();
    this.#certificate = next;
    this.#stopWatching = next.onChange(() => this.#secure());
    this.#secure();
  }

  /** New connections are refused; what came in before is answered. */
  close(when: 'now' | 'soon' = 'soon'): void {
    if (servers.get(this.#key) === this) servers.delete(this.#key);
    this.#stopEnding();
    this.#stopWatching?.();
    const closed = this.#listening.stop(when);
    for (const path of this.paths.values()) path.stop(closed);
  }

  #tell(state: ListenState): void {
    for (const [path, { listener }] of this.paths) listener?.onState(this.#stateAt(state, path));
  }

  #stateAt(state: ListenState, path: string): ListenState {
    if (state.kind === 'failed') return state;
    const certificateEnds = this.#certificate?.endsSoon;
    return { ...state, localUrl: state.localUrl + path, ...(certificateEnds ? { certificateEnds } : {}) };
  }

  #secure(): void {
    this.#certificate?.apply(this.#server);
    const now = this.#listening.state();
    if (now) this.#tell(now);
  }

  #drop(path: string): void {
    this.paths.delete(path);
    if (this.paths.size === 0) this.close();
  }
}

function createNodeServer(
  paths: ReadonlyMap<string, ServedPath>,
  certificate: Certificate | undefined,
): Server {
  const onRequest: Parameters<typeof createServer>[1] = (request, response) => {
    const path = pathOf(request.url);
    const sound = findSound(paths, path);
    if (sound) return sound.served.serveSound(sound.id, request, response);
    const served = findPath(paths, path);
    if (served) return served.serve(request, response);
    const body = renderError('No webhook here');
    response.writeHead(404, { 'Content-Type': 'application/xml', 'Content-Length': Buffer.byteLength(body) });
    response.end(body);
  };
  const options = {
    ...LIMITS,
    /** Asked from Node.js 24.9 on; before, an offer of another protocol comes as an upgrade, too. */
    shouldUpgradeCallback: (request: IncomingMessage): boolean =>
      server.listenerCount('upgrade') > 0 && wantsWebSocket(request),
  };
  const server: Server = certificate
    ? createTlsServer(
        { ...certificate.options(), ...options, handshakeTimeout: HANDSHAKE_TIMEOUT_MS },
        onRequest,
      )
    : createServer(options, onRequest);
  server.maxConnections = MOST_CONNECTIONS;
  return server;
}

/** Only once there is a path that takes WebSockets: a server without a listener passes over all other offers by itself. */
function takeUpgrades(server: Server, paths: ReadonlyMap<string, ServedPath>): void {
  if (server.listenerCount('upgrade') > 0) return;
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (!wantsWebSocket(request)) return passOverUpgrade(server, request, socket, head);
    const served = findPath(paths, pathOf(request.url));
    if (served) served.upgrade(request, socket, head);
    else refuseUpgrade(socket, { status: 404, body: '{"error":"No WebSocket here"}' });
  });
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
  let closed: Promise<void> | undefined;
  const say = (state: ListenState) => tell((now = state));

  server.on('listening', () => {
    const actual = (server.address() as AddressInfo).port;
    const localUrl = `${isTls ? 'https' : 'http'}://${hostForUrl(host)}:${actual}`;
    say({ kind: 'listening', where: `${host}:${actual}`, localUrl });
  });
  server.on('error', (error) => {
    say({ kind: 'failed', where: `${host}:${port}`, error });
    if (!closed) retry = setTimeout(() => server.listen(port, host), RETRY_MS).unref();
  });
  server.listen(port, host);

  return {
    state: () => now,
    /** @returns when nobody is taken any more */
    stop(when: 'now' | 'soon'): Promise<void> {
      if (closed) return closed;
      clearTimeout(retry);
      if (when === 'now') server.close();
      closed = when === 'now' ? Promise.resolve() : closeServer(server);
      void closed.then(() => endConnections(server));
      return closed;
    },
  };
}

/** What has come in is answered first, each with `Connection: close`; also what a process that stood still has yet to take. */
function endConnections(server: Server): void {
  setTimeout(() => setImmediate(() => server.closeIdleConnections()), GRACE_MS).unref();
  setTimeout(() => server.closeAllConnections(), CLOSE_MS).unref();
}
