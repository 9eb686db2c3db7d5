import { isRecord, parseJson } from '../json';
import { fromWire } from '../phone-number';

/** Which way a session's call goes, seen from the sipgate account. */
export type SessionDirection = 'in' | 'out';

/** What every event tells of its session; what sipgate did not send is absent. Numbers have their `+`. */
export interface SessionFields {
  sessionId: string;
  accountId?: string;
  /** The AI flow's own. */
  number?: string;
  direction?: SessionDirection;
  from?: string;
  to?: string;
}

/** An event of a voice assistant, as it travels in `msg.payload`. */
export interface AiFlowEvent extends SessionFields {
  /** The type in capitals: SESSION_START, USER_SPEAK, ..., or one that sipgate has added since. */
  event: string;
  /** SESSION_START: the same session had started before, for a transfer failed. */
  returned?: true;
  /** USER_SPEAK, ASSISTANT_SPEAK: what was said. */
  text?: string;
  /** USER_SPEAK: the caller interrupted the assistant. */
  bargedIn?: boolean;
  /** DTMF_RECEIVED: one key. */
  digit?: string;
  /** ASSISTANT_SPEAK */
  ssml?: string;
  /** ASSISTANT_SPEAK: how long it takes to say it. */
  durationMs?: number;
  /** SESSION_END: the connection ended without one. */
  lost?: true;
}

/** An event with the JSON it came in. */
export interface ReadAiFlowEvent {
  readonly event: AiFlowEvent;
  readonly raw: Record<string, unknown>;
}

/** An honest event has two levels; what is deeper costs whoever copies the message. */
const DEEPEST = 20;

/**
 * Reads the JSON of one event (ai-flow API: "Events"). Unknown types and fields pass.
 * @returns `undefined` for what is no JSON object with `type` and `session.id`
 */
export function readAiFlowEvent(json: string): ReadAiFlowEvent | undefined {
  const raw = parseJson(json.startsWith('\ufeff') ? json.slice(1) : json);
  if (!isRecord(raw) || !isPlain(raw, DEEPEST)) return undefined;
  const { type, session } = raw;
  if (!isName(type) || !isRecord(session) || !isName(session['id'])) return undefined;
  return { event: eventOf(type, sessionFields(session['id'], session), raw), raw };
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

/** Nor has it a key `__proto__`, which would change the copies that Node-RED makes of a message. */
function isPlain(value: unknown, deepest: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (deepest === 0 || Object.hasOwn(value, '__proto__')) return false;
  for (const name in value) if (!isPlain((value as Record<string, unknown>)[name], deepest - 1)) return false;
  return true;
}

function sessionFields(sessionId: string, session: Record<string, unknown>): SessionFields {
  const fields: SessionFields = { sessionId };
  add(fields, 'accountId', textIn(session, 'account_id'));
  add(fields, 'number', numberIn(session, 'phone_number'));
  add(fields, 'direction', DIRECTIONS.get(session['direction']));
  add(fields, 'from', numberIn(session, 'from_phone_number'));
  add(fields, 'to', numberIn(session, 'to_phone_number'));
  return fields;
}

const DIRECTIONS: ReadonlyMap<unknown, SessionDirection> = new Map([
  ['inbound', 'in'],
  ['outbound', 'out'],
]);

/** What the types that sipgate has described tell; of all others, the fields are passed on as they came. */
function eventOf(type: string, session: SessionFields, raw: Record<string, unknown>): AiFlowEvent {
  const event = type.toUpperCase();
  switch (event) {
    case 'SESSION_START':
      return { event, ...session };
    case 'USER_SPEAK':
      return { event, ...session, text: spoken(raw), bargedIn: raw['barged_in'] === true };
    case 'USER_BARGE_IN': // the name that USER_SPEAK with `barged_in` had before
      return { event: 'USER_SPEAK', ...session, text: spoken(raw), bargedIn: true };
    case 'DTMF_RECEIVED':
      return { event, ...session, digit: textIn(raw, 'digit') ?? '' };
    case 'ASSISTANT_SPEAK':
      return { event, ...session, ...assistantSpeech(raw) };
    default:
      return { ...otherFields(raw), event, ...session };
  }
}

/** `transcript` is what `text` was called before. */
function spoken(raw: Record<string, unknown>): string {
  return textIn(raw, 'text') ?? textIn(raw, 'transcript') ?? '';
}

function assistantSpeech(raw: Record<string, unknown>): Pick<AiFlowEvent, 'text' | 'ssml' | 'durationMs'> {
  const fields: Pick<AiFlowEvent, 'text' | 'ssml' | 'durationMs'> = {};
  add(fields, 'text', textIn(raw, 'text'));
  add(fields, 'ssml', textIn(raw, 'ssml'));
  const duration = raw['duration_ms'];
  add(fields, 'durationMs', typeof duration === 'number' ? duration : undefined);
  return fields;
}

/** Names that tell of the session in every message: in a field of another meaning nobody would know which it is. */
const TAKEN = new Set([
  'type',
  'session',
  'event',
  'sessionId',
  'accountId',
  'number',
  'direction',
  'from',
  'to',
]);

function otherFields(raw: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(raw).filter(([name]) => !TAKEN.has(name)));
}

function textIn(record: Record<string, unknown>, name: string): string | undefined {
  const value = record[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

/** sipgate writes numbers with and without a `+`. */
function numberIn(record: Record<string, unknown>, name: string): string | undefined {
  const text = textIn(record, name);
  return text === undefined ? undefined : fromWire(text);
}

function add<E extends object, K extends keyof E>(target: E, key: K, value: E[K] | undefined): void {
  if (value !== undefined) target[key] = value;
}
