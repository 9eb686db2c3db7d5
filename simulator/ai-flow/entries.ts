import en from '../locales/en.json';
import { conversationSentence, type Values } from '../locales/sentence';
import type { Complaint } from './complaint';
import type { WireEvent } from './wire';

/** What happened in a conversation, in the order in which it happened. */
export type ConversationEntry = Stamp & (EventEntry | AnswerEntry | SaidEntry | NoteEntry | ComplaintEntry);

interface Stamp {
  /** Which of the simulator's conversations: 1 is the first. */
  readonly conversation: number;
  /** ms of the conversation since it began; speeches have invented lengths. */
  readonly atMs: number;
}

/** An event on its way to the AI flow. */
interface EventEntry {
  readonly kind: 'event';
  readonly event: WireEvent;
}

/** What the AI flow said: an answer over HTTP, or an action over a WebSocket, which has neither status nor event. */
interface AnswerEntry {
  readonly kind: 'answer';
  readonly to?: string;
  readonly status?: number;
  readonly tookMs?: number;
  readonly body: string;
}

/** Somebody says something, from now on. */
interface SaidEntry {
  readonly kind: 'said';
  readonly by: 'caller' | 'assistant';
  readonly text: string;
  readonly durationMs: number;
  /** BCP 47, where the action tells it. */
  readonly language?: string;
}

/** Something that sipgate or a person did. */
interface NoteEntry {
  readonly kind: 'note';
  readonly code: NoteCode;
  readonly values: Values;
}

/** Something that sipgate would not take (`problem`), or that its user wants to know (`warning`). */
type ComplaintEntry = Complaint;

/** A sentence of the catalogues (simulator/locales). */
export type NoteCode = keyof typeof en.conversation;

/** An entry before it gets its time. */
export type NewEntry = EventEntry | AnswerEntry | SaidEntry | NoteEntry | ComplaintEntry;

/** @returns the English sentence of a note */
export function noteText(code: NoteCode, values: Values): string {
  return conversationSentence(en, code, values);
}
