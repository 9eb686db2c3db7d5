import { type HistoryEntry } from '../../../../sipgate/areas/history/entry';
import { type ApiServer, type Reply, type Seen } from '../../helpers/api-server';

export const NOW_MS = Date.UTC(2026, 10, 27, 12);

/** An SMS that came in so many seconds before noon. */
export function entryOf(nth: number, more: object = {}): HistoryEntry {
  return {
    id: `h${nth}`,
    type: 'SMS',
    direction: 'INCOMING',
    created: new Date(NOW_MS - nth * 1000).toISOString(),
    smsContent: `text ${nth}`,
    ...more,
  };
}

/** Answers `GET /history` as sipgate does: ten where nobody asks for more, 1,000 at the most. */
export class History {
  entries: HistoryEntry[] = [];
  archived: HistoryEntry[] = [];
  /** Happens after each page. */
  between: (page: number) => void = () => {};
  mostOnPage = 1000;
  saysTotal = true;
  #pages = 0;

  constructor(readonly api: ApiServer) {
    api.answer = (seen) => this.answer(seen);
  }

  get queries(): URLSearchParams[] {
    return this.api.seen.filter(({ url }) => url.startsWith('/history?')).map(queryOf);
  }

  private answer(seen: Seen): Reply {
    const query = queryOf(seen);
    const list = query.get('archived') === 'true' ? this.archived : this.entries;
    const from = query.get('from') ?? '';
    const to = query.get('to') ?? '9';
    const wanted = list.filter(({ created = '' }) => created >= from && created <= to);
    const offset = Number(query.get('offset') ?? 0);
    const limit = Math.min(Number(query.get('limit') ?? 10), this.mostOnPage);
    const items = wanted.slice(offset, offset + limit);
    const answer = { json: { items, ...(this.saysTotal ? { totalCount: wanted.length } : {}) } };
    this.#pages += 1;
    this.between(this.#pages);
    return answer;
  }
}

function queryOf({ url }: Seen): URLSearchParams {
  return new URL(url, 'http://127.0.0.1').searchParams;
}
