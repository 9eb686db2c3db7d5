import { checkWav } from '../../network/sound/wav';

/** What is wrong with an answer: a problem, or something that only a user wants to know. */
export interface Complaint {
  readonly kind: 'problem' | 'warning';
  readonly why: string;
}

export type Complain = (kind: Complaint['kind'], why: string) => void;

/** Complains about a value of a field, whose path it gets for the words. */
export type FieldCheck = (value: unknown, path: string, complain: Complain) => void;

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
    if (object[name] === undefined) complain('problem', `${path}${name} is missing`);
  for (const [name, value] of Object.entries(object)) {
    const check = own(required, name) ?? own(optional, name);
    if (check === undefined) complain('warning', `${path}${name} is a field that sipgate does not describe`);
    else if (value !== undefined) check(value, `${path}${name}`, complain);
  }
}

function own(checks: Readonly<Record<string, FieldCheck>>, name: string): FieldCheck | undefined {
  return Object.hasOwn(checks, name) ? checks[name] : undefined;
}

/** @returns a check for a text with something in it */
export function text(most = Infinity): FieldCheck {
  return (value, path, complain) => {
    if (typeof value !== 'string' || value.trim() === '')
      complain('problem', `${path} must be a text that is not empty`);
    else if (value.length > most)
      complain('problem', `${path} has ${value.length} characters, at most ${most} are allowed`);
  };
}

export function numberBetween(least: number, most: number, isWhole = false): FieldCheck {
  return (value, path, complain) => {
    const isRight = typeof value === 'number' && value >= least && value <= most;
    if (!isRight || (isWhole && !Number.isInteger(value)))
      complain('problem', `${path} must be a ${isWhole ? 'whole ' : ''}number from ${least} to ${most}`);
  };
}

/** Which number of seconds sipgate takes is not known. */
export const seconds: FieldCheck = (value, path, complain) => {
  if (typeof value !== 'number' || !(value > 0))
    complain('problem', `${path} must be a number greater than 0`);
};

export function oneOf(...names: readonly string[]): FieldCheck {
  return (value, path, complain) => {
    if (!names.some((name) => name === value)) complain('problem', `${path} must be ${names.join(' or ')}`);
  };
}

/** More providers and the like exist than are described. */
export function probablyOneOf(...names: readonly string[]): FieldCheck {
  return (value, path, complain) => {
    if (typeof value !== 'string' || value === '') complain('problem', `${path} must be a text`);
    else if (!names.includes(value))
      complain('warning', `${path} is none of those that are described: ${names.join(', ')}`);
  };
}

export const yes: FieldCheck = (value, path, complain) => {
  if (value !== true) complain('problem', `${path} must be true`);
};

/** Newer descriptions of sipgate want digits only, older ones have a `+`. */
export const phoneNumber: FieldCheck = (value, path, complain) => {
  if (typeof value !== 'string' || !/^\+?\d{3,15}$/.test(value))
    complain('problem', `${path} must be a phone number in digits`);
  else if (value.startsWith('+')) complain('warning', `${path} starts with +, sipgate wants digits only`);
};

export const language: FieldCheck = (value, path, complain) => {
  if (typeof value !== 'string' || !LANGUAGE.test(value))
    complain('problem', `${path} must be a language such as de-DE`);
};

export function listOf(check: FieldCheck, least: number, most: number): FieldCheck {
  return (value, path, complain) => {
    if (!Array.isArray(value)) return complain('problem', `${path} must be a list`);
    if (value.length < least || value.length > most)
      return complain('problem', `${path} has ${value.length} entries, it must have ${least} to ${most}`);
    value.forEach((entry, index) => check(entry, `${path}[${index}]`, complain));
  };
}

export function object(fields: Fields): FieldCheck {
  return (value, path, complain) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      complain('problem', `${path} must be an object`);
    else checkFields(value as Record<string, unknown>, fields, `${path}.`, complain);
  };
}

/** Values outside are ignored by sipgate without a word, so they are no failure. */
export const silenceMs: FieldCheck = (value, path, complain) => {
  const isTaken = Number.isInteger(value) && Number(value) >= 150 && Number(value) <= 2000;
  if (!isTaken)
    complain('warning', `${path} is ignored by sipgate unless it is a whole number from 150 to 2000`);
};

/** Base64 of a WAV file: PCM, 16 bit, mono, 16 kHz. */
export const wav: FieldCheck = (value, path, complain) => {
  if (typeof value !== 'string' || value === '' || value.length % 4 !== 0 || !BASE64.test(value))
    return complain('problem', `${path} must be a WAV file in Base64, without anything before it`);
  const checked = checkWav(Buffer.from(value, 'base64'), RATE_HZ);
  if (!checked.playable) complain('problem', `${path} cannot be played: ${checked.why}`);
};
