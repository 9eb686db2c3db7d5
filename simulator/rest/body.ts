import type { RestRequest } from './types';
import { refuseByName, refuse } from './answers';

/** What a request brings: an object or a list; the other one is empty. */
export interface RequestBody {
  readonly body: Readonly<Record<string, unknown>>;
  readonly list: readonly unknown[];
}

/**
 * Reads the JSON of a request that may have a body.
 * @throws Refusal 415 unless the content type is JSON, 400 unless the body is an object, or a list where one is taken
 */
export function readJson(request: RestRequest, takesList = false): RequestBody {
  if (request.method === 'GET' || request.method === 'DELETE') return { body: {}, list: [] };
  if (!/^application\/json\s*(;|$)/i.test(header(request, 'content-type'))) throw refuse(415);
  const value = parse(request.body.toString('utf8'));
  if (!isTooDeep(value)) {
    if (takesList && Array.isArray(value)) return { body: {}, list: value };
    if (!takesList && isRecord(value)) return { body: value, list: [] };
  }
  const wanted = takesList ? 'list' : 'object';
  throw refuseByName(400, 'INVALID_JSON', `The request body must be a JSON ${wanted}`);
}

/** What is nested deeper cannot be written out again. */
const MOST_LEVELS = 50;

function isTooDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MOST_LEVELS) return true;
    level = level.flatMap((each) => (typeof each === 'object' && each !== null ? Object.values(each) : []));
  }
  return false;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A header's text; the first one where it came twice, empty where it did not come. */
export function header(request: RestRequest, name: string): string {
  const value = request.headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? '';
}

/** Is it `{…}`, neither null nor a list? */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A text that must be there. @throws Refusal 400, in the `{name, message}` shape */
export function requiredText(body: Readonly<Record<string, unknown>>, field: string): string {
  const value = body[field];
  if (typeof value === 'string' && value.trim() !== '') return value;
  throw refuseByName(400, 'PARAMETER_INVALID', `${field} must not be blank`);
}

/** A text that may be missing. @throws Refusal 400 when it is something else than a text */
export function optionalText(body: Readonly<Record<string, unknown>>, field: string): string | undefined {
  return body[field] === undefined || body[field] === null || body[field] === ''
    ? undefined
    : requiredText(body, field);
}

/**
 * @returns the number as E.164 with `+`, or undefined. The platform takes E.164 with and without `+`, and
 *   no national number and no punctuation.
 */
export function e164(text: string): string | undefined {
  return /^\+?[1-9]\d{6,14}$/.test(text) ? `+${text.replace('+', '')}` : undefined;
}
