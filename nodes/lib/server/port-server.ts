import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { NodeAPI } from 'node-red';
import { invalidInput, renderError } from '../../../sipgate/index';
import { deploysOf } from '../deploys';
import type { Certificate } from './certificate';
import {
  createServedPath,
  findPath,
  hostForUrl,
  pathOf,
  type Listener,
  type ListenState,
  type Mount,
  type ServedPath,
} from './paths';

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

interface PortServer {
  readonly tlsId: string | undefined;
  readonly paths: Map<string, ServedPath>;
  take(path: string, listener: Listener): Mount;
  renew(certificate: Certificate): void;
  close(): void;
}

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
  // its TLS settings changed by this deploy: its former server goes at once
  server?.close();
  return createPortServer(RED, key, place, certificate).take(place.path, listener);
}

function createPortServer(
  RED: NodeAPI,
  key: string,
  place: PortPlace,
  first: Certificate | undefined,
): PortServer {
  const deploys = deploysOf(RED);
  const paths = new Map<string, ServedPath>();
  let certificate = first;
  const server = createNodeServer(paths, certificate);
  const listening = listen(server, place, certificate !== undefined, tell);
  const stopEnding = deploys.onEnding(close);

  function tell(state: ListenState): void {
    for (const [path, { listener }] of paths) listener?.onState(stateAt(state, path));
  }

  function stateAt(state: ListenState, path: string): ListenState {
    if (state.kind === 'failed') return state;
    const { endsSoon } = certificate ?? {};
    return { ...state, localUrl: state.localUrl + path, ...(endsSoon ? { certificateEnds: endsSoon } : {}) };
  }

  function secure(): void {
    if (certificate && 'setSecureContext' in server) certificate.apply(server);
    const now = listening.state();
    if (now) tell(now);
  }
  let stopWatching = certificate?.onChange(secure);

  function drop(path: string): void {
    paths.delete(path);
    if (paths.size === 0) close();
  }

  /** New connections are refused at once; what came in before is answered. */
  function close(): void {
    if (servers.get(key) === portServer) servers.delete(key);
    stopEnding();
    stopWatching?.();
    for (const path of paths.values()) path.stop();
    listening.stop();
  }

  const portServer: PortServer = {
    tlsId: certificate?.id,
    paths,
    take(path, listener) {
      let served = paths.get(path);
      if (!served) paths.set(path, (served = createServedPath(deploys, listener.endpoint, () => drop(path))));
      const mount = served.take(listener);
      const now = listening.state();
      if (now) listener.onState(stateAt(now, path));
      return {
        ...mount,
        interrupt(kind) {
          mount.interrupt(kind);
          if (kind === 'stop') close();
        },
      };
    },
    renew(next) {
      stopWatching?.();
      certificate = next;
      stopWatching = next.onChange(secure);
      secure();
    },
    close,
  };
  servers.set(key, portServer);
  return portServer;
}

function createNodeServer(
  paths: ReadonlyMap<string, ServedPath>,
  certificate: Certificate | undefined,
): Server {
  const onRequest: Parameters<typeof createServer>[1] = (request, response) => {
    const served = findPath(paths, pathOf(request.url));
    if (served) return served.serve(request, response);
    const body = renderError('No webhook here');
    response.writeHead(404, { 'Content-Type': 'application/xml', 'Content-Length': Buffer.byteLength(body) });
    response.end(body);
  };
  const server = certificate
    ? createTlsServer(
        { ...certificate.options(), ...LIMITS, handshakeTimeout: HANDSHAKE_TIMEOUT_MS },
        onRequest,
      )
    : createServer(LIMITS, onRequest);
  server.maxConnections = MOST_CONNECTIONS;
  return server;
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
    state: () => now,
    stop() {
      if (stopped) return;
      stopped = true;
      clearTimeout(retry);
      server.close();
      // what has come in is answered first, each with `Connection: close`
      setImmediate(() => server.closeIdleConnections());
      setTimeout(() => server.closeAllConnections(), CLOSE_MS).unref();
    },
  };
}
