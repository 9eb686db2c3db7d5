import type { IncomingMessage } from 'node:http';

/** How reading a body can end. */
export type BodyResult =
  | { kind: 'body'; body: Buffer }
  | { kind: 'tooLong' }
  /** The sender went away, or sent too slowly. */
  | { kind: 'broken' }
  /** Somebody else's middleware read it, and its bytes are lost. */
  | { kind: 'consumed' };

/** Longer than any honest sender takes for some hundred bytes. */
const PATIENCE_MS = 10_000;

interface Tap {
  chunks: Buffer[];
  length: number;
  ended: boolean;
  /** Called when all is there, or more than is wanted. */
  onEnd?: () => void;
}

/** On the request itself: a WeakMap that changes with every request is costly to clean up. */
const TAP = Symbol('tap');

interface Tapped extends IncomingMessage {
  [TAP]?: Tap;
}

/**
 * Keeps the bytes of a request while whoever comes first reads them: a body parser in the user's settings leaves
 * a parsed object, and the signature is over the raw bytes. It listens where the HTTP parser pushes into the stream,
 * because a 'data' listener would start the flow and take the bytes from others.
 * @param most bytes to keep; what is longer is not kept
 */
export function tapBody(request: Tapped, most: number): void {
  const tap: Tap = { chunks: [], length: 0, ended: false };
  const push = request.push;
  request[TAP] = tap;
  request.push = function (this: IncomingMessage, chunk: unknown, encoding?: BufferEncoding) {
    if (chunk === null) end(tap);
    else if (Buffer.isBuffer(chunk)) {
      tap.length += chunk.length;
      if (tap.length <= most) tap.chunks.push(chunk);
      else end(tap);
    }
    return push.call(this, chunk, encoding);
  };
}

function end(tap: Tap): void {
  tap.ended = true;
  tap.onEnd?.();
}

/**
 * Reads a whole body as bytes.
 * @param most the longest body in bytes
 * @param done is called once
 */
export function readBody(request: Tapped, most: number, done: (result: BodyResult) => void): void {
  const tap = request[TAP];
  const isRead = request.readableEnded || (request as { _body?: boolean })._body === true;
  if (tap) readTapped(request, tap, most, once(request, done));
  else if (isRead) done(keptBySomebody(request));
  else readStream(request, most, once(request, done));
}

/** Some users let their body parser keep the bytes under this well-known name. */
function keptBySomebody(request: IncomingMessage): BodyResult {
  const { rawBody } = request as { rawBody?: unknown };
  return Buffer.isBuffer(rawBody) ? { kind: 'body', body: rawBody } : { kind: 'consumed' };
}

function readTapped(
  request: IncomingMessage,
  tap: Tap,
  most: number,
  done: (result: BodyResult) => void,
): void {
  const finish = () =>
    done(tap.length > most ? { kind: 'tooLong' } : { kind: 'body', body: joined(tap.chunks) });
  if (tap.ended) return finish();
  tap.onEnd = finish;
  if (!request.readableEnded) request.resume();
}

function readStream(request: IncomingMessage, most: number, done: (result: BodyResult) => void): void {
  const chunks: Buffer[] = [];
  let length = 0;
  request.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length > most) done({ kind: 'tooLong' });
    else chunks.push(chunk);
  });
  request.on('end', () => done({ kind: 'body', body: joined(chunks) }));
}

/** Ends a read at its first result, at a broken connection, or when the sender is too slow. */
function once(request: IncomingMessage, done: (result: BodyResult) => void): (result: BodyResult) => void {
  let isDone = false;
  const finish = (result: BodyResult) => {
    if (isDone) return;
    isDone = true;
    clearTimeout(timer);
    done(result);
  };
  const broken = () => finish({ kind: 'broken' });
  let timer: NodeJS.Timeout | undefined;
  // a body that came with its head is read by then: most requests need neither clock nor listeners
  process.nextTick(() => {
    if (isDone) return;
    timer = setTimeout(broken, PATIENCE_MS);
    request.on('error', broken);
    request.on('close', broken);
  });
  return finish;
}

function joined(chunks: Buffer[]): Buffer {
  return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
}
