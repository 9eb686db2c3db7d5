import type { Controllable, LiveCalls } from './live/live-calls';
import type { ManualTelephones } from './legs/manual-telephones';
import type { Keypad } from './keypad';
import type { CompleteScript } from './script/script';
import { sentenceOf, type NetworkCode, type TranscriptEntry } from './transcript';
import type { HeardSounds } from './sound/heard-sounds';
import type { EventSender } from './webhook/event-sender';

/** A call while the network carries it, from the first ring to the last hang-up. */
export interface ActiveCall {
  /** 1 is the simulator's first call. */
  readonly number: number;
  readonly startedAtMs: number;
  readonly script: CompleteScript;
  /** Of the caller's telephone. */
  readonly keypad: Keypad;
  /** Those that ring until a person decides. */
  readonly telephones: ManualTelephones;
  /** The conversation that goes on, the latest one where a call is being transferred. */
  conversation?: Controllable;
  /** Aborted when the caller hangs up, the call has lasted too long or the simulator stops. */
  readonly hungUp: AbortSignal;
  readonly origCallId: string;
  readonly xcid: string;
  readonly events: EventSender;
  readonly liveCalls: LiveCalls;
  readonly record: (entry: TranscriptEntry) => void;
  /** The announcements that any caller has heard. */
  readonly heard: HeardSounds;
  /** URLs of the announcements that the caller has heard. */
  readonly played: string[];
  /** What the caller has pressed at each Gather. */
  readonly digits: string[];
  gatherCount: number;
  /** Somebody or a mailbox has picked up on some leg. */
  wasAnswered: boolean;
  /** When the first person picked up, ms since 1970; a mailbox is none. */
  answeredAtMs?: number;
  /** WAV files that call control has made. */
  readonly recordings: Buffer[];
}

/** Writes down what the telephone network or a person did. */
export function note(call: ActiveCall, code: NetworkCode, values: Record<string, string | number>): void {
  call.record({ ...stampOf(call), kind: 'network', code, values, text: sentenceOf(code, values) });
}

/** @returns what every entry of a call begins with */
export function stampOf(call: ActiveCall): { call: number; atMs: number } {
  return { call: call.number, atMs: Date.now() - call.startedAtMs };
}
