import type { EventName } from './event';
import { NO_ORDERS, readOrders, type Orders } from './orders';
import type { WebAnswer } from '../web-client';

/** What came back for one event. `xmlError`: why the answer was refused. */
export interface EventResult {
  readonly status: number | undefined;
  readonly xml: string;
  readonly xmlError: string | undefined;
  readonly orders: Orders;
}

/**
 * Reads a webhook's answer as strictly as sipgate. Never throws: why an answer is refused stands in the result.
 * @param direction of the leg, for the limits on Dial
 */
export function readAnswer(answer: WebAnswer, event: EventName, direction: 'in' | 'out'): EventResult {
  const xml = answer.body.toString('utf8');
  const steersCall = event === 'newCall' || event === 'dtmf';
  try {
    if (steersCall) return { ...accepted(answer.status, xml), orders: ordersOf(answer, direction) };
    // the answer to answer and hangup is discarded (docs); only a refused request is worth a word
    if (answer.status >= 300) throw new Error(`the HTTP status is ${answer.status}`);
    return accepted(answer.status, xml);
  } catch (error) {
    return refused(answer.status, xml, error);
  }
}

/** @returns the result of an event that got no answer, or none that can be used */
export function refused(status: number | undefined, xml: string, error: unknown): EventResult {
  return { status, xml, xmlError: reasonOf(error), orders: NO_ORDERS };
}

function accepted(status: number, xml: string): EventResult {
  return { status, xml, xmlError: undefined, orders: NO_ORDERS };
}

function ordersOf(answer: WebAnswer, direction: 'in' | 'out'): Orders {
  if (answer.status !== 200) throw new Error(`the HTTP status is ${answer.status}, it must be 200`);
  const type = answer.headers['content-type'];
  if (!/^application\/xml\s*(;|$)/i.test(type ?? '')) {
    throw new Error(`the content type is ${type ?? 'missing'}, it must be application/xml`);
  }
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(type ?? '')?.[1];
  if (charset !== undefined && !/^utf-?8$/i.test(charset)) {
    throw new Error(`the charset is ${charset}, it must be UTF-8`);
  }
  return readOrders(new TextDecoder('utf-8', { fatal: true }).decode(answer.body), direction);
}

/** AggregateError (localhost over IPv4 and IPv6) has an empty message of its own. */
function reasonOf(error: unknown): string {
  if (error instanceof TypeError && 'code' in error && error.code === 'ERR_ENCODING_INVALID_ENCODED_DATA') {
    return 'the answer is not UTF-8';
  }
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
