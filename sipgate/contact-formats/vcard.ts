import { isUtf8 } from 'node:buffer';
import { invalidInput } from '../errors';
import { pacer } from '../pace';
import {
  ADDRESS_PARTS,
  splitName,
  type ContactAddress,
  type ContactDetails,
  type ContactNumber,
  type SkippedLine,
} from './contact';
import { openBytes, type FileDoor } from './text';
import { OUTSIDE, readCards, type RawCard } from './vcard-lines';

type Library = typeof import('vcard-parser');
type Property = import('vcard-parser').VCardProperty;
let library: Library | undefined;

/** Only a flow that imports cards pays for the library. */
function vcardParser(): Library {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  library ??= require('vcard-parser') as Library;
  return library;
}

/** A card, read. Numbers stand as the card has them: `0211 63553355`, an extension as `;ext=12`. */
export interface ParsedCard extends ContactDetails {
  /** Line of its BEGIN:VCARD, the first line of the text is 1. */
  line: number;
  /** First and last name, where the card tells them apart. */
  given?: string;
  family?: string;
}

/** A file of cards, read. */
export interface ParsedCards {
  cards: ParsedCard[];
  skipped: SkippedLine[];
}

const DOOR: FileDoor = {
  field: 'content',
  wanted: 'a vCard file',
  remedy: 'Export the address book again as vCard (.vcf): each card begins with BEGIN:VCARD.',
};

/**
 * Reads vCards 2.1, 3.0 and 4.0, one or many in one text.
 * @param input text or bytes; bytes are better where a program folds lines inside of a character
 * @throws SipgateError `INVALID_INPUT` when there is no card in it
 */
export async function parseVCards(
  input: unknown,
  options: { signal?: AbortSignal } = {},
): Promise<ParsedCards> {
  const pace = pacer(options.signal);
  const result: ParsedCards = { cards: [], skipped: [] };
  for (const batch of readCards(openBytes(input, DOOR))) {
    for (const found of batch) {
      const card = 'problem' in found ? found.problem : readCard(found);
      if (typeof card === 'string') result.skipped.push({ line: found.line, reason: card });
      else result.cards.push(card);
      if (pace.due()) await pace.rest();
    }
    if (pace.due()) await pace.rest();
  }
  refuseFileWithoutCards(result);
  return result;
}

function refuseFileWithoutCards({ cards, skipped }: ParsedCards): void {
  if (cards.length > 0 || skipped.some(({ reason }) => reason !== OUTSIDE)) return;
  throw invalidInput(
    DOOR.field,
    `holds no card: line ${skipped[0]?.line ?? 1} is no BEGIN:VCARD`,
    DOOR.remedy,
  );
}

/** The properties that a contact can hold. Others never reach the library, which trips over names like `__proto__`. */
const PROPERTIES = new Set(['FN', 'N', 'NICKNAME', 'ORG', 'TEL', 'EMAIL', 'ADR', 'PHOTO', 'X-ABLABEL']);
/** Values of several parts, separated by semicolons. */
const STRUCTURED = new Set(['N', 'ORG', 'ADR']);

/** @returns the card, or why it is none */
function readCard(raw: RawCard): ParsedCard | string {
  const prepared = raw.properties.map(prepare).filter((line) => line !== undefined);
  const properties = vcardParser().parse(prepared.join('\n'));
  const all = (name: string): Property[] => properties[name] ?? [];
  const labels = labelsOf(all('X-ABLABEL'));
  const numbers = all('tel').map((found) => ({
    number: numberOf(textOf(found)),
    type: typesOf(found, labels),
  }));
  const emails = all('email').map((found) => ({
    email: textOf(found)
      .trim()
      .replace(/^mailto:/i, ''),
    type: typesOf(found, labels),
  }));
  const details = {
    numbers: numbers.filter(({ number }) => number !== ''),
    emails: emails.filter(({ email }) => email !== ''),
    addresses: all('adr').map(addressOf).filter(isAddress),
    organization: all('org')
      .map(unitsOf)
      .filter((units) => units.length > 0),
    picture:
      all('photo')
        .map(pictureOf)
        .find((picture) => picture !== null) ?? null,
  };
  const named = nameOf(all('fn'), all('n'), all('nickname'), details);
  if (named === undefined) return 'The card names nobody: it has no FN, N, ORG, EMAIL or TEL.';
  return { line: raw.line, ...named, ...details };
}

type Named = Pick<ParsedCard, 'name' | 'given' | 'family'>;
type Reachable = Pick<ContactDetails, 'organization' | 'emails' | 'numbers'>;

function nameOf(fn: Property[], n: Property[], nicknames: Property[], details: Reachable): Named | undefined {
  const [family = '', given = '', additional = '', prefix = '', suffix = ''] = n[0] ? partsOf(n[0]) : [];
  const words = (...parts: string[]): string =>
    parts
      .map((part) => part.trim())
      .filter(Boolean)
      .join(' ');
  const candidates = [
    ...fn.map(textOf),
    words(prefix, given, additional, family, suffix),
    ...nicknames.map(textOf),
    details.organization[0]?.find(Boolean),
    details.emails[0]?.email,
    details.numbers[0]?.number,
  ];
  const name = candidates.find((candidate) => candidate !== undefined && candidate.trim() !== '');
  if (name === undefined) return undefined;
  const first = words(given, additional);
  return first === '' && family.trim() === '' ? { name } : { name, given: first, family: family.trim() };
}

/** Apple names a property by another one of the same group: `item1.TEL` and `item1.X-ABLabel:_$!<Mobile>!$_`. */
function labelsOf(found: Property[]): Map<string, string> {
  const labels = found.map((label): [string, string] => [
    label.namespace ?? '',
    textOf(label)
      .replace(/^_\$!<(.*)>!\$_$/s, '$1')
      .trim()
      .toLowerCase(),
  ]);
  return new Map(labels.filter(([group, label]) => group !== '' && label !== ''));
}

function typesOf(found: Property, labels: ReadonlyMap<string, string>): string[] {
  const given = (found.meta?.type ?? []).map((type) =>
    decode(type ?? '')
      .toLowerCase()
      .trim(),
  );
  const label = found.namespace === undefined ? undefined : labels.get(found.namespace);
  if (label === undefined && given.length < 2) return given.filter((type) => type !== '');
  // Apple's own labels for fax are two types in one word
  const labelled = /^(?:home|work|other)fax$/.test(label ?? '')
    ? [label!.slice(0, -3), 'fax']
    : [label ?? ''];
  return [...new Set([...given, ...labelled])].filter((type) => type !== '');
}

/** `tel:+49-211-63553355;ext=12` without its scheme; of its parameters only the extension is a part of the number. */
function numberOf(text: string): string {
  const uri = /^tel:([^;]*)(.*)$/is.exec(text.trim());
  if (!uri) return text.trim();
  const extension = /;ext=([^;]*)/i.exec(uri[2]!)?.[0].toLowerCase() ?? '';
  return unescapeUri(uri[1]!) + extension;
}

function unescapeUri(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function addressOf(found: Property): ContactAddress {
  const parts = partsOf(found);
  const [poBox = '', extendedAddress = '', streetAddress = '', locality = '', region = ''] = parts;
  const [postalCode = '', country = ''] = parts.slice(5);
  return { poBox, extendedAddress, streetAddress, locality, region, postalCode, country };
}

function isAddress(address: Readonly<ContactAddress>): boolean {
  return ADDRESS_PARTS.some((part) => address[part].trim() !== '');
}

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** A picture that the card holds; one that it only links to is left out: nobody wants a download in an import. */
function pictureOf(found: Property): string | null {
  const text = textOf(found).replace(/\s+/g, '');
  const embedded = /^data:[^,]*;base64,(.*)$/is.exec(text)?.[1] ?? text;
  return BASE64.test(embedded) ? embedded : null;
}

/** Organization and its units; `ORG:Example;` names no unit. */
function unitsOf(found: Property): string[] {
  const units = partsOf(found);
  return units.slice(0, units.findLastIndex((unit) => unit.trim() !== '') + 1);
}

function textOf(found: Property): string {
  return partsOf(found).join(';');
}

function partsOf({ value, meta }: Property): string[] {
  return (Array.isArray(value) ? value : [value]).map((part) => decode(part, meta?.charset?.[0]));
}

/** A property line in parts, still as bytes. */
interface PropertyLine {
  /** With its dot, or empty. */
  group: string;
  name: string;
  /** What stands between name and colon, without the first semicolon. */
  parameters: string;
  value: string;
}

/**
 * Rewrites a line so that the library cannot misread it: it knows no quotes, takes every `;` and `,` for
 * a separator and undoes escapes in the wrong order. What it must not touch is written as `%XX` and comes
 * back in `decode`.
 * @returns `undefined` for a property that a contact does not hold
 */
function prepare(text: string): string | undefined {
  const line = tokenize(text);
  if (line === undefined || !PROPERTIES.has(line.name)) return undefined;
  const parameters =
    line.parameters === '' ? [] : splitOutsideQuotes(line.parameters, ';').flatMap(readParameter);
  const isQuotedPrintable = parameters.some(
    ([name, value]) => name === 'ENCODING' && /^(?:quoted-printable|q)$/i.test(value),
  );
  const head = parameters.map(([name, value]) => `;${name}=${shield(value)}`).join('');
  return `${line.group}${line.name}${head}:${shieldValue(line.value, line.name, isQuotedPrintable)}`;
}

function tokenize(text: string): PropertyLine | undefined {
  const colon = indexOutsideQuotes(text, ':');
  if (colon < 0) return undefined;
  const head = text.slice(0, colon);
  const semicolon = head.indexOf(';');
  const path = semicolon < 0 ? head : head.slice(0, semicolon);
  const dot = path.lastIndexOf('.');
  return {
    group:
      dot < 0
        ? ''
        : `${path
            .slice(0, dot)
            .replace(/[^\w-]/g, '')
            .toLowerCase()}.`,
    name: path
      .slice(dot + 1)
      .trim()
      .toUpperCase(),
    parameters: semicolon < 0 ? '' : head.slice(semicolon + 1),
    value: text.slice(colon + 1),
  };
}

/** A quotation mark that is never closed quotes nothing: then the first match counts. */
function indexOutsideQuotes(text: string, character: string, start = 0): number {
  for (let from = start; ;) {
    const first = text.indexOf(character, from);
    const quote = first < 0 ? -1 : text.indexOf('"', from);
    if (quote < 0 || first < quote) return first;
    const closing = text.indexOf('"', quote + 1);
    if (closing < 0) return first;
    from = closing + 1;
  }
}

function splitOutsideQuotes(text: string, character: string): string[] {
  const parts: string[] = [];
  let start = 0;
  for (
    let end = indexOutsideQuotes(text, character);
    end >= 0;
    end = indexOutsideQuotes(text, character, start)
  ) {
    parts.push(text.slice(start, end));
    start = end + 1;
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
  if (custom) return [['TYPE', unpercent(custom[1]!.replaceAll('=', '%'))]];
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
  return text.replace(/^[ \t]+|[ \t]+$/g, '');
}

/** RFC 6868: what a parameter cannot hold is written with `^`. */
function uncaret(text: string): string {
  return text.replace(/\^([n^'])/g, (_, code: string) => ({ n: '\n', '^': '^', "'": '"' })[code] ?? code);
}

function shield(text: string): string {
  return text.replace(/[^\w.+-]/g, percent);
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`;
}

function shieldValue(value: string, name: string, isQuotedPrintable: boolean): string {
  if (!/[\\%=;,]/.test(value)) return value;
  let shielded = value.replaceAll('%', '%25');
  if (isQuotedPrintable) shielded = shielded.replace(/=([0-9A-F]{2})/gi, '%$1');
  return shielded.replace(/\\[\s\S]|[\\;,]/g, (found) => {
    if (found === ';' && STRUCTURED.has(name)) return ';';
    // several first names: `N:Stevenson;John;Philip,Paul`
    if (found === ',' && name === 'N') return ' ';
    if (/^\\n$/i.test(found)) return '%0A';
    // a backslash before anything else is no escape: vCard 2.1 does not double it
    return /^\\[\\;,:"]$/.test(found) ? percent(found.slice(1)) : found.replace(/[\\;,]/g, percent);
  });
}

function unpercent(shielded: string): string {
  return shielded.replace(/%([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

/** Bytes of a whole value as text: UTF-8, or what the card says, or else Windows-1252. */
function decode(shielded: string, charset?: string): string {
  if (!/[%\r\x80-\xff]/.test(shielded)) return shielded;
  const unixBreaks = unpercent(shielded).replace(/\r\n?/g, '\n');
  if (!/[\x80-\xff]/.test(unixBreaks)) return unixBreaks;
  const bytes = Buffer.from(unixBreaks, 'latin1');
  if (charset !== undefined && !/^utf-?8$/i.test(charset)) return decodeAs(bytes, decode(charset));
  return isUtf8(bytes) ? bytes.toString('utf8') : decodeAs(bytes, 'windows-1252');
}

function decodeAs(bytes: Buffer, charset: string): string {
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/** A contact to write as a card. */
export interface CardSource extends ContactDetails {
  readonly id?: string;
  readonly given?: string;
  readonly family?: string;
}

/**
 * A contact as vCard 4.0, lines ending in CR LF. Control characters other than tab and line break are left out,
 * for a vCard cannot hold them; a contact without a name is called by its organization, e-mail or number.
 */
export function renderVCard(contact: CardSource): string {
  const { given, family } = nameParts(contact);
  const lines = [
    'BEGIN:VCARD',
    'VERSION:4.0',
    ...(contact.id ? [uidLine(contact.id)] : []),
    `FN:${escapeText(displayName(contact))}`,
    `N:${escapeText(family)};${escapeText(given)};;;`,
    ...contact.organization.filter((units) => units.some(Boolean)).map((units) => `ORG:${structured(units)}`),
    ...contact.numbers.filter(({ number }) => number).map(numberLine),
    ...contact.emails
      .filter(({ email }) => email)
      .map((found) => `EMAIL${typing(found.type)}:${escapeText(found.email)}`),
    ...contact.addresses.map(addressLine).filter((line) => line !== undefined),
    ...photoLine(contact.picture),
    'END:VCARD',
  ];
  return lines.map((line) => `${fold(line)}\r\n`).join('');
}

/** Many contacts as one vCard each; lets others work in between. */
export async function renderVCards(
  contacts: readonly CardSource[],
  options: { signal?: AbortSignal } = {},
): Promise<string[]> {
  const pace = pacer(options.signal);
  const cards: string[] = [];
  for (const contact of contacts) {
    cards.push(renderVCard(contact));
    if (pace.due()) await pace.rest();
  }
  return cards;
}

function nameParts(contact: CardSource): { given: string; family: string } {
  const { given = '', family = '' } = contact;
  return given === '' && family === '' ? splitName(contact.name) : { given, family };
}

/** RFC 6350, 6.2.1: FN must be there, and phones show nothing else. */
function displayName(contact: CardSource): string {
  const candidates = [
    contact.name,
    contact.organization[0]?.find(Boolean),
    contact.emails[0]?.email,
    contact.numbers[0]?.number,
  ];
  return candidates.find((candidate) => candidate && writable(candidate).trim() !== '') ?? 'Unknown';
}

function uidLine(id: string): string {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)
    ? `UID:urn:uuid:${id}`
    : `UID;VALUE=text:${escapeText(id)}`;
}

/** Plain text, which all programs read; only an extension needs the form that has a place for it. */
function numberLine({ number, type }: Readonly<ContactNumber>): string {
  return /^[+\d(). -]+;ext=\d+$/.test(number)
    ? `TEL;VALUE=uri${typing(type)}:tel:${number.replaceAll(' ', '-')}`
    : `TEL${typing(type)}:${escapeText(number)}`;
}

function addressLine(address: Readonly<Partial<ContactAddress>>): string | undefined {
  const parts = ADDRESS_PARTS.map((part) => address[part] ?? '');
  return parts.some((part) => part.trim() !== '') ? `ADR:${structured(parts)}` : undefined;
}

const MEDIA_TYPES: readonly (readonly [string, string])[] = [
  ['iVBORw0KGgo', 'image/png'],
  ['R0lGOD', 'image/gif'],
  ['UklGR', 'image/webp'],
];

function photoLine(picture: string | null): string[] {
  const text = picture?.replace(/\s+/g, '') ?? '';
  if (/^(?:data:image\/|https?:\/\/)/i.test(text)) return [`PHOTO:${text}`];
  if (!BASE64.test(text)) return [];
  const type = MEDIA_TYPES.find(([start]) => text.startsWith(start))?.[1] ?? 'image/jpeg';
  return [`PHOTO:data:${type};base64,${text}`];
}

/** The types as parameters, in their order; vCard 4.0 says `PREF=1` where older ones had the type `pref`. */
function typing(types: readonly string[]): string {
  return types
    .filter((type) => writable(type).trim() !== '')
    .map((type) => (type.toLowerCase() === 'pref' ? ';PREF=1' : `;TYPE=${parameterValue(type)}`))
    .join('');
}

/** RFC 6868 for what a parameter cannot hold. A comma in a type makes two of it: programs take it for a list. */
function parameterValue(type: string): string {
  const text = writable(type).replace(/[\^"\n]/g, (found) => ({ '^': '^^', '"': "^'" })[found] ?? '^n');
  return /[;:,]/.test(text) ? `"${text}"` : text;
}

function structured(parts: readonly string[]): string {
  return parts.map(escapeText).join(';');
}

function escapeText(text: string): string {
  const clean = writable(text);
  if (!/[\\;,\n]/.test(clean)) return clean;
  return clean.replace(/[\\;,\n]/g, (found) => (found === '\n' ? '\\n' : `\\${found}`));
}

/** What a vCard can hold of a text: line breaks are one character, other control characters but tab are gone. */
function writable(text: string): string {
  if (!/\p{Cc}/u.test(text)) return text;
  return text.replace(/\r\n?/g, '\n').replace(/[^\P{Cc}\t\n]/gu, '');
}

/** RFC 6350, 3.2: lines are at most 75 octets long, and a character of several octets stays whole. */
const MAX_OCTETS = 75;

function fold(line: string): string {
  // a UTF-16 unit is at most three octets
  if (line.length * 3 <= MAX_OCTETS) return line;
  const octets = Buffer.byteLength(line);
  if (octets <= MAX_OCTETS) return line;
  if (octets === line.length) return foldAscii(line);
  const lines: string[] = [];
  let current = '';
  let length = 0;
  for (const character of line) {
    const size = Buffer.byteLength(character);
    if (length + size > MAX_OCTETS) {
      lines.push(current);
      current = ' ';
      length = 1;
    }
    current += character;
    length += size;
  }
  return [...lines, current].join('\r\n');
}

function foldAscii(line: string): string {
  const lines = [line.slice(0, MAX_OCTETS)];
  for (let start = MAX_OCTETS; start < line.length; start += MAX_OCTETS - 1) {
    lines.push(` ${line.slice(start, start + MAX_OCTETS - 1)}`);
  }
  return lines.join('\r\n');
}
