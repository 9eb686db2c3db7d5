import { apiPath } from '../../client/api-path';
import type { SipgateClient } from '../../client/client';
import type { Purpose } from '../../client/failures';
import type { QueryValue } from '../../client/options';
import { pageOf, type HistoryEntry, type HistoryPage } from './entry';

/** The most that sipgate gives at once; without a limit it gives 10. */
export const MOST_PAGE_ENTRIES = 1000;

/** Walks through a list from which entries vanish meanwhile, before the last one is taken as it is. */
const MOST_WALKS = 3;

/** What is asked for: the parameters of `GET /history` but for offset and limit. */
export type HistoryQuery = Readonly<Record<string, QueryValue>>;

/** Where a page is. */
export interface PagePlace {
  readonly offset: number;
  readonly limit: number;
}

/** sipgate answers 403 when asked for phones (reported by users of the API, not documented). */
const PHONES_ASKED = {
  hint:
    '`connectionIds` names a phone (e0, x0, y0): sipgate takes phone lines (p0), groups (g0), fax lines (f0), SMS ' +
    'extensions (s0) and voicemails (v0). If that is not it, the token lacks the scope history:read.',
};

/** @returns what goes with a request for entries */
export function readingOf({ connectionIds }: HistoryQuery): Purpose {
  const asksForPhones =
    Array.isArray(connectionIds) && connectionIds.some((id) => /^\d*[exy]\d+$/i.test(String(id)));
  const purpose = { what: 'list the history', scopes: ['history:read'] };
  return asksForPhones ? { ...purpose, meanings: { 403: PHONES_ASKED } } : purpose;
}

/** Reads one page of the history. */
export async function readPage(
  client: SipgateClient,
  query: HistoryQuery,
  { offset, limit }: PagePlace,
  signal?: AbortSignal,
): Promise<HistoryPage> {
  return pageOf(
    await client.get(apiPath`/history`, { ...readingOf(query), query: { ...query, offset, limit }, signal }),
  );
}

/** What a walk has found. */
export interface Walk {
  readonly entries: readonly HistoryEntry[];
  readonly total: number | undefined;
}

/** How far to walk. */
export interface WalkOptions {
  readonly most?: number;
  readonly signal?: AbortSignal | undefined;
  /** The first page, where it is there already. */
  readonly first?: HistoryPage | undefined;
}

/**
 * Reads all pages. The query must fix `to`: then what comes in meanwhile moves no page, and what is new in spite of that
 * (a long call that began earlier) makes an entry come twice at the most, which is seen by its id. A deletion moves
 * entries to pages that were read already; then the walk begins anew.
 */
export async function walkPages(
  client: SipgateClient,
  query: HistoryQuery,
  options: WalkOptions = {},
): Promise<Walk> {
  let { first } = options;
  for (let walk = 1; walk < MOST_WALKS; walk += 1) {
    const found = await walkOnce(client, query, { ...options, first, stopsWhenShrunk: true });
    if (!found.hasShrunk) return found;
    first = undefined;
  }
  return walkOnce(client, query, { ...options, first: undefined });
}

async function walkOnce(
  client: SipgateClient,
  query: HistoryQuery,
  { most = Infinity, first, signal, stopsWhenShrunk }: WalkOptions & { readonly stopsWhenShrunk?: boolean },
): Promise<Walk & { readonly hasShrunk: boolean }> {
  const found = new Map<string, HistoryEntry>();
  let offset = 0;
  let total: number | undefined;
  let hasShrunk = false;
  for (;;) {
    const limit = Math.min(MOST_PAGE_ENTRIES, most - found.size);
    const page = offset === 0 && first ? first : await readPage(client, query, { offset, limit }, signal);
    const known = found.size;
    for (const entry of page.entries) found.set(entry.id, entry);
    hasShrunk ||= total !== undefined && page.total !== undefined && page.total < total;
    total = page.total;
    offset += page.count;
    const isAtEnd = page.count === 0 || (total === undefined ? found.size === known : offset >= total);
    if (isAtEnd || (hasShrunk && stopsWhenShrunk) || found.size >= most)
      return { entries: [...found.values()], total, hasShrunk };
  }
}
