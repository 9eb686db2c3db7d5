import { describe, invalidInput } from '../../../errors';
import type { ExpectedFile } from '../text';
import { firstRecord } from './records';

/** What an import of CSV wants. */
export const CSV_FILE: ExpectedFile = {
  field: 'content',
  format: 'CSV',
  remedy: 'Export the address book again as CSV (in Excel: "Save as", "CSV UTF-8").',
};

/** Where the header says the values stand. */
export interface Layout {
  readonly delimiter: string;
  /** Line in which the header begins. */
  readonly headerLine: number;
  readonly columns: readonly string[];
  readonly firstname: readonly number[];
  readonly lastname: readonly number[];
  /** In the order in which they are asked for a number. */
  readonly number: readonly number[];
}

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
  const named = [layout.firstname, layout.lastname, layout.number].filter((found) => found.length > 0).length;
  return named * 1000 + Math.min(layout.columns.length, 999);
}

const FIRST_NAME = /^(?:firstname|givenname|given|forename|vorname|rufname)$/;
const LAST_NAME = /^(?:lastname|familyname|family|surname|nachname|familienname|zuname)$/;
const NUMBER = new RegExp(
  '^(?:' +
    '(?:home|business|work|mobile|cell|primary|other|main|companymain|car)?(?:tele)?phone(?:number|no|nr)?\\d*|' +
    '(?:mobile|cell|contact|tel)?number|mobile|cell|phone\\d+value|' +
    '(?:mobil|auto|haupt|weiteres|festnetz)?tel(?:efon)?(?:nummer|nr)?' +
    '(?:geschäftlich|dienstlich|privat|firma|mobil|festnetz|arbeit|büro)?\\d*|' +
    '(?:mobil|handy|festnetz|telefon)?(?:ruf)?(?:nummer|nr)|mobil|handy|festnetz|mobiltelnr' +
    ')$',
);

function layoutOf(columns: readonly string[], delimiter: string, headerLine: number): Layout {
  const names = columns.map(plainName);
  const where = (test: (name: string) => boolean): number[] =>
    names.flatMap((name, index) => (test(name) ? [index] : []));
  const firstname = where((name) => FIRST_NAME.test(name));
  const named = where((name) => LAST_NAME.test(name));
  // "Vorname;Name;Telefon": beside a first name, the name is the last name
  const lastname = named.length > 0 || firstname.length === 0 ? named : where((name) => name === 'name');
  const exact = where((name) => name === 'number');
  const number = [...exact, ...where((name) => name !== 'number' && NUMBER.test(name))];
  return { delimiter, headerLine, columns, firstname, lastname, number };
}

/** `First Name`, `first_name` and `FIRSTNAME` are the same column. */
function plainName(column: string): string {
  return column
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

function refuseMissingColumns(layout: Layout, header: string): void {
  const missing = (['firstname', 'lastname', 'number'] as const).filter((name) => layout[name].length === 0);
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
    'The first line must name the columns firstname, lastname and number (or Vorname, Nachname and Telefon), ' +
      'separated by comma, semicolon or tab.',
  );
}
