import http from 'node:http';
import https from 'node:https';
import type { AxiosInstance, AxiosResponse } from 'axios';
import { lazy } from '../../lazy';
import { proxyFor, type ProxyOptions, type ProxyServer } from './proxy';
import { createTunnelAgent, NO_TUNNEL, PROXY_LOGIN } from './tunnel';

/** One request as it goes over the wire. */
export interface WireRequest {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** From start to the last byte of the answer; see also {@link SLOWEST_UPLOAD_BYTES_PER_S}. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** What became of it: any HTTP answer, or the reason why there is none. */
export type WireResult =
  | { readonly kind: 'answer'; readonly status: number; readonly headers: WireHeaders; readonly text: string }
  | { readonly kind: 'failure'; readonly reason: FailureReason; readonly cause: Error };

/** Header names in lower case. */
export type WireHeaders = Readonly<Record<string, string | undefined>>;

/**
 * - `refused`, `dns`: sipgate was never reached, so nothing was carried out.
 * - `tls`: the certificate is not trusted; trying again does not help.
 * - `broken`: the connection ended before the answer did.
 */
export type FailureReason =
  'timeout' | 'cancelled' | 'refused' | 'dns' | 'tls' | 'proxy' | 'too-large' | 'broken';

/** Sends requests, each once. */
export interface Transport {
  send(request: WireRequest): Promise<WireResult>;
  /** Ends idle and open connections. Sending again is possible and opens new ones. */
  destroy(): void;
}

/** Contacts with pictures are the largest answers that there are. */
const MOST_ANSWER_BYTES = 64 * 1024 * 1024;

/** What a slow uplink surely has: a fax of 20 MB must not time out like a question. */
const SLOWEST_UPLOAD_BYTES_PER_S = 64 * 1024;

/** @param proxy beats the environment variables `http_proxy`, `https_proxy` and `no_proxy` */
export function createTransport(proxy: ProxyOptions | undefined): Transport {
  const direct = createAgents(undefined);
  const tunnels = new Map<string, Agents>();
  const agentsFor = (server: ProxyServer | undefined): Agents => {
    if (server === undefined) return direct;
    const key = JSON.stringify(server);
    const agents = tunnels.get(key) ?? createAgents(server);
    tunnels.set(key, agents);
    return agents;
  };
  return {
    send: async (request) => {
      const server = proxyFor(new URL(request.url), proxy);
      return send(request, agentsFor(server), server);
    },
    destroy: () => [direct, ...tunnels.values()].forEach(destroyAgents),
  };
}

interface Agents {
  /** For GET, PUT and DELETE. */
  readonly kept: AgentPair;
  /**
   * For POST, each time a new connection: on a kept one it can meet the server's hanging up, and it is not repeated
   * then, as nobody knows whether it arrived. The price is one handshake.
   */
  readonly fresh: AgentPair;
}

interface AgentPair {
  readonly http: http.Agent;
  readonly https: https.Agent;
}

function createAgents(proxy: ProxyServer | undefined): Agents {
  const pair = (keepAlive: boolean): AgentPair => ({
    http: new http.Agent({ keepAlive }),
    https: proxy ? createTunnelAgent(proxy, { keepAlive }) : new https.Agent({ keepAlive }),
  });
  return { kept: pair(true), fresh: pair(false) };
}

function destroyAgents({ kept, fresh }: Agents): void {
  [kept.http, kept.https, fresh.http, fresh.https].forEach((agent) => agent.destroy());
}

/** axios costs some 10 ms and MB at first use, which a pack without a sent message should not pay. */
const axiosInstance = lazy((): AxiosInstance => {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return (require('axios') as typeof import('axios')).create({
    adapter: 'http',
    // axios' own clean-ups and guesses are off: text goes out and comes in as it is, and every status is an answer.
    responseType: 'text',
    transformRequest: [(data: unknown) => data],
    transformResponse: [(data: unknown) => data],
    validateStatus: null,
    // A redirect would carry the credentials elsewhere; the API has none.
    maxRedirects: 0,
    maxContentLength: MOST_ANSWER_BYTES,
    maxBodyLength: Infinity,
  });
});

async function send(
  request: WireRequest,
  agents: Agents,
  proxy: ProxyServer | undefined,
): Promise<WireResult> {
  const { http: httpAgent, https: httpsAgent } = request.method === 'POST' ? agents.fresh : agents.kept;
  const ending = endingOf(request);
  try {
    const response = await axiosInstance().request<string>({
      method: request.method,
      url: request.url,
      headers: { ...request.headers },
      data: request.body,
      httpAgent,
      httpsAgent,
      signal: ending.signal,
      // Through a proxy, https runs in the agent's tunnel; http is handed over to be forwarded.
      proxy: proxy !== undefined && request.url.startsWith('http:') ? proxy : false,
    });
    return toAnswer(response, proxy !== undefined);
  } catch (error) {
    return { kind: 'failure', reason: ending.reason() ?? failureReason(error), cause: cleanCause(error) };
  } finally {
    ending.dispose();
  }
}

interface Ending {
  readonly signal: AbortSignal;
  reason(): 'timeout' | 'cancelled' | undefined;
  dispose(): void;
}

/** Joins time-out and signal. Not `AbortSignal.any`: in Node.js 20 it holds memory as long as a signal lives. */
function endingOf(request: WireRequest): Ending {
  const controller = new AbortController();
  let reason: 'timeout' | 'cancelled' | undefined;
  const end = (why: 'timeout' | 'cancelled') => {
    reason ??= why;
    controller.abort();
  };
  const cancel = () => end('cancelled');
  const timer = setTimeout(() => end('timeout'), allowedMs(request));
  if (request.signal?.aborted) cancel();
  else request.signal?.addEventListener('abort', cancel, { once: true });
  return {
    signal: controller.signal,
    reason: () => reason,
    dispose: () => {
      clearTimeout(timer);
      request.signal?.removeEventListener('abort', cancel);
    },
  };
}

function allowedMs({ timeoutMs, body }: WireRequest): number {
  return timeoutMs + Math.floor((body?.length ?? 0) / SLOWEST_UPLOAD_BYTES_PER_S) * 1000;
}

function toAnswer(response: AxiosResponse<string>, viaProxy: boolean): WireResult {
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(response.headers)) {
    headers[name.toLowerCase()] = value === undefined || value === null ? undefined : String(value);
  }
  // sipgate answers 407 for a bad fax number; only a proxy says how to log in to it.
  if (response.status === 407 && viaProxy && headers['proxy-authenticate'] !== undefined) {
    return { kind: 'failure', reason: 'proxy', cause: new Error('Proxy authentication required') };
  }
  return { kind: 'answer', status: response.status, headers, text: response.data ?? '' };
}

function failureReason(error: unknown): FailureReason {
  const code = codeOf(error);
  if (code === PROXY_LOGIN) return 'proxy';
  if (code === 'ECONNREFUSED' || code === NO_TUNNEL) return 'refused';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'dns';
  if (/^(CERT_|ERR_TLS|ERR_SSL|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO)/.test(code)) return 'tls';
  if (code === 'ERR_BAD_RESPONSE' && messageOf(error).startsWith('maxContentLength')) return 'too-large';
  return 'broken';
}

/** axios' own error holds the request with its credentials and body: only its words and code go on. */
function cleanCause(error: unknown): Error {
  const code = codeOf(error);
  return Object.assign(new Error(messageOf(error) || code || 'connection failed'), code ? { code } : {});
}

function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : '';
}
