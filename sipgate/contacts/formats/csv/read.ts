import { createBreather, type Breather } from '../../../breather';
import { DEFAULT_COUNTRY, type Country } from '../../../phone-number';
import type { SkippedLine } from '../../contact';
import { createRemarks } from '../../remarks';
import { openText, type FilePieces } from '../text';
import { CSV_FILE, detectLayout } from './header';
import type { CsvContact } from './import-file';
import { readRecords, type CsvRecord } from './records';
import { isBlank, readRow, type RowContext } from './row';

/** A file, read. Nothing of it is lost: every row with content is a contact or stands in `skipped`. */
export interface ParsedCsv {
  contacts: CsvContact[];
  skipped: SkippedLine[];
  /** Sentences about the file as a whole. */
  warnings: string[];
}

/** How to read a file of contacts. */
export interface ReadOptions {
  /** Completes national numbers. Default `DE`. */
  readonly country?: Country;
  /** Lets others work meanwhile, and stops the reading. */
  readonly breather?: Breather;
}

/** A reading that is under way. */
interface Reading extends RowContext {
  readonly contacts: CsvContact[];
  readonly skipped: SkippedLine[];
  emptyRows: number;
}

/**
 * Reads a CSV file of contacts: RFC 4180, comma, semicolon or tab, UTF-8, UTF-16 or Windows-1252, with a header
 * in any order that names first name, last name and number, or a company or whole name and number, in English,
 * German, French, Spanish, Italian or Dutch.
 * @param input text or bytes
 * @throws SipgateError `INVALID_INPUT` when it is not CSV, or its header lacks a column
 */
export async function parseContactsCsv(input: unknown, options: ReadOptions = {}): Promise<ParsedCsv> {
  const { country = DEFAULT_COUNTRY, breather = createBreather() } = options;
  const pieces = await openText(input, CSV_FILE, breather);
  const [head, all] = peek(pieces);
  const layout = detectLayout(head);
  // loading the libraries has taken its time already
  await breather.pause();
  const reading: Reading = {
    layout,
    country,
    contacts: [],
    skipped: [],
    remarks: createRemarks(),
    emptyRows: 0,
  };
  for (const records of readRecords(all, layout.delimiter)) {
    // the first number loads a library
    if (breather.isDue()) await breather.pause();
    for (const record of records) {
      if (record.line > layout.headerLine) take(reading, record);
      if (breather.isDue()) await breather.pause();
    }
    if (breather.isDue()) await breather.pause();
  }
  const { contacts, skipped } = reading;
  return { contacts, skipped, warnings: remarksOn(reading) };
}

/** @returns what is worth one sentence about the whole file, not one for every row */
function remarksOn({ contacts, skipped, emptyRows, remarks }: Reading): string[] {
  const sentences = remarks.sentences();
  if (emptyRows > 0)
    sentences.unshift(`The file has ${emptyRows} empty ${emptyRows === 1 ? 'row' : 'rows'}.`);
  if (contacts.length === 0 && skipped.length === 0) {
    sentences.unshift('The file has a header but no contacts: nothing to import.');
  }
  return sentences;
}

/** @returns the first piece, and all pieces with it */
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

/** Puts a record where it belongs: among the contacts or among what was left out. */
function take(reading: Reading, record: CsvRecord): void {
  const { contacts, skipped } = reading;
  const { line } = record;
  if ('problem' in record) {
    skipped.push({ line, reason: record.problem });
    return;
  }
  const { cells } = record;
  if (cells.every(isBlank)) {
    // a line of blanks is an empty line; a row of separators is a record that somebody made
    if (cells.length === 1) return;
    reading.emptyRows += 1;
    skipped.push({ line, reason: 'The row is empty.' });
    return;
  }
  const contact = readRow(cells, line, reading);
  if (typeof contact === 'string') skipped.push({ line, reason: contact });
  else contacts.push(contact);
}
