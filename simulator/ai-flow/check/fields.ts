import { checkWav } from '../../network/sound/wav';
import type { Complain } from '../complaint';

/** Complains about a value of a field, whose path it gets for the words. */
export type FieldCheck = (value: unknown, field: string, complain: Complain) => void;

/** The fields that an object may have. */
export interface Fields {
  readonly required?: Readonly<Record<string, FieldCheck>>;
  readonly optional?: Readonly<Record<string, FieldCheck>>;
}

/** Sounds of voice assistants have twice the rate of those of a webhook. */
export const RATE_HZ = 16_000;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const LANGUAGE = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/;

/** Complains of missing and wrong fields; an unknown one is only pointed out, for sipgate may have added it. */
export function checkFields(
  object: Readonly<Record<string, unknown>>,
  { required = {}, optional = {} }: Fields,
  path: string,
  complain: Complain,
): void {
  for (const name of Object.keys(required))
    if (object[name] === undefined) complain('problem', 'missing', { field: `${path}${name}` });
  for (const [name, value] of Object.entries(object)) {
    const check = own(required, name) ?? own(optional, name);
    if (check === undefined) complain('warning', 'unknownField', { field: `${path}${name}` });
    else if (value !== undefined) check(value, `${path}${name}`, complain);
  }
}

function own(checks: Readonly<Record<string, FieldCheck>>, name: string): FieldCheck | undefined {
  return Object.hasOwn(checks, name) ? checks[name] : undefined;
}

/** @returns a check for a text with something in it */
export function text(most = Infinity): FieldCheck {
  return (value, field, complain) => {
    if (typeof value !== 'string' || value.trim() === '') complain('problem', 'text', { field });
    else if (value.length > most) complain('problem', 'tooLong', { field, length: value.length, most });
  };
}

export function numberBetween(least: number, most: number, isWhole = false): FieldCheck {
  return (value, field, complain) => {
    const isRight = typeof value === 'number' && value >= least && value <= most;
    if (!isRight || (isWhole && !Number.isInteger(value)))
      complain('problem', isWhole ? 'wholeNumber' : 'number', { field, least, most });
  };
}

/** Which number of seconds sipgate takes is not known. */
export const seconds: FieldCheck = (value, field, complain) => {
  if (typeof value !== 'number' || !(value > 0)) complain('problem', 'positive', { field });
};

export function oneOf(...names: readonly string[]): FieldCheck {
  return (value, field, complain) => {
    if (!names.some((name) => name === value))
      complain('problem', 'choice', { field, choices: names.join(', ') });
  };
}

/** More providers and the like exist than are described. */
export function probablyOneOf(...names: readonly string[]): FieldCheck {
  return (value, field, complain) => {
    if (typeof value !== 'string' || value === '') complain('problem', 'anyText', { field });
    else if (!names.includes(value)) complain('warning', 'undescribed', { field, choices: names.join(', ') });
  };
}

export const yes: FieldCheck = (value, field, complain) => {
  if (value !== true) complain('problem', 'yes', { field });
};

/** Newer descriptions of sipgate want digits only, older ones have a `+`. */
export const phoneNumber: FieldCheck = (value, field, complain) => {
  if (typeof value !== 'string' || !/^\+?\d{3,15}$/.test(value))
    complain('problem', 'phoneNumber', { field });
  else if (value.startsWith('+')) complain('warning', 'plus', { field });
};

export const language: FieldCheck = (value, field, complain) => {
  if (typeof value !== 'string' || !LANGUAGE.test(value)) complain('problem', 'language', { field });
};

export function listOf(check: FieldCheck, least: number, most: number): FieldCheck {
  return (value, field, complain) => {
    if (!Array.isArray(value)) return complain('problem', 'list', { field });
    if (value.length < least || value.length > most)
      return complain('problem', 'entries', { field, count: value.length, least, most });
    value.forEach((entry, index) => check(entry, `${field}[${index}]`, complain));
  };
}

/** @param together looks at fields that do not go together */
export function object(fields: Fields, together: ObjectCheck = () => undefined): FieldCheck {
  return (value, field, complain) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return complain('problem', 'object', { field });
    checkFields(value as Record<string, unknown>, fields, `${field}.`, complain);
    together(value as Record<string, unknown>, field, complain);
  };
}

type ObjectCheck = (value: Readonly<Record<string, unknown>>, field: string, complain: Complain) => void;

/** Values outside are ignored by sipgate without a word, so they are no failure. */
export const silenceMs: FieldCheck = (value, field, complain) => {
  const isTaken = Number.isInteger(value) && Number(value) >= 150 && Number(value) <= 2000;
  if (!isTaken) complain('warning', 'silence', { field });
};

/** Base64 of a WAV file: PCM, 16 bit, mono, 16 kHz. */
export const wav: FieldCheck = (value, field, complain) => {
  if (typeof value !== 'string' || value === '' || value.length % 4 !== 0 || !BASE64.test(value))
    return complain('problem', 'base64', { field });
  const checked = checkWav(Buffer.from(value, 'base64'), RATE_HZ);
  if (!checked.playable) complain('problem', `wav.${checked.fault}`, { field, ...checked.values });
};
