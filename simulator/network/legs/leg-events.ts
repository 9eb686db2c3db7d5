import { note, stampOf, type ActiveCall } from '../call';
import type { User } from '../script/script';
import type { EventFields, EventName } from '../webhook/event';
import { NO_ORDERS, type Orders } from '../webhook/orders';
import type { HangUpCause, Leg } from './leg';
import type { Target } from './target';

/** Posts NEW_CALL where the account's settings want one. @returns what the webhook wants to happen */
export async function postNewCall(call: ActiveCall, leg: Leg): Promise<Orders> {
  const { settings } = call.events.account;
  const { extension } = call.script;
  const url = leg.direction === 'in' ? settings.incomingUrl : settings.outgoingUrl;
  const names = [extension, ...leg.users.flatMap((user) => user.userId ?? [])];
  if (url === '') {
    note(call, 'noWebhook', { direction: leg.direction });
    return NO_ORDERS;
  }
  if (settings.whitelist !== null && !names.some((name) => settings.whitelist?.includes(name))) {
    note(call, 'notListed', { extension });
    return NO_ORDERS;
  }
  return await post(call, leg, 'newCall', url, userLists(leg.users));
}

/** Posts ANSWER where the webhook has asked for it. */
export async function postAnswer(call: ActiveCall, leg: Leg, by: Target): Promise<void> {
  if (leg.onAnswer === undefined) return;
  const user = leg.direction === 'in' && by.user !== undefined ? userFields(by.user) : {};
  await post(call, leg, 'answer', leg.onAnswer, { ...user, answeringNumber: by.number });
}

/**
 * Posts DATA.
 * @param dtmf undefined leaves the field out
 * @returns what the webhook wants to happen
 */
export async function postData(
  call: ActiveCall,
  leg: Leg,
  url: string,
  dtmf: string | undefined,
): Promise<Orders> {
  return await post(call, leg, 'dtmf', url, dtmf === undefined ? {} : { dtmf });
}

/** Posts HANGUP where the webhook has asked for it. */
export async function postHangUp(call: ActiveCall, leg: Leg, cause: HangUpCause): Promise<void> {
  if (leg.onHangup === undefined) return;
  const { answeredBy } = leg;
  await post(call, leg, 'hangup', leg.onHangup, {
    cause,
    ...(answeredBy === undefined ? {} : { answeringNumber: answeredBy.number }),
  });
}

/** Posts one event, writes both sides down and keeps the follow-ups that the answer asks for. */
async function post(
  call: ActiveCall,
  leg: Leg,
  event: EventName,
  url: string,
  own: EventFields,
): Promise<Orders> {
  const { callId, direction } = leg;
  const fields = { event, ...(event === 'dtmf' ? { callId } : legFields(call, leg)), ...own };
  const fault = call.events.takeFault(event);
  if (fault !== undefined) note(call, 'fault', { event, kind: fault.kind });
  if (fault?.kind === 'lost') {
    note(call, 'lost', { event });
    return NO_ORDERS;
  }
  const sentAtMs = Date.now();
  call.record({ ...stampOf(call), kind: 'event', event, callId, url, fields, text: `${event} to ${url}` });
  const { status, xml, xmlError, orders } = await call.events.send({ url, fields, direction }, fault);
  const text = xmlError === undefined ? `${status} ${xml}` : `xmlError: ${xmlError}`;
  const tookMs = Date.now() - sentAtMs;
  const isSteering = event === 'newCall' || event === 'dtmf';
  call.record({
    ...stampOf(call),
    kind: 'answer',
    event,
    callId,
    status,
    xml,
    tookMs,
    xmlError,
    ...(isSteering && xmlError === undefined ? { order: orders.order } : {}),
    text,
  });
  if (xmlError !== undefined && isSteering) note(call, 'goesOn', {});
  leg.onAnswer = orders.onAnswer ?? leg.onAnswer;
  leg.onHangup = orders.onHangup ?? leg.onHangup;
  return orders;
}

function legFields(call: ActiveCall, leg: Leg): EventFields {
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

function userLists(users: readonly User[]): EventFields {
  const userIds = users.flatMap((user) => user.userId ?? []);
  const fullUserIds = users.flatMap((user) => user.fullUserId ?? []);
  return {
    'user[]': users.length === 0 ? [''] : users.map((user) => user.name),
    ...(userIds.length === 0 ? {} : { 'userId[]': userIds }),
    ...(fullUserIds.length === 0 ? {} : { 'fullUserId[]': fullUserIds }),
  };
}

function userFields(user: User): EventFields {
  return {
    user: user.name,
    ...(user.userId === undefined ? {} : { userId: user.userId }),
    ...(user.fullUserId === undefined ? {} : { fullUserId: user.fullUserId }),
  };
}
