import { randomUUID } from 'node:crypto';
import type { SimulatedAccount } from '../../account/account';
import type { SimulatedUser } from '../../account/extensions';
import type { RestAnswer } from '../types';
import { json, refuse, refuseInWords } from '../answers';
import { e164, optionalText, requiredText } from '../body';
import type { Context, Route } from '../context';
import { charge } from './funds';

/** Click to dial. */
export const callRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/sessions/calls',
    scopes: ['sessions:write', 'sessions:calls:write'],
    handler: dial,
  },
];

/** Answers at once: that a telephone rings is not promised, a device may be offline. */
function dial({ account, network, user, body }: Context): RestAnswer {
  if (account.platform === 'neo') throw refuse(403);
  const deviceId = optionalText(body, 'deviceId');
  const shown = optionalText(body, 'callerId');
  const caller = readCaller(account, user, requiredText(body, 'caller'), deviceId);
  const callerId = shown === undefined ? ownNumber(account, user, caller) : readNumber('callerId', shown);
  const order = {
    sessionId: randomUUID(),
    caller,
    callee: readCallee(requiredText(body, 'callee')),
    ...(deviceId === undefined ? {} : { deviceId }),
    ...(callerId === undefined ? {} : { callerId }),
  };
  charge(account, account.prices.call);
  network.clickToDial(order);
  return json({ sessionId: order.sessionId });
}

/** A device or a phone line of the user's own, or a number; a number needs a device that pays for the call. */
function readCaller(
  account: SimulatedAccount,
  user: SimulatedUser,
  caller: string,
  deviceId: string | undefined,
): string {
  if (/^[a-z]\d+$/.test(caller)) {
    requireOwn([...account.devices, ...account.phonelines], user, caller);
    return caller;
  }
  const number = readNumber('caller', caller);
  if (deviceId === undefined)
    throw refuseInWords(400, 'A deviceId is needed when the caller is a phone number');
  requireOwn(account.devices, user, deviceId);
  return number;
}

/** What the callee sees when nobody says: the number of the line, or for everything else of the user's first line. */
function ownNumber(account: SimulatedAccount, user: SimulatedUser, caller: string): string | undefined {
  const lines = account.phonelines.filter(({ userId }) => userId === user.id);
  const line = lines.find(({ id }) => id === caller) ?? lines[0];
  return account.numbers.find(({ endpointId }) => endpointId === line?.id)?.number;
}

function requireOwn(
  extensions: readonly { id: string; userId: string }[],
  user: SimulatedUser,
  wanted: string,
): void {
  if (!extensions.some(({ id, userId }) => id === wanted && userId === user.id)) throw refuse(403);
}

/** Short internal numbers can be dialled as well. */
function readCallee(callee: string): string {
  return /^\d{2,6}$/.test(callee) ? callee : readNumber('callee', callee);
}

function readNumber(field: string, text: string): string {
  const number = e164(text);
  if (!number) throw refuseInWords(400, `Invalid ${field}`);
  return number;
}
