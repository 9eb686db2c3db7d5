import { randomUUID } from 'node:crypto';
import type { ControlOrder } from '../telephone-network';
import { done, json, refuse, refuseInWords } from '../answers';
import { e164, optionalText, requiredText } from '../body';
import type { Context, Handler, Route } from '../context';
import type { RestAnswer } from '../types';
import { charge } from './funds';

const READ = ['rtcm:read'];
const WRITE = ['rtcm:write'];

/** Call control (sipgate's RTCM): what can be done to established calls. */
export const liveCallRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/calls',
    scopes: READ,
    handler: ({ network }) => json({ data: network.liveCalls() }),
  },
  { method: 'POST', path: '/calls', scopes: WRITE, handler: dialOnNeo },
  {
    method: 'DELETE',
    path: '/calls/{callId}',
    scopes: WRITE,
    handler: controlling(() => ({ kind: 'hangUp' })),
  },
  { method: 'PUT', path: '/calls/{callId}/muted', scopes: WRITE, handler: controlling(readMute) },
  {
    method: 'PUT',
    path: '/calls/{callId}/hold',
    scopes: WRITE,
    handler: controlling(({ body }) => ({ kind: 'hold', value: flag(body, 'value') })),
  },
  { method: 'PUT', path: '/calls/{callId}/recording', scopes: WRITE, handler: controlling(readRecording) },
  {
    method: 'POST',
    path: '/calls/{callId}/announcements',
    scopes: WRITE,
    handler: controlling(readAnnouncement),
  },
  { method: 'POST', path: '/calls/{callId}/transfer', scopes: WRITE, handler: controlling(readTransfer) },
  { method: 'POST', path: '/calls/{callId}/dtmf', scopes: WRITE, handler: controlling(readDtmf) },
];

/** Carries an order out. @throws Refusal 400 for a wrong body, 404 for a call that is not (or no longer) established */
function controlling(read: (context: Context) => ControlOrder): Handler {
  return (context) => {
    const order = read(context);
    if (!context.network.control(context.params.callId ?? '', order)) throw refuse(404);
    return done();
  };
}

/** As a live specification of 2026 is reported to have it: not on the new platform. */
function readMute({ account, body }: Context): ControlOrder {
  if (account.platform === 'neo') throw notOnNeo();
  return { kind: 'mute', value: flag(body, 'value') };
}

function readAnnouncement({ account, body }: Context): ControlOrder {
  if (account.platform === 'neo') throw notOnNeo();
  const url = requiredText(body, 'url');
  if (!/^https?:\/\/[^\s/]/i.test(url) || !URL.canParse(url)) throw refuseInWords(400, 'Invalid url');
  return { kind: 'announce', url };
}

/** The new platform is reported to refuse a recording that nobody is told of. */
function readRecording({ account, body }: Context): ControlOrder {
  const isAnnounced = flag(body, 'announcement');
  if (account.platform === 'neo' && !isAnnounced) throw notOnNeo();
  return { kind: 'record', value: flag(body, 'value'), isAnnounced };
}

function readTransfer({ body }: Context): ControlOrder {
  const isAttended = flag(body, 'attended');
  const to = readNumber('phoneNumber', requiredText(body, 'phoneNumber'));
  const shown = optionalText(body, 'callerId');
  const callerId = shown === undefined ? undefined : readNumber('callerId', shown);
  return { kind: 'transfer', to, isAttended, ...(callerId === undefined ? {} : { callerId }) };
}

function readDtmf({ body }: Context): ControlOrder {
  const sequence = requiredText(body, 'sequence');
  if (!/^[0-9A-D#*]{1,100}$/.test(sequence)) throw refuseInWords(400, 'Invalid sequence');
  return { kind: 'dtmf', sequence };
}

/** Click to call as third parties found it on the new platform. @throws Refusal 403 on the classic one */
function dialOnNeo({ account, network, user, body }: Context): RestAnswer {
  if (account.platform === 'classic') throw refuse(403);
  const deviceId = requiredText(body, 'deviceId');
  const callee = readNumber('targetNumber', requiredText(body, 'targetNumber'));
  const shown = optionalText(body, 'callerId');
  const callerId = shown === undefined ? undefined : readNumber('callerId', shown);
  if (!account.devices.some(({ id, userId }) => id === deviceId && userId === user.id)) throw refuse(403);
  charge(account, account.prices.call);
  const callId = randomUUID();
  const order = { sessionId: callId, caller: deviceId, callee };
  network.clickToDial(callerId === undefined ? order : { ...order, callerId });
  return json({ callId });
}

function flag(body: Context['body'], field: string): boolean {
  const value = body[field];
  if (typeof value !== 'boolean') throw refuseInWords(400, `${field} must be true or false`);
  return value;
}

/** Short internal numbers can be dialled as well. */
function readNumber(field: string, text: string): string {
  const number = /^\d{2,6}$/.test(text) ? text : e164(text);
  if (number === undefined) throw refuseInWords(400, `Invalid ${field}`);
  return number;
}

function notOnNeo() {
  return refuseInWords(403, 'This is not available on sipgate neo PBX accounts');
}
