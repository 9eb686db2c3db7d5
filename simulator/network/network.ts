import { randomBytes } from 'node:crypto';
import { fetchAnnouncement } from './announcement';
import type { Bend, EventFields, EventName } from './webhook/event';
import { pause } from './keypad';
import type { Keypad } from './keypad';
import { NO_ORDERS } from './webhook/orders';
import type { Order, Orders } from './webhook/orders';
import { postEvent } from './webhook/post';
import type { PostOffice } from './webhook/post';
import { calleeFor } from './script';
import type { CompleteScript, Destination, User } from './script';
import { readable, sentenceOf } from './transcript/transcript';
import type { CallOutcome, NetworkCode, TranscriptEntry } from './transcript/transcript';

/** Causes of a hang-up that this network reports (sipgate.io docs: hangup). */
type Cause = 'normalClearing' | 'busy' | 'cancel' | 'noAnswer' | 'notFound' | 'forwarded';

/** What became of a call, without what was played and pressed on the way. */
type Result = DistributiveOmit<CallOutcome, 'played' | 'digits'>;
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** A call as the network carries it, from the first ring to the last hang-up. */
export interface Connection {
  readonly number: number;
  readonly startedAt: number;
  readonly script: CompleteScript;
  readonly keypad: Keypad;
  /** Aborted when the caller hangs up, the call is bounded or the simulator stops. */
  readonly hungUp: AbortSignal;
  readonly origCallId: string;
  readonly xcid: string;
  readonly office: PostOffice;
  readonly record: (entry: TranscriptEntry) => void;
  /** Takes the bend that is waiting for this event, if any. */
  readonly takeBend: (event: EventName) => Bend | undefined;
  readonly played: string[];
  readonly digits: string[];
  /** How many Gathers there were. */
  gathers: number;
  connected: boolean;
}

/** One leg of a call: a callId, and the follow-ups that the webhook has asked for. */
interface Leg {
  readonly callId: string;
  readonly direction: 'in' | 'out';
  readonly from: string;
  readonly to: string;
  readonly users: readonly User[];
  readonly diversion?: string;
  readonly voicemail: boolean;
  /** Each leg has follow-ups of its own; the last answer that names a URL counts. */
  onAnswer?: string;
  onHangup?: string;
  answeredBy?: Target;
}

/** Something that rings. */
interface Target {
  readonly number: string;
  readonly user?: User;
}

type Ringing =
  | { readonly kind: 'answered'; readonly by: Target }
  | { readonly kind: 'failed'; readonly cause: 'busy' | 'noAnswer' | 'notFound' | 'cancel' };

/** What else happens in the life of a leg, beside what the webhook orders. */
interface Plans {
  readonly forwardTo?: Destination;
  /** Between the answer and the talk. Returns the result when the talk is over with it. */
  readonly onConnected?: (leg: Leg) => Promise<Result | undefined>;
}

/** More menus than any caller bears; ends a flow that asks for ever. */
const MOST_GATHERS = 50;

const VOICEMAIL: Destination = { number: 'voicemail', user: [] };

/** @returns an id in sipgate's style: capital hex digits */
export function newId(bytes: number): string {
  return randomBytes(bytes).toString('hex').toUpperCase();
}

/** Carries a call from its first event to its last. Never rejects for anything that a webhook does. */
export async function carry(call: Connection): Promise<Result> {
  const { script } = call;
  const { transferTo } = script;
  note(call, 'placed', {
    from: readable(script.from),
    to: readable(script.to),
    direction: script.direction,
  });
  const leg = createLeg(call, call.origCallId, { diversion: script.diversion });
  return await walk(call, leg, {
    forwardTo: script.forwardTo,
    onConnected: transferTo && ((first) => transfer(call, first, transferTo)),
  });
}

/**
 * Click to dial: the caller's own telephone rings first, as an `out` leg, then the callee, as an `in` leg;
 * both have one origCallId (reported behaviour of the platform).
 * @param telephone what rings first: an extension or a number
 */
export async function carryClickToDial(call: Connection, telephone: string): Promise<Result> {
  const { script } = call;
  note(call, 'placed', { from: readable(script.from), to: readable(script.to), direction: 'out' });
  const first = createLeg(call, call.origCallId, { direction: 'out' });
  const dialCallee = async (): Promise<Result> => {
    note(call, 'connectsCallee', { to: readable(script.to) });
    const second = createLeg(call, newId(32), { direction: 'in' });
    const result = await walk(call, second, {}, [{ number: script.to }]);
    await hangUp(call, first, 'normalClearing');
    return result;
  };
  return await walk(call, first, { onConnected: dialCallee }, [{ number: telephone, user: script.user[0] }]);
}

/** A leg from the script's caller to the script's callee, but for what is said otherwise. */
function createLeg(call: Connection, callId: string, otherwise: Partial<Leg>): Leg {
  const { direction, from, to, user } = call.script;
  return { callId, direction, from, to, users: user, voicemail: false, ...otherwise };
}

/** A leg that continues another one elsewhere; `diversion` is the number that was called before. */
function createNextLeg(call: Connection, before: Leg, to: Destination): Leg {
  const there =
    to.number === 'voicemail'
      ? { to: before.to, users: [{ name: 'voicemail' }], voicemail: true }
      : { to: to.number, users: to.user };
  return createLeg(call, newId(32), { direction: before.direction, diversion: before.to, ...there });
}

/** Announces a leg and does what the webhook says until the leg is over. */
async function walk(call: Connection, leg: Leg, plans: Plans, ownTargets?: Target[]): Promise<Result> {
  let { order } = await announce(call, leg);
  for (;;) {
    if (call.hungUp.aborted) return await cancel(call, leg);
    switch (order.kind) {
      case 'play':
        await play(call, order.url);
        order = NO_ORDERS.order;
        break;
      case 'gather':
        order = await gather(call, leg, order);
        break;
      case 'reject':
        return await reject(call, leg, order.reason);
      case 'hangup':
        note(call, 'hangsUp', {});
        await hangUp(call, leg, 'normalClearing');
        return { kind: 'hungUp' };
      case 'voicemail':
        if (!leg.voicemail) return await forward(call, leg, VOICEMAIL);
        order = NO_ORDERS.order;
        break;
      default:
        return await connect(call, leg, plans, order, ownTargets ?? targetsOf(leg));
    }
  }
}

/** Posts NEW_CALL, where the settings want one. */
async function announce(call: Connection, leg: Leg): Promise<Orders> {
  const { settings } = call.office.account;
  const url = leg.direction === 'in' ? settings.incomingUrl : settings.outgoingUrl;
  const names = [call.script.extension, ...leg.users.flatMap((user) => user.userId ?? [])];
  if (url === '') note(call, 'noWebhook', { direction: leg.direction });
  else if (settings.whitelist !== null && !names.some((name) => settings.whitelist?.includes(name))) {
    note(call, 'notListed', { extension: call.script.extension });
  } else return await push(call, leg, 'newCall', url, usersOf(leg.users));
  return NO_ORDERS;
}

async function connect(
  call: Connection,
  leg: Leg,
  plans: Plans,
  order: Order & { kind: 'continue' | 'dial' },
  ownTargets: Target[],
): Promise<Result> {
  const toMailbox = leg.voicemail && order.kind === 'continue';
  const rung = toMailbox ? mailbox(call, leg) : await ring(call, order, ownTargets);
  if (rung.kind === 'answered') return await talk(call, leg, rung.by, plans);
  if (rung.cause === 'cancel') return await cancel(call, leg);
  if (plans.forwardTo !== undefined) return await forward(call, leg, plans.forwardTo);
  await hangUp(call, leg, rung.cause);
  return { kind: rung.cause };
}

function mailbox(call: Connection, leg: Leg): Ringing {
  note(call, 'mailbox', {});
  return { kind: 'answered', by: { number: leg.to, user: { name: '' } } };
}

/**
 * Rings up to five telephones at once. Who answers first is plain arithmetic, so one wait is enough and nothing
 * races.
 */
async function ring(
  call: Connection,
  order: Order & { kind: 'continue' | 'dial' },
  ownTargets: Target[],
): Promise<Ringing> {
  const targets =
    order.kind === 'dial' ? order.numbers.map((number) => ({ number: number.replace('+', '') })) : ownTargets;
  if (order.kind === 'dial') noteCallerId(call, order.anonymous ? 'anonymous' : order.callerId);
  note(call, 'rings', { targets: targets.map(nameOf).join(', ') });
  const ends = targets.map((target) => ({ target, ...endOfRinging(call, target) }));
  const first = ends.filter(({ kind }) => kind === 'answers').sort((a, b) => a.atMs - b.atMs)[0];
  await pause(first?.atMs ?? Math.max(0, ...ends.map(({ atMs }) => atMs)), call.hungUp);
  if (call.hungUp.aborted) return { kind: 'failed', cause: 'cancel' };
  for (const { target, kind, atMs } of ends) {
    if (kind !== 'answers' && atMs <= (first?.atMs ?? Infinity)) note(call, ...whyNot(kind, target));
  }
  if (first !== undefined) {
    note(call, 'answered', { by: nameOf(first.target) });
    return { kind: 'answered', by: first.target };
  }
  const kinds = ends.map(({ kind }) => kind);
  const cause = (['busy', 'noAnswer'] as const).find((kind) => kinds.includes(kind)) ?? 'notFound';
  return { kind: 'failed', cause };
}

function endOfRinging(call: Connection, target: Target) {
  const { callees, ringMs } = call.script;
  const names = [target.number, target.user?.userId, target.user?.fullUserId, target.user?.name];
  const callee = calleeFor(
    callees,
    names.filter((name) => name !== undefined),
  );
  const otherwise = { answers: ringMs, noAnswer: Math.max(100, 5 * ringMs), busy: 0, notFound: 0 };
  return { kind: callee.kind, atMs: callee.afterMs ?? otherwise[callee.kind] };
}

function whyNot(kind: 'busy' | 'noAnswer' | 'notFound', target: Target) {
  const code = { busy: 'calleeBusy', noAnswer: 'calleeSilent', notFound: 'calleeNotFound' } as const;
  return [code[kind], { number: nameOf(target) }] as const;
}

async function talk(call: Connection, leg: Leg, by: Target, plans: Plans): Promise<Result> {
  const answeredAt = Date.now();
  call.connected = true;
  leg.answeredBy = by;
  if (leg.onAnswer !== undefined) {
    await push(call, leg, 'answer', leg.onAnswer, {
      ...(leg.direction === 'in' && by.user !== undefined ? userOf(by.user) : {}),
      answeringNumber: by.number,
    });
  }
  const otherEnd = await plans.onConnected?.(leg);
  if (otherEnd !== undefined) return otherEnd;
  await pause(call.script.hangUpAfterMs, call.hungUp);
  note(call, call.hungUp.aborted ? 'callerHungUp' : 'callEnds', {});
  await hangUp(call, leg, 'normalClearing');
  const talkMs = Date.now() - answeredAt;
  if (leg.voicemail) return { kind: 'voicemail', talkMs };
  return { kind: 'answered', by: readable(by.number), ...(by.user && { user: by.user.name }), talkMs };
}

/** A call that nobody here answers goes elsewhere: hang-up `forwarded`, then a new leg (order as documented). */
async function forward(call: Connection, leg: Leg, to: Destination): Promise<Result> {
  note(call, 'forwards', { to: readable(to.number) });
  await hangUp(call, leg, 'forwarded');
  return await walk(call, createNextLeg(call, leg, to), {});
}

/** `*3`: the second leg is announced and answered before the first one hangs up. */
async function transfer(call: Connection, first: Leg, to: Destination): Promise<Result | undefined> {
  note(call, 'transfers', { to: readable(to.number) });
  const second = createNextLeg(call, first, to);
  const result = await walk(call, second, {
    onConnected: async () => {
      await hangUp(call, first, 'normalClearing');
      return undefined;
    },
  });
  return second.answeredBy === undefined ? undefined : result;
}

async function reject(call: Connection, leg: Leg, reason: 'busy' | 'rejected'): Promise<Result> {
  note(call, 'rejects', { reason });
  await hangUp(call, leg, reason === 'busy' ? 'busy' : 'noAnswer');
  return { kind: 'rejected', reason };
}

async function cancel(call: Connection, leg: Leg): Promise<Result> {
  note(call, 'callerHungUp', {});
  await hangUp(call, leg, 'cancel');
  return { kind: 'cancelled' };
}

async function play(call: Connection, url: string): Promise<void> {
  const ms = await startPlaying(call, url);
  await pause(ms / call.script.speed, call.hungUp);
}

/** @returns how long the announcement takes, ms; 0 when nothing can be heard */
async function startPlaying(call: Connection, url: string): Promise<number> {
  const announcement = await fetchAnnouncement(call.office.web, url);
  if (announcement.kind === 'skipped') {
    note(call, 'skips', { url, why: announcement.why });
    return 0;
  }
  call.played.push(url);
  if (announcement.kind === 'unseen') {
    note(call, 'playsUnseen', { url });
    return 0;
  }
  note(call, 'plays', { url, ms: announcement.durationMs });
  return announcement.durationMs;
}

/** Plays, waits for digits and posts them; the answer says how the call goes on. */
async function gather(call: Connection, leg: Leg, order: Order & { kind: 'gather' }): Promise<Order> {
  const { keypad, hungUp, script } = call;
  if (call.gathers >= MOST_GATHERS) {
    note(call, 'tooManyGathers', { most: MOST_GATHERS });
    return NO_ORDERS.order;
  }
  const scripted = script.press[call.gathers++] ?? '';
  const promptMs = order.announcement === undefined ? 0 : await startPlaying(call, order.announcement);
  keypad.press(scripted);
  if ((await keypad.moreThan(0, promptMs / script.speed, hungUp)) === 'digit' && promptMs > 0) {
    note(call, 'stopsPlaying', {});
  }
  if (keypad.count === 0) note(call, 'waits', { ms: order.timeoutMs, most: order.maxDigits });
  // every digit starts the wait anew: nothing is documented, and a caller who types four digits needs it
  while (keypad.count < order.maxDigits) {
    const waited = await keypad.moreThan(keypad.count, order.timeoutMs / script.speed, hungUp);
    if (waited !== 'digit') break;
  }
  if (hungUp.aborted) return NO_ORDERS.order;
  return await postDigits(call, leg, order);
}

async function postDigits(call: Connection, leg: Leg, order: Order & { kind: 'gather' }): Promise<Order> {
  const lost = call.keypad.count - order.maxDigits;
  const dtmf = call.keypad.take(order.maxDigits);
  call.digits.push(dtmf);
  note(call, dtmf === '' ? 'pressedNothing' : 'pressed', { digits: dtmf });
  if (lost > 0) note(call, 'tooManyDigits', { count: lost });
  // the docs say both that dtmf is left out and that it is empty when nothing was pressed: by turns
  const leftOut = dtmf === '' && call.digits.filter((digits) => digits === '').length % 2 === 1;
  const { order: next } = await push(call, leg, 'dtmf', order.onData, leftOut ? {} : { dtmf });
  return next;
}

async function hangUp(call: Connection, leg: Leg, cause: Cause): Promise<void> {
  if (leg.onHangup === undefined) return;
  await push(call, leg, 'hangup', leg.onHangup, {
    cause,
    ...(leg.answeredBy === undefined ? {} : { answeringNumber: leg.answeredBy.number }),
  });
}

/** Posts one event, writes both sides down and keeps the follow-ups that the answer asks for. */
async function push(
  call: Connection,
  leg: Leg,
  event: EventName,
  url: string,
  own: EventFields,
): Promise<Orders> {
  const fields = { event, ...(event === 'dtmf' ? { callId: leg.callId } : commonFields(call, leg)), ...own };
  const bend = call.takeBend(event);
  if (bend !== undefined) note(call, 'bent', { event, kind: bend.kind });
  if (bend?.kind === 'lost') {
    note(call, 'lost', { event });
    return NO_ORDERS;
  }
  const { callId } = leg;
  const sentAt = Date.now();
  call.record({ ...stamp(call), kind: 'event', event, callId, url, fields, text: `${event} to ${url}` });
  const verdict = await postEvent(call.office, url, fields, leg.direction, bend);
  const { status, xml, xmlError, orders } = verdict;
  const text = xmlError === undefined ? `${status} ${xml}` : `xmlError: ${xmlError}`;
  const tookMs = Date.now() - sentAt;
  call.record({ ...stamp(call), kind: 'answer', event, callId, status, xml, tookMs, xmlError, text });
  if (xmlError !== undefined && (event === 'newCall' || event === 'dtmf')) note(call, 'goesOn', {});
  leg.onAnswer = orders.onAnswer ?? leg.onAnswer;
  leg.onHangup = orders.onHangup ?? leg.onHangup;
  return orders;
}

function commonFields(call: Connection, leg: Leg): EventFields {
  return {
    direction: leg.direction,
    from: leg.from,
    to: leg.to,
    callId: leg.callId,
    origCallId: call.origCallId,
    xcid: call.xcid,
    ...(leg.diversion === undefined ? {} : { diversion: leg.diversion }),
  };
}

function usersOf(users: readonly User[]): EventFields {
  const userIds = users.flatMap((user) => user.userId ?? []);
  const fullUserIds = users.flatMap((user) => user.fullUserId ?? []);
  return {
    'user[]': users.map((user) => user.name),
    ...(userIds.length === 0 ? {} : { 'userId[]': userIds }),
    ...(fullUserIds.length === 0 ? {} : { 'fullUserId[]': fullUserIds }),
  };
}

function userOf(user: User): EventFields {
  return {
    user: user.name,
    ...(user.userId === undefined ? {} : { userId: user.userId }),
    ...(user.fullUserId === undefined ? {} : { fullUserId: user.fullUserId }),
  };
}

/** An outbound leg rings the number that was dialled; an inbound one all users of the line. */
function targetsOf(leg: Leg): Target[] {
  if (leg.direction === 'out' || leg.users.length === 0) return [{ number: leg.to }];
  return leg.users.map((user) => ({ number: leg.to, user }));
}

function nameOf(target: Target): string {
  return target.user === undefined ? readable(target.number) : target.user.name;
}

function noteCallerId(call: Connection, callerId: string | undefined): void {
  if (callerId !== undefined) note(call, 'showsCallerId', { callerId: readable(callerId.replace('+', '')) });
}

function note(call: Connection, code: NetworkCode, values: Record<string, string | number>): void {
  call.record({ ...stamp(call), kind: 'network', code, values, text: sentenceOf(code, values) });
}

function stamp(call: Connection): { call: number; atMs: number } {
  return { call: call.number, atMs: Date.now() - call.startedAt };
}
