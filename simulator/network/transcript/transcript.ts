import type { EventFields, EventName } from '../webhook/event';

/** What happened in a call, in the order in which it happened. */
export type TranscriptEntry = EventEntry | AnswerEntry | NetworkEntry;

interface Common {
  /** Which of the simulator's calls: 1 is the first. */
  readonly call: number;
  /** ms since the call was placed */
  readonly atMs: number;
  /** The entry in an English sentence or line. */
  readonly text: string;
}

/** An event on its way to the webhook. */
export interface EventEntry extends Common {
  readonly kind: 'event';
  readonly event: EventName;
  readonly callId: string;
  readonly url: string;
  readonly fields: EventFields;
}

/** What the webhook said to it. */
export interface AnswerEntry extends Common {
  readonly kind: 'answer';
  readonly event: EventName;
  readonly callId: string;
  /** HTTP status; undefined when there was no answer at all */
  readonly status: number | undefined;
  readonly xml: string;
  readonly tookMs: number;
  /** Why the answer was refused; the call then goes on as if there were no webhook. */
  readonly xmlError: string | undefined;
}

/** Something that the telephone network or a person did. */
export interface NetworkEntry extends Common {
  readonly kind: 'network';
  readonly code: NetworkCode;
  readonly values: Readonly<Record<string, string | number>>;
}

/** How a call ended. `played` and `digits` tell what the caller heard and pressed on the way. */
export type CallOutcome = { readonly played: readonly string[]; readonly digits: readonly string[] } & (
  | { readonly kind: 'answered'; readonly by: string; readonly user?: string; readonly talkMs: number }
  | { readonly kind: 'voicemail'; readonly talkMs: number }
  /** The webhook said Reject. */
  | { readonly kind: 'rejected'; readonly reason: 'busy' | 'rejected' }
  /** The webhook said Hangup. */
  | { readonly kind: 'hungUp' }
  /** Nobody talked: busy, not answered, no such number. */
  | { readonly kind: 'busy' | 'noAnswer' | 'notFound' }
  /** The caller hung up before anybody answered. */
  | { readonly kind: 'cancelled' }
  /** The simulator was stopped, or is broken. */
  | { readonly kind: 'failed'; readonly why: string }
);

/** What `call.outcome` is before the call is over. */
export interface Running {
  readonly kind: 'running';
  readonly played: readonly string[];
  readonly digits: readonly string[];
}

type Values = Readonly<Record<string, string | number>>;
const seconds = (ms: unknown) => `${(Number(ms) / 1000).toFixed(1)} s`;

/** One sentence for everything the network does; the page has the same ones in German. */
const SENTENCES = {
  placed: (v: Values) => `${v.from} calls ${v.to} (direction ${v.direction})`,
  noWebhook: (v: Values) => `no webhook is set for direction ${v.direction}: nothing is posted`,
  notListed: (v: Values) => `the whitelist does not name ${v.extension}: nothing is posted`,
  goesOn: () => 'the answer cannot be used: the call goes on as if there were no webhook',
  bent: (v: Values) => `the next ${v.event} is bent: ${v.kind}`,
  lost: (v: Values) => `the ${v.event} is lost on its way`,
  rings: (v: Values) => `rings ${v.targets}`,
  showsCallerId: (v: Values) => `shows ${v.callerId} as the caller`,
  calleeBusy: (v: Values) => `${v.number} is busy`,
  calleeNotFound: (v: Values) => `${v.number} cannot be reached`,
  calleeSilent: (v: Values) => `${v.number} does not answer`,
  answered: (v: Values) => `${v.by} answers`,
  mailbox: () => 'the voicemail answers',
  plays: (v: Values) => `plays ${v.url} (${seconds(v.ms)})`,
  playsUnseen: (v: Values) => `plays ${v.url} (not on this computer, so not fetched: taken for good)`,
  skips: (v: Values) => `skips ${v.url} in silence: ${v.why}`,
  stopsPlaying: () => 'the announcement stops at the first digit',
  waits: (v: Values) => `waits ${seconds(v.ms)} for ${v.most === 1 ? 'a digit' : `up to ${v.most} digits`}`,
  pressed: (v: Values) => `the caller pressed ${v.digits}`,
  pressedNothing: () => 'the caller pressed nothing',
  tooManyDigits: (v: Values) => `${v.count} more than asked for: lost`,
  tooManyGathers: (v: Values) => `${v.most} Gathers in one call are enough: it goes on without the webhook`,
  rejects: (v: Values) =>
    v.reason === 'busy' ? 'the caller hears the busy tone' : 'the caller hears that the call is rejected',
  hangsUp: () => 'the call is hung up',
  forwards: (v: Values) => `the call is forwarded to ${v.to}: a new leg`,
  transfers: (v: Values) => `the call is transferred to ${v.to}: a new leg`,
  connectsCallee: (v: Values) => `the caller's telephone was picked up: now ${v.to} is called`,
  callerHungUp: () => 'the caller hangs up',
  callEnds: () => 'the conversation ends',
  ended: (v: Values) => `the call is over after ${seconds(v.ms)}: ${v.outcome}`,
} satisfies Record<string, (values: Values) => string>;

export type NetworkCode = keyof typeof SENTENCES;

/** All codes, for whoever translates them. */
export const NETWORK_CODES = Object.keys(SENTENCES) as NetworkCode[];

/** @returns the English sentence of a network entry */
export function sentenceOf(code: NetworkCode, values: Values): string {
  return SENTENCES[code](values);
}

/** @returns `+4921163553355` for the digits of a number; anything else as it is */
export function readable(number: string): string {
  return /^\d{5,}$/.test(number) ? `+${number}` : number;
}

/** @returns how a call ended, in a few English words */
export function outcomeInWords(outcome: CallOutcome): string {
  switch (outcome.kind) {
    case 'answered':
      return `answered by ${outcome.user || outcome.by}`;
    case 'voicemail':
      return 'answered by the voicemail';
    case 'rejected':
      return outcome.reason === 'busy' ? 'rejected as busy' : 'rejected';
    case 'hungUp':
      return 'hung up by the webhook';
    case 'busy':
      return 'busy';
    case 'noAnswer':
      return 'nobody answered';
    case 'notFound':
      return 'the number cannot be reached';
    case 'cancelled':
      return 'the caller hung up before anybody answered';
    case 'failed':
      return `broken: ${outcome.why}`;
  }
}
