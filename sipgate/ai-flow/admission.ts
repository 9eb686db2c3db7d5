import { timingSafeEqual } from 'node:crypto';
import { clientAddress, type AddressRanges } from '../address';
import { MOST_BODY_BYTES, type RequestHead } from '../http-endpoint';

/** Whom an AI flow listens to. */
export interface AiFlowAdmission {
  readonly allowedIps: AddressRanges;
  readonly trustProxy: AddressRanges;
  /** Header in which sipgate sends the secret. */
  readonly tokenHeader: string;
  /** The secret; empty: whoever knows the path is welcome. */
  readonly token: string;
}

/** Why a request is refused, in words of ours: nothing of it is echoed. */
export interface Refusal {
  readonly status: number;
  readonly reason: string;
}

/** Of the secret and of what comes in its place; honest ones have some dozens. */
const LEAST_COMPARED_BYTES = 512;

/**
 * @returns what compares a header with the secret, in a time that tells nothing of the secret, not even its length: both
 *   are laid into equally long memory, and all of it is compared
 */
export function secretCheck({ token, tokenHeader }: AiFlowAdmission): SecretCheck {
  const name = tokenHeader.toLowerCase();
  const length = Math.max(Buffer.byteLength(token), LEAST_COMPARED_BYTES);
  const [expected, given] = [Buffer.alloc(length, 0), Buffer.alloc(length, 0)];
  expected.write(token);
  return ({ headers }) => {
    if (token === '') return true;
    const header = headers[name];
    if (typeof header !== 'string') return false;
    given.fill(0);
    given.write(header);
    // a longer header is cut off above, so it is compared once more: only who knows the secret comes so far
    return timingSafeEqual(given, expected) && header === token;
  };
}

/** @returns whether a request brings the secret, or needs none */
export type SecretCheck = (head: RequestHead) => boolean;

/** @returns why a request with an event is refused before its body is read, if it is */
export function refusalOf(
  head: RequestHead,
  rules: AiFlowAdmission,
  hasSecret: SecretCheck,
): Refusal | undefined {
  if (head.method !== 'POST') return { status: 405, reason: 'sipgate sends POST requests' };
  if (!isJson(head.headers['content-type']))
    return { status: 415, reason: 'The content type must be application/json' };
  if (Number(head.headers['content-length']) > MOST_BODY_BYTES)
    return { status: 413, reason: 'The body is longer than 64 KiB' };
  return strangerRefusal(head, rules, hasSecret);
}

/** @returns why somebody may not speak to this AI flow at all, over HTTP or over a WebSocket, if so */
export function strangerRefusal(
  head: RequestHead,
  rules: AiFlowAdmission,
  hasSecret: SecretCheck,
): Refusal | undefined {
  if (!rules.allowedIps.isEmpty && !isAllowed(head, rules))
    return { status: 403, reason: 'This address is not allowed' };
  return hasSecret(head) ? undefined : { status: 401, reason: 'The secret is missing or wrong' };
}

/** @returns the address that a request comes from; `undefined` where a trusted proxy has passed on something else */
export function senderOf(
  { remoteAddress = '', headers }: RequestHead,
  { trustProxy }: Pick<AiFlowAdmission, 'trustProxy'>,
): string | undefined {
  return clientAddress(remoteAddress, [headers['x-forwarded-for'] ?? ''].flat().join(','), trustProxy);
}

function isJson(contentType: string | string[] | undefined): boolean {
  return (
    String(contentType ?? '')
      .split(';', 1)[0]
      ?.trim()
      .toLowerCase() === 'application/json'
  );
}

function isAllowed(head: RequestHead, rules: AiFlowAdmission): boolean {
  const sender = senderOf(head, rules);
  return sender !== undefined && rules.allowedIps.has(sender);
}
