import { placeOf, type Remarks } from '../../remarks';
import { indexOutsideQuotes, readHead, type ForeignHead, type Head } from './head';
import { MOST_HEAD_CHARACTERS } from './unfold';
import { readValue, type ValueContext } from './value';

/** A property of a card that a contact can hold, read. */
export interface Property extends Pick<Head, 'name' | 'group' | 'types'> {
  readonly line: number;
  /** One, or the several parts of a name, an address or an organization. */
  readonly parts: readonly string[];
}

/** A property that a contact does not hold. */
export interface ForeignProperty extends ForeignHead {
  readonly line: number;
  /** As it stands in the file. */
  readonly value: string;
}

/**
 * Reads a property line of a card.
 * @param text whole, without folds, one character per byte
 * @param remarks hears of a line that is not a property, and of broken characters
 * @returns `undefined` for a line that is not a property, or one that nobody misses
 */
export function readProperty(
  text: string,
  line: number,
  context: ValueContext,
  remarks: Remarks,
): Property | ForeignProperty | undefined {
  const colon = indexOutsideQuotes(text, ':');
  if (colon < 0 || colon > MOST_HEAD_CHARACTERS) {
    remarks.add('notProperty', placeOf(text.slice(0, 100), line));
    return undefined;
  }
  const head = readHead(text.slice(0, colon));
  if ('foreignName' in head) {
    const { foreignName, role } = head;
    return role === 'technical'
      ? undefined
      : { foreignName, role, line, value: text.slice(colon + 1).trim() };
  }
  const { name, group, types } = head;
  const { parts, isBroken } = readValue(text.slice(colon + 1), head, context);
  if (isBroken) remarks.add('broken', placeOf(parts.join(';'), line));
  return { line, name, group, types, parts };
}
