import { lazy } from '../../../lazy';
import type { FilePieces } from '../text';

/** A record of the file with its values, or what is wrong with its line. `line` counts lines of the text from 1. */
export type CsvRecord =
  | { readonly line: number; readonly cells: readonly string[] }
  | { readonly line: number; readonly problem: string };

type CsvParse = typeof import('csv-parse/sync').parse;

/** Only a flow that imports pays for the library. */
// eslint-disable-next-line @typescript-eslint/no-require-imports
const csvParse = lazy(() => (require('csv-parse/sync') as { parse: CsvParse }).parse);

/** A contact with a long note fits; a quotation mark that is never closed must not swallow the whole file. */
const MOST_RECORD_KIB = 256;
const MOST_RECORD_BYTES = MOST_RECORD_KIB * 1024;

const LF = 10;
const CR = 13;

const TEXT_BEHIND_QUOTE =
  'Text follows a closing quotation mark. Write quotation marks that belong to the text twice.';
/** csv-parse's codes, in words for the person who has to mend the file. */
const PROBLEMS: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED:
    'A quotation mark is opened here and never closed. Close it, or write it twice if it belongs to the text.',
  CSV_INVALID_CLOSING_QUOTE: TEXT_BEHIND_QUOTE,
  CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE: TEXT_BEHIND_QUOTE,
  INVALID_OPENING_QUOTE:
    'A quotation mark stands inside a value. Put the whole value in quotation marks and write the inner ones twice.',
};

/** The value of `error.code` when the end of a quoted value has not come yet. */
const OPEN_QUOTE = 'CSV_QUOTE_NOT_CLOSED';

/** How far the file is read: bytes of the current block, lines of the whole text. */
interface Cursor {
  offset: number;
  line: number;
}

/**
 * Reads records in batches that follow the pieces, so that the caller can let others work in between and
 * memory does not grow with the file. A broken record costs its line only: reading goes on with the next one.
 * Empty lines are left out.
 */
export function* readRecords(pieces: FilePieces, delimiter: string): Generator<CsvRecord[]> {
  const at: Cursor = { offset: 0, line: 1 };
  let pending: Buffer = Buffer.alloc(0);
  let discarding = false;
  for (const [piece, last] of markLast(pieces)) {
    pending = pending.length === 0 ? piece : Buffer.concat([pending, piece]);
    at.offset = 0;
    if (discarding) discarding = !skipLine(pending, at, last);
    if (discarding) yield [];
    else yield* consume(pending, at, last, delimiter);
    if (!last && !discarding && isEndless(pending, at)) {
      yield [{ line: at.line, problem: `The line is longer than ${MOST_RECORD_KIB} KiB.` }];
      discarding = true;
    }
    // the CR at the end of a piece may be half a line break
    pending = pending.subarray(discarding ? pending.length - (pending.at(-1) === CR ? 1 : 0) : at.offset);
  }
}

function* markLast(pieces: FilePieces): Generator<[Buffer, boolean]> {
  let previous: Buffer | undefined;
  for (const piece of pieces) {
    if (previous !== undefined) yield [previous, false];
    previous = piece;
  }
  if (previous !== undefined) yield [previous, true];
}

/**
 * Reads all complete records of a block and leaves the cursor behind them. A broken one ends a batch: to start the
 * library again takes as long as many good ones.
 */
function* consume(block: Buffer, at: Cursor, last: boolean, delimiter: string): Generator<CsvRecord[]> {
  let records: CsvRecord[] = [];
  const end = last ? block.length : lastLineEnd(block, at.offset);
  const complete = block.subarray(0, end);
  while (at.offset < end) {
    const code = parseInto(records, complete, at, delimiter);
    if (code === undefined) break;
    skipEmptyLines(complete, at, delimiter);
    const mayClose = code === OPEN_QUOTE && !last && block.length - at.offset <= MOST_RECORD_BYTES;
    if (mayClose) break;
    records.push({ line: at.line, problem: PROBLEMS[code] ?? 'The line is not CSV.' });
    yield records;
    records = [];
    if (!skipLine(complete, at, true)) break;
  }
  yield records;
}

/**
 * Parses from the cursor on and moves it behind every good record.
 * @returns the code of the error that stopped it, `undefined` at the end of the block
 */
function parseInto(records: CsvRecord[], block: Buffer, at: Cursor, delimiter: string): string | undefined {
  const start = at.offset;
  const onRecord = (cells: string[], info: { bytes: number }): null => {
    skipEmptyLines(block, at, delimiter);
    records.push({ line: at.line, cells });
    moveTo(block, at, start + info.bytes);
    return null;
  };
  try {
    csvParse()(block.subarray(start), { ...DIALECT, delimiter, on_record: onRecord });
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    if (typeof code === 'string') return code;
    throw error;
  }
  moveTo(block, at, block.length);
  return undefined;
}

const DIALECT = {
  record_delimiter: ['\r\n', '\n', '\r'],
  relax_column_count: true,
  skip_empty_lines: true,
  // people write blanks around quoted values: "Ada", "Lovelace"
  trim: true,
};

/** @returns the first record of a text that has one, `undefined` when it cannot be read */
export function firstRecord(text: string, delimiter: string): string[] | undefined {
  try {
    return csvParse()(text, { ...DIALECT, delimiter, to: 1 })[0];
  } catch {
    return undefined;
  }
}

function isEndless(block: Buffer, at: Cursor): boolean {
  return block.length - at.offset > MOST_RECORD_BYTES;
}

/** Moves behind the current line. @returns false when its end has not come yet */
function skipLine(block: Buffer, at: Cursor, last: boolean): boolean {
  for (let i = at.offset; i < block.length; i++) {
    if (!isLineBreak(block[i])) continue;
    if (block[i] === CR && i + 1 === block.length && !last) return false;
    moveTo(block, at, block[i] === CR && block[i + 1] === LF ? i + 2 : i + 1);
    return true;
  }
  if (last) at.offset = block.length;
  return last;
}

/** Also lines of blanks, as the library does. */
function skipEmptyLines(block: Buffer, at: Cursor, delimiter: string): void {
  let end = at.offset;
  while (end < block.length) {
    if (isLineBreak(block[end])) end += 1;
    else if (MAY_BE_BLANK.has(block[end]!) && isBlankLine(block, end, delimiter)) end = lineEnd(block, end);
    else break;
  }
  moveTo(block, at, end);
}

/** Blanks, and the first bytes of the blanks that are no ASCII. */
const MAY_BE_BLANK: ReadonlySet<number> = new Set([9, 11, 12, 32, 0xc2, 0xe1, 0xe2, 0xe3, 0xef]);

function isBlankLine(block: Buffer, from: number, delimiter: string): boolean {
  const line = block.toString('utf8', from, lineEnd(block, from));
  return line.trim() === '' && !line.includes(delimiter);
}

function lineEnd(block: Buffer, from: number): number {
  let end = from;
  while (end < block.length && !isLineBreak(block[end])) end += 1;
  return end;
}

function moveTo(block: Buffer, at: Cursor, offset: number): void {
  for (let i = at.offset; i < offset; i++) {
    const byte = block[i];
    if (byte === LF || (byte === CR && block[i + 1] !== LF)) at.line += 1;
  }
  at.offset = offset;
}

/** The offset behind the last line break that is surely whole. */
function lastLineEnd(block: Buffer, from: number): number {
  for (let i = block.length - 1; i >= from; i--) {
    if (block[i] === LF || (block[i] === CR && i + 1 < block.length)) return i + 1;
  }
  return from;
}

function isLineBreak(byte: number | undefined): boolean {
  return byte === LF || byte === CR;
}
