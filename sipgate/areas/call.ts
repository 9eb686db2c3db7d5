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

/** A call that was checked. */
type CallOrder = Partial<Record<'deviceId' | 'callerId', string>> & Record<'caller' | 'callee', string>;

interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onCarriedOut?: () => void;
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
  options: Pick<CallOptions, 'signal'> = {},
): Promise<{ sessionId: string }> {
  const order = toOrder(client, call);
  return client.spend({ number: order.callee, field: 'to' }, (onCarriedOut) =>
    startCall(client, order, { ...options, onCarriedOut }),
  );
}

/** Only after a refusal does a classic account pay for finding out on which platform it is. */
async function startCall(
  client: SipgateClient,
  order: CallOrder,
  options: CallOptions,
): Promise<{ sessionId: string }> {
  if ((await client.knownPlatform()) === 'neo') return startOnNeo(client, order, options);
  try {
    return await startOnClassic(client, order, options);
  } catch (error) {
    if (!isClosed(error) || !(await isOnNeo(client, options.signal))) throw error;
    return startOnNeo(client, order, options);
  }
}

/** Third parties report 403; 404 is what a server says that does not have it. */
function isClosed(error: unknown): boolean {
  return error instanceof SipgateError && (error.code === 'FORBIDDEN' || error.code === 'NOT_FOUND');
}

async function isOnNeo(client: SipgateClient, signal: AbortSignal | undefined): Promise<boolean> {
  const platform = await client.platform(signal).catch(() => undefined);
  return platform === 'neo';
}

async function startOnClassic(
  client: SipgateClient,
  order: CallOrder,
  options: CallOptions,
): Promise<{ sessionId: string }> {
  const answer = await client.post(apiPath`/sessions/calls`, order, {
    what: 'start the call',
    scopes: ['sessions:calls:write', 'sessions:write'],
    ...options,
  });
  return sessionIn(answer, 'sessionId');
}

/**
 * sipgate does not document how calls are started on neo. Two third parties found `POST /calls`, where a phone rings
 * first and not a line or number, and one of them that some accounts want the number without `+`.
 */
async function startOnNeo(
  client: SipgateClient,
  { caller, callee, callerId }: CallOrder,
  options: CallOptions,
): Promise<{ sessionId: string }> {
  if (!isExtensionFor(caller, 'exy')) {
    const remedy = "The account is on sipgate's new platform (neo), where only a phone can ring first.";
    throw mustBe('from', 'a phone such as e0', caller, remedy);
  }
  const post = (targetNumber: string) =>
    client.post(
      apiPath`/calls`,
      { deviceId: caller, targetNumber, ...(callerId === undefined ? {} : { callerId }) },
      { what: 'start the call', scopes: ['rtcm:write'], ...options },
    );
  try {
    return sessionIn(await post(callee), 'callId');
  } catch (error) {
    const isRefused = error instanceof SipgateError && error.statusCode === 400;
    if (!isRefused || !callee.startsWith('+')) throw error;
    return sessionIn(await post(callee.slice(1)), 'callId');
  }
}

function sessionIn(answer: unknown, name: 'sessionId' | 'callId'): { sessionId: string } {
  const id = isRecord(answer) ? answer[name] : undefined;
  if (typeof id === 'string' || typeof id === 'number') return { sessionId: String(id) };
  throw new SipgateError(
    'SERVER',
    'sipgate accepted the call but named no session. The call may be ringing.',
  );
}

function toOrder({ country }: SipgateClient, { from, to, deviceId, callerId }: NewCall): CallOrder {
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
