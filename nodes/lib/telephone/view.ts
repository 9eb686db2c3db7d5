/** What the editor is told of a call. Types only: the scripts of the browser use them, too. */

export type VisitState = 'passed' | 'failed' | 'waiting';

/** One node that a message of the call came to. */
export interface Visit {
  /** As the editor knows it: inside of a subflow that of the template. */
  readonly nodeId: string;
  /** The subflow instance or tab that it is in. */
  readonly flowId: string;
  readonly type: string;
  readonly name: string;
  /** The event that the message comes from, such as `NEW_CALL`. */
  readonly topic: string;
  /** ms since that event came in */
  readonly atMs: number;
  readonly state: VisitState;
  /** What left it, in short: output and payload. */
  readonly left: readonly string[];
  /** Why it failed. */
  readonly reason?: string;
}

/** What the telephone shows: a code of its catalogue below `telephone.display`. */
export type Display = 'connecting' | 'playing' | 'keys' | 'ringing' | 'talking' | 'voicemail' | 'over';

/** A line of the transcript. */
export type ViewEntry =
  | { readonly kind: 'network'; readonly atMs: number; readonly text: string }
  /** Of a conversation with an AI flow. */
  | {
      readonly kind: 'said';
      readonly atMs: number;
      readonly by: 'caller' | 'assistant';
      readonly text: string;
    }
  | { readonly kind: 'event'; readonly atMs: number; readonly topic: string; readonly fields: object }
  | {
      readonly kind: 'answer';
      readonly atMs: number;
      readonly topic: string;
      readonly action: string;
      readonly tookMs: number;
      readonly xml: string;
      /** Why sipgate would refuse it. */
      readonly refused?: string;
    }
  /** Something that the webhook itself did, in the words of the catalogue below `telephone.note`. */
  | ({ readonly kind: 'note'; readonly atMs: number } & Note);

/** What a note says. */
export interface Note {
  readonly note: NoteCode;
  readonly seconds?: number;
  /** A node that it names: its id, and its name or type for an editor that does not have it any more. */
  readonly nodeId?: string;
  readonly node?: string;
}

export type NoteCode =
  | 'deadline'
  | 'deadEnd'
  | 'unanswered'
  | 'untaken'
  | 'interrupted'
  | 'failed'
  | 'abandoned'
  | 'hidden'
  | 'closed'
  | 'deployed'
  | 'removed'
  | 'aiFlowRemoved'
  | 'aiFlowDeadline'
  | 'aiFlowDeadEnd';

/** Why a call is hung up that no editor looks at, and after how long, s. */
export interface Leaving {
  readonly note: Extract<NoteCode, 'abandoned' | 'hidden' | 'closed'>;
  readonly seconds?: number;
}

/** A call as the editor is told of it. */
export interface CallView {
  readonly id: string;
  readonly kind: 'telephone' | 'aiFlow' | 'real';
  readonly webhook: string;
  readonly from: string;
  readonly to: string;
  /** ISO 8601 */
  readonly startedAt: string;
  readonly version: number;
  readonly display: Display;
  /** Whether it is over. */
  readonly isOver: boolean;
  /** Telephones that ring until somebody decides. */
  readonly ringing: readonly string[];
  /** The announcement that the caller hears: its number; 0: none. */
  readonly sound: number;
  readonly entries: readonly ViewEntry[];
  readonly path: readonly Visit[];
}
