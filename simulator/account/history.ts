import type { FaxStatus } from './messages';

export type HistoryDirection = 'INCOMING' | 'OUTGOING' | 'MISSED_INCOMING' | 'MISSED_OUTGOING';

/** How a call ended, in the history's words. */
export type CallStatus = 'SUCCESS' | 'FAILURE' | 'REJECTED' | 'BUSY' | 'MISSED';

/** A line of the history. Numbers are E.164 with `+`, or what the network has said instead (`anonymous`). */
export type HistoryEntry = CallEntry | VoicemailEntry | SmsEntry | FaxEntry;

interface Common {
  readonly id: string;
  /** ms since 1970 */
  readonly createdMs: number;
  readonly direction: HistoryDirection;
  readonly source: string;
  readonly target: string;
  readonly sourceAlias: string;
  readonly targetAlias: string;
  readonly status: 'NOPICKUP' | 'BUSY' | 'PICKUP' | 'FORWARD';
  /** The extensions that it belongs to: `p0`, `f0`, `s0`, `v0`. */
  readonly connectionIds: readonly string[];
}

export interface CallEntry extends Common {
  readonly type: 'CALL';
  readonly callId: string;
  readonly callStatus: CallStatus;
  /** From the answer to the hang-up. */
  readonly durationS: number;
  /** WAV files. */
  readonly recordings: readonly Buffer[];
}

export interface VoicemailEntry extends Common {
  readonly type: 'VOICEMAIL';
  readonly transcription: string;
  readonly durationS: number;
  /** A WAV file. */
  readonly recording: Buffer;
}

export interface SmsEntry extends Common {
  readonly type: 'SMS';
  readonly text: string;
  /** When it is to go out, ms since 1970; undefined: at once. */
  readonly scheduledMs?: number;
}

export interface FaxEntry extends Common {
  readonly type: 'FAX';
  readonly faxStatus: FaxStatus;
  readonly pageCount: number;
  /** A PDF. */
  readonly document: Buffer;
}

/** What a user has done to an entry. */
export interface HistoryMarks {
  read: boolean;
  archived: boolean;
  starred: boolean;
  note: string;
  modifiedMs: number;
}

/** The history of an account. What the account has sent stands in `sentSms` and `faxes`, all else here. */
export interface HistoryStore {
  /** Calls, and everything that came in, oldest first. A test may put in what it likes. */
  entries: HistoryEntry[];
  /** By the id of the entry, also of those that the account has sent. */
  readonly marks: Map<string, HistoryMarks>;
  /** Ids of the entries that were deleted. */
  readonly deletedIds: Set<string>;
  /** How often `DELETE /history` without an id emptied it all. Nobody should ever do that. */
  deletedAll: number;
  /** Makes the links to files unguessable. */
  readonly linkSecret: Buffer;
  /** Of the next entry. */
  nextId: number;
}
