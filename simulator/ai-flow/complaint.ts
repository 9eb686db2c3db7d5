import en from '../locales/en.json';
import { complaintSentence, type Values } from '../locales/sentence';

/** What is wrong with an answer: a problem, or something that only a user wants to know. */
export interface Complaint {
  readonly kind: 'problem' | 'warning';
  /** A sentence of the catalogues (simulator/locales), with its values. */
  readonly code: ComplaintCode;
  readonly values: Values;
  /** The sentence in English. */
  readonly why: string;
}

export type ComplaintCode = keyof typeof en.complaint;

export type Complain = (kind: Complaint['kind'], code: ComplaintCode, values?: Values) => void;

/** Names of fields and the like are quoted, and an answer may have very long ones. */
const LONGEST_VALUE = 200;

export function complaintOf(kind: Complaint['kind'], code: ComplaintCode, given: Values = {}): Complaint {
  const values = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, short(value)]));
  return { kind, code, values, why: complaintSentence(en, code, values) };
}

function short(value: string | number): string | number {
  return typeof value === 'string' && value.length > LONGEST_VALUE
    ? `${value.slice(0, LONGEST_VALUE)}…`
    : value;
}
