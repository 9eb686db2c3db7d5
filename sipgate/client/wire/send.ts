import http from 'node:http';
import https from 'node:https';
import { TLSSocket } from 'node:tls';
import type { AxiosResponse, InternalAxiosRequestConfig } from 'axios';
import { lazy } from '../../lazy';
import type { ProxyServer } from './proxy';
import { PROXY_LOGIN } from './tunnel';
import type { FailureReason, WireRequest, WireResult } from './types';

/** Contacts with pictures are the largest answers that there are. */
const MOST_ANSWER_BYTES = 64 * 1024 * 1024;

/** What a slow uplink surely has: a fax of 20 MB must not time out like a question. */
const SLOWEST_UPLOAD_BYTES_PER_S = 64 * 1024;

/** Where connections come from. */
export interface AgentPair {
  readonly http: http.Agent;
  readonly https: https.Agent;
}

/**
 * axios costs some 10 ms and MB at first use, which a pack without a sent message should not pay. Of it only the part
 * that talks HTTP: joining settings for every request takes two thirds of what the request itself does.
 */
const axiosHttp = lazy(() => {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { AxiosHeaders, getAdapter } = require('axios') as typeof import('axios');
  const adapter = getAdapter('http');
  return (config: Pick<InternalAxiosRequestConfig, 'signal' | 'proxy'> & HttpConfig) =>
    adapter({
      ...config,
      headers: new AxiosHeaders(config.headers),
      // axios' own clean-ups and guesses are off: text goes out and comes in as it is, and every status is an answer.
      validateStatus: null,
      // A redirect would carry the credentials elsewhere; the API has none.
      maxRedirects: 0,
      maxContentLength: MOST_ANSWER_BYTES,
      maxBodyLength: Infinity,
    }) as Promise<AxiosResponse<string | Buffer>>;
});

/** What is different in each request. */
interface HttpConfig {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly data: unknown;
  readonly httpAgent: http.Agent;
  readonly httpsAgent: https.Agent;
  readonly transport: unknown;
  readonly responseType: 'text' | 'arraybuffer';
}

/**
 * Sends a request once.
 * @param proxy through which it goes: https in the tunnel of the agent, http handed over to be forwarded
 */
export async function sendOnce(
  request: WireRequest,
  agents: AgentPair,
  proxy: ProxyServer | undefined,
): Promise<WireResult> {
  const ending = endingOf(request);
  const watch = watchConnection();
  try {
    const response = await axiosHttp()({
      method: request.method,
      url: request.url,
      headers: { ...request.headers },
      data: request.body,
      httpAgent: agents.http,
      httpsAgent: agents.https,
      signal: ending.signal,
      transport: watch.transport,
      responseType: request.isFile ? 'arraybuffer' : 'text',
      proxy: proxy !== undefined && request.url.startsWith('http:') ? proxy : false,
    });
    return toAnswer(response, proxy !== undefined);
  } catch (error) {
    const wasSent = watch.wasOpen();
    const reason = reasonOf(error, ending.reason(), wasSent);
    const cause =
      ending.reason() === 'timeout' && !wasSent ? noConnection(request.timeoutMs) : cleanCause(error);
    return { kind: 'failure', reason, cause, wasSent };
  } finally {
    ending.dispose();
  }
}

interface ConnectionWatch {
  /** For axios, instead of Node.js' own modules. */
  readonly transport: { request: typeof http.request };
  /** Whether there ever was a connection, so that something of the request may have arrived. */
  wasOpen(): boolean;
}

/** The names of errors do not tell: a reset is one before the handshake and after the request. The socket does. */
function watchConnection(): ConnectionWatch {
  let isOpen = false;
  const request = (options: https.RequestOptions, onResponse: (response: http.IncomingMessage) => void) => {
    const outgoing = (options.protocol === 'https:' ? https : http).request(options, onResponse);
    outgoing.once('socket', (socket) => {
      if (outgoing.reusedSocket) isOpen = true;
      else socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', () => (isOpen = true));
    });
    return outgoing;
  };
  return { transport: { request: request as typeof http.request }, wasOpen: () => isOpen };
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

function toAnswer(response: AxiosResponse<string | Buffer>, viaProxy: boolean): WireResult {
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(response.headers)) {
    headers[name.toLowerCase()] = value === undefined || value === null ? undefined : String(value);
  }
  // sipgate answers 407 for a bad fax number; only a proxy says how to log in to it.
  if (response.status === 407 && viaProxy && headers['proxy-authenticate'] !== undefined) {
    const cause = new Error('Proxy authentication required');
    return { kind: 'failure', reason: 'proxy', cause, wasSent: false };
  }
  const { status, data } = response;
  if (!Buffer.isBuffer(data)) return { kind: 'answer', status, headers, text: data ?? '' };
  // the words of an error, as `wordsOf` reads them
  const text = status >= 200 && status < 300 ? '' : data.toString('utf8');
  return { kind: 'answer', status, headers, text, bytes: data };
}

/** What OpenSSL says of a certificate, and Node.js of the name in it. */
const CERTIFICATE = /^(?:CERT_|ERR_TLS_CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO)/;

function reasonOf(
  error: unknown,
  ended: 'timeout' | 'cancelled' | undefined,
  wasSent: boolean,
): FailureReason {
  if (ended === 'cancelled') return 'cancelled';
  if (ended === 'timeout') return wasSent ? 'timeout' : 'unreached';
  const code = codeOf(error);
  if (code === PROXY_LOGIN) return 'proxy';
  if (CERTIFICATE.test(code)) return 'tls';
  if (code === 'ERR_BAD_RESPONSE' && messageOf(error).startsWith('maxContentLength')) return 'tooLarge';
  return wasSent ? 'broken' : 'unreached';
}

function noConnection(timeoutMs: number): Error {
  return Object.assign(new Error(`no connection in ${timeoutMs / 1000} s`), { code: 'ETIMEDOUT' });
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
