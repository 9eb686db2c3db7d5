import { isRecord, SESSION_PART_NAMES, type Part, type SessionParts } from '../../../sipgate/index';
import { isPart } from '../calls/part-store';

type PartName = keyof SessionParts;

/** What a store holds may be anything: another version of this pack wrote it, or somebody else. */
export function sessionPartsOf(values: readonly unknown[]): SessionParts {
  const parts: Partial<Record<PartName, Part<unknown>>> = {};
  SESSION_PART_NAMES.forEach((name, index) => {
    const part = values[index];
    if (isPart(part) && IS_VALUE[name](part.value)) parts[name] = part;
  });
  return parts as SessionParts;
}

const isText = (value: unknown): boolean => typeof value === 'string';
const isOptionalText = (value: unknown): boolean => value === undefined || isText(value);
const isTime = (value: unknown): boolean => isText(value) && !Number.isNaN(Date.parse(String(value)));
const isList = (value: unknown, isEntry: (entry: unknown) => boolean): boolean =>
  Array.isArray(value) && value.every(isEntry);
const isTurn = (value: unknown): boolean =>
  isRecord(value) &&
  (value['by'] === 'caller' || value['by'] === 'assistant') &&
  isText(value['text']) &&
  isTime(value['at']);

/** A part without a value was emptied, as all can be but the start. */
const IS_VALUE: Readonly<Record<PartName, (value: unknown) => boolean>> = {
  start: (value) =>
    isRecord(value) &&
    isTime(value['startedAt']) &&
    ['number', 'direction', 'from', 'to'].every((name) => isOptionalText(value[name])),
  end: (value) => value === undefined || (isRecord(value) && isTime(value['endedAt'])),
  turns: (value) => value === undefined || isList(value, isTurn),
  digits: (value) => value === undefined || isList(value, isText),
  notes: (value) => value === undefined || isRecord(value),
  // it is sent to sipgate as it is
  speech: (value) =>
    value === undefined || (isRecord(value) && ['hangup', 'transfer'].includes(String(value['type']))),
};
