import { createHash } from 'node:crypto';
import { isRecord, type Part } from '../../../sipgate/index';
import { EMPTIED_PARTS, PART_NAMES, type Leg, type PartName } from './call';

/** All keys of a call store begin with it. */
export const KEY_PREFIX = 'call_';

/** Characters; those of sipgate have 36 at most. */
const LONGEST_ID = 128;

/** @returns an id by which a leg may be kept: a stranger's may be as long as a whole request */
export function shortId(callId = ''): string {
  return callId.length > LONGEST_ID ? hashOf(callId) : callId;
}

/** Context keys are property expressions: what is not a plain word is replaced by its hash. */
export function baseKeyOf(callId: string): string {
  const isWord = /^[A-Za-z0-9]{1,128}$/.test(callId);
  return KEY_PREFIX + (isWord ? callId : hashOf(callId));
}

function hashOf(callId: string): string {
  return createHash('sha256').update(callId).digest('hex');
}

/** @returns the keys of all parts of a leg, in the order of their names */
export function keysOf(callId: string): string[] {
  const base = baseKeyOf(callId);
  return PART_NAMES.map((name) => keyIn(base, name));
}

export function keyIn(base: string, name: PartName): string {
  return name === 'start' ? base : `${base}_${name}`;
}

export function baseOf(key: string): string {
  const name = PART_NAMES.find((candidate) => key.endsWith(`_${candidate}`));
  return name ? key.slice(0, -name.length - 1) : key;
}

/** What a store holds may be anything: another version of this pack wrote it, or somebody else. */
export function legOf(values: readonly unknown[]): Leg {
  const leg: Partial<Record<PartName, Part<unknown>>> = {};
  PART_NAMES.forEach((name, index) => {
    const part = values[index];
    if (!isPart(part)) return;
    const isGood = part.value === undefined ? EMPTIED_PARTS.includes(name) : IS_VALUE[name](part.value);
    if (isGood) leg[name] = part;
  });
  return leg as Leg;
}

function isPart(value: unknown): value is Part<unknown> {
  return isRecord(value) && Number.isSafeInteger(value['version']) && typeof value['at'] === 'number';
}

const isTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.every((entry) => typeof entry === 'string');
const isText = (value: unknown): boolean => value === undefined || typeof value === 'string';
const isTime = (value: unknown): boolean =>
  value === undefined || (typeof value === 'string' && !Number.isNaN(Date.parse(value)));
const isPerson = (value: unknown): boolean => isRecord(value) && Object.values(value).every(isText);
const areFacts = (value: unknown): boolean =>
  isRecord(value) &&
  ['startedAt', 'answeredAt', 'endedAt'].every((name) => isTime(value[name])) &&
  ['originalCallId', 'from', 'to'].every((name) => isText(value[name])) &&
  ['user', 'userId', 'fullUserId'].every((name) => value[name] === undefined || isTexts(value[name])) &&
  (value['answeredBy'] === undefined || isPerson(value['answeredBy']));

const IS_VALUE: Readonly<Record<PartName, (value: unknown) => boolean>> = {
  start: areFacts,
  answer: areFacts,
  hangup: areFacts,
  digits: (value) =>
    isRecord(value) && value['since'] !== undefined && isTime(value['since']) && isTexts(value['pressed']),
  notes: (value) => isRecord(value) && isRecord(value['data']),
  legs: isTexts,
};
