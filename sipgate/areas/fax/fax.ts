import { listFaxlines } from '../../client/account-lists';
import { isRecord } from '../../json';
import { apiPath } from '../../client/api-path';
import type { SipgateClient } from '../../client/client';
import { describe, invalidInput, isCancelled, SipgateError } from '../../errors';
import { isExtensionFor } from '../../extension';
import { checkPdf } from './pdf';
import { toE164 } from '../../phone-number';

/** A fax to send. Values may come from a message and are checked. */
export interface NewFax {
  readonly to: unknown;
  /** A PDF; up to about 21 MB. */
  readonly file: unknown;
  /** What the history shows; empty = made from the time. */
  readonly filename?: unknown;
  /** A fax line (`f0`), also of a group; empty = the first that can send. */
  readonly faxlineId?: unknown;
}

/** Where a fax is. sipgate may have further words. */
export type FaxStatus = 'SENT' | 'PENDING' | 'FAILED' | 'SENDING' | 'SCHEDULED' | (string & {});

/** sipgate API: the longest `base64Content`, in characters. */
const LONGEST_BASE64 = 28_330_000;

/** Ends a request; what sipgate already has, it keeps. */
export interface FaxOptions {
  readonly signal?: AbortSignal | undefined;
}

/**
 * Hands a fax to sipgate, which queues it: see `faxStatus` and `waitForFax` for what becomes of it.
 * @throws SipgateError `INVALID_INPUT` before anything is sent, and for a number that sipgate finds to be no fax
 */
export async function sendFax(
  client: SipgateClient,
  fax: NewFax,
  { signal }: FaxOptions = {},
): Promise<{ sessionId: string }> {
  const recipient = toE164(fax.to, client.country, 'to');
  const file = checkPdf(fax.file, 'file');
  checkSize(file);
  const filename = toFilename(fax.filename, client.timing.now());
  const faxlineId = toFaxline(fax.faxlineId) ?? (await firstSending(client, signal));
  const body = { faxlineId, recipient, filename, base64Content: file.toString('base64') };
  const answer = await client.post(apiPath`/sessions/fax`, body, {
    what: 'send the fax',
    scopes: ['sessions:fax:write', 'sessions:write'],
    // sipgate answers a bad number with 407, which otherwise means a proxy (official sendfax example).
    meanings: { 407: { code: 'INVALID_INPUT', hint: 'The recipient is no valid fax number: check `to`.' } },
    signal,
  });
  if (isRecord(answer) && (typeof answer.sessionId === 'string' || typeof answer.sessionId === 'number')) {
    return { sessionId: String(answer.sessionId) };
  }
  throw new SipgateError(
    'SERVER',
    'sipgate accepted the fax but named no session. Look at the history before sending again.',
  );
}

function checkSize(file: Buffer): void {
  if (Math.ceil(file.length / 3) * 4 <= LONGEST_BASE64) return;
  const megabytes = (file.length / 1e6).toFixed(1);
  throw invalidInput(
    'file',
    `is too large: ${megabytes} MB`,
    'sipgate takes PDFs of up to 21.2 MB: make it smaller or split it.',
  );
}

function toFaxline(input: unknown): string | undefined {
  const text = typeof input === 'string' ? input.trim() : input;
  if (text === undefined || text === null || text === '') return undefined;
  if (typeof text === 'string' && isExtensionFor(text, 'f')) return text;
  throw invalidInput(
    'faxlineId',
    `is no fax line but ${describe(input)}`,
    'Give one such as f0, or leave it empty.',
  );
}

async function firstSending(client: SipgateClient, signal: AbortSignal | undefined): Promise<string> {
  const line = (await listFaxlines(client, { signal })).find(({ canSend }) => canSend);
  if (line !== undefined) return line.id;
  throw invalidInput(
    'faxlineId',
    'is empty, and the login has no fax line that can send',
    'Set one up in the web app.',
  );
}

/** Longest part of a name before `.pdf`; file systems take 255 bytes. */
const LONGEST_NAME = 100;

function toFilename(input: unknown, now: number): string {
  if (typeof input !== 'string' && input !== undefined && input !== null) {
    throw invalidInput(
      'filename',
      `is no text but ${describe(input)}`,
      'Give a name such as offer.pdf, or leave it empty.',
    );
  }
  const name = (input ?? '').split(/[\\/]/).at(-1) ?? '';
  const safe = name
    .replace(/[\p{Cc}<>:"|?*]/gu, '_')
    .replace(/\.pdf$/i, '')
    .replace(/^[.\s]+|[.\s]+$/g, '');
  return `${[...safe].slice(0, LONGEST_NAME).join('') || defaultName(now)}.pdf`;
}

/** To the second, as two faxes in one minute are common. */
function defaultName(now: number): string {
  const [date = '', time = ''] = new Date(now).toISOString().split('T');
  return `Fax_${date.replaceAll('-', '')}_${time.slice(0, 8).replaceAll(':', '')}`;
}

/**
 * @returns what became of a fax. Right after sending, sipgate may not know it for some seconds (`NOT_FOUND`).
 */
export async function faxStatus(
  client: SipgateClient,
  sessionId: unknown,
  { signal }: FaxOptions = {},
): Promise<{ sessionId: string; status: FaxStatus }> {
  const id = toSessionId(sessionId);
  const entry = await client.get(apiPath`/history/${id}`, {
    what: 'show the fax',
    scopes: ['history:read'],
    meanings: { 404: { hint: 'There is no such fax; one that was just sent takes some seconds to appear.' } },
    signal,
  });
  if (isRecord(entry) && typeof entry.faxStatusType === 'string')
    return { sessionId: id, status: entry.faxStatusType };
  if (isRecord(entry) && typeof entry.type === 'string' && entry.type !== 'FAX') {
    throw invalidInput(
      'sessionId',
      `belongs to no fax, but to ${describe(entry.type)}`,
      'Give the sessionId that sending the fax gave.',
    );
  }
  throw new SipgateError(
    'SERVER',
    'sipgate did not say what became of the fax. Look at the history in the web app.',
  );
}

function toSessionId(input: unknown): string {
  const id = typeof input === 'number' ? String(input) : input;
  if (typeof id === 'string' && id.trim() !== '') return id.trim();
  throw invalidInput(
    'sessionId',
    `is no id but ${describe(input)}`,
    'Give the sessionId that sending the fax gave.',
  );
}

/** How long and how often to look. All times in ms. */
export interface WaitForFaxOptions extends FaxOptions {
  /** Default 600000. */
  readonly timeout?: number;
  /** Default 5000, as in sipgate's example. The first looks come sooner, after 1000 and another 2000. */
  readonly interval?: number;
  /** How long a fax may be unknown after it was accepted. Default 60000. */
  readonly grace?: number;
  /** Hears of every change. */
  readonly onStatus?: (status: FaxStatus) => void;
}

/**
 * Looks until the fax is sent. Short troubles on the way (network, 5xx, too many requests) are lived through.
 * @throws SipgateError `SERVER` when it FAILED, `TIMEOUT` when it is still on its way, `NOT_FOUND` when it does not
 *   appear in the grace time
 */
export async function waitForFax(
  client: SipgateClient,
  sessionId: unknown,
  options: WaitForFaxOptions = {},
): Promise<{ sessionId: string; status: FaxStatus }> {
  const { timeout = 600_000, interval = 5000, grace = 60_000, onStatus, signal } = options;
  const { timing } = client;
  const started = timing.now();
  let last: FaxStatus | undefined;
  for (let pause = 1000; ; pause *= 2) {
    const found = await look(client, sessionId, signal, timing.now() - started < grace && last === undefined);
    if (found !== undefined && found.status !== last) {
      last = found.status;
      onStatus?.(last);
    }
    if (found?.status === 'SENT') return found;
    if (found?.status === 'FAILED') throw faxFailed(found.sessionId);
    const left = timeout - (timing.now() - started);
    if (left <= 0) throw notYetSent(String(sessionId), timeout, last);
    await timing.sleep(Math.min(pause > 2000 ? interval : pause, interval, left), signal);
  }
}

async function look(
  client: SipgateClient,
  sessionId: unknown,
  signal: AbortSignal | undefined,
  mayBeUnknown: boolean,
) {
  try {
    return await faxStatus(client, sessionId, { signal });
  } catch (error) {
    if (mayBeUnknown && error instanceof SipgateError && error.code === 'NOT_FOUND') return undefined;
    if (isPassing(error)) return undefined;
    throw isCancelled(error) ? error : notFollowed(String(sessionId), error);
  }
}

/** Whoever reads only that something was refused sends the fax again. */
function notFollowed(sessionId: string, error: unknown): unknown {
  if (!(error instanceof SipgateError) || error.field !== undefined) return error;
  const { code, message, cause, statusCode } = error;
  const words = `sipgate accepted the fax ${sessionId}, but what becomes of it is unknown: do not send it again. ${message}`;
  return new SipgateError(code, words, { cause, ...(statusCode === undefined ? {} : { statusCode }) });
}

function isPassing(error: unknown): boolean {
  if (!(error instanceof SipgateError) || isCancelled(error)) return false;
  return ['NETWORK', 'TIMEOUT', 'RATE_LIMITED'].includes(error.code) || (error.statusCode ?? 0) >= 500;
}

function faxFailed(sessionId: string): SipgateError {
  return new SipgateError(
    'SERVER',
    `sipgate could not deliver the fax ${sessionId} (FAILED). The other side was busy or is no fax, or the PDF is damaged, encrypted or has form fields.`,
  );
}

function notYetSent(sessionId: string, timeout: number, last: FaxStatus | undefined): SipgateError {
  return new SipgateError(
    'TIMEOUT',
    `The fax ${sessionId} is not sent after ${timeout / 1000} s (${last ?? 'sipgate does not show it yet'}). It may still be: look at its status before sending again.`,
  );
}
