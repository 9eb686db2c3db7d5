import type { SipgateClient } from '../../client/client';
import type { HistoryEntry, HistoryPage } from './entry';
import { readPage, walkPages, type Walk } from './pages';

/** Entries of the first page of a look: as a rule, more than have come since the last one. */
const FIRST_PAGE_ENTRIES = 100;
/** Now and then everything is read, whatever the count says: one that went and one that came late look like none. */
const WALK_EVERY_MS = 3600_000;

/**
 * Looks for new entries again and again, each time with as few requests as it takes: one where nothing is new. It takes
 * all types and directions, so that a flow that wants others from now on does not get old ones.
 */
export interface HistoryWatch {
  /**
   * @param wantedMs entries that were created since then, ms since 1970
   * @returns what was not there at the look before; at the first one, and every hour, all that is there
   * @throws SipgateError when it cannot be read; then the next look finds it
   */
  look(client: SipgateClient, wantedMs: number, signal?: AbortSignal): Promise<readonly HistoryEntry[]>;
}

/** What stood there at the look before. */
interface LastLook {
  readonly fromMs: number;
  readonly walkedMs: number;
  readonly ids: Set<string>;
  total: number;
}

/** @returns a watch that knows nothing yet */
export function createHistoryWatch(): HistoryWatch {
  let last: LastLook | undefined;

  /** @returns the new entries of the page, if by their count there are no others on pages behind it */
  function allThatIsNew({ entries, total }: HistoryPage): HistoryEntry[] | undefined {
    if (last === undefined || total === undefined) return undefined;
    const { ids } = last;
    const fresh = entries.filter(({ id }) => !ids.has(id));
    if (total - last.total !== fresh.length) return undefined;
    for (const { id } of fresh) ids.add(id);
    last.total = total;
    return fresh;
  }

  function remember({ entries, total }: Walk, fromMs: number, walkedMs: number): void {
    const ids = new Set(entries.map(({ id }) => id));
    last = total === undefined ? undefined : { fromMs, walkedMs, ids, total };
  }

  return {
    async look(client, wantedMs, signal) {
      const nowMs = client.timing.now();
      if (last !== undefined && nowMs - last.walkedMs >= WALK_EVERY_MS) last = undefined;
      const fromMs = last?.fromMs ?? wantedMs;
      // what comes in while pages are read must move none of them
      const query = { from: new Date(fromMs).toISOString(), to: new Date(nowMs).toISOString() };
      const first = await readPage(client, query, { offset: 0, limit: FIRST_PAGE_ENTRIES }, signal);
      const fresh = allThatIsNew(first);
      if (fresh !== undefined) return fresh;
      const walk = await walkPages(client, query, { first, signal });
      remember(walk, fromMs, nowMs);
      return walk.entries;
    },
  };
}
