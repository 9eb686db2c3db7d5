import { SipgateError } from './errors';

/** @returns the value, or `undefined` where the text is no JSON */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** @returns whether the value is an object with named fields */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The list in an answer such as `{ items: [...] }`.
 * @throws SipgateError `SERVER` when the answer is something else, such as the log-in page of a guest network
 */
export function itemsOf<T>(answer: unknown): T[] {
  if (isRecord(answer) && Array.isArray(answer.items)) return answer.items as T[];
  throw new SipgateError(
    'SERVER',
    "The answer holds no list, so it does not come from sipgate's API. Check the API URL of the account and the network.",
  );
}
