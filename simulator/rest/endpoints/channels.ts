import { readHistory } from '../../account/read-history';
import { json, items, refuse } from '../answers';
import type { Context, Route } from '../context';
import { describeEntry } from '../history/describe';
import { readFilter } from '../history/filter';
import { paging } from '../paging';
import type { RestAnswer } from '../types';

const DEFAULT_EVENTS = 10;

/**
 * Channels of the new platform. That they exist, and that an account born there has its calls only here, is known from
 * sipgate's help; the shapes are a guess: an id and an alias, and the calls as the history has them.
 */
export const channelRoutes: readonly Route[] = [
  { method: 'GET', path: '/channels', scopes: ['channels:read'], handler: list },
  {
    method: 'GET',
    path: '/channels/{channelId}/events',
    scopes: ['channels:read', 'history:read'],
    handler: events,
  },
];

/** @throws Refusal 403 on the classic platform */
function list({ account }: Context): RestAnswer {
  if (account.platform === 'classic') throw refuse(403);
  return items(account.channels);
}

/** The calls of the account, the newest first. @throws Refusal 403 on the classic platform, 404 for an unknown channel */
function events({ account, params, query, now, origin }: Context): RestAnswer {
  if (account.platform === 'classic') throw refuse(403);
  if (!account.channels.some(({ id }) => id === params.channelId)) throw refuse(404);
  const isWanted = readFilter(account, query);
  const calls = readHistory(account, now, (entry) => entry.type === 'CALL' && isWanted(entry));
  const offset = paging(query, 'offset', 0);
  const page = calls.slice(offset, offset + paging(query, 'limit', DEFAULT_EVENTS));
  return json({
    items: page.map((entry) => describeEntry(account, entry, origin)),
    totalCount: calls.length,
  });
}
