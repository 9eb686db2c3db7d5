import { placeOf, type Remarks } from '../../remarks';
import { indexOutsideQuotes, readHead, type Head } from './head';
import { MOST_HEAD_CHARACTERS, type LogicalLine } from './unfold';
import { readValue } from './value';

/** A property of a card that a contact can hold, read. */
export interface Property extends Pick<Head, 'name' | 'group' | 'types'> {
  readonly line: number;
  /** One, or the several parts of a name, an address or an organization. */
  readonly parts: readonly string[];
}

/** A property that a contact does not hold. */
export interface ForeignProperty {
  readonly line: number;
  /** In capital letters. */
  readonly foreignName: string;
  /** As it stands in the file. */
  readonly value: string;
}

/**
 * Reads a property line of a card.
 * @param isText whether the file was text before, see `readValue`
 * @param remarks hears of a line that is not a property, and of broken characters
 * @returns `undefined` for a line that is not a property
 */
export function readProperty(
  { line, text }: LogicalLine,
  isText: boolean,
  remarks: Remarks,
): Property | ForeignProperty | undefined {
  const colon = indexOutsideQuotes(text, ':');
  if (colon < 0 || colon > MOST_HEAD_CHARACTERS) {
    remarks.add('notProperty', placeOf(text.slice(0, 100), line));
    return undefined;
  }
  const head = readHead(text.slice(0, colon));
  const value = text.slice(colon + 1);
  if ('foreignName' in head) return { line, foreignName: head.foreignName, value };
  const { name, group, types } = head;
  const { parts, isBroken } = readValue(value, head, isText);
  if (isBroken) remarks.add('broken', placeOf(parts.join(';'), line));
  return { line, name, group, types, parts };
}
