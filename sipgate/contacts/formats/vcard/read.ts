import { createBreather, type Breather } from '../../../breather';
import { invalidInput } from '../../../errors';
import { ADDRESS_PARTS, type ContactAddress, type ContactDetails, type SkippedLine } from '../../contact';
import { openBytes, type ExpectedFile } from '../text';
import { BASE64 } from './base64';
import { OUTSIDE, readCards, type RawCard } from './cards';
import { readProperty, type Property, type PropertyName } from './properties';

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
  const result: OpenedCards = { cards: [], skipped: [] };
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
