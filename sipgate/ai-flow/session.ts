import { copyData } from '../copy-data';
import { copyText } from '../copy-text';
import { nextPart, type Part } from '../parts';
import type { AfterSpeech } from './action';
import type { AiFlowAnswer } from './answer';
import type { AiFlowEvent, SessionFields } from './event';

/** One thing that was said. */
export interface Turn {
  readonly by: 'caller' | 'assistant';
  readonly text: string;
  /** ISO 8601 */
  readonly at: string;
  /** The caller interrupted the assistant here. */
  readonly bargedIn?: true;
}

/** What is known of a session so far, as it travels in `msg.call`. Times are ISO 8601. */
export interface AiFlowSession {
  sessionId: string;
  number?: string;
  direction?: 'in' | 'out';
  from?: string;
  to?: string;
  startedAt: string;
  endedAt?: string;
  /** Seconds from the session's first event to its end. */
  duration?: number;
  /** What was said, also what this pack let the assistant say. */
  turns: Turn[];
  /** The keys that were pressed. */
  digits: string[];
  /** A flow's own notes. */
  data: Record<string, unknown>;
}

type Facts = Pick<SessionFields, 'number' | 'direction' | 'from' | 'to'>;

/** What is kept of a session. A part without a value was emptied. */
export interface SessionParts {
  readonly start?: Part<Facts & { readonly startedAt: string; readonly hasStarted: boolean }>;
  readonly end?: Part<{ readonly endedAt: string } | undefined>;
  readonly turns?: Part<readonly Turn[]>;
  readonly digits?: Part<readonly string[]>;
  /** From the flow that answers. */
  readonly notes?: Part<Record<string, unknown> | undefined>;
  /** What is to be done when the assistant has spoken. */
  readonly speech?: Part<AfterSpeech | undefined>;
}

export const SESSION_PART_NAMES = ['start', 'end', 'turns', 'digits', 'notes', 'speech'] as const;

/** What an event means for its session. */
export interface SessionStep {
  readonly changes: SessionParts;
  /** The session had started before: a transfer failed. */
  readonly hasReturned: boolean;
  /** What was to be done when the assistant had spoken; this is the time, and the only one. */
  readonly due?: AfterSpeech;
}

type Changes = { -readonly [name in keyof SessionParts]: SessionParts[name] };

/** The assistant does not speak after that, or not what it was to speak. */
const ENDS_SPEECH = new Set(['SESSION_START', 'ASSISTANT_SPEECH_ENDED', 'SESSION_END']);

const MOST_TURNS = 400;
const LONGEST_TURN = 4000;
const MOST_DIGITS = 1000;
const LONGEST_FIELD = 256;

/** @returns what an event changes; a session that is over and starts again begins anew */
export function stepOf(parts: SessionParts, event: AiFlowEvent, nowMs: number): SessionStep {
  const isAnew = event.event === 'SESSION_START' && parts.end?.value !== undefined;
  const before = isAnew ? {} : parts;
  const changes = changesOf(before, event, nowMs, parts);
  const due = event.event === 'ASSISTANT_SPEECH_ENDED' ? before.speech?.value : undefined;
  const hasReturned = event.event === 'SESSION_START' && before.start?.value.hasStarted === true;
  const all = isAnew ? { ...emptied(parts, nowMs), ...changes } : changes;
  return due ? { changes: all, hasReturned, due } : { changes: all, hasReturned };
}

/** @param all whose versions the next ones follow, also where the session begins anew */
function changesOf(before: SessionParts, event: AiFlowEvent, nowMs: number, all: SessionParts): SessionParts {
  const at = new Date(nowMs).toISOString();
  const changes: Changes = {};
  const isStart = event.event === 'SESSION_START';
  if (isStart || before.start === undefined) {
    const startedAt = before.start?.value.startedAt ?? at;
    changes.start = nextPart(all.start, startOf(event, startedAt, isStart), nowMs);
  }
  if (before.speech?.value && callsOff(event)) changes.speech = nextPart(all.speech, undefined, nowMs);
  switch (event.event) {
    case 'USER_SPEAK':
      changes.turns = nextPart(all.turns, withCaller(before.turns?.value, event, at), nowMs);
      break;
    case 'DTMF_RECEIVED': {
      const digits = [...(before.digits?.value ?? []), short(event.digit ?? '')].slice(-MOST_DIGITS);
      changes.digits = nextPart(all.digits, digits, nowMs);
      break;
    }
    case 'SESSION_END':
      changes.end = nextPart(all.end, before.end?.value ?? { endedAt: at }, nowMs);
      break;
  }
  return changes;
}

/** Whether what was to be done when the assistant has spoken is done no more: this was the time, or it will not come. */
function callsOff({ event, bargedIn }: AiFlowEvent): boolean {
  return event === 'USER_SPEAK' ? bargedIn === true : ENDS_SPEECH.has(event);
}

/** @returns what an answer of a flow, or the filler, changes */
export function partsOfAnswer(
  parts: SessionParts,
  { spoken, afterSpeech }: Pick<AiFlowAnswer, 'spoken' | 'afterSpeech'>,
  nowMs: number,
): SessionParts {
  const at = new Date(nowMs).toISOString();
  const said = spoken.map((text) => turn('assistant', copyText(text, LONGEST_TURN), at));
  const speech = afterSpeech === 'nothing' ? undefined : afterSpeech;
  const changes: Changes = {};
  if (said.length > 0) changes.turns = nextPart(parts.turns, withTurns(parts.turns?.value, said), nowMs);
  if (speech !== 'unchanged' && (speech !== undefined || parts.speech?.value !== undefined))
    changes.speech = nextPart(parts.speech, speech, nowMs);
  return changes;
}

/** @returns what is known, for a message: a copy, for a flow may change whatever it gets */
export function sessionOf(parts: SessionParts, event: AiFlowEvent): AiFlowSession {
  const start = parts.start?.value;
  const startedAt = start?.startedAt ?? new Date().toISOString();
  const session: AiFlowSession = {
    sessionId: event.sessionId,
    ...(start && factsOf(start)),
    ...factsOf(event),
    startedAt,
    turns: (parts.turns?.value ?? []).map((each) => ({ ...each })),
    digits: [...(parts.digits?.value ?? [])],
    data: copyData(parts.notes?.value ?? {}),
  };
  const endedAt = parts.end?.value?.endedAt;
  if (endedAt === undefined) return session;
  return { ...session, endedAt, duration: secondsBetween(startedAt, endedAt) };
}

function emptied(parts: SessionParts, nowMs: number): SessionParts {
  const empty: Record<string, Part<unknown>> = {};
  for (const name of SESSION_PART_NAMES) {
    const part = parts[name];
    if (part) empty[name] = nextPart(part as Part<unknown>, undefined, nowMs);
  }
  return empty as SessionParts;
}

function startOf(event: AiFlowEvent, startedAt: string, hasStarted: boolean) {
  return Object.assign(factsOf(event), { startedAt, hasStarted });
}

function factsOf({ number, direction, from, to }: Facts): Facts {
  const facts: Facts = {};
  if (number !== undefined) facts.number = short(number);
  if (direction !== undefined) facts.direction = direction;
  if (from !== undefined) facts.from = short(from);
  if (to !== undefined) facts.to = short(to);
  return facts;
}

function withCaller(
  turns: readonly Turn[] = [],
  { text = '', bargedIn }: AiFlowEvent,
  at: string,
): readonly Turn[] {
  const before = bargedIn ? interrupted(turns) : turns;
  return text === '' ? before : withTurns(before, [turn('caller', upTo(LONGEST_TURN, text), at)]);
}

/** @returns a new list, without the oldest where there are too many */
function withTurns(turns: readonly Turn[] = [], more: readonly Turn[]): readonly Turn[] {
  const all = [...turns, ...more];
  return all.length > MOST_TURNS ? all.slice(-MOST_TURNS) : all;
}

/** Marks what the assistant said last. */
function interrupted(turns: readonly Turn[]): Turn[] {
  const index = turns.findLastIndex(({ by }) => by === 'assistant');
  return turns.map((each, at) => (at === index ? { ...each, bargedIn: true } : each));
}

function turn(by: Turn['by'], text: string, at: string): Turn {
  return { by, text, at };
}

/** A flood of events with long fields must not fill the memory: honest ones are far shorter. */
function short(text: string): string {
  return upTo(LONGEST_FIELD, text);
}

/** What is short enough need not be copied: a text that was parsed from JSON keeps nothing but itself. */
function upTo(most: number, text: string): string {
  return text.length > most ? copyText(text, most) : text;
}

/** A clock may step back. */
function secondsBetween(from: string, to: string): number {
  return Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 1000));
}
