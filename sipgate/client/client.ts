import { apiPath, type ApiPath } from './api-path';
import { staticAuthorizer, type Authorizer, type Credentials } from './credentials';
import { invalidInput, SipgateError } from '../errors';
import { isRecord, parseJson } from '../json';
import { toError, wordsOf, type Purpose } from './failures';
import { DEFAULT_OAUTH_URL, oauthAuthorizer } from './oauth';
import { packageInfo } from './package-info';
import { DEFAULT_COUNTRY, type Country } from '../phone-number';
import type { ProxyOptions } from './proxy';
import { sendWithRetries, type Outcome } from './retry';
import { unlessAborted } from '../abort';
import { realTiming, type Timing } from './timing';
import type { TokenStore } from './token-file';
import { createTransport, type Transport, type WireRequest } from './transport';

/** sipgate's REST API. */
export const DEFAULT_API_URL = 'https://api.sipgate.com/v2';
/** ms */
export const DEFAULT_TIMEOUT = 10_000;

/** What a client needs to know. Only the credentials have no default. */
export interface ClientOptions {
  readonly credentials: Credentials;
  readonly apiUrl?: string;
  /** ms for one try, from the start to the end of the answer; uploads get more, by their size. Default 10000. */
  readonly timeout?: number;
  /** Completes national phone numbers. Default `DE`. */
  readonly country?: Country;
  /** Without it the environment variables `http_proxy`, `https_proxy` and `no_proxy` count. */
  readonly proxy?: ProxyOptions;
  /** Realm URL of the login server. */
  readonly oauthUrl?: string;
  /** Keeps renewed OAuth tokens over restarts; see `createTokenFile`. */
  readonly tokenStore?: TokenStore;
  /** Hears of each try: no body, no query, no credential. */
  readonly onDebug?: (event: DebugEvent) => void;
  /** Hears of troubles that do not stop a request, such as tokens that cannot be stored. */
  readonly onWarning?: (message: string) => void;
  readonly timing?: Timing;
}

/** One try of a request. */
export interface DebugEvent {
  readonly method: string;
  /** Without the values in it: `/history/{}`. */
  readonly path: string;
  /** HTTP status, or why there was no answer. */
  readonly outcome: number | string;
  /** ms */
  readonly duration: number;
}

/** What goes with a request. */
export interface RequestOptions extends Partial<Purpose> {
  /** A list repeats its key; what is `undefined` is left out. */
  readonly query?: Readonly<Record<string, QueryValue>>;
  readonly signal?: AbortSignal | undefined;
  /** `json` (default): parsed where it is JSON, else as text, `undefined` when empty. `text`: as it came. */
  readonly as?: 'json' | 'text';
  /** Default `application/json`. */
  readonly accept?: string;
  /** Texts that no error message may hold, such as that of an SMS. */
  readonly confidential?: readonly string[];
  /** For what must be brought to its end even when the client is closed, such as putting back a setting. */
  readonly uninterruptible?: boolean;
}

type QueryValue = string | number | boolean | readonly string[] | undefined;

/** Who the credentials belong to. */
export interface AuthenticatedUser {
  /** Extension of the user, `w0`, as paths want it. */
  readonly userId: string;
  /** The account, `1234567`. */
  readonly masterSipId: string;
  readonly domain?: string;
  readonly locale?: string;
}

/** Talks to sipgate's REST API. Every failure is a `SipgateError`. */
export interface SipgateClient {
  readonly apiUrl: string;
  readonly country: Country;
  readonly timing: Timing;
  /** The type is the caller's claim; what matters is to be checked. */
  get<T = unknown>(path: ApiPath, options?: RequestOptions): Promise<T>;
  put<T = unknown>(path: ApiPath, body: unknown, options?: RequestOptions): Promise<T>;
  post<T = unknown>(path: ApiPath, body: unknown, options?: RequestOptions): Promise<T>;
  delete<T = unknown>(path: ApiPath, options?: RequestOptions): Promise<T>;
  /** Asks sipgate once and remembers. */
  user(signal?: AbortSignal): Promise<AuthenticatedUser>;
  /** What `user()` has found so far. */
  knownUser(): AuthenticatedUser | undefined;
  /** Work that `close()` waits for: several requests that belong together, the last ones uninterruptible. */
  guard<T>(task: () => Promise<T>): Promise<T>;
  /** Ends all requests that may be ended, and resolves when the others are done. */
  close(): Promise<void>;
}

interface State {
  readonly options: ClientOptions;
  readonly transport: Transport;
  readonly authorizer: Authorizer;
  readonly timing: Timing;
  readonly timeout: number;
  /** Ends what may be ended. */
  readonly endings: Set<AbortController>;
  readonly pending: Set<Promise<unknown>>;
  closed: boolean;
  user?: AuthenticatedUser;
  asking?: Promise<AuthenticatedUser> | undefined;
}

/**
 * A client for one account. It opens no connection before the first request, and never throws: what is wrong
 * with the options is an `INVALID_INPUT` of every request.
 */
export function createClient(options: ClientOptions): SipgateClient {
  const state = newState(options);
  return {
    apiUrl: apiUrlOf(options),
    country: options.country || DEFAULT_COUNTRY,
    timing: state.timing,
    get: (at, more) => request(state, { method: 'GET', at, options: more ?? {} }),
    put: (at, body, more) => request(state, { method: 'PUT', at, body, options: more ?? {} }),
    post: (at, body, more) => request(state, { method: 'POST', at, body, options: more ?? {} }),
    delete: (at, more) => request(state, { method: 'DELETE', at, options: more ?? {} }),
    user: (signal) => authenticatedUser(state, signal),
    knownUser: () => state.user,
    guard: (task) => track(state, task()),
    close: () => close(state),
  };
}

function newState(options: ClientOptions): State {
  const transport = createTransport(options.proxy);
  const timing = options.timing ?? realTiming;
  const timeout = usableTimeout(options.timeout);
  const guard = <T>(work: Promise<T>) => track(state, work);
  const state: State = {
    options,
    transport,
    timing,
    timeout,
    authorizer: authorizerOf(options, transport, timing, timeout, guard),
    endings: new Set(),
    pending: new Set(),
    closed: false,
  };
  return state;
}

/** A `setTimeout` of more than 2^31-1 ms would fire at once. */
function usableTimeout(timeout: number | undefined): number {
  return timeout !== undefined && timeout > 0 ? Math.min(timeout, 2 ** 31 - 1) : DEFAULT_TIMEOUT;
}

function authorizerOf(
  options: ClientOptions,
  transport: Transport,
  timing: Timing,
  timeout: number,
  guard: <T>(work: Promise<T>) => Promise<T>,
): Authorizer {
  const { credentials } = options;
  if (credentials.type !== 'oauth') return staticAuthorizer(credentials);
  const url = `${withoutSlash(options.oauthUrl || DEFAULT_OAUTH_URL)}/protocol/openid-connect/token`;
  const post = async (form: URLSearchParams) => {
    const headers = {
      ...commonHeaders(),
      Accept: 'application/json',
      'Content-Type': 'application/x-www-form-urlencoded',
    };
    const next = async (): Promise<WireRequest> => ({
      method: 'POST',
      url: checkedUrl(url, 'oauthUrl'),
      headers,
      body: form.toString(),
      timeout,
    });
    // Repeatable: it sends and costs nothing, and only the answer to the last try is used.
    return sendWithRetries(transport, next, true, timing);
  };
  const { tokenStore: store, onWarning } = options;
  return oauthAuthorizer({ credentials, store, timing, post, guard, onWarning });
}

interface Call {
  readonly method: WireRequest['method'];
  readonly at: ApiPath;
  readonly body?: unknown;
  readonly options: RequestOptions;
}

async function request<T>(state: State, call: Call): Promise<T> {
  const ending = new AbortController();
  const stop = () => ending.abort();
  const { signal, uninterruptible } = call.options;
  if (!uninterruptible) {
    state.endings.add(ending);
    if (state.closed || signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  }
  try {
    return (await track(state, perform(state, call, ending.signal))) as T;
  } finally {
    state.endings.delete(ending);
    signal?.removeEventListener('abort', stop);
  }
}

async function perform(state: State, call: Call, signal: AbortSignal): Promise<unknown> {
  const { result, waitFor } = await sendAuthorized(state, call, signal);
  if (result.kind === 'answer' && result.status >= 200 && result.status < 300) {
    return call.options.as === 'text' ? result.text : jsonOrText(result.text);
  }
  const { what, scopes, meanings, confidential = [] } = call.options;
  throw toError({
    what: what ?? `complete ${call.method} ${call.at.template}`,
    method: call.method,
    template: call.at.template,
    result,
    timeout: state.timeout,
    loginHint: state.authorizer.loginHint,
    scopeHint: state.authorizer.scopeHint,
    confidential: [...confidential, ...state.authorizer.secrets()],
    ...(scopes === undefined ? {} : { scopes }),
    ...(meanings === undefined ? {} : { meanings }),
    ...(waitFor === undefined ? {} : { waitFor }),
  });
}

/** An empty answer is fine, and dates and numbers stay as they are: sipgate's ids are texts. */
function jsonOrText(text: string): unknown {
  if (text.trim() === '') return undefined;
  return parseJson(text) ?? (text.trim() === 'null' ? null : text);
}

/** A refused login is renewed once, where it can be; the request was surely not carried out. */
async function sendAuthorized(state: State, call: Call, signal: AbortSignal): Promise<Outcome> {
  let authorization = '';
  const next = async (): Promise<WireRequest> => {
    authorization = await unlessAborted(state.authorizer.header(), signal);
    return wireRequest(state, call, authorization, signal);
  };
  const exchange = () =>
    sendWithRetries(debugged(state, call), next, call.method !== 'POST', state.timing, signal);
  const first = await exchange();
  if (first.result.kind !== 'answer' || first.result.status !== 401) return first;
  return (await unlessAborted(state.authorizer.renew(authorization), signal)) ? exchange() : first;
}

function wireRequest(state: State, call: Call, authorization: string, signal: AbortSignal): WireRequest {
  const headers = {
    ...commonHeaders(),
    Accept: call.options.accept ?? 'application/json',
    Authorization: authorization,
  };
  const url = checkedUrl(apiUrlOf(state.options), 'apiUrl') + call.at.encoded + queryText(call.options.query);
  const request = { method: call.method, url, timeout: state.timeout, signal };
  return call.body === undefined
    ? { ...request, headers }
    : {
        ...request,
        headers: { ...headers, 'Content-Type': 'application/json' },
        body: JSON.stringify(call.body),
      };
}

function commonHeaders(): Record<string, string> {
  const { name, version } = packageInfo();
  const agent = `${name.replace(/^@[^/]*\//, '')}/${version}`;
  return { 'X-Sipgate-Client': name, 'X-Sipgate-Version': version, 'User-Agent': agent };
}

function queryText(query: RequestOptions['query']): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined) parameters.append(name, String(one));
    }
  }
  const text = parameters.toString();
  return text && `?${text}`;
}

function apiUrlOf(options: ClientOptions): string {
  return withoutSlash(options.apiUrl || DEFAULT_API_URL);
}

function withoutSlash(url: string): string {
  return url.trim().replace(/\/+$/, '');
}

/** The text is not quoted: someone may have put a password into it. */
function checkedUrl(text: string, field: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
    throw invalidInput(
      field,
      'is no URL of the web',
      'Give it as https://… in the account, or leave it empty.',
    );
  }
  if (url.username || url.password || url.search || url.hash) {
    throw invalidInput(field, 'holds more than an address', 'Give it without login, ? and #.');
  }
  return text;
}

function debugged(state: State, call: Call): Transport {
  const { onDebug } = state.options;
  if (onDebug === undefined) return state.transport;
  return {
    ...state.transport,
    send: async (wire) => {
      const started = state.timing.now();
      const result = await state.transport.send(wire);
      const outcome = result.kind === 'answer' ? result.status : result.reason;
      onDebug({
        method: call.method,
        path: call.at.template,
        outcome,
        duration: state.timing.now() - started,
      });
      return result;
    },
  };
}

function authenticatedUser(state: State, signal?: AbortSignal): Promise<AuthenticatedUser> {
  if (state.user !== undefined) return Promise.resolve(state.user);
  // Asked once for all who want to know, so no single caller's signal may end it.
  state.asking ??= askForUser(state).finally(() => (state.asking = undefined));
  return unlessAborted(state.asking, signal);
}

async function askForUser(state: State): Promise<AuthenticatedUser> {
  const options = { what: 'say whose login this is' };
  const body = await request<unknown>(state, {
    method: 'GET',
    at: apiPath`/authorization/userinfo`,
    options,
  });
  if (!isRecord(body) || typeof body.sub !== 'string' || body.sub === '') {
    const got = typeof body === 'string' ? ` (${wordsOf(body)})` : '';
    throw new SipgateError(
      'SERVER',
      `The answer does not come from sipgate's API${got}. Check the API URL of the account.`,
    );
  }
  const { sub: userId, masterSipId, domain, locale } = body;
  state.user = {
    userId,
    masterSipId:
      typeof masterSipId === 'string' || typeof masterSipId === 'number' ? String(masterSipId) : '',
    ...(typeof domain === 'string' ? { domain } : {}),
    ...(typeof locale === 'string' ? { locale } : {}),
  };
  return state.user;
}

function track<T>(state: State, work: Promise<T>): Promise<T> {
  state.pending.add(work);
  const done = () => {
    state.pending.delete(work);
    if (state.closed && state.pending.size === 0) state.transport.destroy();
  };
  work.then(done, done);
  return work;
}

async function close(state: State): Promise<void> {
  state.closed = true;
  state.endings.forEach((ending) => ending.abort());
  while (state.pending.size > 0) await Promise.allSettled(state.pending);
  state.transport.destroy();
}
