import { isRecord, itemsOf } from '../../json';

/**
 * A call, voicemail, SMS or fax as sipgate gives it: dates are ISO texts, and what looks like a date in an SMS or a note
 * stays a text. Beside the common fields there are those of its type (delivered, but not in the specification): `duration`,
 * `recordings`, `transcription`, `recordingUrl`, `smsContent`, `documentUrl`, `faxStatusType`, …
 */
export interface HistoryEntry {
  readonly id: string;
  readonly type: string;
  /** ISO 8601 */
  readonly created?: string;
  readonly direction?: string;
  readonly [field: string]: unknown;
}

/** A page of a list. */
export interface HistoryPage {
  readonly entries: readonly HistoryEntry[];
  /** How many fit in all, where sipgate says so. */
  readonly total: number | undefined;
  /** How many stood on the page, also such as are no entries. */
  readonly count: number;
}

/**
 * @returns what is an entry in an answer; without an id it cannot be told from another one, and is none
 * @throws SipgateError `SERVER` when the answer holds no list
 */
export function pageOf(answer: unknown): HistoryPage {
  const items = itemsOf(answer);
  const total = isRecord(answer) && typeof answer.totalCount === 'number' ? answer.totalCount : undefined;
  return { entries: items.flatMap((item) => toEntry(item) ?? []), total, count: items.length };
}

/** @returns the entry as it came, but its id and type are texts; `undefined` for what has no id */
export function toEntry(value: unknown): HistoryEntry | undefined {
  if (!isRecord(value)) return undefined;
  const { id, type } = value;
  if (typeof id === 'string' && id !== '' && typeof type === 'string') return value as HistoryEntry;
  if ((typeof id !== 'string' || id === '') && !Number.isSafeInteger(id)) return undefined;
  return { ...value, id: String(id), type: typeof type === 'string' ? type : '' };
}

/** @returns ms since 1970; `undefined` where the entry does not tell */
export function createdMs({ created }: HistoryEntry): number | undefined {
  const ms = typeof created === 'string' ? Date.parse(created) : NaN;
  return Number.isNaN(ms) ? undefined : ms;
}
