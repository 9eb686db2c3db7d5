import { decodeBytes, isMultiByte, type Decoded } from '../charset';
import { BASE64 } from './base64';
import { unquotePrintable } from './bytes';
import type { Head, PropertyName } from './head';

/** A value without encodings and escapes. */
export interface Value {
  /** One, or the several parts of a name, an address or an organization. */
  readonly parts: readonly string[];
  /** Bytes that are no character were replaced by �. */
  readonly isBroken: boolean;
}

/** Values of several parts, separated by semicolons. */
const STRUCTURED: ReadonlySet<string> = new Set(['N', 'ORG', 'ADR'] satisfies PropertyName[]);

/**
 * Reads what stands behind the colon.
 * @param bytes one character per byte
 * @param isText whether the file was text before, so that the bytes are UTF-8 whatever the card says
 */
export function readValue(bytes: string, head: Head, isText: boolean): Value {
  const decoded = head.encoding === 'base64' && head.name !== 'PHOTO' ? readBase64(bytes) : bytes;
  const isEncoded = head.encoding === 'quoted-printable' || decoded !== bytes;
  const charset = isText && !isEncoded ? undefined : head.charset;
  const isQuoted = head.encoding === 'quoted-printable';
  // characters first: bytes that look like separators may be halves of characters
  if (isMultiByte(charset)) {
    const { text, isBroken } = decodeText(isQuoted ? unquotePrintable(decoded) : decoded, charset);
    return { parts: splitValue(text, head.name), isBroken };
  }
  // quoted-printable is undone last: a character that it hides separates nothing and escapes nothing
  const parts = splitValue(decoded, head.name).map((part) =>
    decodeText(isQuoted ? unquotePrintable(part) : part, charset),
  );
  return { parts: parts.map(({ text }) => text), isBroken: parts.some(({ isBroken }) => isBroken) };
}

/** @returns the bytes behind Base64, of the whole or of each part; what is no Base64 of a text stays as it is */
function readBase64(text: string): string {
  const parts = text.split(';').map((part) => part.replace(/[ \t\r\n]/g, ''));
  const bytes = parts.map((part) => (part === '' ? '' : fromBase64(part)));
  return bytes.every((each) => each !== undefined) ? bytes.join(';') : text;
}

function fromBase64(text: string): string | undefined {
  // a number that somebody forgot to encode
  if (!BASE64.test(text) || !/[A-Za-z]/.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64').toString('latin1');
  // eslint-disable-next-line no-control-regex
  return /[\0-\x08\x0B\x0C\x0E-\x1A\x1C-\x1F\x7F]/.test(bytes) ? undefined : bytes;
}

/** No text of a card holds this character. */
const BOUNDARY = '\uFFFF';

/** @returns the parts of a value, without escapes */
function splitValue(value: string, name: PropertyName): string[] {
  const isStructured = STRUCTURED.has(name);
  if (!value.includes('\\')) {
    const text = name === 'N' ? value.replaceAll(',', ' ') : value;
    return isStructured ? text.split(';') : [text];
  }
  const unescaped = value.replace(/\\[\s\S]|[;,]/g, (found) => {
    if (found === ';') return isStructured ? BOUNDARY : found;
    // several first names: `N:Stevenson;John;Philip,Paul`
    if (found === ',') return name === 'N' ? ' ' : found;
    if (found === '\\n' || found === '\\N') return '\n';
    // a backslash before anything else is no escape: vCard 2.1 does not double it
    return /[\\;,:"]/.test(found[1]!) ? found[1]! : found;
  });
  return unescaped.split(BOUNDARY);
}

/** Bytes of a whole value as text. */
function decodeText(bytes: string, charset: string | undefined): Decoded {
  // eslint-disable-next-line no-control-regex
  if (!/[\r\x1B\x80-\xff]/.test(bytes)) return { text: bytes, isBroken: false };
  const { text, isBroken } = decodeBytes(Buffer.from(bytes, 'latin1'), charset);
  return { text: text.replace(/\r\n?/g, '\n'), isBroken };
}
