import { describeInvalidTest, type InvalidTestCode } from '../locales/describe-entry';
import type { Values } from '../locales/sentence';
import { printable } from '../printable';

/** A file that is no call test; the message says in English what is wrong with it, `describe` in another language. */
export class InvalidTest extends Error {
  override readonly name = 'InvalidTest';
  readonly code: InvalidTestCode;
  readonly values: Values;

  /** @param values what the sentence names; `step` (from 1 on) where it is about one step */
  constructor(code: InvalidTestCode, values: Values = {}) {
    super(describeInvalidTest(code, values, 'en'));
    this.code = code;
    this.values = values;
  }

  /** @param error of the file system */
  static unreadable(error: unknown): InvalidTest {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return new InvalidTest('noFile');
    if (code === 'EISDIR') return new InvalidTest('folder');
    return new InvalidTest('unreadable', { reason: code ?? String(error).slice(0, LONGEST_TEXT) });
  }

  /** @param language as a browser names it; any but German is English */
  describe(language: string): string {
    return describeInvalidTest(this.code, this.values, language);
  }
}

export type Fields = Readonly<Record<string, unknown>>;

/** Where in a test something stands: in a step (from 1 on), or beside the steps. */
export type Where = { readonly step: number } | Readonly<Record<string, never>>;

/** Beside the steps. */
export const OUTSIDE: Where = {};

export const MOST_STEPS = 100;
const LONGEST_TEXT = 200;
const LONGEST_NAME = 60;

/** @returns an object's fields; throws InvalidTest with `code` */
export function fieldsOf(value: unknown, code: InvalidTestCode, values: Values = {}): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw new InvalidTest(code, values);
}

/** @returns a text of bounded length; throws InvalidTest */
export function textOf(value: unknown, field: string, where = OUTSIDE, longest = LONGEST_TEXT): string {
  if (typeof value === 'string' && value.length <= longest) return value;
  throw new InvalidTest('text', { ...where, field, longest });
}

/** @returns what may be left out; throws InvalidTest */
export function booleanOf(value: unknown, field: string): boolean {
  if (typeof value === 'boolean') return value;
  throw new InvalidTest('boolean', { field });
}

/** @returns the steps as they stand there; throws InvalidTest */
export function stepsOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new InvalidTest('list', { field: 'steps' });
  if (value.length > MOST_STEPS) throw new InvalidTest('tooManySteps', { most: MOST_STEPS });
  return value as readonly unknown[];
}

/** @returns which way a call goes; throws InvalidTest */
export function directionOf(value: unknown): 'in' | 'out' {
  if (value === 'in' || value === 'out') return value;
  throw new InvalidTest('either', { field: 'call.direction', one: 'in', other: 'out' });
}

/** @returns the one kind of a step, and what stands behind it; throws InvalidTest */
export function kindOf<Kind extends string>(
  value: unknown,
  kinds: readonly Kind[],
  where: Where,
): { readonly kind: Kind; readonly given: unknown } {
  const step = fieldsOf(value, 'stepObject', where);
  const [kind, ...others] = kinds.filter((one) => Object.hasOwn(step, one));
  if (kind === undefined || others.length > 0)
    throw new InvalidTest('stepKind', { ...where, kinds: kinds.join(', ') });
  return { kind, given: step[kind] };
}

/**
 * @param actions that can be expected
 * @param fields that can be compared
 * @returns what is expected of a flow; throws InvalidTest
 */
export function expectationOf(
  value: unknown,
  actions: readonly string[],
  fields: readonly string[],
  where: Where,
): Fields & { readonly action: string } {
  const expected = fieldsOf(value, 'object', { ...where, field: 'expect' });
  const { action } = expected;
  if (typeof action !== 'string' || !actions.includes(action))
    throw new InvalidTest('action', { ...where, actions: actions.join(', ') });
  const unknown = Object.keys(expected).find((field) => !fields.includes(field));
  if (unknown === undefined) return { ...expected, action };
  const isSound = unknown === 'text' || unknown === 'file';
  const field = printable(unknown.slice(0, LONGEST_NAME));
  throw new InvalidTest(isSound ? 'soundField' : 'unknownField', { ...where, field });
}
