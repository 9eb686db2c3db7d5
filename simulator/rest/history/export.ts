import type { SimulatedAccount } from '../../account/account';
import type { HistoryEntry } from '../../account/history';
import { marksOf } from '../../account/read-history';

const COLUMNS = 'id,type,direction,source,target,created,duration,status,note';

/** @returns the entries as CSV, as `GET /history/export` gives it. The platform's columns are documented nowhere. */
export function exportCsv(account: SimulatedAccount, entries: readonly HistoryEntry[]): string {
  const rows = entries.map((entry) =>
    [
      entry.id,
      entry.type,
      entry.direction,
      entry.source,
      entry.target,
      new Date(entry.createdMs).toISOString(),
      'durationS' in entry ? String(entry.durationS) : '',
      entry.status,
      marksOf(account, entry).note,
    ]
      .map(cell)
      .join(','),
  );
  return [COLUMNS, ...rows, ''].join('\r\n');
}

function cell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
