import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Page, type PageOptions } from '../page/page';
import { checkHost } from '../http/guards';
import { HttpRefusal } from '../http/http-refusal';
import { answerRest, isRestPath, type RestApi } from './rest-route';

export interface ServerOptions extends PageOptions {
  /** 0: any. A port that cannot be had is replaced by any other. */
  readonly port: number;
  readonly rest: RestApi;
  /** Default: 10 s. */
  readonly headersTimeoutMs?: number;
}

/** Loopback is fast; a client that drips its headers or its body must not keep a connection. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 60_000;
/** Node.js looks for late ones in this interval only. */
const MOST_CHECK_INTERVAL_MS = 1000;
const MOST_CONNECTIONS = 2000;

/** A listening server and how to end it. */
export interface SimulatorServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Serves the page, its routes and the REST API on 127.0.0.1. */
export async function startServer(options: ServerOptions): Promise<SimulatorServer> {
  const page = new Page(options);
  const headersTimeout = options.headersTimeoutMs ?? HEADERS_TIMEOUT_MS;
  const connectionsCheckingInterval = Math.min(headersTimeout, MOST_CHECK_INTERVAL_MS);
  const limits = { headersTimeout, requestTimeout: REQUEST_TIMEOUT_MS, connectionsCheckingInterval };
  const server = createServer(limits, (request, response) => {
    answer(page, options.rest, request, response).catch((error: unknown) => refuse(response, error));
  });
  server.maxConnections = MOST_CONNECTIONS;
  const port = await listen(server, options.port).catch(() => listen(server, 0));
  return {
    port,
    close: async () => {
      page.close();
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

async function answer(
  page: Page,
  rest: RestApi,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  checkHost(request);
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  if (isRestPath(url.pathname)) await answerRest(rest, request, response, url);
  else await page.answer(request, response, url.pathname);
}

function refuse(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const status = error instanceof HttpRefusal ? error.status : 500;
  const message = error instanceof Error ? error.message : String(error);
  response.writeHead(status, { 'Content-Type': 'application/json', Connection: 'close' });
  response.end(JSON.stringify({ message }));
}
