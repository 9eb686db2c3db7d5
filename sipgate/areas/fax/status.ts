import { apiPath } from '../../client/api-path';
import type { SipgateClient } from '../../client/client';
import { invalidInput, isCancelled, mustBe, SipgateError } from '../../errors';
import { isRecord } from '../../json';

/** Where a fax is. sipgate may have further words. */
export type FaxStatus = 'SENT' | 'PENDING' | 'FAILED' | 'SENDING' | 'SCHEDULED' | (string & {});

/** A fax that sipgate has, and where it is. */
export interface KnownFax {
  readonly sessionId: string;
  readonly status: FaxStatus;
}

/** How long and how often to look. All times in ms. */
export interface WaitForFaxOptions {
  /** Ends the waiting; the fax goes on its way. */
  readonly signal?: AbortSignal | undefined;
  /** Default 600000. */
  readonly timeout?: number;
  /** Default 5000, as in sipgate's example. The first looks come sooner, after 1000 and another 2000. */
  readonly interval?: number;
  /** How long a fax may be unknown after it was accepted. Default 60000. */
  readonly grace?: number;
  /** Hears of every change. */
  readonly onStatus?: (status: FaxStatus) => void;
}

const TIMEOUT_MS = 600_000;
const INTERVAL_MS = 5000;
const GRACE_MS = 60_000;
const FIRST_PAUSE_MS = 1000;
/** Pauses double up to this one; all later ones are the interval. */
const LONGEST_EARLY_PAUSE_MS = 2000;

const SESSION_REMEDY = 'Give the sessionId that sending the fax gave.';

/**
 * Asks what became of a fax. Right after sending, sipgate may not know it for some seconds.
 * @param sessionId what `sendFax` gave
 * @throws SipgateError `NOT_FOUND` for a fax that sipgate does not know (yet), `INVALID_INPUT` for what is no fax
 */
export async function faxStatus(
  client: SipgateClient,
  sessionId: unknown,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<KnownFax> {
  const id = toSessionId(sessionId);
  const entry = await client.get(apiPath`/history/${id}`, {
    what: 'show the fax',
    scopes: ['history:read'],
    meanings: { 404: { hint: 'There is no such fax; one that was just sent takes some seconds to appear.' } },
    signal,
  });
  if (isRecord(entry) && typeof entry.faxStatusType === 'string') {
    return { sessionId: id, status: entry.faxStatusType };
  }
  if (isRecord(entry) && typeof entry.type === 'string' && entry.type !== 'FAX') {
    throw invalidInput('sessionId', `must be that of a fax, got one of ${entry.type}`, SESSION_REMEDY);
  }
  throw new SipgateError(
    'SERVER',
    'sipgate did not say what became of the fax. Look at the history in the web app.',
  );
}

function toSessionId(input: unknown): string {
  const id = typeof input === 'number' ? String(input) : input;
  if (typeof id === 'string' && id.trim() !== '') return id.trim();
  throw mustBe('sessionId', 'the id of a fax', input, SESSION_REMEDY);
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
): Promise<KnownFax> {
  const { timeout = TIMEOUT_MS, interval = INTERVAL_MS, grace = GRACE_MS, onStatus, signal } = options;
  const { timing } = client;
  const started = timing.now();
  let last: FaxStatus | undefined;
  for (let pause = FIRST_PAUSE_MS; ; pause *= 2) {
    const mayBeUnknown = timing.now() - started < grace && last === undefined;
    const found = await look(client, sessionId, signal, mayBeUnknown);
    if (found !== undefined && found.status !== last) {
      last = found.status;
      onStatus?.(last);
    }
    if (found?.status === 'SENT') return found;
    if (found?.status === 'FAILED') throw faxFailed(found.sessionId);
    const left = timeout - (timing.now() - started);
    if (left <= 0) throw notYetSent(String(sessionId), timeout, last);
    await timing.sleep(Math.min(pause > LONGEST_EARLY_PAUSE_MS ? interval : pause, interval, left), signal);
  }
}

async function look(
  client: SipgateClient,
  sessionId: unknown,
  signal: AbortSignal | undefined,
  mayBeUnknown: boolean,
): Promise<KnownFax | undefined> {
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
  return error.reworded(
    `sipgate accepted the fax ${sessionId}, but what becomes of it is unknown: do not send it again. ${error.message}`,
  );
}

function isPassing(error: unknown): boolean {
  if (!(error instanceof SipgateError) || isCancelled(error)) return false;
  return ['NETWORK', 'TIMEOUT', 'RATE_LIMITED'].includes(error.code) || (error.statusCode ?? 0) >= 500;
}

function faxFailed(sessionId: string): SipgateError {
  return new SipgateError(
    'SERVER',
    `sipgate could not deliver the fax ${sessionId} (FAILED). The other side was busy or has no fax machine, or the PDF is damaged, encrypted or has form fields.`,
  );
}

function notYetSent(sessionId: string, timeout: number, last: FaxStatus | undefined): SipgateError {
  return new SipgateError(
    'TIMEOUT',
    `The fax ${sessionId} was not sent within ${timeout / 1000} s (${last ?? 'sipgate does not show it yet'}). It may still be: look at its status before sending again.`,
  );
}
