import type { NodeAPI, NodeCredentials, NodeDef } from 'node-red';
import { createClient, type SipgateClient } from '../sipgate/index';
import {
  clientOptions,
  readAccountConfig,
  readCredentials,
  type AccountConfig,
  type AccountCredentials,
  type AccountNode,
} from './lib/account/account';
import { registerLookupRoutes } from './lib/account/admin-routes';
import { loginDirectory, sweepAfterDeploys, sweepLogins } from './lib/account/logins';
import { runningAccounts } from './lib/account/running-accounts';
import { tallyOf } from './lib/account/spending';
import { waitAtMost } from './lib/bounded-wait';
import { toError } from './lib/errors';

type SavedAccount = NodeDef & Record<string, unknown>;
type RunningAccount = { -readonly [Key in keyof AccountNode]: AccountNode[Key] };

const CREDENTIALS: NodeCredentials<AccountCredentials> = {
  tokenId: { type: 'text' },
  token: { type: 'password' },
  accessToken: { type: 'password' },
  refreshToken: { type: 'password' },
  clientId: { type: 'text' },
  clientSecret: { type: 'password' },
  username: { type: 'text' },
  password: { type: 'password' },
};

export = (RED: NodeAPI): void => {
  function SipgateAccount(this: RunningAccount, saved: SavedAccount): void {
    RED.nodes.createNode(this, saved);
    let client: SipgateClient | undefined;
    let closing: Promise<void> | undefined;
    let refuse: () => SipgateClient = () => openClient(RED, this);
    this.account = undefined;
    try {
      this.account = readAccountConfig(saved);
      readCredentials(this.account.authType, this.credentials ?? {});
    } catch (thrown) {
      const error = toError(thrown);
      refuse = () => {
        throw error;
      };
      this.error(error.message);
    }
    this.client = () => {
      client ??= refuse();
      // a message may still come while the flows stop
      if (closing) void client.close();
      return client;
    };
    runningAccounts(RED).add(this);
    this.on('close', (removed: boolean, done: () => void) => {
      closing = client?.close() ?? Promise.resolve();
      runningAccounts(RED).delete(this);
      void waitAtMost(closing)
        // the login of a deleted account must not lie around; one that is switched off is "removed" as well, but comes back
        .then(() => (removed ? sweepLogins(RED) : undefined))
        .then(done);
    });
  }

  RED.nodes.registerType<RunningAccount, SavedAccount, object, AccountCredentials>(
    'sipgate-account',
    SipgateAccount,
    { credentials: CREDENTIALS },
  );
  registerLookupRoutes(RED);
  sweepAfterDeploys(RED);
};

/** Made at the first use: by then Node-RED has made the proxy node, too. */
function openClient(RED: NodeAPI, node: RunningAccount): SipgateClient {
  const config = node.account as AccountConfig;
  const credentials = readCredentials(config.authType, node.credentials ?? {});
  return createClient({
    ...clientOptions(RED, config, credentials),
    spending: { limits: config.spending, tally: tallyOf(RED, node) },
    ...(credentials.type === 'oauth' ? { tokenStore: loginDirectory(RED).storeOf(credentials) } : {}),
    onDebug: ({ method, path, outcome, duration }) =>
      node.debug(`${method} ${path}: ${outcome} (${Math.round(duration)} ms)`),
    onWarning: (message) => node.warn(message),
  });
}
