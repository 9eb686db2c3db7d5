import { describe, invalidInput } from '../../errors';
import { createBreather } from '../../breather';
import { lazy } from '../../lazy';
import { DEFAULT_COUNTRY, parseE164, type Country } from '../../phone-number';
import { envelopeLine, plainNumber, splitName, type ContactDetails, type SkippedLine } from '../contact';
import { firstRecord, readRecords, type CsvRecord } from './csv-records';
import { openText, type FileDoor, type FilePieces } from './text';

/** What sipgate's CSV import takes of a contact. One of the two names may be empty. */
export interface CsvContact {
  firstname: string;
  lastname: string;
  /** E.164 */
  number: string;
  /** Line of the text it stands in, the header's is 1. */
  line: number;
}

/** A file, read. Nothing of it is lost: every row with content is a contact or stands in `skipped`. */
export interface ParsedCsv {
  contacts: CsvContact[];
  skipped: SkippedLine[];
  /** Sentences about the file as a whole. */
  warnings: string[];
}

/** How to read a file of contacts. */
export interface ReadOptions {
  /** Completes national numbers. */
  readonly country?: Country;
  /** Stops the reading. */
  readonly signal?: AbortSignal;
}

type CsvStringify = typeof import('csv-stringify/sync').stringify;

/** Only a flow that exports pays for the library. */
// eslint-disable-next-line @typescript-eslint/no-require-imports
const csvStringify = lazy(() => (require('csv-stringify/sync') as { stringify: CsvStringify }).stringify);

const DOOR: FileDoor = {
  field: 'content',
  wanted: 'CSV',
  remedy: 'Export the address book again as CSV (in Excel: "Save as", "CSV UTF-8").',
};

/**
 * Reads a CSV file of contacts: RFC 4180, comma, semicolon or tab, UTF-8, UTF-16 or Windows-1252, with a header
 * in any order that names first name, last name and number in English or German.
 * @param input text or bytes
 * @throws SipgateError `INVALID_INPUT` when the file is none, or its header lacks a column
 */
export async function parseContactsCsv(input: unknown, options: ReadOptions = {}): Promise<ParsedCsv> {
  const breather = createBreather(options.signal);
  const pieces = await openText(input, DOOR, breather);
  const [head, all] = peek(pieces);
  const layout = detectLayout(head);
  // loading the libraries has taken its time already
  await breather.pause();
  const result: ParsedCsv = { contacts: [], skipped: [], warnings: [] };
  const tally: Tally = { empty: 0, further: 0 };
  for (const records of readRecords(all, layout.delimiter)) {
    // the first number loads a library
    if (breather.isDue()) await breather.pause();
    for (const record of records) {
      if (record.line > layout.headerLine)
        take(record, layout, options.country ?? DEFAULT_COUNTRY, result, tally);
      if (breather.isDue()) await breather.pause();
    }
    if (breather.isDue()) await breather.pause();
  }
  result.warnings.push(...remarks(result, tally));
  return result;
}

/** What is worth one sentence about the whole file, not one for every row. */
interface Tally {
  empty: number;
  further: number;
}

function remarks({ contacts, skipped }: ParsedCsv, { empty, further }: Tally): string[] {
  const found: string[] = [];
  if (contacts.length === 0 && skipped.length === 0) {
    found.push('The file has a header but no contacts: nothing to import.');
  }
  if (empty > 0) found.push(`The file has ${empty} empty ${empty === 1 ? 'row' : 'rows'}.`);
  if (further > 0) {
    found.push(
      `${further} ${further === 1 ? 'contact has' : 'contacts have'} more than one number. ` +
        "sipgate's CSV import takes one: the first was used. Import vCards to keep them all.",
    );
  }
  return found;
}

function peek(pieces: FilePieces): [Buffer, FilePieces] {
  const rest = pieces[Symbol.iterator]();
  const first = rest.next();
  const head = first.done ? Buffer.alloc(0) : first.value;
  function* all(): Generator<Buffer> {
    yield head;
    for (let next = rest.next(); !next.done; next = rest.next()) yield next.value;
  }
  return [head, all()];
}

/** Where the header says the values stand. */
interface Layout {
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
const MAX_HEADER = 12 * 1024;

/** The header decides the separator: the one with which it names the most of what is needed. */
function detectLayout(head: Buffer): Layout {
  const text = head.toString('utf8');
  if (text.length > MAX_HEADER && !/[\r\n]/.test(text)) {
    throw invalidInput(DOOR.field, `is no CSV: line 1 is longer than ${MAX_HEADER / 1024} KiB`, DOOR.remedy);
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
      DOOR.field,
      `is a binary file, not CSV: seen in line ${layout.headerLine}`,
      DOOR.remedy,
    );
  }
  const line = header.split(/[\r\n]/, 1)[0] ?? '';
  throw invalidInput(
    DOOR.field,
    `has no column ${missing.join(', ')} in its header: line ${layout.headerLine} is ${describe(line)}`,
    'The first line must name the columns firstname, lastname and number (or Vorname, Nachname and Telefon), ' +
      'separated by comma, semicolon or tab.',
  );
}

function take(record: CsvRecord, layout: Layout, country: Country, result: ParsedCsv, tally: Tally): void {
  const { line } = record;
  if ('problem' in record) {
    result.skipped.push({ line, reason: record.problem });
    return;
  }
  const { cells } = record;
  if (cells.every(isBlank)) {
    // a line of blanks is an empty line; a row of separators is a record that somebody made
    if (cells.length === 1) return;
    tally.empty += 1;
    result.skipped.push({ line, reason: 'The row is empty.' });
    return;
  }
  const contact = readRow(cells, layout, country, line);
  if (typeof contact === 'string') result.skipped.push({ line, reason: contact });
  else result.contacts.push(contact);
  if (typeof contact !== 'string' && hasFurtherNumber(cells, layout)) tally.further += 1;
}

function isBlank(cell: string): boolean {
  return cell.trim() === '';
}

/** @returns the contact, or why the row is none */
function readRow(
  cells: readonly string[],
  layout: Layout,
  country: Country,
  line: number,
): CsvContact | string {
  const { columns, delimiter } = layout;
  if (cells.length > columns.length && !cells.slice(columns.length).every(isBlank)) {
    const character = delimiter === '\t' ? 'a tab' : `"${delimiter}"`;
    return `The row has ${cells.length} values, the header ${columns.length} columns. Put a value that contains ${character} in quotation marks.`;
  }
  const firstname = readName(cells, layout.firstname);
  const lastname = readName(cells, layout.lastname);
  if (firstname === '' && lastname === '') return 'The row has neither first nor last name.';
  const given = layout.number.filter((index) => !isBlank(cells[index] ?? ''));
  if (given.length === 0)
    return `The row has no phone number in column ${columns[layout.number[0]!]!.trim()}.`;
  for (const index of given) {
    const number = parseE164(readNumber(cells[index]!), country);
    if (number !== undefined) return { firstname, lastname, number, line };
  }
  return badNumber(cells[given[0]!]!, columns[given[0]!]!);
}

function readName(cells: readonly string[], columns: readonly number[]): string {
  const index = columns.find((column) => !isBlank(cells[column] ?? ''));
  return index === undefined ? '' : unescapeFormula(cells[index]!).trim();
}

/**
 * The bare number in a cell: without a spreadsheet's ways to keep it a text (`="0211…"`, `'0211…`), and of
 * Google's `a ::: b` the first.
 */
function readNumber(cell: string): string {
  const first = plainNumber(cell).split(':::', 1)[0]!.trim();
  return first
    .replace(/^="(.*)"$/, '$1')
    .replace(/^(?:'|tel:)+/i, '')
    .trim();
}

function badNumber(cell: string, column: string): string {
  const said = `Column ${column.trim()} holds ${describe(cell.trim())}, which is no phone number.`;
  return /^\d[.,]\d+E\+?\d+$/i.test(cell.trim())
    ? `${said} A spreadsheet has rounded it: format the column as text there, and export again.`
    : `${said} Write it like +49 211 63553355 or 0211 63553355.`;
}

function hasFurtherNumber(cells: readonly string[], layout: Layout): boolean {
  if (layout.number.length < 2) return false;
  return new Set(layout.number.map((index) => cells[index]?.trim()).filter(Boolean)).size > 1;
}

/** Rows of one request: sipgate names no limit; so many are some 50 KB and a second or two of work. */
const BATCH_ROWS = 1000;
/** Characters of one request, for books with names as long as novels. */
const BATCH_CHARACTERS = 500_000;

/** Cuts a list into batches that one request each can carry. */
export function* importBatches(contacts: readonly CsvContact[]): Generator<CsvContact[]> {
  let batch: CsvContact[] = [];
  let size = 0;
  for (const contact of contacts) {
    const length = contact.firstname.length + contact.lastname.length + contact.number.length;
    if (batch.length === BATCH_ROWS || (batch.length > 0 && size + length > BATCH_CHARACTERS)) {
      yield batch;
      batch = [];
      size = 0;
    }
    batch.push(contact);
    size += length;
  }
  if (batch.length > 0) yield batch;
}

/**
 * The CSV that sipgate's import takes. Source: sipgate API, importFromCSV: header `firstname,lastname,number`,
 * commas, one contact per line. So a line break in a name becomes a blank: it could spoil the whole file.
 */
export function renderImportCsv(contacts: readonly CsvContact[]): string {
  const oneLine = (name: string): string => name.replace(/\s*[\r\n]+\s*/g, ' ');
  const rows = contacts.map(({ firstname, lastname, number }) => [
    oneLine(firstname),
    oneLine(lastname),
    number,
  ]);
  return csvStringify()([['firstname', 'lastname', 'number'], ...rows]);
}

/** What the export of contacts to CSV lets one choose. */
export interface CsvExportOptions {
  /** Separates the values; the default is a comma. Spreadsheets of German systems want a semicolon. */
  readonly delimiter?: string;
  /**
   * Puts `'` before a cell that a spreadsheet would run as a formula, the default. `importCsv` takes it off again.
   * The drawback of `false`: a caller's name in your address book can then run in your spreadsheet.
   */
  readonly escapeFormulas?: boolean;
  /** Stops the export. */
  readonly signal?: AbortSignal;
}

/** A contact to export; one that has no id yet leaves that cell empty. */
type ExportedContact = ContactDetails & { readonly id?: string };

const EXPORT_COLUMNS = [
  'id',
  'firstname',
  'lastname',
  'number',
  'name',
  'emails',
  'numbers',
  'addresses',
  'organizations',
];

/** Rows between two looks at the clock: some 2 ms of work. */
const EXPORT_ROWS = 250;

/**
 * Contacts as RFC 4180 CSV with a header, lines ending in CR LF. `number` is the first number; several values
 * in a cell are separated by `; `. `parseContactsCsv` takes names and first number back.
 * @throws SipgateError `INVALID_INPUT` for a delimiter that cannot separate
 */
export async function renderContactsCsv(
  contacts: readonly ExportedContact[],
  options: CsvExportOptions = {},
): Promise<string> {
  const delimiter = checkDelimiter(options.delimiter ?? ',');
  const guard = options.escapeFormulas === false ? (value: string): string => value : escapeFormula;
  const breather = createBreather(options.signal);
  // the library quotes only the line break that it writes itself
  const dialect = { delimiter, record_delimiter: '\r\n', quoted_match: /[\r\n]/ };
  const parts = [csvStringify()([EXPORT_COLUMNS], dialect)];
  for (let start = 0; start < contacts.length; start += EXPORT_ROWS) {
    const rows = contacts.slice(start, start + EXPORT_ROWS).map((contact) => exportRow(contact, guard));
    parts.push(csvStringify()(rows, dialect));
    if (breather.isDue()) await breather.pause();
  }
  return parts.join('');
}

/** @throws SipgateError `INVALID_INPUT` */
function checkDelimiter(delimiter: unknown): string {
  const character = delimiter === '\\t' ? '\t' : delimiter;
  if (typeof character !== 'string' || character === '' || /["\r\n]/.test(character)) {
    throw invalidInput(
      'delimiter',
      `cannot be ${describe(delimiter)}`,
      'Give a comma, a semicolon or a tab.',
    );
  }
  return character;
}

function exportRow(contact: ExportedContact, guard: (value: string) => string): string[] {
  const { given, family } = splitName(contact.name);
  const numbers = contact.numbers.map(({ number }) => number);
  const list = (values: string[]): string => values.filter(Boolean).map(guard).join('; ');
  return [
    guard(contact.id ?? ''),
    guard(given),
    guard(family),
    guard(numbers[0] ?? ''),
    guard(contact.name),
    list(contact.emails.map(({ email }) => email)),
    list(numbers),
    list(contact.addresses.map(envelopeLine)),
    list(contact.organization.map((units) => units.filter(Boolean).join(', '))),
  ];
}

/** What a spreadsheet takes for the beginning of a formula; the wide forms are Apple Numbers' habit. */
const FORMULA = /^'*[=+\-@\t\r＝＋－＠]/;
/** A phone number begins like a formula but computes nothing; with a `'` before it other programs could not dial it. */
const PHONE_NUMBER = /^\+\d[\d ]*$/;

/** A cell that itself begins with `'` and a formula gets one more, so that taking one off is always right. */
function escapeFormula(value: string): string {
  return FORMULA.test(value) && !PHONE_NUMBER.test(value) ? `'${value}` : value;
}

function unescapeFormula(cell: string): string {
  return /^'/.test(cell) && FORMULA.test(cell) ? cell.slice(1) : cell;
}
