import type { IncomingMessage } from 'node:http';
import { parse as parseForm } from 'node:querystring';

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

const CAPTURED = Symbol('captured body');

/** Where body parsers say that they were there, where they put what they read, and where some keep its bytes. */
interface ParsedRequest extends IncomingMessage {
  _body?: boolean;
  body?: unknown;
  rawBody?: unknown;
  [CAPTURED]?: BodyResult;
}

/**
 * Reads a body before anybody else does, for {@link readBody}: Node-RED's editor has a parser for forms in front of all
 * HTTP nodes, users have parsers of their own, and a signature is over bytes, not over what they mean. As Node-RED's
 * http in does with a body that it captures, it says that the body is parsed: a parser that reads and decodes it again
 * costs more than all that the webhook does, the signature apart. Guards find a form in `body`, and the bytes in
 * `rawBody`; for those who read the stream by hand they are put back.
 * @param mostBytes what is longer is not kept
 */
export async function captureBody(request: ParsedRequest, mostBytes: number): Promise<void> {
  const { 'content-length': length = '0', 'transfer-encoding': encoding } = request.headers;
  if (length === '0' && encoding === undefined) return; // what has no body is not to be touched
  const read = await peek(request, mostBytes);
  request[CAPTURED] = read;
  request._body = true;
  if (read.kind !== 'body') return;
  request.rawBody = read.body;
  request.body = isForm(request) ? parseForm(read.body.toString()) : read.body;
}

function isForm({ headers }: IncomingMessage): boolean {
  return /^application\/x-www-form-urlencoded\b/i.test(headers['content-type'] ?? '');
}

/** "Un-consumes" what it has read, as Node.js has it in its documentation of `readable.unshift`. */
function peek(request: IncomingMessage, mostBytes: number): Promise<BodyResult> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const finish = (result: BodyResult, bytes: Buffer) => {
      clearTimeout(timer);
      request.off('readable', read);
      request.off('close', broken);
      if (length > 0 && !request.destroyed) request.unshift(bytes);
      resolve(result);
    };
    const broken = () => finish({ kind: 'broken' }, joined(chunks));
    const read = () => {
      for (
        let chunk = request.read() as Buffer | null;
        chunk !== null;
        chunk = request.read() as Buffer | null
      ) {
        chunks.push(chunk);
        length += chunk.length;
      }
      if (length <= mostBytes && !request.complete) return;
      const body = joined(chunks);
      finish(length > mostBytes ? { kind: 'tooLong' } : { kind: 'body', body }, body);
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
  if (request[CAPTURED]) return Promise.resolve(request[CAPTURED]);
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
    request.on('end', () => finish({ kind: 'body', body: joined(chunks) }));
    request.on('error', () => finish({ kind: 'broken' }));
    request.on('close', () => finish({ kind: 'broken' }));
  });
}

/** Most bodies come in one piece, which need not be copied. */
function joined(chunks: readonly Buffer[]): Buffer {
  const [first, ...others] = chunks;
  return first && others.length === 0 ? first : Buffer.concat(chunks);
}
