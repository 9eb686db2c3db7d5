import type { ContactDetails } from '../../contact';
import { placeOf, type Remarks } from '../../remarks';
import { textOf } from './parts';
import type { Property } from './property';

/** How a card calls somebody. */
export interface Named {
  name: string;
  /** First and last name, where the card tells them apart. */
  given?: string;
  family?: string;
}

/** The properties that name somebody. */
interface Names {
  readonly fn: readonly Property[];
  readonly n: readonly Property[];
  readonly nicknames: readonly Property[];
}

/**
 * @param details what else names a contact that has no name: its organization, e-mail address or number
 * @param remarks hears of names that a contact has no place for
 * @returns `undefined` when nothing does
 */
export function nameOf(
  { fn, n, nicknames }: Names,
  details: Omit<ContactDetails, 'name'>,
  remarks: Remarks,
): Named | undefined {
  const [family = '', given = '', additional = '', prefix = '', ...suffixes] = n[0]?.parts ?? [];
  const suffix = words(...suffixes);
  const isFilled = (text: string | undefined): text is string => text !== undefined && text.trim() !== '';
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
  const isAllKnown =
    fn.length < 2 && n.length < 2 && nicknames.length === 0 && prefix === '' && suffix === '';
  if (!isAllKnown) remarkOthers([...fn, ...n, ...nicknames], `${name} ${first} ${family}`, remarks);
  return first === '' && family.trim() === '' ? { name } : { name, given: first, family: family.trim() };
}

/** Second names, titles and nicknames, where they are not part of what the contact is called. */
function remarkOthers(properties: readonly Property[], known: string, remarks: Remarks): void {
  for (const { parts, line } of properties) {
    for (const part of parts) {
      const text = part.trim();
      const isKnown = known.includes(text) || text.split(/\s+/).every((word) => known.includes(word));
      if (!isKnown) remarks.add('extra', placeOf(text, line));
    }
  }
}

function words(...parts: string[]): string {
  return parts
    .map((part) => part.trim())
    .filter(Boolean)
    .join(' ');
}
