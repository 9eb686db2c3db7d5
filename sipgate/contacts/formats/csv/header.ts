import { describe, invalidInput } from '../../../errors';
import type { ExpectedFile } from '../text';
import { layoutOf, type Layout } from './layout';
import { firstRecord } from './records';

/** What an import of CSV wants. */
export const CSV_FILE: ExpectedFile = {
  field: 'content',
  format: 'CSV',
  remedy: 'Export the address book again as CSV (in Excel: "Save as", "CSV UTF-8").',
};

const DELIMITERS = [',', ';', '\t'];
const EMPTY_LINES = /^(?:[^\S\r\n]*(?:\r\n|\n|\r))+/;
/** Excel's own way to say which separator follows. */
const SEPARATOR_LINE = /^"?sep=([,;\t])"?[^\S\r\n]*(?:\r\n|\n|\r)/i;

/** Less than the first piece of any file, so that an endless line is seen in it. */
const MOST_HEADER_KIB = 12;

/**
 * Finds the header. It decides the separator: the one with which it names the most of what is needed.
 * @param head the beginning of the file, in UTF-8
 * @throws SipgateError `INVALID_INPUT` when there is no header, or one that lacks a column
 */
export function detectLayout(head: Buffer): Layout {
  const text = head.toString('utf8');
  if (text.length > MOST_HEADER_KIB * 1024 && !/[\r\n]/.test(text)) {
    const problem = `must be CSV, but line 1 is longer than ${MOST_HEADER_KIB} KiB`;
    throw invalidInput(CSV_FILE.field, problem, CSV_FILE.remedy);
  }
  let header = text.replace(EMPTY_LINES, '');
  const separator = SEPARATOR_LINE.exec(header);
  header = header.slice(separator?.[0].length ?? 0).replace(EMPTY_LINES, '');
  const headerLine = 1 + countLineBreaks(text.slice(0, text.length - header.length));
  const layouts = (separator ? [separator[1]!] : DELIMITERS).map((delimiter) =>
    layoutOf(firstRecord(header, delimiter) ?? [], delimiter, headerLine),
  );
  const best = layouts.reduce((a, b) => (score(b) > score(a) ? b : a));
  refuseMissingColumns(best, header);
  return best;
}

function countLineBreaks(text: string): number {
  return text.match(/\r\n|\n|\r/g)?.length ?? 0;
}

function score(layout: Layout): number {
  const { firstname, lastname, wholeName, company, numbers } = layout;
  const named = [firstname, lastname, numbers].filter((found) => found.length > 0).length;
  const also = [wholeName, company].filter((found) => found.length > 0).length;
  return named * 100_000 + also * 1000 + Math.min(layout.columns.length, 999);
}

function missingColumns({ firstname, lastname, wholeName, company, numbers }: Layout): string[] {
  const hasWhole = wholeName.length > 0 || company.length > 0;
  return [
    ...(firstname.length > 0 || hasWhole ? [] : ['firstname']),
    ...(lastname.length > 0 || hasWhole ? [] : ['lastname']),
    ...(numbers.length > 0 ? [] : ['number']),
  ];
}

function refuseMissingColumns(layout: Layout, header: string): void {
  const missing = missingColumns(layout);
  if (missing.length === 0) return;
  if (/(?![\t\r\n])\p{Cc}/u.test(header.slice(0, 1000))) {
    throw invalidInput(
      CSV_FILE.field,
      `is a binary file, not CSV: seen in line ${layout.headerLine}`,
      CSV_FILE.remedy,
    );
  }
  const line = header.split(/[\r\n]/, 1)[0] ?? '';
  throw invalidInput(
    CSV_FILE.field,
    `has no column ${missing.join(', ')} in its header: line ${layout.headerLine} is ${describe(line)}`,
    'The first line must name the columns firstname, lastname and number, or what they are called in German, French, ' +
      'Spanish, Italian or Dutch, separated by comma, semicolon or tab.',
  );
}
