import { listFaxlines } from '../../client/account-lists';
import { apiPath } from '../../client/api-path';
import type { SipgateClient } from '../../client/client';
import { invalidInput, mustBe, SipgateError } from '../../errors';
import { isExtensionFor } from '../../extension';
import { isRecord } from '../../json';
import { toE164 } from '../../phone-number';
import { checkPdf } from './pdf';

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

/** The longest `base64Content` (sipgate API). */
const LONGEST_BASE64_CHARACTERS = 28_330_000;
/** Of a file's name before `.pdf`; file systems take 255 bytes. */
const LONGEST_NAME_CHARACTERS = 100;
/** Only the end of a longer path is looked at. */
const LONGEST_PATH_CHARACTERS = 1000;
/** What file systems refuse, and what turns the direction of writing, so that `fdp.exe` is shown as `exe.pdf`. */
const UNSAFE = /[\p{Cc}\u202a-\u202e\u2066-\u2069<>:"|?*]/gu;

/**
 * Hands a fax to sipgate, which queues it: see `faxStatus` and `waitForFax` for what becomes of it.
 * @param options.signal ends the request; a fax that sipgate already has, it keeps
 * @throws SipgateError `INVALID_INPUT` before anything is sent, and for a number that sipgate finds to be no fax
 */
export async function sendFax(
  client: SipgateClient,
  fax: NewFax,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<{ sessionId: string }> {
  const recipient = toE164(fax.to, client.country, 'to');
  const file = checkPdf(fax.file, 'file');
  checkSize(file);
  const filename = toFilename(fax.filename, client.timing.now());
  const line = toFaxline(fax.faxlineId);
  const answer = await client.spend({ number: recipient, field: 'to' }, async (onCarriedOut) => {
    const faxlineId = line ?? (await firstSending(client, signal));
    const body = { faxlineId, recipient, filename, base64Content: file.toString('base64') };
    return client.post(apiPath`/sessions/fax`, body, {
      what: 'send the fax',
      scopes: ['sessions:fax:write', 'sessions:write'],
      // sipgate answers a bad number with 407, which otherwise means a proxy (official sendfax example).
      meanings: { 407: { code: 'INVALID_INPUT', hint: 'The recipient is no valid fax number: check `to`.' } },
      signal,
      onCarriedOut,
    });
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
  if (Math.ceil(file.length / 3) * 4 <= LONGEST_BASE64_CHARACTERS) return;
  const megabytes = (file.length / 1e6).toFixed(1);
  throw invalidInput(
    'file',
    `must have at most 21.2 MB, got ${megabytes} MB`,
    'Make the PDF smaller or split it.',
  );
}

function toFaxline(input: unknown): string | undefined {
  const text = typeof input === 'string' ? input.trim() : input;
  if (text === undefined || text === null || text === '') return undefined;
  if (typeof text === 'string' && isExtensionFor(text, 'f')) return text;
  throw mustBe('faxlineId', 'a fax line', input, 'Give one such as f0, or leave it empty.');
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

function toFilename(input: unknown, now: number): string {
  if (typeof input !== 'string' && input !== undefined && input !== null) {
    throw mustBe('filename', 'a text', input, 'Give a name such as offer.pdf, or leave it empty.');
  }
  const name = (input ?? '').slice(-LONGEST_PATH_CHARACTERS).split(/[\\/]/).at(-1) ?? '';
  const safe = withoutEdges(name.replace(UNSAFE, '_').replace(/\.pdf$/i, ''));
  return `${[...safe].slice(0, LONGEST_NAME_CHARACTERS).join('') || defaultName(now)}.pdf`;
}

/** Dots and blanks at its ends hide a file, or are lost. */
function withoutEdges(name: string): string {
  let [start, end] = [0, name.length];
  while (start < end && /[.\s]/.test(name.charAt(start))) start += 1;
  while (start < end && /[.\s]/.test(name.charAt(end - 1))) end -= 1;
  return name.slice(start, end);
}

/** To the second, as two faxes in one minute are common. */
function defaultName(now: number): string {
  const [date = '', time = ''] = new Date(now).toISOString().split('T');
  return `Fax_${date.replaceAll('-', '')}_${time.slice(0, 8).replaceAll(':', '')}`;
}
