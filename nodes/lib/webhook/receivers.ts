import type { Node } from 'node-red';
import type { CallEvent, Country, EndpointNotice, FollowUps, Incoming } from '../../../sipgate/index';
import type { MadeSound } from '../announcements/sounds';
import type { Call } from '../calls/call';
import type { Stopping } from '../deploys';
import type { ListenState } from '../server/paths';

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
  /** Whether a deploy stops it, or a node on the way from it to an answer. */
  isStoppedBy(stopping: Stopping): boolean;
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
  /** @returns the URL of a sound, when whoever gets it can have the sound; empty where it does not listen */
  hostSound(sound: MadeSound, isComputed: boolean): Promise<string>;
  /** @returns a function that detaches it again */
  attach(receiver: Receiver): () => void;
}

/** Gives an event to every webhook-in that wants its call. @returns whether one of them may answer it */
export function deliverTo(
  receivers: Iterable<Receiver>,
  { exchange, event, raw }: Incoming,
  call: Call,
): boolean {
  const takers = [...receivers].filter((receiver) => receiver.wants(call));
  const isAnswerable = takers.some((receiver) => receiver.canAnswer(event));
  // `call` and `raw` were made for this message, only the event is the open request's
  const payload = copyEvent(event);
  const message: CallMessage = { topic: event.event, payload, call, sipgate: { exchange, raw } };
  // each flow gets a message of its own: what it changes must reach neither another flow nor the open request
  const [first, ...others] = takers;
  for (const receiver of others) receiver.receive(structuredClone(message));
  first?.receive(message);
  return isAnswerable;
}

/** An event is flat but for the lists of a NEW_CALL; `structuredClone` takes twenty times as long for it. */
function copyEvent(event: CallEvent): CallEvent {
  const copy = { ...event };
  if (copy.event !== 'NEW_CALL') return copy;
  for (const name of ['user', 'userId', 'fullUserId'] as const) if (copy[name]) copy[name] = [...copy[name]];
  return copy;
}

/** Only what some flow listens to is asked for: sipgate would post the rest for nothing. */
export function followUpsOf(url: string, receivers: Iterable<Receiver>): FollowUps {
  const all = [...receivers];
  const isWired = (topic: 'ANSWER' | 'HANGUP') => all.some((receiver) => receiver.isWired(topic));
  return {
    ...(isWired('ANSWER') ? { onAnswer: url } : {}),
    ...(isWired('HANGUP') ? { onHangup: url } : {}),
    onData: url,
  };
}
