import { WebSocket } from 'ws';
import type { WireEvent } from '../wire';
import { headersOf, type Line, type LineOptions } from './line';

/** Half a minute of sound in Base64 has 1.3 MB; sipgate's own limit is not known. */
const MOST_FRAME_BYTES = 8 * 1024 * 1024;
const CONNECT_TIMEOUT_MS = 10_000;
/** So long the other side may take to say goodbye. */
const CLOSE_TIMEOUT_MS = 1000;

export interface SocketLineHooks {
  onAction(json: string): void;
  /** The flow's side has closed it, or it broke. */
  onLost(why: string): void;
}

/** Connects to the AI flow with the first event, for the length of the call. */
export function socketLine(options: LineOptions, selfSigned: boolean, hooks: SocketLineHooks): Line {
  let connected: Promise<WebSocket> | undefined;
  let isClosed = false;
  const onLost = (why: string) => {
    if (!isClosed) hooks.onLost(why);
  };
  return {
    overWebSocket: true,
    deliver: async (event) => {
      connected ??= connect(options, selfSigned, { ...hooks, onLost });
      await send(await connected, event);
      return undefined;
    },
    close: () => {
      isClosed = true;
      connected?.then(
        (socket) => {
          socket.close();
          setTimeout(() => socket.terminate(), CLOSE_TIMEOUT_MS).unref();
        },
        () => undefined, // it was told when the event could not be sent
      );
    },
  };
}

function connect(options: LineOptions, selfSigned: boolean, hooks: SocketLineHooks): Promise<WebSocket> {
  const socket = new WebSocket(options.url, {
    headers: headersOf(options),
    perMessageDeflate: false,
    handshakeTimeout: CONNECT_TIMEOUT_MS,
    maxPayload: MOST_FRAME_BYTES,
    rejectUnauthorized: !selfSigned,
  });
  return new Promise((resolve, reject) => {
    socket.on('error', reject); // after it was open, `close` follows and tells it
    socket.on('unexpected-response', (_request, response) => {
      response.resume();
      reject(new Error(`the connection was refused with HTTP ${response.statusCode}`));
    });
    socket.on('open', () => {
      socket.on('message', (data) => hooks.onAction((data as Buffer).toString('utf8')));
      socket.on('close', (code) => hooks.onLost(`closed with code ${code}`));
      resolve(socket);
    });
  });
}

function send(socket: WebSocket, event: WireEvent): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.send(JSON.stringify(event), (error) => (error ? reject(error) : resolve()));
  });
}
