import { AsyncLocalStorage } from 'node:async_hooks';
import { isRecord } from '../../../sipgate/index';
import type { CallPath } from './call-path';

/** What all work that one call of the telephone has started knows of it. */
export interface CallContext {
  /** Whether nodes that would send something only act as if. */
  readonly pretend: boolean;
  /** The way that its messages take. */
  readonly path: CallPath;
  /** Nothing is followed any more: what the call has woken, such as a connection that stays, works for others now. */
  isOver?: boolean;
}

/**
 * Runs a call's events in their context. A message that a node made anew has lost its exchange; what started it has not.
 * Costs nothing while the telephone is not used: there are no contexts then.
 */
export const callContext = new AsyncLocalStorage<CallContext>();

/** @returns the call that has started what runs now; `undefined`: none, or one that is over */
export function startingCall(): CallContext | undefined {
  const context = callContext.getStore();
  return context?.isOver === true ? undefined : context;
}

/** So many are remembered: a message may come out of a Delay long after its test is over. */
const MOST_REMEMBERED = 5000;

/** Exchanges, and ids of messages, of calls that only pretend. */
const pretended = new Set<string>();
/** Ids of messages that no call has started. A queue that a call has woken may hold them. */
const foreign = new Set<string>();

/** An event is handed to the flows: where it belongs to a call that only pretends, messages with its exchange send nothing. */
export function keepPretending(exchange: string): void {
  if (startingCall()?.pretend) remember(pretended, exchange);
}

/** A message of a call is on its way: where that only pretends, it sends nothing either when it has lost its exchange. */
export function keepMessagePretending(message: Readonly<Record<string, unknown>>): void {
  if (isPretended(message)) remember(pretended, messageIdOf(message));
}

/** A message without exchange is on its way that no call has started. */
export function markForeign(messageId: string): void {
  remember(foreign, messageId);
}

export function isForeign(messageId: string): boolean {
  return foreign.has(messageId);
}

/** @returns whether a message belongs to a call that is only a test and must send nothing */
export function isPretended(message: Readonly<Record<string, unknown>>): boolean {
  const exchange = exchangeOf(message);
  if (exchange !== undefined) return pretended.has(exchange);
  const id = messageIdOf(message);
  return pretended.has(id) || (!foreign.has(id) && startingCall()?.pretend === true);
}

/** Nothing is followed any more: without contexts, Node.js has nothing to hand on with each promise. */
export function leaveContexts(): void {
  callContext.disable();
  foreign.clear();
}

function remember(ids: Set<string>, id: string): void {
  if (id === '') return;
  ids.add(id);
  if (ids.size <= MOST_REMEMBERED) return;
  const [oldest] = ids;
  if (oldest !== undefined) ids.delete(oldest);
}

/** @returns Node-RED's id of a message; empty where there is none */
export function messageIdOf(message: Readonly<Record<string, unknown>>): string {
  return typeof message['_msgid'] === 'string' ? message['_msgid'] : '';
}

/** @returns the exchange that a message still carries */
export function exchangeOf(message: unknown): string | undefined {
  const sipgate = isRecord(message) ? message['sipgate'] : undefined;
  const exchange = isRecord(sipgate) ? sipgate['exchange'] : undefined;
  return typeof exchange === 'string' && exchange !== '' ? exchange : undefined;
}
