import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { RawData, WebSocket } from 'ws';
import {
  lazy,
  MOST_BODY_BYTES,
  type Connection,
  type HttpAnswer,
  type SocketEndpoint,
} from '../../../sipgate/index';

/** How often a connection is used though nobody speaks: proxies close what is silent for a minute. */
const PING_MS = 20_000;
/** A peer that has answered pings before and misses so many is gone. */
const MOST_MISSED_PONGS = 3;
/** Until a peer that was told to close has done so. */
const CLOSE_MS = 3000;
/** What a peer that reads nothing may let pile up; some minutes of sound. */
const MOST_UNREAD_BYTES = 16 * 1024 * 1024;

/** Compression would cost memory for each connection and save nothing: events are some hundred bytes. */
const handshakes = lazy(() => {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { WebSocketServer } = require('ws') as typeof import('ws');
  return new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: MOST_BODY_BYTES,
  });
});

/** @returns whether a request wants a WebSocket; other upgrades are none of ours */
export function wantsWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket';
}

/** Opens a WebSocket, or refuses it. Never throws. */
export function serveUpgrade(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  endpoint: SocketEndpoint,
): void {
  socket.on('error', () => undefined); // a peer that is gone; the connection's own end tells of it
  const { method, headers, socket: lower } = request;
  const refusal = endpoint.admit({ method, headers, remoteAddress: lower.remoteAddress });
  if (refusal) return refuseUpgrade(socket, refusal);
  handshakes().handleUpgrade(request, socket, head, (webSocket) => {
    (socket as Socket).setKeepAlive?.(true, PING_MS);
    connect(webSocket, endpoint);
  });
}

/** Answers a request for a WebSocket with something else. */
export function refuseUpgrade(socket: Duplex, { status, body }: HttpAnswer): void {
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Connection: close',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.on('error', () => undefined);
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`);
}

function connect(webSocket: WebSocket, endpoint: SocketEndpoint): void {
  const connection: Connection = {
    send(text) {
      if (webSocket.readyState !== webSocket.OPEN) return;
      if (webSocket.bufferedAmount > MOST_UNREAD_BYTES) webSocket.terminate();
      else webSocket.send(text, () => undefined);
    },
    close(code) {
      webSocket.close(code);
      setTimeout(() => webSocket.terminate(), CLOSE_MS).unref();
    },
  };
  const peer = endpoint.open(connection);
  const stopPings = keepAlive(webSocket);
  // a binary frame holds no event
  webSocket.on('message', (data: RawData, isBinary) => peer.receive(isBinary ? '' : textOf(data)));
  webSocket.on('error', () => undefined); // `close` follows
  webSocket.on('close', () => {
    stopPings();
    peer.end();
  });
}

function textOf(data: RawData): string {
  return (Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer)).toString('utf8');
}

/** @returns a function that ends it */
function keepAlive(webSocket: WebSocket): () => void {
  let missed = 0;
  let hasPonged = false;
  webSocket.on('pong', () => {
    hasPonged = true;
    missed = 0;
  });
  const timer = setInterval(() => {
    if (hasPonged && missed >= MOST_MISSED_PONGS) return webSocket.terminate();
    missed += 1;
    webSocket.ping(undefined, undefined, () => undefined);
  }, PING_MS).unref();
  return () => clearInterval(timer);
}
