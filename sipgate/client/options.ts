import type { Country } from '../phone-number';
import type { Purpose } from './failures';
import type { Credentials } from './login/credentials';
import type { TokenStore } from './login/tokens';
import type { SpendingGuard } from './spending/guard';
import type { Timing } from './timing';
import type { ProxyOptions } from './wire/proxy';

/** sipgate's REST API. */
export const DEFAULT_API_URL = 'https://api.sipgate.com/v2';
export const DEFAULT_TIMEOUT_MS = 10_000;
/** A `setTimeout` of more would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

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
  /** Limits what the account sends and calls. Without it nothing is limited. */
  readonly spending?: SpendingGuard;
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
  /**
   * For a POST whose effect can be read: finds out whether it was carried out although its answer was lost. The request
   * may then use a connection that is open already, and is sent again when it was not carried out. The drawback: when
   * sipgate is slow to carry it out, it may be done twice; so never for an SMS, a fax or a call.
   */
  readonly readBack?: () => Promise<boolean>;
  /** Is called when sipgate has carried the request out, or may have: not when it refused, or when nothing was sent. */
  readonly onCarriedOut?: () => void;
  /** For what must be brought to its end even when the client is closed, such as putting back a setting. */
  readonly uninterruptible?: boolean;
}

export type QueryValue = string | number | boolean | readonly string[] | undefined;

/** @returns ms for one try; zero and negative values count as the default */
export function timeoutOf({ timeout }: ClientOptions): number {
  return timeout !== undefined && timeout > 0 ? Math.min(timeout, LONGEST_TIMER_MS) : DEFAULT_TIMEOUT_MS;
}
