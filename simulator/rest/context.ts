import type { SimulatedAccount } from '../account/account';
import type { SimulatedUser } from '../account/extensions';
import type { TelephoneNetwork } from './telephone-network';
import type { RestAnswer } from './types';

/** What an endpoint gets: a request that is already known to come from somebody who may make it. */
export interface Context {
  readonly account: SimulatedAccount;
  readonly network: TelephoneNetwork;
  /** Who asks: whose credentials these are. */
  readonly user: SimulatedUser;
  /** The placeholders of the path, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Parsed JSON; an empty object where there was no body. */
  readonly body: Readonly<Record<string, unknown>>;
  /** The entries of a body that is a list. */
  readonly list: readonly unknown[];
  /** Where the simulator is reached, for links: `http://127.0.0.1:8766`. */
  readonly origin: string;
  /** ms since 1970 */
  readonly now: number;
}

/** An endpoint: gives the answer or throws a `Refusal`. */
export type Handler = (context: Context) => RestAnswer;

/** A row of the API's table. Any one of `scopes` is enough, and so is `all`; none: every login may. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** `/{userId}/sms/{smsId}` */
  readonly path: string;
  readonly scopes: readonly string[];
  readonly handler: Handler;
  /** The body is a list instead of an object. */
  readonly takesList?: boolean;
}
