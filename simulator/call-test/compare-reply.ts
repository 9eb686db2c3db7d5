import { readable, wireNumber } from '../network/script/numbers';
import type { Order } from '../network/webhook/orders';
import { REPLY_FIELDS, type ExpectedReply, type ReplyField } from './call-test';

/** What an answer of a flow orders, in the words of `msg.response`. */
export type GivenReply = Readonly<Partial<Record<ReplyField, unknown>>> & { readonly action: string };

/** Where an answer differs from what was expected. */
export interface Difference {
  readonly field: ReplyField;
  readonly expected: string;
  readonly got: string;
}

/** @returns an order in the words of `msg.response` */
export function replyOf(order: Order): GivenReply {
  switch (order.kind) {
    case 'dial': {
      const { numbers, callerId, anonymous } = order;
      return { action: 'redirect', numbers, ...defined({ callerId, anonymous }) };
    }
    case 'play':
      return { action: 'play', announcement: order.url };
    case 'gather': {
      const { announcement, maxDigits, timeoutMs: timeout } = order;
      return { action: 'gather', maxDigits, timeout, ...defined({ announcement }) };
    }
    case 'reject':
      return { action: 'reject', reason: order.reason };
    default:
      return { action: order.kind };
  }
}

/**
 * @param country completes the numbers, which may be written in any way
 * @returns the first field that differs, if any; only those that are expected are compared
 */
export function differenceOf(
  expected: ExpectedReply,
  given: GivenReply,
  country: string,
): Difference | undefined {
  const field = REPLY_FIELDS.filter((name) => expected[name] !== undefined).find(
    (name) => comparable(name, expected[name], country) !== comparable(name, given[name], country),
  );
  if (field === undefined) return undefined;
  return { field, expected: shown(expected[field]), got: shown(given[field]) };
}

function comparable(field: ReplyField, value: unknown, country: string): string {
  if (field === 'numbers') return JSON.stringify(numbersOf(value).map((one) => plain(one, country)));
  if (field === 'callerId') return plain(String(value ?? ''), country);
  // `anonymous: false` counts as not set
  if (field === 'anonymous') return String(value === true || value === 'true');
  return String(value ?? '');
}

function plain(number: string, country: string): string {
  return wireNumber(number.trim(), country).toLowerCase();
}

function numbersOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(String);
  return String(value ?? '')
    .split(',')
    .filter((number) => number.trim() !== '');
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  return (Array.isArray(value) ? value : [value]).map((one) => readable(String(one))).join(', ');
}

function defined<T extends object>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;
}
