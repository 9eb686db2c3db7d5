/** A file that is no call test; the message says what is wrong with it. */
export class InvalidTest extends Error {
  override readonly name = 'InvalidTest';
}

export type Fields = Readonly<Record<string, unknown>>;

export const MOST_STEPS = 100;
const LONGEST_TEXT = 200;

/** @returns an object's fields; throws InvalidTest */
export function fieldsOf(value: unknown, what: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw new InvalidTest(`${what} must be an object`);
}

/** @returns a text of bounded length; throws InvalidTest */
export function textOf(value: unknown, what: string, longest = LONGEST_TEXT): string {
  if (typeof value === 'string' && value.length <= longest) return value;
  throw new InvalidTest(`\`${what}\` must be a text of at most ${longest} characters`);
}
