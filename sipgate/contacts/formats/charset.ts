import { isUtf8 } from 'node:buffer';

/** Bytes as text. */
export interface Decoded {
  readonly text: string;
  /** Bytes that are no character were replaced by �. */
  readonly isBroken: boolean;
}

const UTF_8 = /^utf-?8$/i;
/** A character takes several bytes of which some look like ASCII: `\` or `;`. */
const MULTI_BYTE =
  /^(?:shift[_-]?jis|sjis|ms932|windows-31j|cp932|gb|gbk|gb2312|gb18030|big5|euc-|ks_c|iso-2022-)/i;
/** Bytes in which ASCII is ASCII cannot be UTF-16, whatever they are called. */
const UTF_16 = /^(?:utf-?16|utf-?32|unicode|ucs)/i;

/** @returns whether bytes of this character set can hold bytes that look like separators and are none */
export function isMultiByte(charset: string | undefined): charset is string {
  return charset !== undefined && MULTI_BYTE.test(charset);
}

/**
 * Bytes as text in the character set that they are said to be in, or that they look like. Valid UTF-8 is UTF-8 whatever
 * a single-byte set says, for no other text looks like it by chance; of broken UTF-8 only the broken character is lost.
 * What is neither is taken for Windows-1252.
 * @param charset as the file names it, if it does
 * @param looksUtf8 tells whether other texts of the same origin are UTF-8; asked only where these bytes leave it open
 */
export function decodeBytes(bytes: Buffer, charset?: string, looksUtf8 = (): boolean => false): Decoded {
  const named = charset?.trim();
  if (isMultiByte(named)) return decodeAs(bytes, named);
  if (isUtf8(bytes)) return { text: bytes.toString('utf8'), isBroken: false };
  const isNamed = named !== undefined && named !== '' && !UTF_16.test(named);
  if (isNamed && !UTF_8.test(named)) return decodeAs(bytes, named);
  const count = countUtf8(bytes);
  const isMeant = isNamed || (count.whole === 0 && count.cut > 0 && looksUtf8());
  if (isBrokenUtf8(count, isMeant)) return { text: decode(bytes, 'utf-8'), isBroken: true };
  return { text: decode(bytes, 'windows-1252'), isBroken: false };
}

function decodeAs(bytes: Buffer, charset: string): Decoded {
  try {
    const text = decode(bytes, charset);
    return { text, isBroken: text.includes('\uFFFD') };
  } catch {
    // nobody knows this one
    return decodeBytes(bytes);
  }
}

function decode(bytes: Uint8Array, charset: string): string {
  return new TextDecoder(charset, { ignoreBOM: true }).decode(bytes);
}

/** What speaks for UTF-8 and what against it. */
export interface Utf8Count {
  /** Characters of several bytes. */
  whole: number;
  /** Beginnings of such characters that are cut off by the end or by an ASCII character. */
  cut: number;
  /** Bytes that are never found there in UTF-8. */
  wrong: number;
}

/** @returns what is found in bytes that are not all UTF-8 */
export function countUtf8(bytes: Uint8Array): Utf8Count {
  const count: Utf8Count = { whole: 0, cut: 0, wrong: 0 };
  for (let at = 0; at < bytes.length; at += 1) {
    const lead = bytes[at]!;
    if (lead < 0x80) continue;
    const needed = continuationsOf(lead);
    let found = 0;
    while (found < needed && ((bytes[at + found + 1] ?? 0) & 0xc0) === 0x80) found += 1;
    if (needed > 0 && found === needed) count.whole += 1;
    else if (found > 0 || isLatinLead(lead)) count.cut += 1;
    else count.wrong += 1;
    at += found;
  }
  return count;
}

/** @returns how many bytes follow the first one of a character, 0 where it is no first one */
function continuationsOf(lead: number): number {
  if (lead >= 0xc2 && lead <= 0xdf) return 1;
  if (lead >= 0xe0 && lead <= 0xef) return 2;
  return lead >= 0xf0 && lead <= 0xf4 ? 3 : 0;
}

/** The first byte of `ä`, `é` and `ß` in UTF-8; in Windows-1252 it is `Â` or `Ã`, with which hardly a name is written. */
function isLatinLead(byte: number): boolean {
  return byte === 0xc2 || byte === 0xc3;
}

/**
 * @param isMeant whether something else says that it is UTF-8
 * @returns whether it is, with broken characters in it; another encoding would have more that is wrong than right
 */
export function isBrokenUtf8({ whole, cut, wrong }: Utf8Count, isMeant: boolean): boolean {
  if (wrong > whole) return false;
  return whole > 0 || (isMeant && cut > 0);
}
