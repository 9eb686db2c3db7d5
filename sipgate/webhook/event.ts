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
const TOPICS = {
  newCall: 'NEW_CALL',
  answer: 'ANSWER',
  hangup: 'HANGUP',
  dtmf: 'DATA',
} as const;

/**
 * Reads the body of a webhook request.
 * @param body the bytes as sipgate sent them (`application/x-www-form-urlencoded`)
 * @returns the event, the fields as they came, and all full user ids (`1234567w0`) that it names, of whatever event
 * @throws SipgateError `INVALID_INPUT` when there is no `event`, or none of the four
 */
export function parseEvent(body: Buffer): { event: CallEvent; raw: RawFields; fullUserIds: string[] } {
  const fields = new Fields(body);
  const event = eventOf(topicOf(fields.first('event')), fields);
  const fullUserIds = (fields.all('fullUserId') ?? []).filter((id) => id !== '');
  return { event, raw: fields.raw(), fullUserIds };
}

function eventOf(topic: CallEvent['event'], fields: Fields): CallEvent {
  switch (topic) {
    case 'NEW_CALL':
      return present<NewCallEvent>({ event: topic }, leg(fields), lists(fields));
    case 'ANSWER':
      return present<AnswerEvent>({ event: topic }, leg(fields), answerer(fields));
    case 'HANGUP':
      return present<HangupEvent>({ event: topic }, leg(fields), ending(fields));
    case 'DATA':
      return present<DataEvent>({ event: topic }, ids(fields), { dtmf: fields.first('dtmf') ?? '' });
  }
}

function topicOf(wireName: string | undefined): CallEvent['event'] {
  if (wireName !== undefined && Object.hasOwn(TOPICS, wireName))
    return TOPICS[wireName as keyof typeof TOPICS];
  throw invalidInput('event', `is ${describe(wireName)}`, `sipgate sends ${Object.keys(TOPICS).join(', ')}.`);
}

/** `user[]`, `user[][0]`, `user[0]`: entries of the list `user`. What has anything else in brackets is another field. */
const LIST_KEY = /^([^[\]]+)(?:\[\d*\])+$/;

/**
 * The fields of a form. Lists come as `user[]=…&user[]=…`, percent-encoded or not, and from some senders as
 * `user[][0]=…`; all of these are the field `user`.
 */
class Fields {
  private readonly pairs: [key: string, value: string][];
  private readonly byName = new Map<string, string[]>();

  constructor(body: Buffer) {
    this.pairs = [...new URLSearchParams(body.toString('utf8'))];
    for (const [key, value] of this.pairs) {
      const name = LIST_KEY.exec(key)?.[1] ?? key;
      const values = this.byName.get(name);
      if (values) values.push(value);
      else this.byName.set(name, [value]);
    }
  }

  all(name: string): string[] | undefined {
    return this.byName.get(name);
  }

  first(name: string): string | undefined {
    return this.byName.get(name)?.[0];
  }

  /** `__proto__` is left out: as a key it would change the copies that Node-RED makes of a message. */
  raw(): RawFields {
    const raw: RawFields = {};
    for (const [key, value] of this.pairs) {
      if (key === '__proto__') continue;
      const earlier = Object.hasOwn(raw, key) ? raw[key] : undefined;
      if (Array.isArray(earlier)) earlier.push(value);
      else if (earlier !== undefined) raw[key] = [earlier, value];
      else raw[key] = key.endsWith('[]') ? [value] : value;
    }
    return raw;
  }
}

/** sipgate's own client writes `originalCallId` where the platform writes `origCallId`; both are read. */
function ids(fields: Fields) {
  return {
    callId: fields.first('callId'),
    originalCallId: fields.first('origCallId') ?? fields.first('originalCallId'),
  };
}

function leg(fields: Fields) {
  const { callId, originalCallId } = ids(fields);
  return {
    callId,
    originalCallId,
    direction: fields.first('direction') as Direction | undefined,
    from: number(fields, 'from'),
    to: number(fields, 'to'),
    xcid: fields.first('xcid'),
    diversion: number(fields, 'diversion'),
  };
}

function lists(fields: Fields) {
  return {
    user: fields.all('user'),
    userId: fields.all('userId'),
    fullUserId: fields.all('fullUserId'),
  };
}

function answerer(fields: Fields) {
  return {
    user: fields.first('user'),
    userId: fields.first('userId'),
    fullUserId: fields.first('fullUserId'),
    answeringNumber: number(fields, 'answeringNumber'),
  };
}

function ending(fields: Fields) {
  return {
    cause: fields.first('cause') as HangupCause | undefined,
    answeringNumber: number(fields, 'answeringNumber'),
  };
}

function number(fields: Fields, name: string): string | undefined {
  const value = fields.first(name);
  return value === undefined ? undefined : fromWire(value);
}

/**
 * Leaves out what is undefined: a field that sipgate did not send is absent. Field by field into one object: spread
 * objects, and those that lost fields by `delete`, cost five times as much here and wherever they are copied later.
 */
function present<E extends CallEvent>(...parts: readonly { [K in keyof E]?: E[K] | undefined }[]): E {
  const event: Record<string, unknown> = {};
  for (const part of parts as readonly Record<string, unknown>[]) {
    for (const key of Object.keys(part)) if (part[key] !== undefined) event[key] = part[key];
  }
  return event as unknown as E;
}
