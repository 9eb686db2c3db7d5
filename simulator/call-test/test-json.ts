import { InvalidTest } from './test-fields';

/** Some editors put it in front of a file. */
const BYTE_ORDER_MARK = '\uFEFF';

/** @returns what stands in the file of a test; throws InvalidTest that names the line which is wrong */
export function parseJson(text: string): unknown {
  const json = text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
  try {
    return JSON.parse(json) as unknown;
  } catch {
    if (!isWrong(json)) throw new InvalidTest('json');
    throw new InvalidTest('jsonLine', { line: json.slice(0, lengthUntilFault(json)).split('\n').length });
  }
}

/** Node.js does not always tell where it gave up. @returns the length of the shortest beginning that is wrong already */
function lengthUntilFault(json: string): number {
  let [good, bad] = [0, json.length];
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (isWrong(json.slice(0, middle))) bad = middle;
    else good = middle;
  }
  return bad;
}

/** @returns whether no JSON begins like this, so that more text would not help */
function isWrong(beginning: string): boolean {
  try {
    JSON.parse(beginning);
    return false;
  } catch (error) {
    const { message } = error as Error;
    if (/end of JSON input|Unterminated string/.test(message)) return false;
    const [, position] = /position (\d+)/.exec(message) ?? [];
    return position === undefined || Number(position) < beginning.length;
  }
}
