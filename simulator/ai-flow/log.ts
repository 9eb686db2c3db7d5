import type { Clock } from './clock';
import type { Complaint } from './complaint';
import type { ConversationEntry, NewEntry, NoteCode } from './entries';

/** A flow that never ceases must not fill the memory: then the oldest entries go. */
const MOST_ENTRIES = 10_000;

/** What has happened in a conversation so far. */
export class ConversationLog {
  readonly entries: ConversationEntry[] = [];
  /** What sipgate would not have taken, in English. */
  readonly problems: string[] = [];
  readonly #number: number;
  readonly #clock: Clock;
  readonly #beganAtMs: number;
  readonly #onEntry: ((entry: ConversationEntry) => void) | undefined;

  constructor(number: number, clock: Clock, onEntry: ((entry: ConversationEntry) => void) | undefined) {
    this.#number = number;
    this.#clock = clock;
    this.#beganAtMs = clock.nowMs();
    this.#onEntry = onEntry;
  }

  /** ms since it began */
  nowMs(): number {
    return Math.round(this.#clock.nowMs() - this.#beganAtMs);
  }

  note(code: NoteCode, values: Record<string, string | number> = {}): void {
    this.add({ kind: 'note', code, values });
  }

  complain(complaint: Complaint): void {
    const { kind, why } = complaint;
    if (kind === 'problem' && this.problems.length < MOST_ENTRIES) this.problems.push(why);
    this.add(complaint);
  }

  add(entry: NewEntry): void {
    const stamped: ConversationEntry = { conversation: this.#number, atMs: this.nowMs(), ...entry };
    this.entries.push(stamped);
    if (this.entries.length > MOST_ENTRIES) this.entries.shift();
    this.#onEntry?.(stamped);
  }
}
