import { fromWire, toMessageNumber, type Country } from '../../../sipgate/index';
import { toError } from '../errors';

/**
 * Lets calls pass that have to do with certain numbers.
 * @param list of numbers, separated by commas; an empty one lets all pass
 * @param warn hears of an entry that can be in no message; it hinders no other
 * @returns whether one of the numbers, as messages show them, is on the list
 */
export function numberFilter(
  list: string,
  country: Country,
  warn: (text: string) => void,
): (numbers: readonly (string | undefined)[]) => boolean {
  const wanted = new Set(
    list
      .split(',')
      .map((number) => number.trim())
      .filter((number) => number !== '')
      .map((number) => shownNumber(number, country, warn)),
  );
  return (numbers) => wanted.size === 0 || numbers.some((number) => wanted.has(number ?? ''));
}

function shownNumber(number: string, country: Country, warn: (text: string) => void): string {
  try {
    return toMessageNumber(number, country, 'numbers');
  } catch (thrown) {
    warn(toError(thrown).message);
    return fromWire(number);
  }
}
