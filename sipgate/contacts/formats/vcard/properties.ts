import { lazy } from '../../../lazy';
import { isUtf8 } from 'node:buffer';

/** A property of a card that a contact can hold, read. */
export interface Property {
  readonly name: PropertyName;
  /** `item1` of `item1.TEL`, in small letters, or empty. */
  readonly group: string;
  /** In small letters; PREF=1 stands as the type `pref` that older cards have. */
  readonly types: readonly string[];
  /** One, or the several parts of a name, an address or an organization. */
  readonly parts: readonly string[];
}

const NAMES = ['FN', 'N', 'NICKNAME', 'ORG', 'TEL', 'EMAIL', 'ADR', 'PHOTO', 'X-ABLABEL'] as const;

/** A property that a contact can hold. */
export type PropertyName = (typeof NAMES)[number];

/** Others never reach the library, which trips over names like `__proto__`. */
const PROPERTIES: ReadonlySet<string> = new Set(NAMES);
/** Values of several parts, separated by semicolons. */
const STRUCTURED: ReadonlySet<string> = new Set(['N', 'ORG', 'ADR'] satisfies PropertyName[]);

/**
 * Reads a property line of a card.
 * @param line whole, without folds, one character per byte
 * @returns `undefined` for a property that a contact does not hold
 */
export function readProperty(line: string): Property | undefined {
  const colon = indexOutsideQuotes(line, ':');
  if (colon < 0 || colon > MOST_HEAD_CHARACTERS) return undefined;
  const head = headOf(line.slice(0, colon));
  if (head === undefined) return undefined;
  const { name, group, types } = head;
  return { name, group, types, parts: readValue(line.slice(colon + 1), head) };
}

/** What stands before the colon. */
interface Head extends Omit<Property, 'parts'> {
  readonly charset: string | undefined;
  readonly isQuotedPrintable: boolean;
}

/**
 * The cards of a program have few different heads, so each is read once: the library takes longer for one than all
 * else for a line. Bounded, for a file may be made of nothing but different ones.
 */
const heads = new Map<string, Head | undefined>();
const MOST_CACHED_HEADS = 200;
const LONGEST_CACHED_HEAD = 200;
/** A postal label as a parameter fits; no program writes more, and the library takes seconds for megabytes. */
const MOST_HEAD_CHARACTERS = 16 * 1024;

function headOf(text: string): Head | undefined {
  if (text.length > LONGEST_CACHED_HEAD) return readHead(text);
  const known = heads.get(text);
  if (known !== undefined || heads.has(text)) return known;
  if (heads.size >= MOST_CACHED_HEADS) heads.clear();
  // a part of a string keeps the whole file in memory, a copy does not
  const copy = Buffer.from(text, 'latin1').toString('latin1');
  const head = readHead(copy);
  heads.set(copy, head);
  return head;
}

type Library = typeof import('vcard-parser');

/** Only a flow that imports cards pays for the library. */
// eslint-disable-next-line @typescript-eslint/no-require-imports
const vcardParser = lazy(() => require('vcard-parser') as Library);

/**
 * The library knows no quotes, and no list of types in one parameter; it gets a head rewritten without them. Values
 * are kept from it: it undoes escapes in the wrong order, and takes every comma for a separator.
 */
function readHead(text: string): Head | undefined {
  const [path, ...rest] = splitOutsideQuotes(text, ';');
  const dot = path!.lastIndexOf('.');
  const name = path!
    .slice(dot + 1)
    .trim()
    .toUpperCase();
  if (!isHeld(name)) return undefined;
  const group = path!.slice(0, Math.max(dot, 0)).replace(/[^\w-]/g, '');
  const parameters = rest.flatMap(readParameter).map(([key, value]) => `;${key}=${shield(value)}`);
  const parsed = vcardParser().parse(`${group}.${name}${parameters.join('')}:`);
  const found = Object.values(parsed)[0]?.[0];
  const values = (key: string): string[] => (found?.meta?.[key] ?? []).map((value) => unshield(value ?? ''));
  return {
    name,
    group: (found?.namespace ?? '').toLowerCase(),
    types: values('type')
      .map((type) => decode(type, undefined).toLowerCase().trim())
      .filter((type) => type !== ''),
    charset: values('charset')[0],
    isQuotedPrintable: values('encoding').some((value) => /^(?:quoted-printable|q)$/i.test(value)),
  };
}

function isHeld(name: string): name is PropertyName {
  return PROPERTIES.has(name);
}

/** A quotation mark that is never closed quotes nothing: then the first match behind it counts. */
function indexOutsideQuotes(text: string, character: string, start = 0): number {
  let found = text.indexOf(character, start);
  let quote = text.indexOf('"', start);
  // each search goes on where the last one ended: behind it may follow megabytes
  while (found >= 0 && quote >= 0 && quote < found) {
    const closing = text.indexOf('"', quote + 1);
    if (closing < 0) return found;
    if (closing > found) found = text.indexOf(character, closing + 1);
    quote = text.indexOf('"', closing + 1);
  }
  return found;
}

/** In one pass: to search for each separator anew would take the square of the time for many of them. */
function splitOutsideQuotes(text: string, character: string): string[] {
  const parts: string[] = [];
  const lastQuote = text.lastIndexOf('"');
  let start = 0;
  let quoted = false;
  for (let index = 0; index < text.length; index += 1) {
    // the last one closes nothing: it opens a quotation that never ends
    if (text[index] === '"') quoted = !quoted && index < lastQuote;
    else if (text[index] === character && !quoted) {
      parts.push(text.slice(start, index));
      start = index + 1;
    }
  }
  return [...parts, text.slice(start)];
}

/** What vCard 2.1 writes without a name: `TEL;HOME;VOICE`, `N;QUOTED-PRINTABLE`. */
const BARE_ENCODING = /^(?:quoted-printable|base64|7bit|8bit)$/i;
/** Android's name for a number that its owner labelled: `X-CUSTOM(CHARSET=UTF-8,ENCODING=QUOTED-PRINTABLE,=42=C3=BC)`. */
const ANDROID_LABEL = /^X-CUSTOM\(.*,([^,]*)\)$/i;
const PARAMETERS = new Set(['TYPE', 'ENCODING', 'CHARSET']);

/** @returns name and value; a list of types becomes several, and PREF=1 the type `pref` that older cards have */
function readParameter(parameter: string): [string, string][] {
  const custom = ANDROID_LABEL.exec(trimBytes(parameter));
  if (custom) return [['TYPE', unquotePrintable(custom[1]!)]];
  const equals = parameter.indexOf('=');
  if (equals < 0)
    return [[BARE_ENCODING.test(trimBytes(parameter)) ? 'ENCODING' : 'TYPE', trimBytes(parameter)]];
  const name = trimBytes(parameter.slice(0, equals)).toUpperCase();
  const value = trimBytes(parameter.slice(equals + 1));
  if (name === 'PREF') return value === '1' ? [['TYPE', 'pref']] : [];
  if (!PARAMETERS.has(name)) return [];
  const values = value
    .replaceAll('"', '')
    .split(',')
    .map((each) => uncaret(trimBytes(each)));
  return values.filter((each) => each !== '').map((each) => [name, each]);
}

/** `trim` would cut the last byte of characters such as à: in Latin-1 it is a no-break space. */
function trimBytes(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text[start])) start += 1;
  while (end > start && isBlank(text[end - 1])) end -= 1;
  return text.slice(start, end);
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t';
}

/** RFC 6868: what a parameter cannot hold is written with `^`. */
function uncaret(text: string): string {
  return text.replace(/\^([n^'])/g, (_, code: string) => ({ n: '\n', '^': '^', "'": '"' })[code] ?? code);
}

/** Hides from the library what it would take for a separator or an escape. */
function shield(text: string): string {
  return text.replace(
    /[^\w.+-]/g,
    (character) => `%${character.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`,
  );
}

function unshield(text: string): string {
  return text.replace(/%([0-9A-F]{2})/g, byteOf);
}

function byteOf(_: string, hex: string): string {
  return String.fromCharCode(parseInt(hex, 16));
}

function unquotePrintable(text: string): string {
  return text.replace(/=([0-9A-F]{2})/gi, byteOf);
}

function readValue(value: string, { name, charset, isQuotedPrintable }: Head): string[] {
  // quoted-printable is undone last: a character that it hides separates nothing and escapes nothing
  return unescape(value, name).map((part) =>
    decode(isQuotedPrintable ? unquotePrintable(part) : part, charset),
  );
}

/** No byte is this character. */
const BOUNDARY = '\uFFFF';

/** @returns the parts of a value, without escapes */
function unescape(value: string, name: PropertyName): string[] {
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

/** Bytes of a whole value as text: UTF-8, or what the card says, or else Windows-1252. */
function decode(text: string, charset: string | undefined): string {
  if (!/[\r\x80-\xff]/.test(text)) return text;
  const unixBreaks = text.replace(/\r\n?/g, '\n');
  if (!/[\x80-\xff]/.test(unixBreaks)) return unixBreaks;
  const bytes = Buffer.from(unixBreaks, 'latin1');
  if (charset !== undefined && !/^utf-?8$/i.test(charset)) return decodeAs(bytes, charset);
  return isUtf8(bytes) ? bytes.toString('utf8') : decodeAs(bytes, 'windows-1252');
}

function decodeAs(bytes: Buffer, charset: string): string {
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}
