import type { AfterSpeech } from './action';
import type { AiFlowAdmission } from './admission';
import type { Connections } from './connections';
import type { AiFlowEvent, ReadAiFlowEvent, SessionFields } from './event';

/** An accepted event on its way to the flows. */
export interface IncomingAiFlowEvent extends ReadAiFlowEvent {
  /** Pairs the event with its open request, or with its session's connection. */
  readonly exchange: string;
}

/** Who answered: a flow, `then` of an earlier answer, or the AI flow itself, because nobody else did. */
export type AnsweredBy = 'flow' | 'then' | 'ai-flow';

/** What a user wants to know of what happens here. */
export type AiFlowNotice =
  | { kind: 'refused'; status: number; reason: string; address: string }
  | { kind: 'accepted'; event: AiFlowEvent }
  | {
      kind: 'answered';
      event: SessionFields & { event?: string };
      actions: readonly string[];
      by: AnsweredBy;
    }
  | { kind: 'gone'; event: AiFlowEvent }
  | { kind: 'deadline'; event: AiFlowEvent; afterMs: number; isFilled: boolean }
  | { kind: 'failed'; event: AiFlowEvent; cause: unknown };

/** The rules of one AI flow. */
export interface AiFlowRules extends AiFlowAdmission {
  /** How long a flow may take over HTTP, in ms. */
  readonly responseTimeout: number;
  /** What the assistant says when the flow takes longer; empty: nothing. */
  readonly filler: string;
  /** They outlive the endpoint. */
  readonly connections: Connections;
}

/** What the host knows of a session after an event. */
export interface Recorded<Known> {
  readonly known: Known;
  /** The session had started before. */
  readonly hasReturned: boolean;
  /** What this event is answered with instead of asking a flow. */
  readonly due?: AfterSpeech;
}

/** The functions that tie an endpoint to its host. `Known` is what the host knows of a session. */
export interface AiFlowPorts<Known> {
  /** Adds an event to what is known of its session, for all instances that share it. */
  record(event: AiFlowEvent): Promise<Recorded<Known>>;
  /** What was due could not be done, for its request was gone: the next chance counts. */
  putBack(sessionId: string, due: AfterSpeech): void;
  /** The assistant says the filler. */
  filled(sessionId: string): void;
  /** Hands an event to the flows; true when one of them may answer it. */
  deliver(incoming: IncomingAiFlowEvent, known: Known): Promise<boolean>;
  notice(notice: AiFlowNotice): void;
}
