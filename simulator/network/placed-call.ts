import { note, type ActiveCall } from './call';
import { writeCallHistory } from './call-history';
import { checkDigits } from './script/check-script';
import { newXcid } from './ids';
import { Keypad } from './keypad';
import type { LiveCalls } from './live/live-calls';
import { LONGEST_TIMER_MS } from './pause';
import { nameOf } from './legs/target';
import { ManualTelephones } from './legs/manual-telephones';
import { readable, wireNumber } from './script/numbers';
import type { CompleteScript, Decision } from './script/script';
import type { HeardSounds } from './sound/heard-sounds';
import {
  endValues,
  type CallOutcome,
  type CallResult,
  type Running,
  type TranscriptEntry,
} from './transcript';
import type { EventSender } from './webhook/event-sender';

/** A call that is under way or over. */
export interface SimulatedCall {
  /** 1 is the simulator's first call. */
  readonly number: number;
  readonly script: CompleteScript;
  readonly transcript: readonly TranscriptEntry[];
  readonly outcome: CallOutcome | Running;
  /** Resolves when the call is over; never rejects. */
  readonly ended: Promise<CallOutcome>;
  /** Presses keys of the caller's telephone: `0` to `9`, `*`, `#`, `A` to `D`; throws TypeError for others. */
  press(digits: string): void;
  /** Where the script's keypad is `manual`: one entry for a Gather, '' for nothing pressed. Throws TypeError for other keys. */
  enter(digits: string): void;
  /** @returns the names of the telephones that ring until `decide` says what happens: each number, or the user's name. */
  ringing(): readonly string[];
  /**
   * A person at a ringing telephone does something.
   * @param telephone number as people write it, extension or name; undefined: the first one that rings
   * @returns whether it rings
   */
  decide(telephone: string | undefined, decision: Decision): boolean;
  /** The one who answered hangs up. @returns whether anybody has answered */
  calleeHangsUp(): boolean;
  /** The one who answered transfers the caller (`*3`). @returns whether anybody has answered */
  transfer(number: string): boolean;
  /** The caller hangs up. */
  hangUp(): void;
}

type People = Pick<SimulatedCall, 'enter' | 'ringing' | 'decide' | 'calleeHangsUp' | 'transfer'>;

/** What a call needs of the network that carries it. */
export interface CallOptions {
  readonly number: number;
  readonly script: CompleteScript;
  /** Completes the numbers of `decide` and `transfer`. */
  readonly country: string;
  readonly origCallId: string;
  readonly events: EventSender;
  readonly liveCalls: LiveCalls;
  readonly heard: HeardSounds;
  /** Then the caller hangs up, ms. */
  readonly longestCallMs: number;
  readonly onEntry: (entry: TranscriptEntry) => void;
  readonly carry: (call: ActiveCall) => Promise<CallResult>;
}

/** Places a call. Its first entry is written after this returns, so that the caller has it by then. */
export function placeCall(options: CallOptions): SimulatedCall {
  const handset = new AbortController();
  const transcript: TranscriptEntry[] = [];
  const call = createActiveCall(options, handset.signal, (entry) => {
    transcript.push(entry);
    options.onEntry(entry);
  });
  const { played, digits } = call;
  let outcome: CallOutcome | Running = { kind: 'running', played, digits };
  const ended = run(call, options, handset).then((result) => (outcome = { ...result, played, digits }));
  return {
    number: options.number,
    script: options.script,
    transcript,
    get outcome() {
      return outcome;
    },
    ended,
    press: (keys) => {
      checkDigits(keys);
      call.keypad.press(keys);
    },
    ...peopleOf(call, options.country),
    hangUp: () => handset.abort(),
  };
}

/** What people do with their telephones while the call goes on. */
function peopleOf(call: ActiveCall, country: string): People {
  const { keypad, telephones } = call;
  return {
    enter: (keys) => {
      checkDigits(keys);
      keypad.enter(keys);
    },
    ringing: () => telephones.ringing.map(nameOf),
    decide: (telephone, decision) =>
      telephones.decide(telephone === undefined ? undefined : wireNumber(telephone, country), decision),
    calleeHangsUp: () => {
      call.conversation?.hangUp();
      return call.conversation !== undefined;
    },
    transfer: (number) => {
      const to = readable(wireNumber(number, country));
      call.conversation?.control({ kind: 'transfer', to, isAttended: true });
      return call.conversation !== undefined;
    },
  };
}

function createActiveCall(
  { number, script, origCallId, events, liveCalls, heard }: CallOptions,
  hungUp: AbortSignal,
  record: (entry: TranscriptEntry) => void,
): ActiveCall {
  return {
    number,
    startedAtMs: Date.now(),
    script,
    keypad: new Keypad(),
    telephones: new ManualTelephones(),
    hungUp,
    origCallId,
    xcid: newXcid(),
    events,
    liveCalls,
    heard,
    record,
    played: [],
    digits: [],
    gatherCount: 0,
    wasAnswered: false,
    recordings: [],
  };
}

async function run(call: ActiveCall, options: CallOptions, handset: AbortController): Promise<CallResult> {
  const hangUpUnanswered = () => {
    if (!call.wasAnswered) handset.abort();
  };
  const giveUpAfterMs = Math.min(call.script.giveUpAfterMs ?? LONGEST_TIMER_MS, LONGEST_TIMER_MS);
  const giveUp = setTimeout(hangUpUnanswered, giveUpAfterMs);
  const bound = setTimeout(() => handset.abort(), options.longestCallMs);
  await Promise.resolve();
  const result = await options
    .carry(call)
    .catch((error: unknown): CallResult => ({ kind: 'failed', why: String(error) }));
  clearTimeout(giveUp);
  clearTimeout(bound);
  writeCallHistory(call, result);
  note(call, 'ended', { ...endValues(result, Date.now() - call.startedAtMs) });
  return result;
}
