/*
 * Bytes as text of one character each, as they are until a whole value can be decoded.
 */

/** `trim` would cut the last byte of characters such as à: in Latin-1 it is a no-break space. */
export function trimBytes(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text[start])) start += 1;
  while (end > start && isBlank(text[end - 1])) end -= 1;
  return text.slice(start, end);
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t';
}

/** @returns the byte with this number; for `replace` */
export function byteOf(_: string, hex: string): string {
  return String.fromCharCode(parseInt(hex, 16));
}

/** @returns the bytes behind `=C3=BC` */
export function unquotePrintable(text: string): string {
  return text.replace(/=([0-9A-F]{2})/gi, byteOf);
}
