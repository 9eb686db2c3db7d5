import type { SimulatedSmsExtension, SmsCallerId } from '../../account/extensions';
import type { RestAnswer } from '../types';
import { done, items, refuse, refuseByName, refuseWithErrors } from '../answers';
import { readableUser } from '../authorization';
import { e164, requiredText } from '../body';
import type { Context, Route } from '../context';
import { charge } from './funds';

/** SMS: extensions, their sender numbers, and sending. */
export const smsRoutes: readonly Route[] = [
  { method: 'GET', path: '/{userId}/sms', scopes: ['sms:read'], handler: listExtensions },
  {
    method: 'GET',
    path: '/{userId}/sms/{smsId}/callerids',
    scopes: ['sms:read', 'sms:callerid:read'],
    handler: listCallerIds,
  },
  {
    method: 'PUT',
    path: '/{userId}/sms/{smsId}/callerids/{callerId}',
    scopes: ['sms:write', 'sms:callerid:write'],
    handler: changeCallerId,
  },
  { method: 'POST', path: '/sessions/sms', scopes: ['sessions:write', 'sessions:sms:write'], handler: send },
];

const LONGEST_DELAY_S = 30 * 24 * 60 * 60;

function listExtensions({ account, user, params }: Context): RestAnswer {
  const owner = readableUser(account, user, params.userId ?? '');
  const own = account.smsExtensions.filter(({ userId }) => userId === owner.id);
  return items(own.map((each) => ({ id: each.id, alias: each.alias, callerId: currentSender(each) })));
}

/** sipgate's own name until somebody makes a number of theirs the default. */
function currentSender({ callerIds }: SimulatedSmsExtension): string {
  return callerIds.find(({ defaultNumber }) => defaultNumber)?.phonenumber ?? 'sipgate';
}

function listCallerIds(context: Context): RestAnswer {
  return items(extensionOf(context).callerIds);
}

function extensionOf({ account, user, params }: Context): SimulatedSmsExtension {
  const owner = readableUser(account, user, params.userId ?? '');
  const found = account.smsExtensions.find(({ id, userId }) => id === params.smsId && userId === owner.id);
  if (!found) throw refuse(404);
  return found;
}

function changeCallerId(context: Context): RestAnswer {
  const { callerIds } = extensionOf(context);
  const callerId = callerIds.find(({ id }) => String(id) === context.params.callerId);
  if (!callerId) throw refuse(404);
  const { defaultNumber } = context.body;
  if (typeof defaultNumber !== 'boolean')
    throw refuseWithErrors(400, 'defaultNumber must be a boolean', '/defaultNumber');
  if (defaultNumber) makeDefault(callerIds, callerId);
  else callerId.defaultNumber = false;
  return done();
}

function makeDefault(callerIds: SmsCallerId[], chosen: SmsCallerId): void {
  if (!chosen.verified) throw refuse(403);
  for (const callerId of callerIds) callerId.defaultNumber = callerId === chosen;
}

/** The sender is settled here: what the extension's default is at this moment. */
function send({ account, user, body, now }: Context): RestAnswer {
  // The platform stumbles over a missing smsId instead of refusing it (fact sheet, 1.5).
  if (typeof body.smsId !== 'string') throw refuse(500);
  const { smsId } = body;
  const extension = account.smsExtensions.find(({ id, userId }) => id === smsId && userId === user.id);
  if (!extension) throw refuse(403);
  const recipient = e164(requiredText(body, 'recipient'));
  if (!recipient) throw refuseByName(400, 'PARAMETER_INVALID', 'recipient must be a valid phone number');
  const message = requiredText(body, 'message');
  const sendAt = readSendAt(body.sendAt, now);
  charge(account, account.prices.smsPart * countParts(message));
  const sms = { smsId, sender: currentSender(extension), recipient, message, acceptedAt: now };
  account.sentSms.push(sendAt === undefined ? sms : { ...sms, sendAt });
  return done();
}

function readSendAt(value: unknown, now: number): number | undefined {
  if (value === undefined || value === null) return undefined;
  const nowS = now / 1000;
  const good = Number.isInteger(value) && Number(value) > nowS && Number(value) <= nowS + LONGEST_DELAY_S;
  if (!good)
    throw refuseByName(
      400,
      'PARAMETER_INVALID',
      'sendAt must be whole seconds, in the future, at most 30 days',
    );
  return Number(value);
}

/** sipgate charges by 160 characters. */
function countParts(message: string): number {
  return Math.ceil(message.length / 160);
}
