import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { isLoopback } from '../network/announcement';
import { accountView } from '../rest';
import type { CallScript } from '../network/script';
import type { SimulatedCall, Simulator } from '../simulator';
import type { TranscriptEntry } from '../network/transcript/transcript';
import type { RestAnswer, RestRequest } from '../rest/types';

/** A listening server and how to end it. */
export interface WebServer {
  readonly port: number;
  close(): Promise<void>;
}

type RestApi = (request: RestRequest) => Promise<RestAnswer>;

interface House {
  readonly simulator: Simulator;
  readonly rest: RestApi;
  /** Open event streams; closed with the server. */
  readonly streams: Set<ServerResponse>;
}

/** A refusal with its HTTP status; its message is the answer. */
class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

const PAGE = join(__dirname, 'public');
const TYPES: Readonly<Record<string, string>> = {
  'index.html': 'text/html; charset=utf-8',
  'phone.js': 'text/javascript; charset=utf-8',
  'account.js': 'text/javascript; charset=utf-8',
  'style.css': 'text/css; charset=utf-8',
  'account.css': 'text/css; charset=utf-8',
  'icon.svg': 'image/svg+xml',
};
/** A fax of 28 million base64 characters, the platform's largest, fits. */
const LARGEST_BODY = 32 * 1024 * 1024;
const CALLS_SHOWN = 5;
const MOST_UNREAD = 4 * 1024 * 1024;
const PAGE_POLICY = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'";
/** The page of another site cannot send it without asking first, and is then refused. */
const PAGE_HEADER = 'x-sipgate-simulator';

/** Serves page, its routes and the REST API on 127.0.0.1; a port that cannot be had is replaced by any other. */
export async function createWebServer(simulator: Simulator, port: number, rest: RestApi): Promise<WebServer> {
  const house: House = { simulator, rest, streams: new Set() };
  const server = createServer((request, response) => {
    answer(house, request, response).catch((error: unknown) => refuse(response, error));
  });
  const settled = await listen(server, port).catch(() => listen(server, 0));
  return {
    port: settled,
    close: async () => {
      for (const stream of house.streams) stream.end();
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
    },
  };
}

async function listen(server: Server, port: number): Promise<number> {
  return await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.removeListener('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

async function answer(house: House, request: IncomingMessage, response: ServerResponse): Promise<void> {
  checkHost(request);
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const isRest = url.pathname === '/v2' || url.pathname.startsWith('/v2/');
  if (isRest || url.pathname.startsWith('/auth/realms/')) {
    return await answerRest(house, request, response, url);
  }
  if (request.method === 'GET') return await answerGet(house, response, url.pathname);
  if (request.method !== 'POST') throw new Refusal(405, 'GET or POST');
  checkSender(request);
  sendJson(response, orderOf(house.simulator, url.pathname, await readJson(request)));
}

/** A page elsewhere may give its own name the address 127.0.0.1 (DNS rebinding); its Host gives it away. */
function checkHost(request: IncomingMessage): void {
  const host = request.headers.host ?? '';
  const url = `http://${host}`;
  if (!URL.canParse(url) || !isLoopback(new URL(url).hostname)) {
    throw new Refusal(403, 'The simulator answers to 127.0.0.1 and localhost only.');
  }
}

function checkSender(request: IncomingMessage): void {
  const { origin, host } = request.headers;
  const foreign = origin !== undefined && origin !== `http://${host}`;
  if (foreign || request.headers[PAGE_HEADER] === undefined) {
    throw new Refusal(403, `Only the simulator's own page may do this (header ${PAGE_HEADER}).`);
  }
}

async function answerRest(
  house: House,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const body = await readBody(request);
  const path = url.pathname.startsWith('/v2') ? url.pathname.slice('/v2'.length) : url.pathname;
  const said = await house.rest({
    method: request.method ?? 'GET',
    path,
    query: url.searchParams,
    headers: request.headers,
    body,
  });
  if (said.kind === 'reset') return void request.socket.resetAndDestroy();
  response.writeHead(said.status, said.headers).end(said.body);
}

async function answerGet(house: House, response: ServerResponse, path: string): Promise<void> {
  if (path === '/api/events') return openStream(house, response);
  if (path === '/api/state') return sendJson(response, stateOf(house.simulator));
  if (path === '/api/account') return sendJson(response, accountView(house.simulator.account, Date.now()));
  const name = path === '/' ? 'index.html' : path.slice(1);
  const type = Object.hasOwn(TYPES, name) ? TYPES[name] : undefined;
  if (type === undefined) throw new Refusal(404, 'There is nothing here.');
  const content = await readFile(join(PAGE, name));
  response.writeHead(200, {
    'Content-Type': type,
    'Content-Security-Policy': PAGE_POLICY,
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-cache',
  });
  response.end(content);
}

/** Server-sent events: the latest calls, then each entry of each call as it happens. */
function openStream(house: House, response: ServerResponse): void {
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  const tell = (entry: TranscriptEntry) => {
    // a page that does not read (a sleeping laptop) must not fill the memory; it will connect again
    if (response.writableLength > MOST_UNREAD) response.destroy();
    else response.write(`data: ${JSON.stringify(entry)}\n\n`);
  };
  response.write(': the transcript of all calls\n\n');
  const latest = house.simulator.calls.slice(-CALLS_SHOWN);
  latest.flatMap((call) => call.transcript).forEach(tell);
  const end = house.simulator.onEntry(tell);
  house.streams.add(response);
  response.on('close', () => {
    end();
    house.streams.delete(response);
  });
}

function stateOf(simulator: Simulator) {
  return { url: simulator.url, publicKey: simulator.publicKey, settings: simulator.account.settings };
}

/** What the page may order: a call, keys, a hang-up, the webhook's address. */
function orderOf(simulator: Simulator, path: string, order: Record<string, unknown>): object {
  const [, number, act] = /^\/api\/calls\/(\d+)\/(press|hang-up)$/.exec(path) ?? [];
  if (path === '/api/calls') return { call: placeCall(simulator, order).number };
  if (path === '/api/webhook') {
    simulator.setWebhook(textOf(order, 'url'));
    return stateOf(simulator);
  }
  const call = simulator.calls.find((candidate) => candidate.number === Number(number));
  if (call === undefined) throw new Refusal(404, 'There is no such call.');
  if (act === 'press') saying400(() => call.press(textOf(order, 'digits')));
  else call.hangUp();
  return { outcome: call.outcome.kind };
}

/** A call from the page runs at a person's speed and lasts until somebody hangs up. */
function placeCall(simulator: Simulator, order: Record<string, unknown>): SimulatedCall {
  const script: CallScript = {
    from: textOf(order, 'from'),
    to: textOf(order, 'to'),
    anonymous: order.anonymous === true,
    direction: order.direction === 'out' ? 'out' : 'in',
    callees: { default: (order.callee as 'answers' | undefined) ?? 'answers' },
    ringMs: 2500,
    hangUpAfterMs: Infinity,
    speed: 1,
  };
  return saying400(() => simulator.call(script));
}

function saying400<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw new Refusal(400, error instanceof Error ? error.message : String(error));
  }
}

function textOf(order: Record<string, unknown>, name: string): string {
  const value = order[name];
  if (typeof value !== 'string' || value.length > 2000) throw new Refusal(400, `${name} must be a text.`);
  return value;
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const text = (await readBody(request)).toString('utf8');
  if (text === '') return {};
  const value: unknown = saying400(() => JSON.parse(text));
  if (typeof value !== 'object' || value === null) throw new Refusal(400, 'The body must be a JSON object.');
  return value as Record<string, unknown>;
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > LARGEST_BODY) throw new Refusal(413, 'The body is too large.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function sendJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
  response.end(JSON.stringify(value));
}

function refuse(response: ServerResponse, error: unknown): void {
  if (response.headersSent) return void response.destroy();
  const status = error instanceof Refusal ? error.status : 500;
  const message = error instanceof Error ? error.message : String(error);
  response.writeHead(status, { 'Content-Type': 'application/json', Connection: 'close' });
  response.end(JSON.stringify({ message }));
}
