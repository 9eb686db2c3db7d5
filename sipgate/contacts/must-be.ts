import { describe, invalidInput, type SipgateError } from '../errors';

/**
 * The error for a wrong value of a contact or a file.
 * @param field the property as the user knows it, e.g. `phone.number`
 * @param wanted what it must be, e.g. `a list`
 * @param value what it is; it is quoted, shortened
 * @param remedy what to do, as a sentence
 */
export function mustBe(field: string, wanted: string, value: unknown, remedy: string): SipgateError {
  const problem = value === undefined ? 'is missing' : `must be ${wanted}, got ${describe(value)}`;
  return invalidInput(field, problem, remedy);
}
