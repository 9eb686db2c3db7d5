/** One element of an XML document. Text between child elements is kept in `text`. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

/** A document may have names of 64 KiB, and errors quote them. */
const MOST_ERROR_CHARACTERS = 300;

/** Says what is wrong with a document, in words that help the one who wrote it. */
export class XmlError extends Error {
  override readonly name = 'XmlError';

  constructor(message: string) {
    super(message.length > MOST_ERROR_CHARACTERS ? `${message.slice(0, MOST_ERROR_CHARACTERS)}…` : message);
  }
}

/** Longer parts of a document are cut where an error quotes them. */
const MOST_QUOTED_CHARACTERS = 60;

/** @returns a text as errors quote it */
export function quote(text: string): string {
  const isLong = text.length > MOST_QUOTED_CHARACTERS;
  return `"${isLong ? `${text.slice(0, MOST_QUOTED_CHARACTERS)}…` : text}"`;
}

/** Deeper than any document that sipgate documents; keeps hostile nesting from filling the stack. */
const MOST_LEVELS = 20;

const NAME = /[A-Za-z_:][\w:.-]*/y;
const SPACE = /[ \t\r\n]*/y;
const PROLOG =
  /<\?xml\s+version=(["'])1\.\d\1(\s+encoding=(["'])([\w.-]+)\3)?(\s+standalone=(["'])(yes|no)\6)?\s*\?>/y;
const REFERENCE = /&(#x[0-9a-fA-F]{1,6}|#\d{1,7}|[A-Za-z]+);|&/g;
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
// eslint-disable-next-line no-control-regex -- these are exactly the characters XML 1.0 forbids
const FORBIDDEN = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/;

interface Cursor {
  readonly source: string;
  at: number;
}

/**
 * Reads a document as strictly as an XML parser must: no unescaped `&` or `<`, no attribute without quotes, no
 * second root. Document types are refused, for nobody needs entities here.
 * @returns the root element; throws XmlError
 */
export function readXml(source: string): XmlElement {
  if (FORBIDDEN.test(source)) throw new XmlError('the document holds a control character');
  const cursor: Cursor = { source, at: source.startsWith('\uFEFF') ? 1 : 0 };
  readProlog(cursor);
  skipMisc(cursor);
  if (peek(cursor) !== '<') throw new XmlError(`expected an element ${where(cursor)}`);
  const root = readElement(cursor, 0);
  skipMisc(cursor);
  if (cursor.at < source.length) throw new XmlError(`there is more after </${root.name}> ${where(cursor)}`);
  return root;
}

function readProlog(cursor: Cursor): void {
  if (!cursor.source.startsWith('<?xml', cursor.at)) return;
  const prolog = match(cursor, PROLOG);
  if (prolog === undefined) throw new XmlError('the XML declaration in the first line is broken');
  const encoding = prolog[4];
  if (encoding !== undefined && !/^(utf-8|us-ascii)$/i.test(encoding)) {
    throw new XmlError(`the encoding is ${encoding}, but the document is read as UTF-8`);
  }
}

function skipMisc(cursor: Cursor): void {
  for (;;) {
    match(cursor, SPACE);
    if (cursor.source.startsWith('<!--', cursor.at)) skipComment(cursor);
    else if (cursor.source.startsWith('<?', cursor.at)) skipInstruction(cursor);
    else if (cursor.source.startsWith('<!', cursor.at)) throw new XmlError('a document type is not allowed');
    else return;
  }
}

function skipComment(cursor: Cursor): void {
  const comment = until(cursor, '<!--', '-->');
  if (comment.includes('--')) throw new XmlError('a comment must not hold "--"');
}

function skipInstruction(cursor: Cursor): void {
  if (/^xml\s/i.test(until(cursor, '<?', '?>')))
    throw new XmlError('the XML declaration must be the very first thing');
}

function readElement(cursor: Cursor, depth: number): XmlElement {
  if (depth > MOST_LEVELS) throw new XmlError('the elements are nested too deeply');
  cursor.at += 1;
  const name = readName(cursor, 'an element name');
  const attributes = readAttributes(cursor, name);
  if (take(cursor, '/>')) return { name, attributes, children: [], text: '' };
  if (!take(cursor, '>')) throw new XmlError(`<${name}> is not closed ${where(cursor)}`);
  return { name, attributes, ...readContent(cursor, name, depth) };
}

function readAttributes(cursor: Cursor, element: string): Record<string, string> {
  const attributes: Record<string, string> = Object.create(null);
  for (;;) {
    const gap = match(cursor, SPACE)?.[0] ?? '';
    if (/[/>]/.test(peek(cursor)) || peek(cursor) === '') return attributes;
    if (gap === '') throw new XmlError(`a space is missing in <${element}> ${where(cursor)}`);
    const name = readName(cursor, `an attribute of <${element}>`);
    if (name in attributes) throw new XmlError(`<${element}> has the attribute ${name} twice`);
    match(cursor, SPACE);
    if (!take(cursor, '=')) throw new XmlError(`the attribute ${name} of <${element}> has no value`);
    match(cursor, SPACE);
    attributes[name] = readAttributeValue(cursor, name);
  }
}

function readAttributeValue(cursor: Cursor, name: string): string {
  const quote = peek(cursor);
  if (quote !== '"' && quote !== "'") throw new XmlError(`the value of ${name} is not in quotes`);
  const raw = until(cursor, quote, quote);
  if (raw.includes('<')) throw new XmlError(`the value of ${name} holds an unescaped <`);
  return unescape(raw.replace(/[\t\r\n]/g, ' '));
}

function readContent(cursor: Cursor, name: string, depth: number): Pick<XmlElement, 'children' | 'text'> {
  const children: XmlElement[] = [];
  let text = '';
  for (;;) {
    const end = cursor.source.indexOf('<', cursor.at);
    if (end < 0) throw new XmlError(`</${name}> is missing`);
    text += readText(cursor, end);
    if (take(cursor, '</')) {
      readEndTag(cursor, name);
      return { children, text };
    }
    if (cursor.source.startsWith('<![CDATA[', cursor.at)) text += until(cursor, '<![CDATA[', ']]>');
    else if (cursor.source.startsWith('<!--', cursor.at)) skipComment(cursor);
    else if (cursor.source.startsWith('<?', cursor.at)) skipInstruction(cursor);
    else children.push(readElement(cursor, depth + 1));
  }
}

function readText(cursor: Cursor, end: number): string {
  const raw = cursor.source.slice(cursor.at, end);
  cursor.at = end;
  if (raw.includes(']]>')) throw new XmlError('the text holds "]]>"');
  return unescape(raw);
}

function readEndTag(cursor: Cursor, name: string): void {
  const found = readName(cursor, `</${name}>`);
  if (found !== name) throw new XmlError(`<${name}> is closed by </${found}>`);
  match(cursor, SPACE);
  if (!take(cursor, '>')) throw new XmlError(`</${name} is not closed ${where(cursor)}`);
}

function unescape(raw: string): string {
  return raw.replace(REFERENCE, (whole, body: string | undefined) => {
    if (body === undefined) throw new XmlError(`an & is not escaped in ${quote(raw)}`);
    if (body.startsWith('#')) return characterOf(body, whole);
    const known = Object.hasOwn(NAMED, body) ? NAMED[body] : undefined;
    if (known === undefined) throw new XmlError(`${whole} is not known`);
    return known;
  });
}

function characterOf(body: string, whole: string): string {
  const code = body.startsWith('#x') ? parseInt(body.slice(2), 16) : Number(body.slice(1));
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
    throw new XmlError(`${whole} is not a character`);
  const character = String.fromCodePoint(code);
  if (FORBIDDEN.test(character)) throw new XmlError(`${whole} is not allowed in XML`);
  return character;
}

function readName(cursor: Cursor, what: string): string {
  const name = match(cursor, NAME)?.[0];
  if (name === undefined) throw new XmlError(`expected ${what} ${where(cursor)}`);
  return name;
}

function match(cursor: Cursor, pattern: RegExp): RegExpExecArray | undefined {
  pattern.lastIndex = cursor.at;
  const found = pattern.exec(cursor.source) ?? undefined;
  if (found !== undefined) cursor.at += found[0].length;
  return found;
}

function take(cursor: Cursor, text: string): boolean {
  if (!cursor.source.startsWith(text, cursor.at)) return false;
  cursor.at += text.length;
  return true;
}

/** The text between `start`, on which the cursor stands, and the next `end`; the cursor moves behind it. */
function until(cursor: Cursor, start: string, end: string): string {
  const from = cursor.at + start.length;
  const to = cursor.source.indexOf(end, from);
  if (to < 0) throw new XmlError(`${end} is missing ${where(cursor)}`);
  cursor.at = to + end.length;
  return cursor.source.slice(from, to);
}

function peek(cursor: Cursor): string {
  return cursor.source.charAt(cursor.at);
}

function where(cursor: Cursor): string {
  const rest = cursor.source.slice(cursor.at, cursor.at + 20);
  return rest === '' ? 'at the end of the document' : `before "${rest}"`;
}
