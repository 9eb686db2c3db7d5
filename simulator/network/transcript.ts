import en from '../locales/en.json';
import { sentenceIn, type Values } from '../locales/sentence';
import type { EventFields, EventName } from './webhook/event';
import type { Order } from './webhook/orders';

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
  /** What the webhook orders, where it may and where its answer was accepted. */
  readonly order?: Order;
  /** Why the answer was refused; the call then goes on as if there were no webhook. */
  readonly xmlError: string | undefined;
}

/** Something that the telephone network or a person did. */
export interface NetworkEntry extends Common {
  readonly kind: 'network';
  readonly code: NetworkCode;
  readonly values: Values;
}

/** A sentence of the catalogues (simulator/locales). */
export type NetworkCode = keyof typeof en.network;

/** All codes, for whoever checks a catalogue. */
export const NETWORK_CODES = Object.keys(en.network) as NetworkCode[];

/** How a call ended. `played` and `digits` tell what the caller heard and pressed on the way. */
export type CallOutcome = CallResult & HeardAndPressed;

/** What became of a call. */
export type CallResult =
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
  | { readonly kind: 'failed'; readonly why: string };

export interface HeardAndPressed {
  readonly played: readonly string[];
  readonly digits: readonly string[];
}

/** What `call.outcome` is before the call is over. */
export type Running = { readonly kind: 'running' } & HeardAndPressed;

/** @returns the English sentence of a network entry */
export function sentenceOf(code: NetworkCode, values: Values): string {
  return sentenceIn(en, code, values);
}

/** @returns the values of the last sentence of a call */
export function endValues(result: CallResult, ms: number): Values {
  const { kind } = result;
  if (kind === 'answered') return { ms, kind, by: result.user || result.by };
  if (kind === 'rejected') return { ms, kind, reason: result.reason };
  if (kind === 'failed') return { ms, kind, why: result.why };
  return { ms, kind };
}
