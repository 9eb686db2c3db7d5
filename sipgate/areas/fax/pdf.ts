import { describe, invalidInput, mustBe } from '../../errors';

/** A header may have other bytes before it, but not more than these (ISO 32000 readers' practice). */
const HEADER_WITHIN = 1024;
const HEADER = /%PDF-\d\.\d|%!PS-Adobe-\d\.\d PDF-\d\.\d/;

/**
 * Checks that bytes are a whole PDF: header, an object, a cross-reference and an end. More would turn away files
 * that readers and sipgate accept: there may be bytes before the header and after the end, other PDFs inside,
 * several ends, and the cross-reference may be a stream.
 * @throws SipgateError `INVALID_INPUT`
 */
export function checkPdf(file: unknown, field: string): Buffer {
  if (!(file instanceof Uint8Array)) {
    if (typeof file === 'string') {
      throw invalidInput(field, 'must be a Buffer with a PDF, got a text', 'A Read File node makes one.');
    }
    throw mustBe(field, 'a Buffer with a PDF', file, 'A Read File node makes one.');
  }
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const problem = problemOf(bytes);
  if (problem !== undefined) throw invalidInput(field, problem, 'Give the bytes of a PDF.');
  return bytes;
}

function problemOf(bytes: Buffer): string | undefined {
  if (bytes.length === 0) return 'is empty';
  const header = HEADER.exec(bytes.toString('latin1', 0, HEADER_WITHIN + 32));
  if (header === null || header.index > HEADER_WITHIN) return noPdf(bytes);
  const body = bytes.subarray(header.index);
  const object = /\d\s+\d+\s+obj\b/.exec(body.toString('latin1'));
  if (object === null) return 'begins like a PDF, but holds no object';
  if (!endsAfter(object.index, body) || isCutOff(bytes, header.index))
    return 'is a PDF without its end, so it was cut off';
  return undefined;
}

/** @returns whether a cross-reference follows the first object, and an end follows that */
function endsAfter(object: number, body: Buffer): boolean {
  const references = ['startxref', 'trailer']
    .map((word) => body.indexOf(word, object))
    .filter((at) => at > 0);
  return body.lastIndexOf('%%EOF') > Math.min(...references);
}

function noPdf(bytes: Buffer): string {
  const start = bytes.toString('latin1', 0, 256).trimStart().toLowerCase();
  if (start.startsWith('<!doctype html') || start.startsWith('<html')) return 'is a web page and no PDF';
  return `is ${describe(bytes)} that is no PDF`;
}

/** A PDF for the web has an end after its first page already, but tells at its start how long it is. */
function isCutOff(bytes: Buffer, start: number): boolean {
  const [, length] =
    /\/Linearized\b[^>]*?\/L\s+(\d+)/.exec(bytes.toString('latin1', start, start + HEADER_WITHIN)) ?? [];
  return length !== undefined && bytes.length < Number(length);
}
