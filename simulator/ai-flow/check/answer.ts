import type { FlowAnswer, WireAction } from '../wire';
import { checkAction, checkOrder } from './actions';
import type { Complain, Complaint } from './fields';

/** An answer as sipgate would take it. */
export interface ReadAnswer {
  /** Those that can be carried out. */
  readonly actions: readonly WireAction[];
  readonly complaints: readonly Complaint[];
  /** The body was JSON, but no action: sipgate was seen to stop listening to the caller then. */
  readonly stopsListening: boolean;
}

/** Every action of an answer is quoted in the transcript: more is a mistake. */
const MOST_ACTIONS = 100;
/** Names of fields are quoted, and an answer may have very many and very long ones. */
const MOST_COMPLAINTS = 50;
const LONGEST_COMPLAINT = 300;

/** @returns the actions of an answer over HTTP: 204, or 200 with one action or a list of them */
export function readAnswer({ status, contentType = '', body }: FlowAnswer, sessionId: string): ReadAnswer {
  if (status === 204) return nothing();
  if (status !== 200) return nothing(`HTTP ${status}: it must be 200 or 204`);
  const read = readActions(body, sessionId);
  if (/^application\/json\s*(;|$)/i.test(contentType)) return read;
  const why = `the content type is ${contentType || 'missing'}, it must be application/json`;
  return { ...read, complaints: [{ kind: 'warning', why }, ...read.complaints] };
}

/** @returns the action of a frame: over a WebSocket each has one of its own */
export function readFrame(json: string, sessionId: string): ReadAnswer {
  const read = readActions(json, sessionId);
  return json.trimStart().startsWith('[') ? nothing('a frame has one action, and this is a list') : read;
}

function readActions(json: string, sessionId: string): ReadAnswer {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return nothing(json === '' ? '200 without a body: nothing to do is 204' : 'the answer is no JSON');
  }
  const list: unknown[] = Array.isArray(value) ? value : [value];
  if (list.length > MOST_ACTIONS) return nothing(`the answer has ${list.length} actions`);
  if (!Array.isArray(value) && !hasType(value))
    return { ...nothing('the answer is no action: sipgate stops listening'), stopsListening: true };
  return checked(list, sessionId);
}

function checked(list: readonly unknown[], sessionId: string): ReadAnswer {
  const complaints: Complaint[] = [];
  let problemCount = 0;
  const complain: Complain = (kind, why) => {
    if (kind === 'problem') problemCount += 1;
    if (complaints.length < MOST_COMPLAINTS) complaints.push({ kind, why: short(why) });
  };
  const actions = list.filter((action): action is WireAction => {
    const before = problemCount;
    checkAction(action, sessionId, complain);
    return problemCount === before;
  });
  checkOrder(list.map(typeOf), complain);
  return { actions, complaints, stopsListening: false };
}

function short(why: string): string {
  return why.length > LONGEST_COMPLAINT ? `${why.slice(0, LONGEST_COMPLAINT)}…` : why;
}

function nothing(why?: string): ReadAnswer {
  const complaints: Complaint[] = why === undefined ? [] : [{ kind: 'problem', why }];
  return { actions: [], complaints, stopsListening: false };
}

function hasType(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'type' in value;
}

function typeOf(action: unknown): string {
  return hasType(action) ? String((action as { type: unknown }).type) : '';
}
