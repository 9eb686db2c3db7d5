import { countUtf8, decodeBytes, isBrokenUtf8, isMultiByte, type Decoded } from '../charset';
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

/** What is known of the file and the card in which a value stands. */
export interface ValueContext {
  /** The file was text before, so that its bytes are UTF-8 whatever a card says. */
  readonly isText: boolean;
  /** @returns whether other values of the card are UTF-8 */
  readonly looksUtf8: () => boolean;
}

/** Values of several parts, separated by semicolons. */
const STRUCTURED: ReadonlySet<string> = new Set(['N', 'ORG', 'ADR'] satisfies PropertyName[]);

/**
 * Reads what stands behind the colon.
 * @param bytes one character per byte
 */
export function readValue(bytes: string, head: Head, context: ValueContext): Value {
  const decoded = head.encoding === 'base64' && head.name !== 'PHOTO' ? readBase64(bytes) : bytes;
  const isQuoted = head.encoding === 'quoted-printable';
  // nearly all
  if (!isQuoted && !NEEDS_DECODING.test(decoded))
    return { parts: splitValue(decoded, head.name), isBroken: false };
  const isEncoded = isQuoted || decoded !== bytes;
  const charset = context.isText && !isEncoded ? undefined : head.charset;
  // characters first: bytes that look like separators may be halves of characters
  if (isMultiByte(charset)) {
    const { text, isBroken } = decodeText(isQuoted ? unquotePrintable(decoded) : decoded, charset);
    return { parts: splitValue(text, head.name), isBroken };
  }
  // quoted-printable is undone last: a character that it hides separates nothing and escapes nothing
  const hidden = splitValue(decoded, head.name).map((part) => (isQuoted ? unquotePrintable(part) : part));
  const looksUtf8 = (): boolean => context.looksUtf8() || holdsUtf8(hidden.join(';'));
  const parts = hidden.map((part) => decodeText(part, charset, looksUtf8));
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

/** Bytes beyond ASCII, line breaks of other systems, and the escape character of ISO-2022. */
// eslint-disable-next-line no-control-regex
const NEEDS_DECODING = /[\r\x1B\x80-\xff]/;

/** Bytes of a whole value as text. */
function decodeText(bytes: string, charset: string | undefined, looksUtf8?: () => boolean): Decoded {
  if (!NEEDS_DECODING.test(bytes)) return { text: bytes, isBroken: false };
  const decoded = decodeBytes(Buffer.from(bytes, 'latin1'), charset, looksUtf8);
  if (!decoded.text.includes('\r')) return decoded;
  return { ...decoded, text: decoded.text.replace(/\r\n?/g, '\n') };
}

/** @returns whether bytes are UTF-8, but for some that are broken, and not only ASCII */
export function holdsUtf8(bytes: string): boolean {
  return isBrokenUtf8(countUtf8(Buffer.from(bytes, 'latin1')), false);
}
