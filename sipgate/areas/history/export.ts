import { apiPath } from '../../client/api-path';
import type { SipgateClient } from '../../client/client';
import { invalidInput } from '../../errors';
import { readFilters, type HistoryFilters } from './filters';
import { MOST_PAGE_ENTRIES, readingOf, type HistoryQuery } from './pages';

/** Lines of a CSV text; a line break inside of quotes ends none. */
interface CsvText {
  readonly header: string;
  readonly rows: readonly string[];
}

/**
 * Exports entries as sipgate's own CSV, all pages of it in one text with one header. Its columns are sipgate's.
 * @throws SipgateError `INVALID_INPUT` before any request: sipgate's export knows no filter by number
 */
export async function exportHistoryCsv(
  client: SipgateClient,
  filters: HistoryFilters = {},
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<string> {
  const { queries, most } = readFilters(client, filters);
  if (queries.some(({ phonenumber }) => phonenumber !== undefined)) {
    throw invalidInput(
      'phonenumber',
      "cannot filter an export, as sipgate's export does not know it",
      'Leave it empty, or use the operation list.',
    );
  }
  let header = '';
  const rows: string[] = [];
  for (const query of queries) {
    const found = await exportAll(client, query, most - rows.length, signal);
    header ||= found.header;
    rows.push(...found.rows);
    if (rows.length >= most) break;
  }
  return [header, ...rows.slice(0, most), ''].join('\r\n');
}

/** The export tells no total: an empty page is the end, and so is one that repeats the page before. */
async function exportAll(
  client: SipgateClient,
  query: HistoryQuery,
  most: number,
  signal: AbortSignal | undefined,
): Promise<CsvText> {
  let header = '';
  const rows: string[] = [];
  let before = '';
  for (;;) {
    const limit = Math.min(MOST_PAGE_ENTRIES, most - rows.length);
    const page = await exportPage(client, { ...query, offset: rows.length, limit }, signal);
    header ||= page.header;
    const text = page.rows.join('\n');
    if (page.rows.length === 0 || text === before) return { header, rows };
    rows.push(...page.rows);
    before = text;
    if (rows.length >= most) return { header, rows };
  }
}

async function exportPage(
  client: SipgateClient,
  query: HistoryQuery,
  signal: AbortSignal | undefined,
): Promise<CsvText> {
  const text = await client.get<string>(apiPath`/history/export`, {
    ...readingOf(query),
    what: 'export the history',
    query,
    as: 'text',
    // with `application/json` alone sipgate would have to refuse
    accept: 'application/octet-stream, text/csv',
    signal,
  });
  const [header = '', ...rows] = csvLines(text);
  return { header, rows };
}

/** @returns the lines that are not empty, in linear time */
function csvLines(text: string): string[] {
  const lines: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let at = 0; at <= text.length; at += 1) {
    const character = text[at];
    if (character === '"') isQuoted = !isQuoted;
    const isEnd = character === undefined || (!isQuoted && (character === '\n' || character === '\r'));
    if (!isEnd) continue;
    if (at > start) lines.push(text.slice(start, at));
    start = at + 1;
  }
  return lines;
}
