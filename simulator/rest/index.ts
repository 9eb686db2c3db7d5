import type { SimulatedAccount } from '../account/account';
import type { TelephoneNetwork } from './telephone-network';
import type { RestAnswer, RestRequest } from './types';
import { Refusal } from './answers';
import { authorize } from './authorization';
import { header, readJson } from './body';
import { callRoutes } from './endpoints/calls';
import { channelRoutes } from './endpoints/channels';
import { contactRoutes } from './endpoints/contacts';
import type { Route } from './context';
import { faxRoutes } from './endpoints/fax';
import { download, FILES_PREFIX } from './history/files';
import { historyRoutes } from './history/routes';
import { answerWithFault, takeFault } from './faults';
import { liveCallRoutes } from './endpoints/live-calls';
import { lookupRoutes } from './endpoints/lookup';
import { exchangeToken, REALM_PREFIX } from './oauth';
import { logRequest } from './request-log';
import { findRoute } from './router';
import { settingsRoutes } from './endpoints/settings';
import { smsRoutes } from './endpoints/sms';

export { logIn } from './oauth';

/** What a test may want otherwise. */
export interface RestOptions {
  /** The clock, in ms since 1970. */
  readonly now?: () => number;
}

const ROUTES: readonly Route[] = [
  ...lookupRoutes,
  ...smsRoutes,
  ...faxRoutes,
  ...historyRoutes,
  ...callRoutes,
  ...channelRoutes,
  ...liveCallRoutes,
  ...settingsRoutes,
  ...contactRoutes,
];

/**
 * The simulated `api.sipgate.com/v2` and login server. It knows no server: whoever has one hands each
 * request in and writes the answer out.
 * @returns a function that gives the answer, or the word to tear the connection
 */
export function createRestApi(
  account: SimulatedAccount,
  network: TelephoneNetwork,
  options: RestOptions = {},
): (request: RestRequest) => Promise<RestAnswer> {
  const clock = options.now ?? Date.now;
  return async (request) => {
    const now = clock();
    const entry = logRequest(account.requests, request, now);
    const fault = takeFault(account.faults, request);
    const answer = await answerWithFault(fault, () => carryOut(account, network, request, now));
    entry.outcome = answer.kind === 'reset' ? 'reset' : answer.status;
    return answer;
  };
}

function carryOut(
  account: SimulatedAccount,
  network: TelephoneNetwork,
  request: RestRequest,
  now: number,
): RestAnswer {
  try {
    if (request.path.startsWith(REALM_PREFIX)) return exchangeToken(account, request, now);
    if (request.path.startsWith(FILES_PREFIX)) return download(account, request, now);
    const { route, params } = findRoute(ROUTES, request.method, request.path);
    const user = authorize(account, request, route.scopes, now);
    const { body, list } = readJson(request, route.takesList);
    const origin = `http://${header(request, 'host')}`;
    const { query } = request;
    return route.handler({ account, network, user, params, query, body, list, origin, now });
  } catch (reason) {
    if (reason instanceof Refusal) return reason.answer;
    throw reason;
  }
}
