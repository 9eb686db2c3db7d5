import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SimulatedAccount } from '../../../simulator/account/account';
import { createAccount } from '../../../simulator/account/demo-account';
import { createRestApi } from '../../../simulator/rest';
import type { ClickToDial } from '../../../simulator/rest/telephone-network';
import type { RestAnswer, RestRequest } from '../../../simulator/rest/types';

/** The demo user's personal access token, as a client sends it. */
export const demoToken = basic('token-DEMO01', '3d5a1c62-7c0e-4f1b-9a58-0d2c4b6e8f10');

export function basic(name: string, secret: string): string {
  return `Basic ${Buffer.from(`${name}:${secret}`).toString('base64')}`;
}

/** What came back. `body` is parsed where it is JSON. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  body: any; // eslint-disable-line @typescript-eslint/no-explicit-any -- the tests look into it
}

/** The REST side behind a real server on loopback, with a network that only notes whom it shall call. */
export interface RestServer {
  account: SimulatedAccount;
  dialled: ClickToDial[];
  url: string;
  /** Moves the API's clock on. */
  wait(ms: number): void;
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  close(): Promise<void>;
}

export async function startRestServer(): Promise<RestServer> {
  const account = createAccount();
  const dialled: ClickToDial[] = [];
  let ahead = 0;
  const network = {
    clickToDial: (order: ClickToDial) => void dialled.push(order),
    liveCalls: () => [],
    control: () => false,
  };
  const api = createRestApi(account, network, { now: () => Date.now() + ahead });
  const server = createServer((request, response) => {
    void read(request)
      .then(api)
      .then((answer) => write(answer, response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    account,
    dialled,
    url,
    wait: (ms) => void (ahead += ms),
    call: (method, path, body, headers) => call(url + path, method, body, headers),
    close: () => close(server),
  };
}

async function read(request: IncomingMessage): Promise<RestRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  const { method = '', headers } = request;
  return { method, path: pathname, query: searchParams, headers, body: Buffer.concat(chunks) };
}

function write(answer: RestAnswer, response: ServerResponse): void {
  if (answer.kind === 'reset') response.socket?.resetAndDestroy();
  else response.writeHead(answer.status, answer.headers).end(answer.body);
}

async function call(
  url: string,
  method: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const content: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
  const response = await fetch(url, {
    method,
    headers: { authorization: demoToken, ...content, ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json');
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson ? JSON.parse(text) : undefined,
  };
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
