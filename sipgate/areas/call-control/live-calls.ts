import { apiPath } from '../../client/api-path';
import type { SipgateClient } from '../../client/client';
import { SipgateError } from '../../errors';
import { isRecord } from '../../json';
import { fromWire } from '../../phone-number';

/** A call that somebody has answered and that goes on. */
export interface LiveCall {
  readonly callId: string;
  readonly muted: boolean;
  readonly recording: boolean;
  readonly hold: boolean;
  readonly participants: readonly Participant[];
}

/** Somebody who takes part in a call. */
export interface Participant {
  readonly participantId: string;
  /** With `+`; empty for somebody who hides the number. */
  readonly phoneNumber: string;
  readonly muted: boolean;
  readonly hold: boolean;
  /** The one whose account this is. */
  readonly owner: boolean;
}

/**
 * The established calls of the account: none that still rings, and no running voicemail recording (sipgate API, RTCM).
 * @throws SipgateError
 */
export async function listCalls(
  client: SipgateClient,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<LiveCall[]> {
  const answer = await client.get(apiPath`/calls`, {
    what: 'list the live calls',
    scopes: ['rtcm:read'],
    signal,
  });
  if (isRecord(answer) && Array.isArray(answer.data)) return answer.data.filter(isRecord).map(toLiveCall);
  throw new SipgateError(
    'SERVER',
    "The answer holds no list of calls, so it does not come from sipgate's API. Check the API URL of the account and the network.",
  );
}

/** New fields that sipgate may add are passed on. */
function toLiveCall(call: Record<string, unknown>): LiveCall {
  const participants = Array.isArray(call.participants) ? call.participants.filter(isRecord) : [];
  return { ...call, participants: participants.map(toParticipant) } as unknown as LiveCall;
}

/** The specification says that the number is a text, and its example is a number. */
function toParticipant(participant: Record<string, unknown>): Record<string, unknown> {
  const { phoneNumber } = participant;
  const isNumber = typeof phoneNumber === 'string' || typeof phoneNumber === 'number';
  return { ...participant, phoneNumber: isNumber ? fromWire(String(phoneNumber)) : '' };
}
