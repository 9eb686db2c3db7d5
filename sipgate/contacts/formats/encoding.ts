import { isUtf8 } from 'node:buffer';
import type { Breather } from '../../breather';
import { countUtf8, isBrokenUtf8, type Utf8Count } from './charset';

/** Bytes of input that are worked on between two looks at the clock: about 3 ms of parsing. */
export const PIECE_BYTES = 32 * 1024;
/** Bytes that are checked in one go: the check is much faster than the reading. */
const CHECKED_BYTES = 16 * PIECE_BYTES;

/** How the characters of a file are written; `broken-utf-8` has bytes in it that are no character. */
export type Encoding = 'utf-8' | 'broken-utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

/** What the first bytes of a file tell. */
interface HeadEncoding {
  readonly encoding: Extract<Encoding, 'utf-8' | 'utf-16le' | 'utf-16be'> | undefined;
  /** Length of the byte order mark. */
  readonly markBytes: 0 | 2 | 3;
}

/** @returns what a byte order mark says, or UTF-16 where every other byte is NUL */
export function encodingOfHead(bytes: Buffer): HeadEncoding {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return { encoding: 'utf-8', markBytes: 3 };
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { encoding: 'utf-16le', markBytes: 2 };
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { encoding: 'utf-16be', markBytes: 2 };
  return { encoding: unmarkedUtf16(bytes.subarray(0, 64)), markBytes: 0 };
}

/** A file of text begins with some letters of ASCII, whatever its language: a header, `BEGIN:VCARD`. */
function unmarkedUtf16(head: Buffer): 'utf-16le' | 'utf-16be' | undefined {
  const pairs = Math.floor(head.length / 2);
  if (pairs < 4) return undefined;
  const count = { le: 0, be: 0 };
  for (let at = 0; at < pairs * 2; at += 2) {
    if (head[at] === 0 && isAsciiText(head[at + 1]!)) count.be += 1;
    if (head[at + 1] === 0 && isAsciiText(head[at]!)) count.le += 1;
  }
  if (count.be >= pairs * LEAST_SHARE && count.le === 0) return 'utf-16be';
  return count.le >= pairs * LEAST_SHARE && count.be === 0 ? 'utf-16le' : undefined;
}

/** Of the first characters; the others may be of other languages. */
const LEAST_SHARE = 0.7;

function isAsciiText(byte: number): boolean {
  return (byte >= 32 && byte < 127) || byte === 9 || byte === 10 || byte === 13;
}

/**
 * Reads all of a file that is not UTF-16.
 * @param breather lets others work meanwhile
 */
export async function detectEncoding(
  bytes: Buffer,
  breather: Breather,
): Promise<Exclude<Encoding, 'utf-16le' | 'utf-16be'>> {
  let isAllUtf8 = true;
  for (const part of wholeCharacters(bytes)) {
    isAllUtf8 &&= isUtf8(part);
    if (!isAllUtf8) break;
    if (breather.isDue()) await breather.pause();
  }
  if (isAllUtf8) return 'utf-8';
  const total: Utf8Count = { whole: 0, cut: 0, wrong: 0 };
  for (const part of wholeCharacters(bytes)) {
    const { whole, cut, wrong } = countUtf8(part);
    total.whole += whole;
    total.cut += cut;
    total.wrong += wrong;
    if (breather.isDue()) await breather.pause();
  }
  const isMarked = encodingOfHead(bytes).encoding === 'utf-8';
  return isMarked || isBrokenUtf8(total, false) ? 'broken-utf-8' : 'windows-1252';
}

function* wholeCharacters(bytes: Buffer): Generator<Buffer> {
  for (let start = 0; start < bytes.length;) {
    const end = characterStart(bytes, Math.min(start + CHECKED_BYTES, bytes.length));
    yield bytes.subarray(start, end);
    start = end;
  }
}

/** The start of the UTF-8 character that `position` would cut; a cut character would look like broken UTF-8. */
function characterStart(bytes: Buffer, position: number): number {
  for (let back = 0; back < 4 && position < bytes.length; back += 1) {
    if (((bytes[position - back] ?? 0) & 0xc0) !== 0x80) return position - back;
  }
  return position;
}
