import type { Values } from '../../locales/sentence';
import type { FlowAnswer, WireAction } from '../wire';
import { complaintOf, type Complain, type Complaint, type ComplaintCode } from '../complaint';
import { checkAction, checkOrder } from './actions';

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
/** An answer may have very many unknown fields. */
const MOST_COMPLAINTS = 50;

/** @returns the actions of an answer over HTTP: 204, or 200 with one action or a list of them */
export function readAnswer({ status, contentType = '', body }: FlowAnswer, sessionId: string): ReadAnswer {
  if (status === 204) return nothing();
  if (status !== 200) return nothing('status', { status });
  const read = readActions(body, sessionId);
  if (/^application\/json\s*(;|$)/i.test(contentType)) return read;
  const code = contentType === '' ? 'noContentType' : 'contentType';
  return { ...read, complaints: [complaintOf('warning', code, { contentType }), ...read.complaints] };
}

/** @returns the action of a frame: over a WebSocket each has one of its own */
export function readFrame(json: string, sessionId: string): ReadAnswer {
  const read = readActions(json, sessionId);
  return json.trimStart().startsWith('[') ? nothing('frameList') : read;
}

function readActions(json: string, sessionId: string): ReadAnswer {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return nothing(json === '' ? 'noBody' : 'noJson');
  }
  const list: unknown[] = Array.isArray(value) ? value : [value];
  if (list.length > MOST_ACTIONS) return nothing('tooManyActions', { count: list.length });
  if (!Array.isArray(value) && !hasType(value)) return { ...nothing('notAnAction'), stopsListening: true };
  return checked(list, sessionId);
}

function checked(list: readonly unknown[], sessionId: string): ReadAnswer {
  const complaints: Complaint[] = [];
  let problemCount = 0;
  const complain: Complain = (kind, code, values) => {
    if (kind === 'problem') problemCount += 1;
    if (complaints.length < MOST_COMPLAINTS) complaints.push(complaintOf(kind, code, values));
  };
  const actions = list.filter((action): action is WireAction => {
    const before = problemCount;
    checkAction(action, sessionId, complain);
    return problemCount === before;
  });
  checkOrder(list.map(typeOf), complain);
  return { actions, complaints, stopsListening: false };
}

function nothing(code?: ComplaintCode, values: Values = {}): ReadAnswer {
  const complaints = code === undefined ? [] : [complaintOf('problem', code, values)];
  return { actions: [], complaints, stopsListening: false };
}

function hasType(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'type' in value;
}

function typeOf(action: unknown): string {
  return hasType(action) ? String((action as { type: unknown }).type) : '';
}
