import { apiPath, type ApiPath } from '../../client/api-path';
import type { SipgateClient } from '../../client/client';
import type { RequestOptions } from '../../client/options';
import { toCallId, toSequence, toTarget, toUrl } from './inputs';
import type { CallOperation, CallOrder } from './order';
import { MEANINGS, onNeo } from './refusals';

/**
 * Does something to an established call.
 * @param callId of a webhook's event, or the `sessionId` of a call that was started over REST
 * @returns the id as it was sent
 * @throws SipgateError `INVALID_INPUT`, and for a transfer `RATE_LIMITED`, before any request; `NOT_FOUND` when no established call has that id
 */
export async function controlCall(
  client: SipgateClient,
  callId: unknown,
  order: CallOrder,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<{ callId: string; operation: CallOperation }> {
  const id = toCallId(callId);
  const request = requestOf(id, order, client);
  const options = { scopes: ['rtcm:write'], meanings: MEANINGS, onNeo: onNeo(order), signal };
  const { expense } = request;
  const send = (onCarriedOut?: () => void) => sendRequest(client, request, { ...options, onCarriedOut });
  await (expense === undefined ? send() : client.spend(expense, send));
  return { callId: id, operation: order.operation };
}

interface ControlRequest {
  readonly method: 'DELETE' | 'PUT' | 'POST';
  readonly path: ApiPath;
  readonly body?: object;
  /** Completes "sipgate did not …". */
  readonly what: string;
  /** For what costs money. */
  readonly expense?: { readonly number: string; readonly field: string };
}

async function sendRequest(
  client: SipgateClient,
  { method, path, body, what }: ControlRequest,
  options: RequestOptions,
): Promise<void> {
  if (method === 'DELETE') await client.delete(path, { ...options, what });
  else if (method === 'PUT') await client.put(path, body, { ...options, what });
  else await client.post(path, body, { ...options, what });
}

/** @throws SipgateError `INVALID_INPUT` */
function requestOf(id: string, order: CallOrder, { country }: SipgateClient): ControlRequest {
  switch (order.operation) {
    case 'hangup':
      return { method: 'DELETE', path: apiPath`/calls/${id}`, what: 'hang up the call' };
    case 'hold':
      return put(apiPath`/calls/${id}/hold`, { value: true }, 'put the call on hold');
    case 'resume':
      return put(apiPath`/calls/${id}/hold`, { value: false }, 'take the call off hold');
    case 'mute':
      return put(apiPath`/calls/${id}/muted`, { value: true }, 'mute the call');
    case 'unmute':
      return put(apiPath`/calls/${id}/muted`, { value: false }, 'unmute the call');
    case 'startRecording':
      return record(id, true, order.isAnnounced);
    case 'stopRecording':
      return record(id, false, order.isAnnounced);
    case 'announce':
      return post(apiPath`/calls/${id}/announcements`, { url: toUrl(order.url) }, 'play the announcement');
    case 'dtmf':
      return post(apiPath`/calls/${id}/dtmf`, { sequence: toSequence(order.sequence) }, 'send the tones');
    case 'transfer': {
      const number = toTarget(order.number, country);
      const body = { phoneNumber: number, attended: order.isAttended };
      const request = post(apiPath`/calls/${id}/transfer`, body, 'transfer the call');
      return { ...request, expense: { number, field: 'number' } };
    }
  }
}

function record(id: string, value: boolean, announcement: boolean): ControlRequest {
  const what = `${value ? 'start' : 'stop'} the recording`;
  return put(apiPath`/calls/${id}/recording`, { value, announcement }, what);
}

function put(path: ApiPath, body: object, what: string): ControlRequest {
  return { method: 'PUT', path, body, what };
}

function post(path: ApiPath, body: object, what: string): ControlRequest {
  return { method: 'POST', path, body, what };
}
