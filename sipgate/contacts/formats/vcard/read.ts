import { createBreather, type Breather } from '../../../breather';
import { invalidInput } from '../../../errors';
import { lazy } from '../../../lazy';
import type { ContactDetails, SkippedLine } from '../../contact';
import { placeOf, type Remarks } from '../../remarks';
import { isTextFile, openBytes, type ExpectedFile } from '../text';
import { addressOf, isAddress, labelsOf, numberOf, pictureOf, textOf, typesOf, unitsOf } from './parts';
import { OUTSIDE, readCards, type RawCard } from './cards';
import type { PropertyName } from './head';
import { nameOf } from './name';
import { readProperty, type ForeignProperty, type Property } from './property';
import { unfold } from './unfold';
import { holdsUtf8 } from './value';

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
  /** Whether the file was text before, or UTF-16: then all of it is UTF-8 now, whatever a card says. */
  isText: boolean;
}

const VCARD_FILE: ExpectedFile = {
  field: 'content',
  format: 'a vCard file',
  remedy: 'Export the address book again as vCard (.vcf): each card begins with BEGIN:VCARD.',
};

/**
 * Finds the cards of a text, one or many.
 * @param input text or bytes; bytes are better where a program folds lines inside of a character
 * @throws SipgateError `INVALID_INPUT` when there is no card in it
 */
export async function openVCards(
  input: unknown,
  breather: Breather = createBreather(),
): Promise<OpenedCards> {
  const result: OpenedCards = { cards: [], skipped: [], isText: isTextFile(input) };
  for (const batch of readCards(openBytes(input, VCARD_FILE))) {
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
    VCARD_FILE.field,
    `holds no card: line ${skipped[0]?.line ?? 1} is not BEGIN:VCARD`,
    VCARD_FILE.remedy,
  );
}

const NO_REMARKS: Remarks = { add: () => {}, addProperty: () => {}, sentences: () => [] };

/** How to read a card. */
export interface CardOptions {
  /** See `OpenedCards`. */
  readonly isText?: boolean;
  /** Hears of what a contact cannot hold and of what cannot be read. */
  readonly remarks?: Remarks;
}

/**
 * Reads a vCard 2.1, 3.0 or 4.0.
 * @returns the card, or why there is nobody in it
 */
export function readCard(raw: RawCard, options: CardOptions = {}): ParsedCard | string {
  const { isText = false, remarks = NO_REMARKS } = options;
  const properties: Property[] = [];
  const foreign: ForeignProperty[] = [];
  // the whole card is looked at once, and only where a value leaves it open
  const context = { isText, looksUtf8: lazy(() => holdsUtf8(raw.text)) };
  unfold(raw.text, raw.line, remarks, (text, line) => {
    const property = readProperty(text, line, context, remarks);
    if (property === undefined) return;
    if ('foreignName' in property) foreign.push(property);
    else properties.push(property);
  });
  const all = (name: PropertyName): Property[] => properties.filter((property) => property.name === name);
  const details = detailsOf(all, remarks);
  if (details.numbers.length === 0 && foreign.some(isGroupMark)) return GROUP;
  const named = nameOf({ fn: all('FN'), n: all('N'), nicknames: all('NICKNAME') }, details, remarks);
  if (named === undefined) return 'The card names nobody: it has no FN, N, ORG, EMAIL or TEL.';
  for (const { foreignName, role, line, value } of foreign) {
    if (role === 'content' && value !== '') remarks.addProperty(foreignName, line);
  }
  return { line: raw.line, ...named, ...details };
}

function detailsOf(all: (name: PropertyName) => Property[], remarks: Remarks): Omit<ContactDetails, 'name'> {
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
  return {
    numbers: numbers.filter(({ number }) => number !== ''),
    emails: emails.filter(({ email }) => email !== ''),
    addresses: all('ADR')
      .map((found) => addressOf(found, remarks))
      .filter(isAddress),
    organization: all('ORG')
      .map(unitsOf)
      .filter((units) => units.length > 0),
    picture: onlyPicture(all('PHOTO'), remarks),
  };
}

function onlyPicture(photos: readonly Property[], remarks: Remarks): string | null {
  let only: string | null = null;
  for (const photo of photos) {
    const text = textOf(photo).trim();
    const picture = pictureOf(photo);
    if (picture === null && text !== '') remarks.add('link', placeOf(text, photo.line));
    else if (picture !== null && only !== null) remarks.add('extra', `PHOTO in line ${photo.line}`);
    only ??= picture;
  }
  return only;
}

const GROUP = 'The card is a group of contacts, not somebody who can be called.';

/** How Apple, RFC 6350 and Evolution mark a group; members are found in nothing else. */
function isGroupMark({ foreignName, role, value }: ForeignProperty): boolean {
  if (role !== 'group') return false;
  if (foreignName.endsWith('KIND')) return value.toLowerCase() === 'group';
  return foreignName === 'X-EVOLUTION-LIST' ? value.toLowerCase() === 'true' : value !== '';
}
