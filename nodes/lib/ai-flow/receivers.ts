import type { Node } from 'node-red';
import type {
  AiFlowEvent,
  AiFlowNotice,
  AiFlowSession,
  Country,
  IncomingAiFlowEvent,
} from '../../../sipgate/index';
import type { Stopping } from '../deploys';
import type { ListenState } from '../server/paths';

/** An accepted event with what is known of its session, on its way into the flows. */
export type AiFlowMessage = {
  readonly topic: string;
  readonly payload: AiFlowEvent;
  readonly call: AiFlowSession;
  readonly sipgate: { readonly exchange: string; readonly raw: Record<string, unknown> };
};

/** A `sipgate-ai-flow-in` as its AI flow sees it. */
export interface AiFlowReceiver {
  /** Whether the session passes its filter. */
  wants(session: AiFlowSession): boolean;
  /** Whether an AI flow response can be reached from the output of that event. */
  canAnswer(event: AiFlowEvent): boolean;
  /** Whether a deploy stops it, or a node on the way from it to an answer. */
  isStoppedBy(stopping: Stopping): boolean;
  receive(message: AiFlowMessage): void;
  onState(state: AiFlowState): void;
  onNotice(notice: AiFlowNotice): void;
}

/** How an AI flow stands; `isOpen` where it asks nobody for a secret. */
export type AiFlowState = (ListenState & { isOpen?: boolean }) | { kind: 'invalid'; error: Error };

/** A `sipgate-ai-flow` as other nodes see it. */
export interface AiFlowNode extends Node {
  readonly country: Country;
  /** @returns a function that detaches it again */
  attach(receiver: AiFlowReceiver): () => void;
}

/** Gives an event to every AI flow in that wants its session. @returns whether one of them may answer it */
export function deliverTo(
  receivers: Iterable<AiFlowReceiver>,
  { exchange, event, raw }: IncomingAiFlowEvent,
  session: AiFlowSession,
): boolean {
  const takers = [...receivers].filter((receiver) => receiver.wants(session));
  const isAnswerable = takers.some((receiver) => receiver.canAnswer(event));
  // session and `raw` were made for this message, only the event is the open request's
  const message: AiFlowMessage = {
    topic: event.event,
    payload: copyEvent(event),
    call: session,
    sipgate: { exchange, raw },
  };
  // each flow gets a message of its own: what it changes must reach neither another flow nor the open request
  const [first, ...others] = takers;
  for (const receiver of others) receiver.receive(structuredClone(message));
  first?.receive(message);
  return isAnswerable;
}

/** An event is flat, but for what sipgate may add, which `raw` holds as well; `structuredClone` takes ten times as long. */
function copyEvent(event: AiFlowEvent): AiFlowEvent {
  const isFlat = Object.values(event).every((value) => typeof value !== 'object');
  return isFlat ? { ...event } : structuredClone(event);
}
