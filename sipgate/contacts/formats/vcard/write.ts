import { createBreather, type Breather } from '../../../breather';
import {
  ADDRESS_PARTS,
  splitName,
  type ContactAddress,
  type ContactDetails,
  type ContactNumber,
} from '../../contact';
import { BASE64 } from './base64';

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
const MOST_PIECE_CARDS = 250;

/** Many contacts as one address book; lets others work in between. */
export async function renderVCardBook(
  contacts: readonly CardSource[],
  breather: Breather = createBreather(),
): Promise<string> {
  let book = '';
  let cards: string[] = [];
  for (const contact of contacts) {
    cards.push(renderVCard(contact));
    const isDue = breather.isDue(); // with pictures, few cards are work enough
    if (cards.length < MOST_PIECE_CARDS && !isDue) continue;
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
  breather: Breather = createBreather(),
): Promise<string[]> {
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
const MOST_LINE_OCTETS = 75;

function fold(line: string): string {
  // a UTF-16 unit is at most three octets
  if (line.length * 3 <= MOST_LINE_OCTETS) return line;
  const octets = Buffer.byteLength(line);
  if (octets <= MOST_LINE_OCTETS) return line;
  if (octets === line.length) return foldAscii(line);
  const lines: string[] = [];
  let current = '';
  let length = 0;
  for (const character of line) {
    const size = Buffer.byteLength(character);
    if (length + size > MOST_LINE_OCTETS) {
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
  const lines = [line.slice(0, MOST_LINE_OCTETS)];
  for (let start = MOST_LINE_OCTETS; start < line.length; start += MOST_LINE_OCTETS - 1) {
    lines.push(` ${line.slice(start, start + MOST_LINE_OCTETS - 1)}`);
  }
  return lines.join('\r\n');
}
