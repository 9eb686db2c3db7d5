import type { ClientOptions } from '../options';
import { packageHeaders } from '../package-info';
import { sendWithRetries } from '../retry';
import type { Timing } from '../timing';
import { checkedUrl, withoutTrailingSlashes } from '../urls';
import type { Transport } from '../wire/transport';
import type { WireRequest } from '../wire/types';
import { staticAuthorizer, type Authorizer } from './credentials';
import { DEFAULT_OAUTH_URL, oauthAuthorizer } from './oauth';

/** What logging in takes. */
interface AuthorizerOptions {
  readonly options: ClientOptions;
  readonly transport: Transport;
  readonly timing: Timing;
  readonly timeoutMs: number;
  /** Makes the closing of the client wait for work. */
  readonly hold: <T>(work: Promise<T>) => Promise<T>;
}

/** @returns who says who asks, for the kind of login in the options */
export function createAuthorizer({
  options,
  transport,
  timing,
  timeoutMs,
  hold,
}: AuthorizerOptions): Authorizer {
  const { credentials, tokenStore: store, onWarning } = options;
  if (credentials.type !== 'oauth') return staticAuthorizer(credentials);
  const realm = withoutTrailingSlashes(options.oauthUrl || DEFAULT_OAUTH_URL);
  const post = (form: URLSearchParams) => {
    const next = async (): Promise<WireRequest> => ({
      method: 'POST',
      url: checkedUrl(`${realm}/protocol/openid-connect/token`, 'oauthUrl'),
      headers: {
        ...packageHeaders(),
        Accept: 'application/json',
        'Content-Type': 'application/x-www-form-urlencoded',
      },
      body: form.toString(),
      timeoutMs,
      mayReuseConnection: false,
    });
    // Repeatable: it sends and costs nothing, and only the answer to the last try is used.
    return sendWithRetries(transport, { next, isRepeatable: true, timing });
  };
  return oauthAuthorizer({ credentials, store, timing, post, hold, onWarning });
}
