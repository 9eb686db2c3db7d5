import { copyText } from '../copy-text';
import { describe, invalidInput } from '../errors';
import { fromWire } from '../phone-number';

/** Which way a call goes, seen from the sipgate account. */
export type Direction = 'in' | 'out';

/** Why a call ended, in sipgate's words. Values that sipgate adds later are passed on as they come. */
export type HangupCause =
  'normalClearing' | 'busy' | 'cancel' | 'noAnswer' | 'congestion' | 'notFound' | 'forwarded';

/** What every event about a leg of a call tells; a field that sipgate did not send is absent. Numbers are E.164. */
interface LegFields {
  callId?: string;
  originalCallId?: string;
  direction?: Direction;
  from?: string;
  to?: string;
  xcid?: string;
  diversion?: string;
}

/** A call comes in or goes out; sipgate waits for an answer. */
export interface NewCallEvent extends LegFields {
  event: 'NEW_CALL';
  user?: string[];
  userId?: string[];
  fullUserId?: string[];
}

/** Somebody picked up. */
export interface AnswerEvent extends LegFields {
  event: 'ANSWER';
  user?: string;
  userId?: string;
  fullUserId?: string;
  answeringNumber?: string;
}

/** The leg is over. */
export interface HangupEvent extends LegFields {
  event: 'HANGUP';
  cause?: HangupCause;
  answeringNumber?: string;
}

/** What a caller pressed after a Gather; sipgate waits for an answer. `dtmf` is `''` when nothing was pressed. */
export interface DataEvent {
  event: 'DATA';
  callId?: string;
  originalCallId?: string;
  dtmf: string;
}

/** An event of sipgate.io, as it travels in `msg.payload`. */
export type CallEvent = NewCallEvent | AnswerEvent | HangupEvent | DataEvent;

/** The form fields of a request, as they were sent; a repeated field and a `name[]` field is a list. */
export type RawFields = Record<string, string | string[]>;

/** The event's name on the wire. Source: sipgate.io docs, "Webhooks". */
const TOPICS: ReadonlyMap<string | undefined, CallEvent['event']> = new Map([
  ['newCall', 'NEW_CALL'],
  ['answer', 'ANSWER'],
  ['hangup', 'HANGUP'],
  ['dtmf', 'DATA'],
]);

/**
 * Reads the body of a webhook request.
 * @param body the bytes as sipgate sent them (`application/x-www-form-urlencoded`)
 * @returns the event, the fields as they came, and all full user ids (`1234567w0`) that it names, of whatever event
 * @throws SipgateError `INVALID_INPUT` when there is no `event`, or none of the four
 */
export function parseEvent(body: Buffer): { event: CallEvent; raw: RawFields; fullUserIds: string[] } {
  const { fields, raw } = readForm(body.toString('utf8'));
  const event = eventOf(topicOf(first(fields, 'event')), fields);
  const fullUserIds = (fields.get('fullUserId') ?? []).filter((id) => id !== '');
  return { event, raw, fullUserIds };
}

function topicOf(wireName: string | undefined): CallEvent['event'] {
  const topic = TOPICS.get(wireName);
  if (topic) return topic;
  throw invalidInput('event', `is ${describe(wireName)}`, `sipgate sends ${[...TOPICS.keys()].join(', ')}.`);
}

/** Characters; what is kept of a call must not keep a long form as well. Honest ones are shorter, and need no copies. */
const LONG_FORM = 2048;

/** The values of each field by its name, lists without their brackets. */
type Fields = ReadonlyMap<string, string[]>;

/**
 * The fields of a form. Lists come as `user[]=…&user[]=…`, percent-encoded or not, and from some senders as
 * `user[][0]=…`; all of these are the field `user`.
 */
function readForm(text: string): { fields: Fields; raw: RawFields } {
  const fields = new Map<string, string[]>();
  const raw: RawFields = {};
  new URLSearchParams(text).forEach((sent, key) => {
    const name = nameOf(key);
    const value = text.length > LONG_FORM ? copyText(sent) : sent;
    const values = fields.get(name);
    if (values) values.push(value);
    else fields.set(name, [value]);
    addRaw(raw, key, value);
  });
  return { fields, raw };
}

/** `user[]`, `user[][0]`, `user[0]`: entries of the list `user`. What has anything else in brackets is another field. */
const LIST_KEY = /^([^[\]]+)(?:\[\d*\])+$/;

function nameOf(key: string): string {
  return LIST_KEY.exec(key)?.[1] ?? key;
}

/** `__proto__`, which would change the copies that Node-RED makes of a message, stays out: no text becomes a prototype. */
function addRaw(raw: RawFields, key: string, value: string): void {
  const earlier = Object.hasOwn(raw, key) ? raw[key] : undefined;
  if (Array.isArray(earlier)) earlier.push(value);
  else if (earlier !== undefined) raw[key] = [earlier, value];
  else raw[key] = key.endsWith('[]') ? [value] : value;
}

// Each event is built field by field, always in the same order: spread objects, and those that lost fields by `delete`,
// cost five times as much here and wherever they are copied later.

function eventOf(topic: CallEvent['event'], fields: Fields): CallEvent {
  switch (topic) {
    case 'NEW_CALL':
      return newCall(fields);
    case 'ANSWER':
      return answer(fields);
    case 'HANGUP':
      return hangup(fields);
    case 'DATA':
      return data(fields);
  }
}

function newCall(fields: Fields): NewCallEvent {
  const event: NewCallEvent = { event: 'NEW_CALL' };
  addLeg(event, fields);
  add(event, 'user', fields.get('user'));
  add(event, 'userId', fields.get('userId'));
  add(event, 'fullUserId', fields.get('fullUserId'));
  return event;
}

function answer(fields: Fields): AnswerEvent {
  const event: AnswerEvent = { event: 'ANSWER' };
  addLeg(event, fields);
  add(event, 'user', first(fields, 'user'));
  add(event, 'userId', first(fields, 'userId'));
  add(event, 'fullUserId', first(fields, 'fullUserId'));
  add(event, 'answeringNumber', number(fields, 'answeringNumber'));
  return event;
}

function hangup(fields: Fields): HangupEvent {
  const event: HangupEvent = { event: 'HANGUP' };
  addLeg(event, fields);
  add(event, 'cause', first(fields, 'cause') as HangupCause | undefined);
  add(event, 'answeringNumber', number(fields, 'answeringNumber'));
  return event;
}

function data(fields: Fields): DataEvent {
  const event: DataEvent = { event: 'DATA', dtmf: first(fields, 'dtmf') ?? '' };
  addIds(event, fields);
  return event;
}

function addLeg(event: LegFields, fields: Fields): void {
  addIds(event, fields);
  add(event, 'direction', first(fields, 'direction') as Direction | undefined);
  add(event, 'from', number(fields, 'from'));
  add(event, 'to', number(fields, 'to'));
  add(event, 'xcid', first(fields, 'xcid'));
  add(event, 'diversion', number(fields, 'diversion'));
}

/** sipgate's own client writes `originalCallId` where the platform writes `origCallId`; both are read. */
function addIds(event: Pick<LegFields, 'callId' | 'originalCallId'>, fields: Fields): void {
  add(event, 'callId', first(fields, 'callId'));
  add(event, 'originalCallId', first(fields, 'origCallId') ?? first(fields, 'originalCallId'));
}

/** A field that sipgate did not send is absent. */
function add<E extends object, K extends keyof E>(event: E, key: K, value: E[K] | undefined): void {
  if (value !== undefined) event[key] = value;
}

function first(fields: Fields, name: string): string | undefined {
  return fields.get(name)?.[0];
}

function number(fields: Fields, name: string): string | undefined {
  const value = first(fields, name);
  return value === undefined ? undefined : fromWire(value);
}
