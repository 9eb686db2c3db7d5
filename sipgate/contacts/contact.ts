/** A postal address as sipgate keeps it; a part that is not known is an empty text. */
export interface ContactAddress {
  poBox: string;
  extendedAddress: string;
  streetAddress: string;
  locality: string;
  region: string;
  postalCode: string;
  country: string;
}

/** A phone number with words such as `work` or `cell`. */
export interface ContactNumber {
  number: string;
  type: string[];
}

/** An e-mail address with words such as `home`. */
export interface ContactEmail {
  email: string;
  type: string[];
}

/** What an address book entry holds, whatever format it came in. */
export interface ContactDetails {
  name: string;
  /** Base64, as sipgate keeps it; `null` when there is none. */
  picture: string | null;
  emails: ContactEmail[];
  numbers: ContactNumber[];
  addresses: ContactAddress[];
  /** One list per organization: its name, then department and the like. */
  organization: string[][];
}

/** Whose a contact is: one's own, everybody's in the account, or a colleague, whom nobody can edit. */
export type ContactScope = 'PRIVATE' | 'SHARED' | 'INTERNAL';

/** A contact in the address book. */
export interface Contact extends ContactDetails {
  id: string;
  scope: ContactScope;
}

/** A line of an imported file that was left out, and why. */
export interface SkippedLine {
  /** Line of the text, the first is 1. */
  line: number;
  reason: string;
}

/** The order in which vCard, sipgate and an envelope's writer name the parts. */
export const ADDRESS_PARTS = [
  'poBox',
  'extendedAddress',
  'streetAddress',
  'locality',
  'region',
  'postalCode',
  'country',
] as const satisfies readonly (keyof ContactAddress)[];

/** First and last name; either may be empty. */
export interface SplitName {
  given: string;
  family: string;
}

/** Words that belong to the family name that follows them: Ludwig *van* Beethoven. */
const PARTICLES = new Set(
  (
    'van von und vom zu zum zur der den dem de del della degli di da das do dos du des la le lo los las ' +
    'ten ter te op af av bin ibn ben al el st. san santa mac'
  ).split(' '),
);

/** What follows a family name and belongs to it: Martin Luther King *Jr.* */
const SUFFIX = /^(?:jr|sr|jun|sen|ii|iii|iv|phd|md|esq)\.?$/i;

/**
 * Guesses first and last name, for sipgate returns only the whole name. The last word is the family name,
 * with the particles before it and a suffix behind it; a single word is the given name.
 * The drawback of a guess: "Garcia Marquez" without a hyphen loses its first half to the given name.
 * @returns both parts; joined with a space they give the name again (but for doubled spaces)
 */
export function splitName(name: string): SplitName {
  const words = [...name.matchAll(/\S+/g)];
  let first = words.length - 1;
  if (first >= 2 && SUFFIX.test(words[first]![0])) first -= 1;
  const isParticle = (index: number): boolean => PARTICLES.has(words[index]![0].toLowerCase());
  while (first >= 2 && isParticle(first - 1)) first -= 1;
  if (first < 1) return { given: name.trim(), family: '' };
  const start = words[first]!.index;
  return { given: name.slice(0, start).trim(), family: name.slice(start).trim() };
}

/** An address as on an envelope, in one line: `Musterstraße 1, 40219 Düsseldorf, Germany`. */
export function envelopeLine(address: Readonly<Partial<ContactAddress>>): string {
  const { poBox, extendedAddress, streetAddress, locality, region, postalCode, country } = address;
  const town = [postalCode, locality].filter(Boolean).join(' ');
  const lines = [poBox, streetAddress, extendedAddress, town, region, country].flatMap((part) =>
    (part ?? '').split(/[\r\n]+/).map((line) => line.trim()),
  );
  return lines.filter(Boolean).join(', ');
}
