import { accountOfSipId } from '../extension';
import { MOST_BODY_BYTES, type RequestHead } from '../http-endpoint';
import { clientAddress, type AddressRanges } from '../address';
import { parseEvent } from './event';

/** A form, with whatever parameters. */
const FORM = /^application\/x-www-form-urlencoded[ \t]*(?:;|$)/i;

/** Whom a webhook listens to. */
export interface AdmissionRules {
  readonly allowedIps: AddressRanges;
  readonly trustProxy: AddressRanges;
  /** Only events of this account (`1234567`); empty: of any. */
  readonly masterSipId: string;
}

/** Why a request is refused, in words of ours: nothing of it is echoed. */
export interface Refusal {
  readonly status: number;
  readonly reason: string;
}

/** An event with its fields as they came. */
export type ReadEvent = ReturnType<typeof parseEvent>;

/** @returns why a request is refused before its body is read, if it is */
export function refusalOf(head: RequestHead, rules: AdmissionRules): Refusal | undefined {
  if (head.method !== 'POST') return { status: 405, reason: 'sipgate.io sends POST requests' };
  if (!FORM.test(String(head.headers['content-type'])))
    return { status: 415, reason: 'The content type must be application/x-www-form-urlencoded' };
  if (Number(head.headers['content-length']) > MOST_BODY_BYTES)
    return { status: 413, reason: 'The body is longer than 64 KiB' };
  if (!rules.allowedIps.isEmpty && !isAllowed(head, rules))
    return { status: 403, reason: 'This address is not allowed' };
  return undefined;
}

function isAllowed(head: RequestHead, rules: AdmissionRules): boolean {
  const client = senderOf(head, rules);
  return client !== undefined && rules.allowedIps.has(client);
}

/** @returns the address that a request comes from; `undefined` where a trusted proxy has passed on something else */
export function senderOf(
  { remoteAddress = '', headers }: RequestHead,
  { trustProxy }: Pick<AdmissionRules, 'trustProxy'>,
): string | undefined {
  const forwarded = [headers['x-forwarded-for'] ?? ''].flat().join(',');
  return clientAddress(remoteAddress, forwarded, trustProxy);
}

/**
 * Reads the event of a request whose signature is checked first.
 * @param isSigned whether sipgate signed these bytes
 */
export function readEvent(
  body: Buffer,
  isSigned: boolean,
  { masterSipId }: Pick<AdmissionRules, 'masterSipId'>,
): ReadEvent | Refusal {
  if (!isSigned) return { status: 401, reason: 'The signature is missing or does not fit the body' };
  const read = parse(body);
  if ('status' in read || isOf(masterSipId, read)) return read;
  return { status: 403, reason: 'The event belongs to another sipgate account' };
}

function parse(body: Buffer): ReadEvent | Refusal {
  try {
    return parseEvent(body);
  } catch {
    return { status: 400, reason: 'The form has no event that sipgate.io knows' };
  }
}

/** An event that names nobody may be of any account. */
function isOf(masterSipId: string, { fullUserIds }: ReadEvent): boolean {
  if (masterSipId === '' || fullUserIds.length === 0) return true;
  return fullUserIds.some((id) => accountOfSipId(id) === masterSipId);
}
