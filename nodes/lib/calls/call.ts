import {
  copyData,
  copyText,
  nextPart,
  type CallEvent,
  type Direction,
  type Part,
} from '../../../sipgate/index';

/** What is known of a call so far, as it travels in `msg.call`. Times are ISO 8601. */
export interface Call {
  callId: string;
  originalCallId?: string;
  direction?: Direction;
  from?: string;
  to?: string;
  diversion?: string;
  xcid?: string;
  /** Whom the call rings. */
  user?: string[];
  userId?: string[];
  fullUserId?: string[];
  startedAt: string;
  answeredAt?: string;
  /** Who picked up. */
  answeredBy?: { user?: string; userId?: string; fullUserId?: string };
  answeringNumber?: string;
  endedAt?: string;
  cause?: string;
  /** Seconds from answer to hang-up. */
  duration?: number;
  /** What the caller pressed, one entry for each DATA. */
  digits: string[];
  /** A flow's own notes. */
  data: Record<string, unknown>;
  /** Whether a person has taken some leg of it. */
  answered: boolean;
  /** How many of its legs have not hung up. */
  openLegs: number;
}

type Facts = Partial<Call>;

/** What is kept of one leg, by who writes it. A part is never changed, only replaced, so memory and store can share it. */
export interface Leg {
  /** From NEW_CALL. */
  readonly start?: Part<Facts>;
  readonly answer?: Part<Facts>;
  readonly hangup?: Part<Facts>;
  /** From DATA. */
  readonly digits?: Part<{ readonly since: string; readonly pressed: readonly string[] }>;
  /** From the flow that answers. */
  readonly notes?: Part<{ readonly data: Record<string, unknown>; readonly isMailbox?: boolean }>;
  /** Ids of the legs that came after this one, the call's first. */
  readonly legs?: Part<readonly string[]>;
}

export type PartName = keyof Leg;
/** Parts that a new call with the id of one that is over empties. */
export const EMPTIED_PARTS: readonly PartName[] = ['answer', 'hangup', 'digits', 'notes', 'legs'];
export const PART_NAMES: readonly PartName[] = ['start', ...EMPTIED_PARTS];

/** A flood of events with long fields must not fill the memory: honest ones are far shorter. */
const LONGEST_TEXT = 256;
const LONGEST_LIST = 100;
const MOST_DIGITS = 1000;

/** @returns the parts of a leg that an event changes; those of another call that had its id before are emptied */
export function partsOf(leg: Leg, event: CallEvent, nowMs: number): Leg {
  const at = new Date(nowMs).toISOString();
  switch (event.event) {
    case 'NEW_CALL': {
      const { event: _, ...known } = event;
      // a call that is over does not begin again: somebody uses its id for another one, as people do who test with curl
      const isAnother = leg.start !== undefined && leg.hangup?.value !== undefined;
      const startedAt = isAnother ? at : (startOf(leg) ?? at);
      const start = nextPart(
        leg.start,
        { startedAt, ...(isAnother ? {} : leg.start?.value), ...short(known) },
        nowMs,
      );
      return isAnother ? { ...emptied(leg, nowMs), start } : { start };
    }
    case 'ANSWER': {
      const { event: _, user, userId, fullUserId, ...known } = event;
      const answeredBy = short(dropUndefined({ user, userId, fullUserId }));
      return { answer: nextPart(leg.answer, { ...short(known), answeredAt: at, answeredBy }, nowMs) };
    }
    case 'HANGUP': {
      const { event: _, ...known } = event;
      return { hangup: nextPart(leg.hangup, { ...short(known), endedAt: at }, nowMs) };
    }
    case 'DATA': {
      const { since = at, pressed = [] } = leg.digits?.value ?? {};
      const all = [...pressed, cutText(event.dtmf)].slice(-MOST_DIGITS);
      return { digits: nextPart(leg.digits, { since, pressed: all }, nowMs) };
    }
  }
}

function emptied(leg: Leg, nowMs: number): Leg {
  const empty: Record<string, Part<unknown>> = {};
  for (const name of EMPTIED_PARTS) {
    const part = leg[name];
    if (part) empty[name] = { version: part.version + 1, at: nowMs, value: undefined };
  }
  return empty as Leg;
}

/** @returns the id of the call that a leg belongs to: its first leg's */
export function originOf(leg: Leg, event: CallEvent, callId: string): string {
  return event.originalCallId || leg.start?.value.originalCallId || callId;
}

/** Some event told of it; a record may also be there only for the legs that came later. */
export function isLeg({ start, answer, hangup, digits }: Leg): boolean {
  return [start, answer, hangup, digits].some((part) => part?.value !== undefined);
}

/**
 * What is known of a call, for a message: a copy, for a flow may change whatever it gets.
 * @param event the one that the message tells of
 * @param legs all that are known of the call, this one included
 */
export function callOf(leg: Leg, legs: readonly Leg[], event: CallEvent): Call {
  const { callId = '', originalCallId } = event;
  const call = copyOfFacts(leg) as Call;
  if (originalCallId !== undefined) call.originalCallId = originalCallId;
  call.callId = callId;
  call.startedAt = startOf(leg) ?? new Date().toISOString();
  call.digits = [...(leg.digits?.value?.pressed ?? [])];
  call.data = copyData(leg.notes?.value?.data ?? {});
  call.answered = legs.some(isTaken);
  call.openLegs = legs.filter((one) => isLeg(one) && one.hangup?.value === undefined).length;
  if (call.answeredAt && call.endedAt) call.duration = secondsBetween(call.answeredAt, call.endedAt);
  return call;
}

/** A clock may step back. */
function secondsBetween(from: string, to: string): number {
  return Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 1000));
}

/** When the first of its events came that are known. */
function startOf({ start, answer, hangup, digits }: Leg): string | undefined {
  return (
    start?.value.startedAt ??
    [digits?.value?.since, answer?.value?.answeredAt, hangup?.value?.endedAt].sort()[0]
  );
}

/** Taken by a person: sipgate tells of a mailbox by the user `voicemail` without a user id (sipgate.io docs: forwarding). */
function isTaken({ start, answer, notes }: Leg): boolean {
  if (!answer?.value || notes?.value?.isMailbox) return false;
  const { user, userId } = start?.value ?? {};
  if (user?.some(isVoicemail) && !userId?.some((id) => id !== '')) return false;
  return !isVoicemail(answer.value.answeredBy?.user);
}

function isVoicemail(user: string | undefined): boolean {
  return user?.trim().toLowerCase() === 'voicemail';
}

/** @returns a text that may be kept */
function cutText(text: string): string {
  // to copy the short ones as well, and below to clone no notes, takes a tenth of a call's processor time
  return text.length > LONGEST_TEXT ? copyText(text, LONGEST_TEXT) : text;
}

function short<T extends object>(fields: T): T {
  const copy: Partial<T> = {};
  for (const name of Object.keys(fields) as (keyof T)[]) copy[name] = cut(fields[name]) as T[keyof T];
  return copy as T;
}

function cut(value: unknown): unknown {
  if (typeof value === 'string') return cutText(value);
  return Array.isArray(value) ? value.slice(0, LONGEST_LIST).map(cut) : value;
}

const LISTS = ['user', 'userId', 'fullUserId'] as const;

/** By `Object.assign`: each field that is added to a spread object makes V8 draw up its shape anew, for every call. */
function copyOfFacts({ start, answer, hangup }: Leg): Facts {
  const copy: Facts = Object.assign({}, start?.value, answer?.value, hangup?.value);
  for (const list of LISTS) if (copy[list]) copy[list] = [...copy[list]];
  if (copy.answeredBy) copy.answeredBy = { ...copy.answeredBy };
  return copy;
}

function dropUndefined<T extends Record<string, unknown>>(record: T): Partial<T> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as Partial<T>;
}
