import type { Clock } from './clock';
import type { ConversationEntry } from './entries';
import type { Switch } from './switches';
import type { FlowAnswer, WireEvent } from './wire';

export interface ConversationOptions {
  /**
   * Hands an event to the AI flow. Resolves with its answer, or over a WebSocket with nothing: then its actions go to
   * `conversation.receive`. Rejects where there is no answer.
   */
  readonly deliver: (event: WireEvent) => Promise<FlowAnswer | undefined>;
  /** Over a WebSocket there is one event more, and an answer has no deadline. Default false. */
  readonly overWebSocket?: boolean;
  /** Default: the computer's, at a person's speed. */
  readonly clock?: Clock;
  /** By which a flow's first word is waited for over a WebSocket. Default: `clock`. */
  readonly patienceClock?: Clock;
  /** With `+`. Default +4915799912345. */
  readonly from?: string;
  /** The AI flow's number, with `+`. Default +4915799912300. */
  readonly to?: string;
  readonly direction?: 'in' | 'out';
  /** Default: a new one. */
  readonly sessionId?: string;
  /** Somebody takes a transferred call. Default true. */
  readonly takesTransfers?: boolean;
  /** What sipgate's descriptions leave open. */
  readonly switches?: readonly Switch[];
  readonly onEntry?: (entry: ConversationEntry) => void;
  /** 1 (default) is the simulator's first. */
  readonly number?: number;
}

/** A caller who talks to an AI flow. sipgate's side of it is played; how long somebody speaks is invented. */
export interface Conversation {
  readonly number: number;
  readonly sessionId: string;
  readonly entries: readonly ConversationEntry[];
  /** What sipgate would not have taken, in English. */
  readonly problems: readonly string[];
  readonly isOver: boolean;
  /** Resolves when it is over and everything is answered; never rejects. */
  readonly ended: Promise<void>;
  /** The caller says a sentence as soon as the assistant is silent. Resolves when it is said and answered. */
  say(sentence: string): Promise<void>;
  /** The caller says something at once, into the assistant's speech. */
  interrupt(sentence?: string): void;
  /** The caller presses keys: `0` to `9`, `*`, `#`; throws TypeError for others. */
  press(digits: string): void;
  hangUp(): void;
  /** An action that came over the connection, as text. */
  receive(json: string): void;
  /** The connection is gone. */
  lose(why: string): void;
  /** Resolves when the assistant is silent and nothing is being waited for, or when all is over. */
  quiet(): Promise<void>;
  /** Resolves when the assistant speaks, or there is nothing to wait for. */
  speaking(): Promise<void>;
  /** Resolves when every event that was sent is answered. */
  settled(): Promise<void>;
  /** Resolves when no word of the flow is expected: it has come, was waited for long enough, or something went wrong. */
  answered(): Promise<void>;
}
