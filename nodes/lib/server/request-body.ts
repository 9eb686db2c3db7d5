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
const READ_TIMEOUT_MS = 10_000;

/** Where body parsers say that they were there, and where some keep what they read. */
interface ParsedRequest extends IncomingMessage {
  _body?: boolean;
  rawBody?: unknown;
}

const captured = new WeakMap<IncomingMessage, BodyResult>();

/**
 * Reads a body before anybody else does, for {@link readBody}, and puts it back for those who come after: Node-RED's
 * editor has a parser for forms in front of all HTTP nodes, users have parsers of their own, and a signature is over
 * bytes, not over what they mean.
 * @param mostBytes what is longer is not kept
 */
export async function captureBody(request: ParsedRequest, mostBytes: number): Promise<void> {
  const { 'content-length': length = '0', 'transfer-encoding': encoding } = request.headers;
  if (length === '0' && encoding === undefined) return; // what has no body is not to be touched
  captured.set(request, await peek(request, mostBytes));
}

/** "Un-consumes" what it has read, as Node.js has it in its documentation of `readable.unshift`. */
function peek(request: IncomingMessage, mostBytes: number): Promise<BodyResult> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const finish = (result: BodyResult) => {
      clearTimeout(timer);
      request.off('readable', read);
      request.off('close', broken);
      if (length > 0 && !request.destroyed) request.unshift(Buffer.concat(chunks));
      resolve(result);
    };
    const broken = () => finish({ kind: 'broken' });
    const read = () => {
      for (
        let chunk = request.read() as Buffer | null;
        chunk !== null;
        chunk = request.read() as Buffer | null
      ) {
        chunks.push(chunk);
        length += chunk.length;
      }
      if (length > mostBytes) finish({ kind: 'tooLong' });
      else if (request.complete) finish({ kind: 'body', body: Buffer.concat(chunks) });
    };
    const timer = setTimeout(broken, READ_TIMEOUT_MS);
    request.on('close', broken);
    request.on('readable', read);
  });
}

/**
 * Reads a whole body as bytes, once.
 * @param mostBytes what is longer is not kept
 */
export function readBody(request: ParsedRequest, mostBytes: number): Promise<BodyResult> {
  const earlier = captured.get(request);
  if (earlier) return Promise.resolve(earlier);
  const isRead = request.readableEnded || request._body === true;
  return isRead ? Promise.resolve(keptBySomebody(request)) : readStream(request, mostBytes);
}

/** Some users let their body parser keep the bytes under this well-known name. */
function keptBySomebody({ rawBody }: ParsedRequest): BodyResult {
  return Buffer.isBuffer(rawBody) ? { kind: 'body', body: rawBody } : { kind: 'consumed' };
}

function readStream(request: IncomingMessage, mostBytes: number): Promise<BodyResult> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const finish = (result: BodyResult) => {
      clearTimeout(timer);
      resolve(result);
    };
    const timer = setTimeout(() => finish({ kind: 'broken' }), READ_TIMEOUT_MS);
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > mostBytes) finish({ kind: 'tooLong' });
      else chunks.push(chunk);
    });
    request.on('end', () => finish({ kind: 'body', body: Buffer.concat(chunks) }));
    request.on('error', () => finish({ kind: 'broken' }));
    request.on('close', () => finish({ kind: 'broken' }));
  });
}
