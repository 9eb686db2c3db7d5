import type { Node, NodeAPI } from 'node-red';
import {
  DEFAULT_API_URL,
  DEFAULT_OAUTH_URL,
  DEFAULT_TIMEOUT_MS,
  invalidInput,
  parseCountry,
  parsePrefixes,
  type ClientOptions,
  type Country,
  type Credentials,
  type ProxyOptions,
  type SipgateClient,
  type SpendingLimits,
} from '../../../sipgate/index';
import {
  refuseUnsetVariable,
  savedAddress,
  savedChoice,
  savedCount,
  savedText,
  type Saved,
} from '../node-config';

/** A `sipgate-account` as other nodes see it. */
export interface AccountNode extends Node<AccountCredentials> {
  readonly type: 'sipgate-account';
  /**
   * @returns the account's one client; after the account was closed it refuses every request
   * @throws SipgateError `INVALID_INPUT` when the account is not set up
   */
  client(): SipgateClient;
  /** What its dialog saved. */
  readonly account: AccountConfig | undefined;
}

/** The login, of whichever kind. */
export type AccountCredentials = Partial<
  Record<
    | 'tokenId'
    | 'token'
    | 'accessToken'
    | 'refreshToken'
    | 'clientId'
    | 'clientSecret'
    | 'username'
    | 'password',
    string
  >
>;

/** A `sipgate-account` as its dialog saved it, checked; the login stands in the credentials. */
export interface AccountConfig {
  readonly authType: AuthType;
  readonly apiUrl: string;
  readonly oauthUrl: string;
  readonly country: Country;
  /** ms */
  readonly timeout: number;
  /** Id of an `http proxy`; empty for none. */
  readonly proxy: string;
  readonly spending: SpendingLimits;
}

export type AuthType = Credentials['type'];

/** Long enough for anybody, and short enough for a timer. */
const LONGEST_TIMEOUT_MS = 10 * 60_000;

/** @throws SipgateError `INVALID_INPUT` that names the property */
export function readAccountConfig(saved: Saved): AccountConfig {
  return {
    authType: savedChoice(saved, 'authType', ['token', 'oauth', 'basic']),
    apiUrl: savedAddress(saved, 'apiUrl', DEFAULT_API_URL),
    oauthUrl: savedAddress(saved, 'oauthUrl', DEFAULT_OAUTH_URL),
    country: parseCountry(savedText(saved, 'country'), 'country'),
    timeout: savedCount(saved, 'timeout', {
      fallback: DEFAULT_TIMEOUT_MS,
      least: 1,
      most: LONGEST_TIMEOUT_MS,
    }),
    proxy: savedText(saved, 'proxy'),
    spending: {
      maxPerMinute: savedLimit(saved, 'maxPerMinute'),
      maxPerDay: savedLimit(saved, 'maxPerDay'),
      allowedPrefixes: parsePrefixes(savedText(saved, 'allowedPrefixes'), 'allowedPrefixes'),
    },
  };
}

/** Nobody means more, and no limit is needed for it. */
const HIGHEST_LIMIT = 1_000_000;

/** @returns the property as a number; `undefined` = no limit, as in accounts that were saved before there were any */
function savedLimit(saved: Saved, name: string): number | undefined {
  if (savedText(saved, name) === '') return undefined;
  return savedCount(saved, name, { fallback: 0, least: 0, most: HIGHEST_LIMIT });
}

/**
 * @returns the login of that kind; what is missing is an empty text, which the client complains of
 * @throws SipgateError `INVALID_INPUT` for a variable that is not set
 */
export function readCredentials(authType: AuthType, login: AccountCredentials): Credentials {
  const text = (name: keyof AccountCredentials) => {
    const value = String(login[name] ?? '');
    refuseUnsetVariable(value, name);
    return value;
  };
  switch (authType) {
    case 'token':
      return { type: 'token', tokenId: text('tokenId'), token: text('token') };
    case 'basic':
      return { type: 'basic', username: text('username'), password: text('password') };
    case 'oauth':
      return {
        type: 'oauth',
        accessToken: text('accessToken'),
        refreshToken: text('refreshToken'),
        clientId: text('clientId'),
        clientSecret: text('clientSecret'),
      };
  }
}

/**
 * @returns what a client needs to know, but its token store
 * @throws SipgateError `INVALID_INPUT` when the proxy is not there: it may be there so that nothing goes round it
 */
export function clientOptions(RED: NodeAPI, config: AccountConfig, credentials: Credentials): ClientOptions {
  const { apiUrl, oauthUrl, country, timeout } = config;
  const proxy = proxyOptions(RED, config.proxy);
  return { credentials, apiUrl, oauthUrl, country, timeout, ...(proxy ? { proxy } : {}) };
}

/** Node-RED's own `http proxy` config node. */
interface ProxyNode extends Node<{ username?: string; password?: string }> {
  url?: string;
  noproxy?: readonly string[];
}

function proxyOptions(RED: NodeAPI, id: string): ProxyOptions | undefined {
  if (id === '') return undefined;
  const node = RED.nodes.getNode(id) as ProxyNode | null;
  if (!node?.url)
    throw invalidInput('proxy', 'is not there', 'Choose another proxy in the account, or deploy it first.');
  const { username, password } = node.credentials ?? {};
  return {
    url: node.url,
    noProxy: node.noproxy ?? [],
    ...(username ? { username, password: password ?? '' } : {}),
  };
}
