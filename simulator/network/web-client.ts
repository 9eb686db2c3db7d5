import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';

/** An HTTP answer, read to its end. */
export interface WebAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface WebRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: Buffer;
  /** ms for the whole exchange, from connecting to the last byte */
  readonly timeoutMs: number;
  /** bytes; a longer answer is an error */
  readonly mostBytes: number;
}

/** How the network reaches webhooks and announcements. */
export interface Web {
  /** @returns the answer, whatever its status; rejects when there is none in time */
  send(order: WebRequest): Promise<WebAnswer>;
  /** @returns where an URL leads on this computer, where the network knows a shorter way; else the URL itself */
  localUrlOf(url: string): string;
  /** Closes every connection; a request that is under way fails. */
  close(): void;
}

/** Keep-alive connections to webhooks. Follows no redirects, as sipgate does not. */
export class WebClient implements Web {
  readonly #http = new HttpAgent({ keepAlive: true });
  readonly #https: HttpsAgent;
  #closed = false;

  /** @param selfSigned accept certificates that no authority has signed, as sipgate's per-line switch does */
  constructor(selfSigned: boolean) {
    this.#https = new HttpsAgent({ keepAlive: true, rejectUnauthorized: !selfSigned });
  }

  /** @returns the answer, whatever its status; rejects when there is none in time */
  async send(order: WebRequest): Promise<WebAnswer> {
    if (this.#closed) throw new Error('the simulator has been stopped');
    const secure = new URL(order.url).protocol === 'https:';
    return await new Promise((resolve, reject) => {
      const options = { method: order.method, headers: order.headers };
      const request = secure
        ? httpsRequest(order.url, { ...options, agent: this.#https })
        : httpRequest(order.url, { ...options, agent: this.#http });
      const deadline = setTimeout(() => {
        const late = new Error(`no answer in ${order.timeoutMs} ms`);
        request.destroy(late);
        // an answer that changes the protocol (101) ends without an error of its own
        reject(late);
      }, order.timeoutMs);
      const settle = (finish: () => void) => {
        clearTimeout(deadline);
        finish();
      };
      request.on('error', (error) => settle(() => reject(error)));
      request.on('response', (response) => {
        readAnswer(response, order.mostBytes).then(
          (answer) => settle(() => resolve(answer)),
          (error: Error) => {
            request.destroy();
            settle(() => reject(request.errored ?? error));
          },
        );
      });
      request.end(order.body);
    });
  }

  localUrlOf(url: string): string {
    return url;
  }

  /** Closes every connection; a request that is under way fails. */
  close(): void {
    this.#closed = true;
    this.#http.destroy();
    this.#https.destroy();
  }
}

async function readAnswer(response: IncomingMessage, mostBytes: number): Promise<WebAnswer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > mostBytes) throw tooLarge(mostBytes);
    chunks.push(chunk);
  }
  if (!response.complete) throw new Error('the connection broke in the middle of the answer');
  const body = unpack(Buffer.concat(chunks), response.headers['content-encoding'], mostBytes);
  return { status: response.statusCode ?? 0, headers: response.headers, body };
}

/** The events announce `Accept-Encoding: gzip,deflate`, so a webhook behind a compressing server may use it. */
function unpack(body: Buffer, encoding: string | undefined, mostBytes: number): Buffer {
  const unpackers = { gzip: gunzipSync, deflate: inflateSync, br: brotliDecompressSync };
  const unpacker = unpackers[encoding as keyof typeof unpackers];
  if (unpacker === undefined || body.length === 0) return body;
  try {
    return unpacker(body, { maxOutputLength: mostBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(mostBytes);
    throw new Error(`the answer is not valid ${encoding}`, { cause: error });
  }
}

function tooLarge(mostBytes: number): Error {
  return new Error(`the answer is larger than ${Math.round(mostBytes / 1024)} KiB`);
}
