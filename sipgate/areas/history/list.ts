import type { SipgateClient } from '../../client/client';
import { createdMs, type HistoryEntry } from './entry';
import { readFilters, type HistoryFilters } from './filters';
import { walkPages } from './pages';

/**
 * Lists entries, all pages of them.
 * @returns the newest first, with dates as ISO texts
 * @throws SipgateError `INVALID_INPUT` before any request; `FORBIDDEN` for a filter by phones, …
 */
export async function listHistory(
  client: SipgateClient,
  filters: HistoryFilters = {},
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<HistoryEntry[]> {
  const { queries, most } = readFilters(client, filters);
  const lists: HistoryEntry[][] = [];
  for (const query of queries) lists.push([...(await walkPages(client, query, { most, signal })).entries]);
  const filled = lists.filter((list) => list.length > 0);
  // as it came, where there is only one list
  if (filled.length <= 1) return (filled[0] ?? []).slice(0, most);
  const all = new Map(filled.flat().map((entry) => [entry.id, entry]));
  return [...all.values()].sort((one, other) => timeOf(other) - timeOf(one)).slice(0, most);
}

function timeOf(entry: HistoryEntry): number {
  return createdMs(entry) ?? 0;
}
