import type { Node } from 'node-red';
import {
  closedError,
  SipgateError,
  type CallEvent,
  type Country,
  type Endpoint,
  type EndpointNotice,
  type Reply,
} from '../../../sipgate/index';
import type { Call } from './call-store';
import type { ListenState } from '../server/http-server';

/** An accepted event with what is known of its call, on its way into the flows. */
export type CallMessage = {
  readonly topic: CallEvent['event'];
  readonly payload: CallEvent;
  readonly call: Call;
  readonly sipgate: { readonly exchange: string; readonly raw: Record<string, string | string[]> };
};

/** A `sipgate-webhook-in` as its webhook sees it. */
export interface Receiver {
  /** Whether the call passes its filters. */
  wants(call: Call): boolean;
  /** Whether a Webhook response can be reached from the output of that event. */
  canAnswer(event: CallEvent): boolean;
  /** Whether something is wired to the output of that event. */
  isWired(topic: CallEvent['event']): boolean;
  receive(message: CallMessage): void;
  onState(state: WebhookState): void;
  onNotice(notice: EndpointNotice): void;
}

/** How a webhook stands. */
export type WebhookState = ListenState | { kind: 'invalid'; error: Error };

/** A `sipgate-webhook` as other nodes see it. */
export interface WebhookNode extends Node {
  readonly country: Country;
  /** @returns the URL to give to sipgate; empty when it does not run */
  url?(): string;
  /** @returns a function that detaches it again */
  attach(receiver: Receiver): () => void;
}

/** A webhook that takes calls now. */
export interface LiveWebhook {
  readonly endpoint: Endpoint;
  readonly country: Country;
  readonly responseTimeout: number;
  keepData(callId: string, data: unknown): void;
}

/** All webhooks that take calls now: a Webhook response finds the request of its message here. */
const live = new Set<LiveWebhook>();

/** @returns a function that takes it from the list again */
export function goLive(webhook: LiveWebhook): () => void {
  live.add(webhook);
  return () => live.delete(webhook);
}

/** A request that waits for its answer. */
export interface OpenRequest {
  readonly country: Country;
  /** @returns the XML that went out */
  answer(reply: Reply, data: unknown): string;
}

/**
 * The open request that a message belongs to: by its exchange, or, where a flow lost that, by its call if that has
 * exactly one open request.
 * @throws SipgateError when there is none: answered already, too late, or never there
 */
export function openRequestOf(message: Record<string, unknown>): OpenRequest {
  const exchange = field(message['sipgate'], 'exchange');
  if (typeof exchange === 'string' && exchange !== '') return byExchange(exchange);
  return byCall(callIdsOf(message));
}

function byExchange(exchange: string): OpenRequest {
  let reason: SipgateError | undefined;
  for (const webhook of live) {
    const state = webhook.endpoint.state(exchange);
    if (state === 'open') return openRequest(webhook, exchange);
    if (state !== 'unknown') reason = closedError(state, webhook.responseTimeout);
  }
  throw reason ?? closedError('unknown', 0);
}

/** A payload may have become something else with a `callId` of its own, so the first that has an open request counts. */
function byCall(callIds: readonly string[]): OpenRequest {
  if (callIds.length === 0) {
    throw new SipgateError(
      'NOT_FOUND',
      'The message does not say which call it answers. Keep msg.sipgate, or give msg.callId.',
    );
  }
  const open = callIds.map(openRequestsOf).find((requests) => requests.length > 0) ?? [];
  const [only, ...more] = open;
  if (!only) throw closedError('unknown', 0);
  if (more.length > 0) {
    throw new SipgateError(
      'INVALID_INPUT',
      `${open.length} requests of this call are open. Keep msg.sipgate.exchange in the message to say which one is meant.`,
    );
  }
  return only;
}

function openRequestsOf(callId: string): OpenRequest[] {
  return [...live].flatMap((webhook) =>
    webhook.endpoint.openOf(callId).map((exchange) => openRequest(webhook, exchange)),
  );
}

function callIdsOf(message: Record<string, unknown>): string[] {
  const candidates = [
    field(message['payload'], 'callId'),
    field(message['call'], 'callId'),
    message['callId'],
  ];
  return candidates.filter((id): id is string => typeof id === 'string' && id !== '');
}

function openRequest(webhook: LiveWebhook, exchange: string): OpenRequest {
  return {
    country: webhook.country,
    answer(reply, data) {
      const callId = webhook.endpoint.eventOf(exchange)?.callId;
      const xml = webhook.endpoint.answer(exchange, reply);
      if (callId && data !== undefined) webhook.keepData(callId, data);
      return xml;
    },
  };
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
