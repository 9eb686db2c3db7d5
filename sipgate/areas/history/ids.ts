import { describe, invalidInput, mustBe } from '../../errors';
import { isRecord } from '../../json';

const REMEDY = 'Give the id of an entry, an entry, or a list of either.';
/** Characters; sipgate's ids have some 40. */
const LONGEST_ID = 500;
/** More at once are rather a mistake. */
const MOST_IDS = 100_000;

/**
 * @param input an id, an entry, or a list of either
 * @returns the ids, each once. Never none: a request without ids would be for everything
 * @throws SipgateError `INVALID_INPUT`
 */
export function entryIds(input: unknown): string[] {
  const list: unknown[] = Array.isArray(input) ? input : [input];
  if (list.length === 0)
    throw invalidInput(
      'entryId',
      'must name at least one entry, got an empty list',
      `Nothing was changed. ${REMEDY}`,
    );
  if (list.length > MOST_IDS)
    throw invalidInput('entryId', `must name at most ${MOST_IDS} entries, got ${describe(list)}`, REMEDY);
  return [...new Set(list.map(idOf))];
}

/** @throws SipgateError `INVALID_INPUT` */
export function entryId(input: unknown): string {
  const [id, ...more] = entryIds(input);
  if (id !== undefined && more.length === 0) return id;
  throw invalidInput('entryId', `must name one entry, got ${describe(input)}`, 'Give one id.');
}

function idOf(input: unknown): string {
  const value = isRecord(input) ? input.id : input;
  const id = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  if (typeof id === 'string' && id.trim() !== '' && id.length <= LONGEST_ID) return id.trim();
  throw mustBe('entryId', 'the id of an entry', value, REMEDY);
}
