import { isUtf8 } from 'node:buffer';
import { invalidInput } from '../../errors';
import type { Breather } from '../../breather';
import { mustBe } from '../must-be';

/** Bytes of input that are worked on between two looks at the clock: about 3 ms of parsing. */
const PIECE_BYTES = 32 * 1024;
/** Bytes at the beginning of a file that tell its format. */
const HEAD_BYTES = 1024;

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

/** A file of any size, piece by piece, without a byte order mark. */
export type FilePieces = Iterable<Buffer>;

/** What a file is expected to be, in words for the user who gave another one. */
export interface ExpectedFile {
  /** Names the input in the error. */
  readonly field: string;
  /** `CSV`, `a vCard file` */
  readonly format: string;
  /** What to do, as a sentence. */
  readonly remedy: string;
}

/**
 * A file as UTF-8. Bytes may be UTF-8, UTF-16 with byte order mark, or Windows-1252, which is recognised by
 * not being UTF-8.
 * @throws SipgateError `INVALID_INPUT` when it is no file content, empty, or of another format
 */
export async function openText(
  input: unknown,
  expected: ExpectedFile,
  breather: Breather,
): Promise<FilePieces> {
  const pieces = openBytes(input, expected);
  if (!(input instanceof Uint8Array)) return pieces;
  const bytes = bufferOf(input);
  if (byteOrderMark(bytes) !== undefined || (await isUtf8Throughout(bytes, breather))) return pieces;
  return decodedPieces(bytes, 'windows-1252');
}

/**
 * A file as bytes in which ASCII is ASCII, whatever the encoding of the rest: a text and UTF-16 become UTF-8,
 * other bytes stay. @throws like `openText`
 */
export function openBytes(input: unknown, expected: ExpectedFile): FilePieces {
  if (typeof input === 'string') {
    refuseForeign(input.trim() === '' ? Buffer.alloc(0) : Buffer.from(input.slice(0, HEAD_BYTES)), expected);
    return stringPieces(input);
  }
  if (!(input instanceof Uint8Array)) {
    throw mustBe(expected.field, 'the content of a file', input, 'Give a text or a Buffer.');
  }
  const bytes = bufferOf(input);
  const mark = byteOrderMark(bytes);
  const body = bytes.subarray(mark?.length ?? 0);
  if (mark === undefined || mark.encoding === 'utf-8') {
    refuseForeign(body.subarray(0, HEAD_BYTES), expected);
    return rawPieces(body);
  }
  return decodedPieces(body, mark.encoding);
}

function bufferOf(input: Uint8Array): Buffer {
  return Buffer.from(input.buffer, input.byteOffset, input.byteLength);
}

function byteOrderMark(bytes: Buffer): { encoding: Encoding; length: number } | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return { encoding: 'utf-8', length: 3 };
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { encoding: 'utf-16le', length: 2 };
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { encoding: 'utf-16be', length: 2 };
  return undefined;
}

/** A workbook, a picture or the login page that came instead of a download must get a clear word. */
function refuseForeign(head: Buffer, expected: ExpectedFile): void {
  if (head.length === 0) throw invalidInput(expected.field, 'is empty', expected.remedy);
  const format = foreignFormat(head);
  if (format === undefined || format === expected.format) return;
  throw invalidInput(expected.field, `is ${format}, not ${expected.format}: seen in line 1`, expected.remedy);
}

function foreignFormat(head: Buffer): string | undefined {
  const start = head.toString('latin1').replace(/^(?:\xEF\xBB\xBF)?\s+/, '');
  if (/^<(?:!doctype\s+html|html|head|body)\b/i.test(start)) return 'a web page (HTML)';
  if (/^<\?xml/i.test(start)) return 'an XML file';
  if (start.startsWith('PK\x03\x04')) return 'an Excel workbook or a ZIP archive';
  if (start.startsWith('\xD0\xCF\x11\xE0')) return 'an old Excel workbook';
  if (start.startsWith('%PDF-')) return 'a PDF';
  if (/^BEGIN:VCARD/i.test(start)) return 'a vCard file';
  // later in a file a NUL may be part of somebody's name
  return head.subarray(0, 16).includes(0) ? 'a binary file' : undefined;
}

async function isUtf8Throughout(bytes: Buffer, breather: Breather): Promise<boolean> {
  for (let start = 0; start < bytes.length;) {
    const end = characterStart(bytes, Math.min(start + 16 * PIECE_BYTES, bytes.length));
    if (!isUtf8(bytes.subarray(start, end))) return false;
    start = end;
    if (breather.isDue()) await breather.pause();
  }
  return true;
}

/** The start of the UTF-8 character that `position` would cut; a cut character would look like broken UTF-8. */
function characterStart(bytes: Buffer, position: number): number {
  for (let back = 0; back < 4 && position < bytes.length; back++) {
    if (((bytes[position - back] ?? 0) & 0xc0) !== 0x80) return position - back;
  }
  return position;
}

function* stringPieces(text: string): Generator<Buffer> {
  for (let start = text.startsWith('\uFEFF') ? 1 : 0; start < text.length;) {
    let end = Math.min(start + PIECE_BYTES, text.length);
    const last = text.charCodeAt(end - 1);
    if (end < text.length && last >= 0xd800 && last < 0xdc00) end -= 1;
    yield Buffer.from(text.slice(start, end), 'utf8');
    start = end;
  }
}

function* rawPieces(bytes: Buffer): Generator<Buffer> {
  for (let start = 0; start < bytes.length; start += PIECE_BYTES)
    yield bytes.subarray(start, start + PIECE_BYTES);
}

function* decodedPieces(bytes: Buffer, encoding: Encoding): Generator<Buffer> {
  const decoder = new TextDecoder(encoding);
  for (const piece of rawPieces(bytes)) yield Buffer.from(decoder.decode(piece, { stream: true }), 'utf8');
}
