import { isRecord, type Part } from '../../../sipgate/index';
import { EMPTIED_PARTS, PART_NAMES, type Leg, type PartName } from './call';
import { isPart } from './part-store';

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
