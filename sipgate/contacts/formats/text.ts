import type { Breather } from '../../breather';
import { invalidInput, mustBe } from '../../errors';
import { detectEncoding, encodingOfHead, PIECE_BYTES, type Encoding } from './encoding';

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

/** Bytes at the beginning of a file that tell its format. */
const HEAD_BYTES = 1024;

/**
 * A file as UTF-8. Bytes may be UTF-8, UTF-16, or Windows-1252, which is recognised by not being UTF-8; in UTF-8 with
 * some broken characters these become �.
 * @throws SipgateError `INVALID_INPUT` when it is no content of a file, empty, or of another format
 */
export async function openText(
  input: unknown,
  expected: ExpectedFile,
  breather: Breather,
): Promise<FilePieces> {
  const pieces = openBytes(input, expected);
  if (isTextFile(input)) return pieces;
  const encoding = await detectEncoding(bufferOf(input as Uint8Array), breather);
  return encoding === 'utf-8' ? pieces : decodedPieces(bytesOf(input as Uint8Array), encoding);
}

/**
 * A file as bytes in which ASCII is ASCII, whatever the encoding of the rest: a text and UTF-16 become UTF-8,
 * other bytes stay. @throws like `openText`
 */
export function openBytes(input: unknown, expected: ExpectedFile): FilePieces {
  if (typeof input === 'string') {
    const bytes = bytesOfUtf16(input);
    if (bytes) return openBytes(bytes, expected);
    refuseForeign(input.trim() === '' ? Buffer.alloc(0) : Buffer.from(input.slice(0, HEAD_BYTES)), expected);
    return stringPieces(input);
  }
  if (!(input instanceof Uint8Array)) {
    throw mustBe(expected.field, 'the content of a file', input, 'Give a text or a Buffer.');
  }
  const { encoding } = encodingOfHead(bufferOf(input));
  const body = bytesOf(input);
  if (encoding === undefined || encoding === 'utf-8') {
    refuseForeign(body.subarray(0, HEAD_BYTES), expected);
    return rawPieces(body);
  }
  return decodedPieces(body, encoding);
}

/** @returns whether `openBytes` gives UTF-8, and not bytes of an encoding that only their values can tell */
export function isTextFile(input: unknown): boolean {
  if (!(input instanceof Uint8Array)) return true;
  const { encoding } = encodingOfHead(bufferOf(input));
  return encoding !== undefined && encoding !== 'utf-8';
}

function bufferOf(input: Uint8Array): Buffer {
  return Buffer.from(input.buffer, input.byteOffset, input.byteLength);
}

/** The bytes behind the byte order mark. */
function bytesOf(input: Uint8Array): Buffer {
  const bytes = bufferOf(input);
  return bytes.subarray(encodingOfHead(bytes).markBytes);
}

/** UTF-16 that somebody has read as if it was Latin-1: a NUL beside each letter. */
function bytesOfUtf16(text: string): Buffer | undefined {
  if (!text.slice(0, 4).includes('\0')) return undefined;
  const head = Buffer.from(text.slice(0, HEAD_BYTES), 'latin1');
  const isLatin1 = /^[\0-\xff]*$/.test(text);
  return isLatin1 && encodingOfHead(head).encoding !== undefined ? Buffer.from(text, 'latin1') : undefined;
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
  const name = encoding === 'broken-utf-8' ? 'utf-8' : encoding;
  const decoder = new TextDecoder(name, { ignoreBOM: true });
  for (const piece of rawPieces(bytes)) yield Buffer.from(decoder.decode(piece, { stream: true }), 'utf8');
  // half a character at the end
  const rest = decoder.decode();
  if (rest !== '') yield Buffer.from(rest, 'utf8');
}
