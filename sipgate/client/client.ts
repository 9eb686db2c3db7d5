import { DEFAULT_COUNTRY, type Country } from '../phone-number';
import { apiPath, type ApiPath } from './api-path';
import { createAuthorizer } from './login/authorizer';
import { downloadFile, type DownloadedFile, type DownloadOptions } from './download';
import { timeoutOf, type ClientOptions, type RequestOptions } from './options';
import { createPlatformLookup, type Platform } from './platform';
import { sendRequest, type ApiRequest, type RequestContext } from './request';
import { createRunningWork } from './running-work';
import { spend } from './spending/guard';
import type { Expense } from './spending/limits';
import { realTiming, type Timing } from './timing';
import { apiUrlOf } from './urls';
import { createUserLookup, type AuthenticatedUser } from './user';
import { createTransport } from './wire/transport';

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
  /** Fetches a file that sipgate has linked to, such as the PDF of a fax. */
  download(url: string, options: DownloadOptions): Promise<DownloadedFile>;
  /** Asks sipgate once and remembers. */
  user(signal?: AbortSignal): Promise<AuthenticatedUser>;
  /** What `user()` has found so far. */
  knownUser(): AuthenticatedUser | undefined;
  /** Which of sipgate's platforms the account is on: finds out once, and takes classic for granted where it cannot. */
  platform(signal?: AbortSignal): Promise<Platform>;
  /** What of it is known without asking sipgate. */
  knownPlatform(): Promise<Platform | undefined>;
  /**
   * For what costs money: checked and counted against the account's limits before the task, and given back when the task
   * ends without having called `carriedOut`. Hand that on as the `onCarriedOut` of the request that costs:
   * `client.spend({ number, field: 'to' }, (onCarriedOut) => client.post(path, body, { onCarriedOut }))`.
   * @throws SipgateError `INVALID_INPUT` (a number that the account does not allow) or `RATE_LIMITED`, before the task
   */
  spend<T>(expense: Expense, task: (carriedOut: () => void) => Promise<T>): Promise<T>;
  /** Work that `close()` waits for: several requests that belong together, the last ones uninterruptible. */
  keepOpenFor<T>(task: () => Promise<T>): Promise<T>;
  /** Ends all requests that may be ended, and resolves when the others are done. */
  close(): Promise<void>;
}

/**
 * A client for one account. It opens no connection before the first request, and never throws: what is wrong
 * with the options is an `INVALID_INPUT` of every request.
 */
export function createClient(options: ClientOptions): SipgateClient {
  const transport = createTransport(options.proxy);
  const work = createRunningWork(() => transport.destroy());
  const timing = options.timing ?? realTiming;
  const timeoutMs = timeoutOf(options);
  const { onWarning = () => {} } = options;
  const authorizer = createAuthorizer({ options, transport, timing, timeoutMs, hold: work.hold });
  const context: RequestContext = { options, transport, authorizer, timing, timeoutMs };
  const request = <T>(api: ApiRequest): Promise<T> =>
    work.run((signal) => sendRequest(context, api, signal), api.options) as Promise<T>;
  const user = createUserLookup(() =>
    request({
      method: 'GET',
      path: apiPath`/authorization/userinfo`,
      options: { what: 'say whose login this is' },
    }),
  );
  const platform = createPlatformLookup({
    header: () => authorizer.header(),
    listPhonelines: async () => {
      const { userId } = await user.find();
      const options = { what: 'list the phone lines, to see which platform the account is on' };
      return request({ method: 'GET', path: apiPath`/${userId}/phonelines`, options });
    },
  });
  return {
    apiUrl: apiUrlOf(options),
    country: options.country || DEFAULT_COUNTRY,
    timing,
    get: (path, more = {}) => request({ method: 'GET', path, options: more }),
    put: (path, body, more = {}) => request({ method: 'PUT', path, body, options: more }),
    post: (path, body, more = {}) => request({ method: 'POST', path, body, options: more }),
    delete: (path, more = {}) => request({ method: 'DELETE', path, options: more }),
    download: (url, more) => work.run((signal) => downloadFile(context, url, more, signal), more),
    user: (signal) => user.find(signal),
    knownUser: () => user.known(),
    platform: (signal) => platform.find(signal),
    knownPlatform: () => platform.known(),
    spend: (expense, task) => spend(options.spending, expense, task, { timing, hold: work.hold, onWarning }),
    keepOpenFor: (task) => work.hold(task()),
    close: () => work.close(),
  };
}
