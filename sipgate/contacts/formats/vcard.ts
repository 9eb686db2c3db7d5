import { invalidInput } from '../../errors';
import { createBreather } from '../../breather';
import {
  ADDRESS_PARTS,
  splitName,
  type ContactAddress,
  type ContactDetails,
  type ContactNumber,
  type SkippedLine,
} from '../contact';
import { openBytes, type FileDoor } from './text';
import { OUTSIDE, readCards, type RawCard } from './vcard-lines';
import { readProperty, type Property, type PropertyName } from './vcard-properties';

/** A card, read. Numbers stand as the card has them: `0211 63553355`, an extension as `;ext=12`. */
export interface ParsedCard extends ContactDetails {
  /** Line of its BEGIN:VCARD, the first line of the text is 1. */
  line: number;
  /** First and last name, where the card tells them apart. */
  given?: string;
  family?: string;
}

/** A file of cards, opened. */
export interface OpenedCards {
  /** Not yet read: `readCard` does that, when its turn has come. Read all at once they take three times the memory. */
  cards: RawCard[];
  skipped: SkippedLine[];
}

const DOOR: FileDoor = {
  field: 'content',
  wanted: 'a vCard file',
  remedy: 'Export the address book again as vCard (.vcf): each card begins with BEGIN:VCARD.',
};

/**
 * Finds the cards of a text, one or many.
 * @param input text or bytes; bytes are better where a program folds lines inside of a character
 * @throws SipgateError `INVALID_INPUT` when there is no card in it
 */
export async function openVCards(
  input: unknown,
  options: { signal?: AbortSignal } = {},
): Promise<OpenedCards> {
  const breather = createBreather(options.signal);
  const result: OpenedCards = { cards: [], skipped: [] };
  for (const batch of readCards(openBytes(input, DOOR))) {
    for (const found of batch) {
      if ('problem' in found) result.skipped.push({ line: found.line, reason: found.problem });
      else result.cards.push(found);
    }
    if (breather.isDue()) await breather.pause();
  }
  refuseFileWithoutCards(result);
  return result;
}

function refuseFileWithoutCards({ cards, skipped }: OpenedCards): void {
  if (cards.length > 0 || skipped.some(({ reason }) => reason !== OUTSIDE)) return;
  throw invalidInput(
    DOOR.field,
    `holds no card: line ${skipped[0]?.line ?? 1} is no BEGIN:VCARD`,
    DOOR.remedy,
  );
}

/**
 * Reads a vCard 2.1, 3.0 or 4.0.
 * @returns the card, or why it is none
 */
export function readCard(raw: RawCard): ParsedCard | string {
  const properties = raw.text
    .split('\n')
    .map(readProperty)
    .filter((property) => property !== undefined);
  const all = (name: PropertyName): Property[] => properties.filter((property) => property.name === name);
  const labels = labelsOf(all('X-ABLABEL'));
  const numbers = all('TEL').map((found) => ({
    number: numberOf(textOf(found)),
    type: typesOf(found, labels),
  }));
  const emails = all('EMAIL').map((found) => ({
    email: textOf(found)
      .trim()
      .replace(/^mailto:/i, ''),
    type: typesOf(found, labels),
  }));
  const details = {
    numbers: numbers.filter(({ number }) => number !== ''),
    emails: emails.filter(({ email }) => email !== ''),
    addresses: all('ADR').map(addressOf).filter(isAddress),
    organization: all('ORG')
      .map(unitsOf)
      .filter((units) => units.length > 0),
    picture:
      all('PHOTO')
        .map(pictureOf)
        .find((picture) => picture !== null) ?? null,
  };
  const named = nameOf(all('FN'), all('N'), all('NICKNAME'), details);
  if (named === undefined) return 'The card names nobody: it has no FN, N, ORG, EMAIL or TEL.';
  return { line: raw.line, ...named, ...details };
}

type Named = Pick<ParsedCard, 'name' | 'given' | 'family'>;
type Reachable = Pick<ContactDetails, 'organization' | 'emails' | 'numbers'>;

function nameOf(fn: Property[], n: Property[], nicknames: Property[], details: Reachable): Named | undefined {
  const [family = '', given = '', additional = '', prefix = '', suffix = ''] = n[0]?.parts ?? [];
  const name =
    fn.map(textOf).find(isFilled) ??
    [
      words(prefix, given, additional, family, suffix),
      ...nicknames.map(textOf),
      details.organization[0]?.find(Boolean),
      details.emails[0]?.email,
      details.numbers[0]?.number,
    ].find(isFilled);
  if (name === undefined) return undefined;
  const first = words(given, additional);
  return first === '' && family.trim() === '' ? { name } : { name, given: first, family: family.trim() };
}

function isFilled(text: string | undefined): text is string {
  return text !== undefined && text.trim() !== '';
}

function words(...parts: string[]): string {
  return parts
    .map((part) => part.trim())
    .filter(Boolean)
    .join(' ');
}

/** Apple names a property by another one of the same group: `item1.TEL` and `item1.X-ABLabel:_$!<Mobile>!$_`. */
function labelsOf(found: Property[]): Map<string, string> {
  const labels = found.map((label): [string, string] => [
    label.group,
    textOf(label)
      .replace(/^_\$!<(.*)>!\$_$/s, '$1')
      .trim()
      .toLowerCase(),
  ]);
  return new Map(labels.filter(([group, label]) => group !== '' && label !== ''));
}

function typesOf({ group, types }: Property, labels: ReadonlyMap<string, string>): string[] {
  const label = group === '' ? undefined : labels.get(group);
  if (label === undefined && types.length < 2) return [...types];
  // Apple's own labels for fax are two types in one word
  const labelled = /^(?:home|work|other)fax$/.test(label ?? '')
    ? [label!.slice(0, -3), 'fax']
    : [label ?? ''];
  return [...new Set([...types, ...labelled])].filter((type) => type !== '');
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
  const { parts } = found;
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
  const units = found.parts;
  return units.slice(0, units.findLastIndex((unit) => unit.trim() !== '') + 1);
}

function textOf({ parts }: Property): string {
  return parts.length === 1 ? parts[0]! : parts.join(';');
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

/** Cards in one piece of an address book at most: so large a text the garbage collector does not carry around. */
const BOOK_CARDS = 250;

/** Many contacts as one address book; lets others work in between. */
export async function renderVCardBook(
  contacts: readonly CardSource[],
  options: { signal?: AbortSignal } = {},
): Promise<string> {
  const breather = createBreather(options.signal);
  let book = '';
  let cards: string[] = [];
  for (const contact of contacts) {
    cards.push(renderVCard(contact));
    const isDue = breather.isDue(); // with pictures, few cards are work enough
    if (cards.length < BOOK_CARDS && !isDue) continue;
    // added, not joined at the end: Node.js copies the parts of a large text when it is used, not here in one go
    book += cards.join('');
    cards = [];
    if (isDue) await breather.pause();
  }
  return book + cards.join('');
}

/** Many contacts as one vCard each; lets others work in between. */
export async function renderVCards(
  contacts: readonly CardSource[],
  options: { signal?: AbortSignal } = {},
): Promise<string[]> {
  const breather = createBreather(options.signal);
  const cards: string[] = [];
  for (const contact of contacts) {
    cards.push(renderVCard(contact));
    if (breather.isDue()) await breather.pause();
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
