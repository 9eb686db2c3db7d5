import { apiPath, type ApiPath } from '../../client/api-path';
import type { SipgateClient } from '../../client/client';
import { toCallId, toSequence, toTarget, toUrl } from './inputs';
import type { CallOperation, CallOrder } from './order';
import { explained, MEANINGS } from './refusals';

/**
 * Does something to an established call.
 * @param callId of a webhook's event, or the `sessionId` of a call that was started over REST
 * @returns the id as it was sent
 * @throws SipgateError `INVALID_INPUT` before any request; `NOT_FOUND` when no established call has that id
 */
export async function controlCall(
  client: SipgateClient,
  callId: unknown,
  order: CallOrder,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<{ callId: string; operation: CallOperation }> {
  const id = toCallId(callId);
  const { method, path, body, what } = requestOf(id, order, client);
  const options = { what, scopes: ['rtcm:write'], meanings: MEANINGS, signal };
  try {
    if (method === 'DELETE') await client.delete(path, options);
    else if (method === 'PUT') await client.put(path, body, options);
    else await client.post(path, body, options);
  } catch (thrown) {
    throw explained(thrown, order);
  }
  return { callId: id, operation: order.operation };
}

interface ControlRequest {
  readonly method: 'DELETE' | 'PUT' | 'POST';
  readonly path: ApiPath;
  readonly body?: object;
  /** Completes "sipgate did not …". */
  readonly what: string;
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
      const body = { phoneNumber: toTarget(order.number, country), attended: order.isAttended };
      return post(apiPath`/calls/${id}/transfer`, body, 'transfer the call');
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
