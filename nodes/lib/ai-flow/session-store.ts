import {
  nextPart,
  partsOfAnswer,
  SESSION_PART_NAMES,
  sessionOf,
  stepOf,
  type AfterSpeech,
  type AiFlowAnswer,
  type AiFlowEvent,
  type AiFlowSession,
  type Recorded,
  type SessionParts,
} from '../../../sipgate/index';
import { keepableNotes } from '../calls/notes';
import { createPartStore, type PartStore, type PartStoreOptions } from '../calls/part-store';
import { shortId } from '../calls/part-keys';
import { sessionPartsOf } from './stored-session';

/** What is known of the sessions of one AI flow, for all instances that share the store. */
export interface SessionStore {
  /** Adds an event to its session. Never rejects. @returns the session after it, a copy, and what is due now */
  record(event: AiFlowEvent): Promise<Recorded<AiFlowSession>>;
  /**
   * Keeps what a flow lets the assistant say and do, and what it has put into `msg.call.data`.
   * @returns a function that takes it back, for an answer that did not go out
   */
  keepAnswer(
    sessionId: string,
    answer: Pick<AiFlowAnswer, 'spoken' | 'afterSpeech'>,
    data?: unknown,
  ): Promise<() => Promise<void>>;
  /** What was due has not been done, so it is due again. */
  putBack(sessionId: string, due: AfterSpeech): Promise<void>;
  /** Forgets what is too old. */
  expire(): Promise<void>;
  /** @returns when the store has all that it was given */
  settled(): Promise<void>;
}

/** Sessions in memory, by their ids; it outlives the node. */
export type SessionMemory = Map<string, SessionParts>;

/** The end of a session may get lost, so it is forgotten some time after its last event. */
const FORGET_OPEN_MS = 12 * 3600_000;
const FORGET_ENDED_MS = 3600_000;

const SESSIONS = {
  prefix: 'session_',
  names: SESSION_PART_NAMES,
  read: sessionPartsOf,
  isStale(parts: SessionParts, nowMs: number): boolean {
    const latest = Math.max(...SESSION_PART_NAMES.map((name) => parts[name]?.at ?? 0));
    return nowMs - latest > (parts.end?.value ? FORGET_ENDED_MS : FORGET_OPEN_MS);
  },
};

export function createSessionStore(options: PartStoreOptions<SessionParts>): SessionStore {
  return new SharedSessions(options);
}

class SharedSessions implements SessionStore {
  readonly #sessions: PartStore<SessionParts>;
  readonly #onProblem: (error: unknown) => void;

  constructor(options: PartStoreOptions<SessionParts>) {
    this.#sessions = createPartStore<(typeof SESSION_PART_NAMES)[number], SessionParts>(SESSIONS, options);
    this.#onProblem = options.onProblem;
  }

  record(event: AiFlowEvent): Promise<Recorded<AiFlowSession>> {
    return this.#sessions.update(shortId(event.sessionId), (before) => {
      const { changes, hasReturned, due } = stepOf(before, event, this.#sessions.now());
      const parts = { ...before, ...changes };
      const known = sessionOf(parts, event);
      return { parts, changes, known, hasReturned, ...(due ? { due } : {}) };
    });
  }

  async keepAnswer(
    sessionId: string,
    answer: Pick<AiFlowAnswer, 'spoken' | 'afterSpeech'>,
    data?: unknown,
  ): Promise<() => Promise<void>> {
    const id = shortId(sessionId);
    const before = this.#sessions.remembered(id) ?? {};
    const notes = this.#notesOf(before, data);
    const changes = partsOfAnswer(before, answer, this.#sessions.now());
    await this.#save(id, notes ? { ...changes, notes } : changes);
    return () => this.#undo(id, before, changes);
  }

  async putBack(sessionId: string, due: AfterSpeech): Promise<void> {
    await this.keepAnswer(sessionId, { spoken: [], afterSpeech: due });
  }

  expire(): Promise<void> {
    return this.#sessions.expire();
  }

  settled(): Promise<void> {
    return this.#sessions.settled();
  }

  #save(id: string, changes: SessionParts): Promise<void> {
    if (Object.keys(changes).length === 0) return Promise.resolve();
    return this.#sessions.save(id, { ...this.#sessions.remembered(id), ...changes }, changes);
  }

  #notesOf(before: SessionParts, data: unknown): SessionParts['notes'] {
    const kept = data === undefined ? undefined : keepableNotes(data, this.#onProblem);
    if (kept === undefined || (isEmpty(kept) && isEmpty(before.notes?.value))) return undefined;
    return nextPart(before.notes, kept, this.#sessions.now());
  }

  /** Unless something else was said since. */
  async #undo(id: string, before: SessionParts, changes: SessionParts): Promise<void> {
    const now = this.#sessions.remembered(id) ?? {};
    const { turns, speech } = changes;
    await this.#save(id, {
      ...(turns && now.turns === turns
        ? { turns: nextPart(turns, before.turns?.value ?? [], this.#sessions.now()) }
        : {}),
      ...(speech && now.speech === speech
        ? { speech: nextPart(speech, before.speech?.value, this.#sessions.now()) }
        : {}),
    });
  }
}

function isEmpty(notes: Record<string, unknown> = {}): boolean {
  return Object.keys(notes).length === 0;
}
