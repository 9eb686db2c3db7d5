import {
  aiFlowClosedError,
  type AiFlowAction,
  type AiFlowAnswer,
  type AiFlowEndpoint,
  type Country,
} from '../../../sipgate/index';
import { findOpen, type PairingRules } from '../calls/pairing';
import type { SessionStore } from './session-store';

/** An AI flow that has sessions now. */
export interface LiveAiFlow {
  readonly endpoint: Pick<AiFlowEndpoint, 'answer' | 'state' | 'sessionOf' | 'openOf'>;
  readonly sessions: Pick<SessionStore, 'keepAnswer'>;
  readonly country: Country;
  /** ms */
  readonly responseTimeout: number;
}

/** All AI flows that have sessions now: an AI flow response finds that of its message here. */
const live = new Set<LiveAiFlow>();

/** @returns a function that takes it from the list again */
export function goLive(aiFlow: LiveAiFlow): () => void {
  live.add(aiFlow);
  return () => live.delete(aiFlow);
}

/** A session that can be answered. */
export interface OpenSession {
  readonly sessionId: string;
  /** The AI flow's own number, as messages show it. */
  readonly number: string | undefined;
  readonly country: Country;
  /**
   * @param data a flow's notes; they are stored before the answer goes out, for the next event may reach another instance
   * @returns the actions that went out
   * @throws SipgateError when nobody waits any more
   */
  answer(answer: AiFlowAnswer, data: unknown): Promise<readonly AiFlowAction[]>;
}

const PAIRING: PairingRules = {
  idName: 'sessionId',
  closedError: aiFlowClosedError,
  texts: {
    unnamed: 'The message does not say which session it answers. Keep msg.sipgate, or give msg.sessionId.',
    several: (count) =>
      `${count} requests of this session are open. Keep msg.sipgate.exchange in the message to say which one is meant.`,
  },
};

/**
 * The session that a message belongs to: by its exchange, or, where a flow lost that, by its id if it has exactly one open
 * request, or a connection.
 * @throws SipgateError when there is none: answered already, too late, or never there
 */
export function openSessionOf(message: Record<string, unknown>): OpenSession {
  const { target, exchange } = findOpen(live, message, PAIRING);
  const { endpoint, sessions, country } = target;
  const { sessionId = '', number } = endpoint.sessionOf(exchange) ?? {};
  return {
    sessionId,
    number,
    country,
    async answer(answer, data) {
      const undo = await sessions.keepAnswer(sessionId, answer, data);
      try {
        return endpoint.answer(exchange, answer.actions);
      } catch (thrown) {
        await undo(); // what nobody heard was not said
        throw thrown;
      }
    },
  };
}
