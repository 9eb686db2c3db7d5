import { unlessAborted } from '../abort';
import { parseJson } from '../json';
import type { ApiPath } from './api-path';
import { requestError } from './failures';
import type { Authorizer } from './login/credentials';
import type { ClientOptions, RequestOptions } from './options';
import { packageHeaders } from './package-info';
import { sendWithRetries, type LastTry } from './retry';
import type { Timing } from './timing';
import { apiUrlOf, checkedUrl, queryText } from './urls';
import type { Transport, WireRequest } from './wire/transport';

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
  const lastTry = await sendAuthorized(context, request, signal);
  const { result } = lastTry;
  if (result.kind === 'answer' && result.status >= 200 && result.status < 300) {
    return request.options.as === 'text' ? result.text : jsonOrText(result.text);
  }
  throw errorOf(context, request, lastTry);
}

function errorOf(context: RequestContext, { method, path, options }: ApiRequest, lastTry: LastTry) {
  const { loginHint, scopeHint, secrets } = context.authorizer;
  const { what, scopes, meanings, confidential = [] } = options;
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
    ...(meanings === undefined ? {} : { meanings }),
    ...(lastTry.askedPauseS === undefined ? {} : { askedPauseS: lastTry.askedPauseS }),
  });
}

/** An empty answer is fine, and dates and numbers stay as they are: sipgate's ids are texts. */
function jsonOrText(text: string): unknown {
  if (text.trim() === '') return undefined;
  return parseJson(text) ?? (text.trim() === 'null' ? null : text);
}

/** A refused login is renewed once, where it can be; the request was surely not carried out. */
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
  const send = () =>
    sendWithRetries(debugged(context, request), next, request.method !== 'POST', timing, signal);
  const first = await send();
  if (first.result.kind !== 'answer' || first.result.status !== 401) return first;
  return (await unlessAborted(authorizer.renew(authorization), signal)) ? send() : first;
}

function wireRequest(
  { options, timeoutMs }: RequestContext,
  { method, path, body, options: { accept = 'application/json', query } }: ApiRequest,
  authorization: string,
  signal: AbortSignal,
): WireRequest {
  const headers = { ...packageHeaders(), Accept: accept, Authorization: authorization };
  const url = checkedUrl(apiUrlOf(options), 'apiUrl') + path.encoded + queryText(query);
  const request = { method, url, timeoutMs, signal };
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
