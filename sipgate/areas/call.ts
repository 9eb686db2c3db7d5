import { isRecord } from '../json';
import { apiPath } from '../client/api-path';
import type { SipgateClient } from '../client/client';
import { describe, invalidInput, mustBe, SipgateError } from '../errors';
import { isExtension, isExtensionFor } from '../extension';
import { toDialable, toE164 } from '../phone-number';

/** Who is to talk to whom. Values may come from a message and are checked. */
export interface NewCall {
  /** Rings first: a phone (`e0`, `x0`, `y0`), a phone line (`p0`), or a number of the account. */
  readonly from: unknown;
  /** Is called once `from` has answered: a phone number, or an extension of the account. */
  readonly to: unknown;
  /** The phone whose costs and caller ID count; needed when `from` is a number. */
  readonly deviceId?: unknown;
  /** The number that the callee sees. */
  readonly callerId?: unknown;
}

/**
 * Starts a call between two telephones ("click to dial"). That sipgate accepts it does not mean that a phone
 * rings: an offline phone is accepted as well (sipgate.io docs: initiating a call).
 * @returns the id of the session, which is also the `callId` of the running call
 * @throws SipgateError `INVALID_INPUT` before any request; `INSUFFICIENT_FUNDS`, `FORBIDDEN`, …
 */
export async function initiateCall(
  client: SipgateClient,
  call: NewCall,
  options: { readonly signal?: AbortSignal } = {},
): Promise<{ sessionId: string }> {
  const body = toBody(client, call);
  const answer = await client.spend({ number: body.callee, field: 'to' }, (onCarriedOut) =>
    client.post(apiPath`/sessions/calls`, body, {
      what: 'start the call',
      scopes: ['sessions:calls:write', 'sessions:write'],
      signal: options.signal,
      onCarriedOut,
    }),
  );
  if (isRecord(answer) && (typeof answer.sessionId === 'string' || typeof answer.sessionId === 'number')) {
    return { sessionId: String(answer.sessionId) };
  }
  throw new SipgateError(
    'SERVER',
    'sipgate accepted the call but named no session. The call may be ringing.',
  );
}

function toBody(
  { country }: SipgateClient,
  { from, to, deviceId, callerId }: NewCall,
): Record<string, string> & { callee: string } {
  const caller = party(from, 'from', country);
  const device = optionalDevice(deviceId);
  if (device === undefined && !isExtension(caller)) {
    throw invalidInput(
      'deviceId',
      'is missing',
      'When `from` is a phone number, name the phone (e0) that the call is billed to.',
    );
  }
  return {
    caller,
    callee: party(to, 'to', country),
    ...(device === undefined ? {} : { deviceId: device }),
    ...(isEmpty(callerId) ? {} : { callerId: toE164(callerId, country, 'callerId') }),
  };
}

function party(input: unknown, field: string, country: string): string {
  const text = typeof input === 'string' ? input.trim() : '';
  if (!isExtension(text)) return toDialable(input, country, field);
  if (isExtensionFor(text, 'epxy')) return text;
  throw invalidInput(
    field,
    `must be a telephone, got ${describe(text)}`,
    'Give a phone (e0, x0, y0), a phone line (p0) or a number.',
  );
}

function optionalDevice(input: unknown): string | undefined {
  if (isEmpty(input)) return undefined;
  const text = typeof input === 'string' ? input.trim() : '';
  if (isExtensionFor(text, 'epxy')) return text;
  throw mustBe('deviceId', 'a phone', input, 'Give an extension such as e0.');
}

function isEmpty(input: unknown): boolean {
  return input === undefined || input === null || (typeof input === 'string' && input.trim() === '');
}
