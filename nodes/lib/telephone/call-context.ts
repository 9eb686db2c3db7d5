import { AsyncLocalStorage } from 'node:async_hooks';
import { isRecord } from '../../../sipgate/index';
import type { CallPath } from './call-path';

/** What all work that one call of the telephone has started knows of it. */
export interface CallContext {
  /** Whether nodes that would send something only act as if. */
  readonly pretend: boolean;
  /** The way that its messages take. */
  readonly path: CallPath;
}

/**
 * Runs a call's events in their context. A message that a Function node made anew has lost its exchange; what started
 * it has not. Costs nothing while the telephone is not used: there are no contexts then.
 */
export const callContext = new AsyncLocalStorage<CallContext>();

/** So many exchanges are remembered: a message may come out of a Delay long after its test is over. */
const MOST_PRETENDED = 5000;

const pretended = new Set<string>();

/** An event is handed to the flows: where it belongs to a call that only pretends, messages with its exchange send nothing. */
export function keepPretending(exchange: string): void {
  if (!callContext.getStore()?.pretend) return;
  pretended.add(exchange);
  if (pretended.size <= MOST_PRETENDED) return;
  const [oldest] = pretended;
  if (oldest !== undefined) pretended.delete(oldest);
}

/** @returns whether a message belongs to a call that is only a test and must send nothing */
export function isPretended(message: Readonly<Record<string, unknown>>): boolean {
  const exchange = exchangeOf(message);
  if (exchange !== undefined) return pretended.has(exchange);
  return callContext.getStore()?.pretend ?? false;
}

/**
 * Nothing is followed any more: without contexts, Node.js has nothing to hand on with each promise. After a call that only
 * pretended they stay, for a message that comes late must still send nothing.
 */
export function leaveContexts(): void {
  if (pretended.size === 0) callContext.disable();
}

/** @returns the exchange that a message still carries */
export function exchangeOf(message: unknown): string | undefined {
  const sipgate = isRecord(message) ? message['sipgate'] : undefined;
  const exchange = isRecord(sipgate) ? sipgate['exchange'] : undefined;
  return typeof exchange === 'string' && exchange !== '' ? exchange : undefined;
}
