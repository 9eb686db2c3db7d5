import { unlessAborted } from '../abort';
import { parseJson } from '../json';
import type { ApiPath } from './api-path';
import { requestError } from './failures';
import type { Authorizer } from './login/credentials';
import type { ClientOptions, RequestOptions } from './options';
import { packageHeaders } from './package-info';
import {
  backOffMs,
  isAnswerLost,
  mayBeCarriedOut,
  MOST_RETRIES,
  sendWithRetries,
  type LastTry,
} from './retry';
import type { Timing } from './timing';
import { apiUrlOf, checkedUrl, queryText } from './urls';
import type { Transport } from './wire/transport';
import type { WireRequest } from './wire/types';

/** One request of the API. */
export interface ApiRequest {
  readonly method: WireRequest['method'];
  readonly path: ApiPath;
  readonly body?: unknown;
  readonly options: RequestOptions;
}

/** What sending takes. */
export interface RequestContext {
  readonly options: ClientOptions;
  readonly transport: Transport;
  readonly authorizer: Authorizer;
  readonly timing: Timing;
  readonly timeoutMs: number;
}

/**
 * Sends a request with the login, again where that is safe, and reads the answer.
 * @returns what the answer holds, as `options.as` wants it
 * @throws SipgateError
 */
export async function sendRequest(
  context: RequestContext,
  request: ApiRequest,
  signal: AbortSignal,
): Promise<unknown> {
  const lastTry = await sendUntilKnown(context, request, signal);
  if (lastTry === 'carriedOut' || mayBeCarriedOut(lastTry.result)) request.options.onCarriedOut?.();
  if (lastTry === 'carriedOut') return undefined;
  const { result } = lastTry;
  if (result.kind === 'answer' && result.status >= 200 && result.status < 300) {
    return request.options.as === 'text' ? result.text : jsonOrText(result.text);
  }
  if (isGoneAlready(request, lastTry)) return undefined;
  throw errorOf(context, request, lastTry);
}

/** The first try deleted it, and only its answer was lost. */
function isGoneAlready({ method }: ApiRequest, { result, isEarlierLost }: LastTry): boolean {
  return method === 'DELETE' && isEarlierLost && result.kind === 'answer' && result.status === 404;
}

/** Sends, and where the answer is lost but the effect can be read, reads it and sends again what was not carried out. */
async function sendUntilKnown(
  context: RequestContext,
  request: ApiRequest,
  signal: AbortSignal,
): Promise<LastTry | 'carriedOut'> {
  const { readBack } = request.options;
  const { timing } = context;
  for (let retries = 0; ; retries += 1) {
    const lastTry = await sendAuthorized(context, request, signal);
    if (readBack === undefined || !isAnswerLost(lastTry.result)) return lastTry;
    await timing.sleep(backOffMs(retries, timing), signal);
    const isCarriedOut = await unlessAborted(readBack(), signal).catch(() => undefined);
    if (isCarriedOut) return 'carriedOut';
    if (isCarriedOut === undefined || retries === MOST_RETRIES) return lastTry;
  }
}

function errorOf(context: RequestContext, { method, path, options }: ApiRequest, lastTry: LastTry) {
  const { loginHint, scopeHint, secrets } = context.authorizer;
  const { what, scopes, onNeo, meanings, confidential = [] } = options;
  return requestError({
    what: what ?? `complete ${method} ${path.template}`,
    method,
    template: path.template,
    result: lastTry.result,
    timeoutMs: context.timeoutMs,
    loginHint,
    scopeHint,
    confidential: [...confidential, ...secrets()],
    ...(scopes === undefined ? {} : { scopes }),
    ...(onNeo === undefined ? {} : { onNeo }),
    ...(meanings === undefined ? {} : { meanings }),
    ...(lastTry.askedPauseS === undefined ? {} : { askedPauseS: lastTry.askedPauseS }),
  });
}

/** An empty answer is fine, and dates and numbers stay as they are: sipgate's ids are texts. */
function jsonOrText(text: string): unknown {
  if (text.trim() === '') return undefined;
  return parseJson(text) ?? (text.trim() === 'null' ? null : text);
}

/** A refused login is renewed once, where it can be; the request was surely not carried out. One that another account has
 * renewed meanwhile is tried before. */
async function sendAuthorized(
  context: RequestContext,
  request: ApiRequest,
  signal: AbortSignal,
): Promise<LastTry> {
  const { authorizer, timing } = context;
  let authorization = '';
  const next = async (): Promise<WireRequest> => {
    authorization = await unlessAborted(authorizer.header(), signal);
    return wireRequest(context, request, authorization, signal);
  };
  const isRepeatable = request.method !== 'POST';
  const send = () => sendWithRetries(debugged(context, request), { next, isRepeatable, timing, signal });
  let lastTry = await send();
  let login: Awaited<ReturnType<Authorizer['renew']>> = 'takenOver';
  while (login === 'takenOver' && isRefused(lastTry)) {
    login = await unlessAborted(authorizer.renew(authorization), signal);
    if (login === 'impossible') break;
    const { isEarlierLost } = lastTry;
    lastTry = await send();
    if (isEarlierLost) lastTry = { ...lastTry, isEarlierLost };
  }
  return lastTry;
}

function isRefused({ result }: LastTry): boolean {
  return result.kind === 'answer' && result.status === 401;
}

function wireRequest(
  { options, timeoutMs }: RequestContext,
  { method, path, body, options: { accept = 'application/json', query, readBack } }: ApiRequest,
  authorization: string,
  signal: AbortSignal,
): WireRequest {
  const headers = { ...packageHeaders(), Accept: accept, Authorization: authorization };
  const url = checkedUrl(apiUrlOf(options), 'apiUrl') + path.encoded + queryText(query);
  const mayReuseConnection = method !== 'POST' || readBack !== undefined;
  const request = { method, url, timeoutMs, signal, mayReuseConnection };
  if (body === undefined) return { ...request, headers };
  return {
    ...request,
    headers: { ...headers, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  };
}

function debugged({ options, transport, timing }: RequestContext, request: ApiRequest): Transport {
  const { onDebug } = options;
  if (onDebug === undefined) return transport;
  return {
    ...transport,
    send: async (wire) => {
      const started = timing.now();
      const result = await transport.send(wire);
      const outcome = result.kind === 'answer' ? result.status : result.reason;
      const duration = timing.now() - started;
      onDebug({ method: request.method, path: request.path.template, outcome, duration });
      return result;
    },
  };
}
