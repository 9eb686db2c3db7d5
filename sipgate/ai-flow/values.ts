import { describe, invalidInput, mustBe } from '../errors';
import type { Country } from '../phone-number';

/** What a flow gave for one action. */
export type Draft = Readonly<Record<string, unknown>>;

/** What is not wrong, but probably not meant. */
export type AiFlowWarning =
  /** Nobody hears what comes after a hang-up or a transfer. */
  | { kind: 'unheard'; action: string; after: string }
  /** A hang-up cuts off what is being said. */
  | { kind: 'cutOff' }
  /** A voice or language means nothing without its provider. */
  | { kind: 'noProvider' }
  /** The action takes no such fields. */
  | { kind: 'unknownField'; action: string; fields: string }
  | { kind: 'unknownProvider'; provider: string };

/** What an answer needs to know of its session. */
export interface AnswerContext {
  readonly sessionId: string;
  /** The AI flow's own number, as messages show it; what a transfer calls with where a flow says nothing else. */
  readonly number?: string | undefined;
  /** Completes national numbers. */
  readonly country: Country;
  readonly warn: (warning: AiFlowWarning) => void;
}

export function isUnset(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

/** @returns the text that was given, numbers as well; `undefined` where there is none, or only blanks */
export function textOf(draft: Draft, field: string): string | undefined {
  const value = draft[field];
  if (isUnset(value)) return undefined;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    const text = String(value);
    return text.trim() === '' ? undefined : text;
  }
  throw invalidInput(field, `must be a text, got ${describe(value)}`, 'Give a text.');
}

/** @throws SipgateError `INVALID_INPUT` where there is no text */
export function requiredText(draft: Draft, field: string, remedy: string): string {
  const text = textOf(draft, field);
  if (text !== undefined) return text;
  throw mustBe(field, 'a text', draft[field], remedy);
}

/** The bounds of a number, as they stand in an error. */
export interface Bounds {
  readonly least: number;
  readonly most: number;
  readonly isWhole: boolean;
}

/** @returns the number, which may come as a text; `undefined` where none was given */
export function numberOf(draft: Draft, field: string, { least, most, isWhole }: Bounds): number | undefined {
  const value = draft[field];
  if (isUnset(value)) return undefined;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  const isNumber = typeof number === 'number' && Number.isFinite(number);
  if (isNumber && number >= least && number <= most && (!isWhole || Number.isInteger(number))) return number;
  const wanted = `a ${isWhole ? 'whole ' : ''}number from ${least} to ${most}`;
  throw invalidInput(field, `must be ${wanted}, got ${describe(value)}`, 'Correct it, or leave it empty.');
}

/** @returns a flag that may come as a text; false where none was given */
export function flagOf(draft: Draft, field: string): boolean {
  const value = draft[field];
  if (value === true || value === 'true') return true;
  if (isUnset(value) || value === false || value === 'false') return false;
  throw invalidInput(field, `must be true or false, got ${describe(value)}`, 'Use one of them.');
}

/** @returns one of the choices; `undefined` where none was given */
export function choiceOf<T extends string>(
  draft: Draft,
  field: string,
  choices: readonly T[],
): T | undefined {
  const value = draft[field];
  if (isUnset(value)) return undefined;
  const choice = choices.find((candidate) => candidate === value);
  if (choice !== undefined) return choice;
  throw invalidInput(
    field,
    `must be one of ${choices.join(', ')}, got ${describe(value)}`,
    'Choose one of them.',
  );
}

/** @returns the entries of a list, or of a text that separates them; without blanks and empty ones */
export function listOf(draft: Draft, field: string, separator: RegExp): string[] {
  const value = draft[field];
  if (isUnset(value)) return [];
  const entries = typeof value === 'string' ? value.split(separator) : value;
  if (!Array.isArray(entries) || !entries.every((entry) => typeof entry === 'string'))
    throw invalidInput(field, `must be a list of texts, got ${describe(value)}`, 'Give texts only.');
  return entries.map((entry) => entry.trim()).filter((entry) => entry !== '');
}

/** @returns the object without what is undefined: sipgate takes `null` and missing for different things */
export function defined<T extends object>(fields: { [K in keyof T]: T[K] | undefined }): T {
  const given: { [K in keyof T]?: T[K] } = {};
  for (const name of Object.keys(fields) as (keyof T)[])
    if (fields[name] !== undefined) given[name] = fields[name];
  return given as T;
}
