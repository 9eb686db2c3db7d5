import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { cancelled } from '../../../sipgate/errors';
import { createClient, SipgateError, type ClientOptions, type SipgateClient } from '../../../sipgate/index';
import type { Timing } from '../../../sipgate/client/timing';

/** A request as it arrived. */
export interface Seen {
  readonly method: string;
  /** Path with query, as on the wire. */
  readonly url: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
  readonly json: unknown;
}

/** What the server does with it: an answer, or something worse. */
export type Reply =
  | { status?: number; json?: unknown; text?: string; headers?: Record<string, string>; delay?: number }
  | 'reset'
  | 'hang';

/** Answers from a script: the next one, or what a function says. */
export class ApiServer {
  readonly seen: Seen[] = [];
  /** How many connections were opened. */
  connections = 0;
  /** Resets the connection as soon as the head of a request of this method is there. */
  resetBeforeBody: string | undefined;
  answer: (seen: Seen) => Reply | Promise<Reply> = () => ({ status: 204 });
  private readonly sockets = new Set<Socket>();
  private readonly server = http.createServer((request, response) => void this.handle(request, response));

  /** @param wrongIn says what is wrong with a request (see `requestChecker`): such a one is refused, so that its test fails */
  static async start(wrongIn: (seen: Seen) => readonly string[] = () => []): Promise<ApiServer> {
    const api = new ApiServer(wrongIn);
    api.server.on('connection', (socket) => {
      api.connections += 1;
      api.sockets.add(socket);
      socket.on('close', () => api.sockets.delete(socket));
    });
    api.server.listen(0, '127.0.0.1');
    await once(api.server, 'listening');
    return api;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  private constructor(private readonly wrongIn: (seen: Seen) => readonly string[]) {}

  /** Answers one after the other; the last one stays. */
  script(...replies: Reply[]): void {
    let next = 0;
    this.answer = () => replies[Math.min(next++, replies.length - 1)] as Reply;
  }

  /** Answers by method and path without query, `GET /users`; a list is used up, its last one stays. */
  routes(table: Record<string, Reply | Reply[]>): void {
    const used: Record<string, number> = {};
    this.answer = ({ method, url }) => {
      const key = `${method} ${url.split('?')[0]}`;
      const entry = table[key];
      if (!Array.isArray(entry)) return entry ?? { status: 404 };
      used[key] = (used[key] ?? -1) + 1;
      return entry[Math.min(used[key], entry.length - 1)] as Reply;
    };
  }

  /** `POST /sessions/sms`, … in the order in which they came. */
  get requests(): string[] {
    return this.seen.map(({ method, url }) => `${method} ${url}`);
  }

  /** Waits until so many requests have come. */
  async received(count: number): Promise<void> {
    while (this.seen.length < count) await new Promise((resolve) => setTimeout(resolve, 2));
  }

  async stop(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.sockets.forEach((socket) => socket.destroy());
    await closed;
  }

  private async handle(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = request;
    if (method === this.resetBeforeBody) {
      this.seen.push({ method, url, headers, body: '', json: undefined });
      request.socket.resetAndDestroy();
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString('utf8');
    const isJson = headers['content-type']?.includes('json');
    const seen = { method, url, headers, body, json: isJson ? (JSON.parse(body) as unknown) : undefined };
    this.seen.push(seen);
    const wrong = this.wrongIn(seen);
    const reply = wrong.length > 0 ? { status: 400, text: wrong.join('; ') } : await this.answer(seen);
    if (reply === 'hang') return;
    if (reply === 'reset') return void request.socket.resetAndDestroy();
    if (reply.delay) await new Promise((resolve) => setTimeout(resolve, reply.delay));
    const text = reply.json === undefined ? (reply.text ?? '') : JSON.stringify(reply.json);
    response.writeHead(reply.status ?? 200, reply.headers ?? {}).end(text);
  }
}

/** A clock whose pauses take no time; it notes them. */
export function quickTiming(): Timing & { readonly pauses: number[] } {
  const pauses: number[] = [];
  let passed = 0;
  return {
    pauses,
    now: () => Date.now() + passed,
    random: () => 0.5,
    sleep: async (ms, signal) => {
      pauses.push(ms);
      passed += ms;
      await new Promise((resolve) => setImmediate(resolve));
      if (signal?.aborted) throw cancelled();
    },
  };
}

/** Marks that no message, status or log may hold. */
export const TOKEN_ID = 'token-AB12CD';
export const TOKEN = '0f2b7c1e-dead-4bee-8f00-5ec2e7000001';

/** A client of the server, with a token and quick pauses. */
export function clientOf(api: ApiServer, more: Partial<ClientOptions> = {}): SipgateClient {
  const credentials = { type: 'token', tokenId: TOKEN_ID, token: TOKEN } as const;
  return createClient({ credentials, apiUrl: api.url, timing: quickTiming(), ...more });
}

/** The error of what must fail. */
export async function failure(work: Promise<unknown>): Promise<SipgateError> {
  try {
    await work;
  } catch (error) {
    (error as Error).should.be.instanceof(SipgateError);
    return error as SipgateError;
  }
  throw new Error('this should have failed');
}
