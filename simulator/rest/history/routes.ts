import type { HistoryEntry } from '../../account/history';
import { readHistory } from '../../account/read-history';
import { json, refuseByName } from '../answers';
import type { Context, Route } from '../context';
import { paging } from '../paging';
import type { RestAnswer } from '../types';
import { deleteEntries, deleteEntry, findEntry, updateEntries, updateEntry, updateFlag } from './change';
import { describeEntry } from './describe';
import { exportCsv } from './export';
import { readFilter } from './filter';

const READ = ['history:read'];
const WRITE = ['history:write'];
const MOST_ENTRIES = 1000;
const DEFAULT_ENTRIES = 10;

/** Calls, voicemails, SMS and faxes, in both directions. */
export const historyRoutes: readonly Route[] = [
  { method: 'GET', path: '/history', scopes: READ, handler: list },
  { method: 'PUT', path: '/history', scopes: WRITE, handler: updateEntries, takesList: true },
  { method: 'DELETE', path: '/history', scopes: WRITE, handler: deleteEntries },
  { method: 'GET', path: '/history/export', scopes: READ, handler: exportPage },
  { method: 'GET', path: '/history/{entryId}', scopes: READ, handler: one },
  { method: 'PUT', path: '/history/{entryId}', scopes: WRITE, handler: updateEntry },
  { method: 'DELETE', path: '/history/{entryId}', scopes: WRITE, handler: deleteEntry },
  { method: 'PUT', path: '/history/{entryId}/archive', scopes: WRITE, handler: updateFlag('archived') },
  { method: 'PUT', path: '/history/{entryId}/read', scopes: WRITE, handler: updateFlag('read') },
];

function one({ account, params, now, origin }: Context): RestAnswer {
  return json(describeEntry(account, findEntry(account, params.entryId, now), origin));
}

function list(context: Context): RestAnswer {
  const { page, totalCount } = pageOf(context, context.query);
  const { account, origin } = context;
  return json({ items: page.map((entry) => describeEntry(account, entry, origin)), totalCount });
}

/** Takes the filters of the list but for the telephone number. */
function exportPage(context: Context): RestAnswer {
  const query = new URLSearchParams(context.query);
  query.delete('phonenumber');
  const body = exportCsv(context.account, pageOf(context, query).page);
  return { kind: 'answer', status: 200, headers: { 'content-type': 'application/octet-stream' }, body };
}

/** The newest first, ten of them where nobody asks for more. */
function pageOf(
  { account, now }: Context,
  query: URLSearchParams,
): { readonly page: HistoryEntry[]; readonly totalCount: number } {
  const fits = readFilter(account, query);
  // an account that was made on the new platform has its calls elsewhere (`/channels/{id}/events`)
  const isShown = ({ type }: HistoryEntry) => account.platform === 'classic' || type !== 'CALL';
  const wanted = readHistory(account, now, (entry) => isShown(entry) && fits(entry));
  const offset = paging(query, 'offset', 0);
  const limit = paging(query, 'limit', DEFAULT_ENTRIES);
  if (limit > MOST_ENTRIES) {
    throw refuseByName(400, 'PARAMETER_INVALID', `limit must be at most ${MOST_ENTRIES}`);
  }
  return { page: wanted.slice(offset, offset + limit), totalCount: wanted.length };
}
