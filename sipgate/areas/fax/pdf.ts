import { describe, invalidInput, mustBe } from '../../errors';

/** A header may have other bytes before it, but not more than these (ISO 32000 readers' practice). */
const HEADER_WITHIN_BYTES = 1024;
const HEADER = /%PDF-\d\.\d|%!PS-Adobe-\d\.\d PDF-\d\.\d/;
/** The numbers in front of `obj`, with the white space between them, have ample room in these. */
const OBJECT_NUMBERS_BYTES = 40;

/**
 * Checks that bytes are a whole PDF: a header, an object, and behind the last object where to begin (`startxref` or
 * `trailer`). More would turn away files that readers and sipgate accept: there may be bytes before the header and after
 * the end, other PDFs inside, several ends, no `%%EOF`, a cross-reference that is a stream, and a length for the web (`/L`)
 * from before a change. What a download lost at its end is noticed, unless it is less than the last few lines.
 * @throws SipgateError `INVALID_INPUT`
 */
export function checkPdf(file: unknown, field: string): Buffer {
  if (typeof file === 'string') {
    throw invalidInput(field, 'must be a Buffer with a PDF, got a text', 'A Read File node makes one.');
  }
  if (!(file instanceof Uint8Array)) {
    throw mustBe(field, 'a Buffer with a PDF', file, 'A Read File node makes one.');
  }
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const problem = problemOf(bytes);
  if (problem !== undefined) throw invalidInput(field, problem, 'Give the bytes of a PDF.');
  return bytes;
}

function problemOf(bytes: Buffer): string | undefined {
  if (bytes.length === 0) return 'is empty';
  const header = HEADER.exec(bytes.toString('latin1', 0, HEADER_WITHIN_BYTES + 32));
  if (header === null || header.index > HEADER_WITHIN_BYTES) return `must be a PDF, got ${kindOf(bytes)}`;
  const object = lastObject(bytes);
  if (object < header.index) return 'must be a PDF, got only the header of one';
  return hasEnd(bytes, object) ? undefined : 'must be a whole PDF, got one without its end: it was cut off';
}

/** @returns whether a place to begin, or a trailer with all its entries, follows the last object */
function hasEnd(bytes: Buffer, object: number): boolean {
  const start = bytes.lastIndexOf('startxref');
  if (start > object && /^startxref\s+\d/.test(bytes.toString('latin1', start, start + 20))) return true;
  const trailer = bytes.lastIndexOf('trailer');
  return trailer > object && bytes.lastIndexOf('>>') > trailer;
}

/** @returns where the last `1 0 obj` stands; -1 where there is none */
function lastObject(bytes: Buffer): number {
  let at = bytes.lastIndexOf('obj');
  while (at > 0) {
    const before = bytes.toString('latin1', Math.max(0, at - OBJECT_NUMBERS_BYTES), at);
    if (/\d\s+\d{1,10}\s+$/.test(before)) return at;
    at = bytes.lastIndexOf('obj', at - 1);
  }
  return -1;
}

function kindOf(bytes: Buffer): string {
  const start = bytes.toString('latin1', 0, 256).trimStart().toLowerCase();
  const isPage = start.startsWith('<!doctype html') || start.startsWith('<html');
  return isPage ? 'a web page' : describe(bytes);
}
