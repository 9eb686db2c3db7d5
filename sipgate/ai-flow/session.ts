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

const MOST_TURNS = 400;
const LONGEST_TURN = 4000;
const MOST_DIGITS = 1000;
const LONGEST_FIELD = 256;

/** @returns what an event changes; a session that is over and starts again begins anew */
export function stepOf(parts: SessionParts, event: AiFlowEvent, nowMs: number): SessionStep {
  const isAnew = event.event === 'SESSION_START' && parts.end?.value !== undefined;
  const before = isAnew ? {} : parts;
  const changes = { ...(isAnew ? emptied(parts, nowMs) : {}), ...changesOf(before, event, nowMs, parts) };
  const due = event.event === 'ASSISTANT_SPEECH_ENDED' ? before.speech?.value : undefined;
  const hasReturned = event.event === 'SESSION_START' && before.start?.value.hasStarted === true;
  return { changes, hasReturned, ...(due ? { due } : {}) };
}

/** @param all whose versions the next ones follow, also where the session begins anew */
function changesOf(before: SessionParts, event: AiFlowEvent, nowMs: number, all: SessionParts): SessionParts {
  const at = new Date(nowMs).toISOString();
  const isFirst = before.start === undefined && event.event !== 'SESSION_START';
  const start = isFirst ? { start: nextPart(all.start, startOf(event, at, false), nowMs) } : {};
  const calledOff = before.speech?.value ? { speech: nextPart(all.speech, undefined, nowMs) } : {};
  switch (event.event) {
    case 'SESSION_START': {
      const startedAt = before.start?.value.startedAt ?? at;
      return { ...calledOff, start: nextPart(all.start, startOf(event, startedAt, true), nowMs) };
    }
    case 'USER_SPEAK': {
      const turns = nextPart(all.turns, withCaller(before.turns?.value, event, at), nowMs);
      return { ...start, ...(event.bargedIn ? calledOff : {}), turns };
    }
    case 'DTMF_RECEIVED': {
      const digits = [...(before.digits?.value ?? []), short(event.digit ?? '')].slice(-MOST_DIGITS);
      return { ...start, digits: nextPart(all.digits, digits, nowMs) };
    }
    case 'ASSISTANT_SPEECH_ENDED':
      return { ...start, ...calledOff };
    case 'SESSION_END':
      return { ...start, ...calledOff, end: nextPart(all.end, before.end?.value ?? { endedAt: at }, nowMs) };
    default:
      return start;
  }
}

/** @returns what an answer of a flow, or the filler, changes */
export function partsOfAnswer(
  parts: SessionParts,
  { spoken, afterSpeech }: Pick<AiFlowAnswer, 'spoken' | 'afterSpeech'>,
  nowMs: number,
): SessionParts {
  const at = new Date(nowMs).toISOString();
  const said = spoken.map((text) => turn('assistant', text, at));
  const speech = afterSpeech === 'nothing' ? undefined : afterSpeech;
  const isSame = speech === 'unchanged' || (speech === undefined && parts.speech?.value === undefined);
  return {
    ...(said.length > 0 ? { turns: nextPart(parts.turns, withTurns(parts.turns?.value, said), nowMs) } : {}),
    ...(isSame ? {} : { speech: nextPart(parts.speech, speech, nowMs) }),
  };
}

/** @returns what is known, for a message: a copy, for a flow may change whatever it gets */
export function sessionOf(parts: SessionParts, event: AiFlowEvent): AiFlowSession {
  const { startedAt = new Date().toISOString(), hasStarted: _, ...facts } = parts.start?.value ?? {};
  const session: AiFlowSession = {
    sessionId: event.sessionId,
    ...facts,
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

function factsOf({ number, direction, from, to }: AiFlowEvent): Facts {
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
  return text === '' ? before : withTurns(before, [turn('caller', text, at)]);
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
  return { by, text: copyText(text, LONGEST_TURN), at };
}

/** A flood of events with long fields must not fill the memory: honest ones are far shorter. */
function short(text: string): string {
  return text.length > LONGEST_FIELD ? copyText(text, LONGEST_FIELD) : text;
}

/** A clock may step back. */
function secondsBetween(from: string, to: string): number {
  return Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 1000));
}
