import { createHmac, timingSafeEqual } from 'node:crypto';
import type { SimulatedAccount } from '../../account/account';
import type { HistoryEntry } from '../../account/history';
import { readHistory } from '../../account/read-history';
import { refuse } from '../answers';
import type { RestAnswer, RestRequest } from '../types';

/** The paths of files come whole, as those of the login server do. */
export const FILES_PREFIX = '/files/';

/**
 * @param origin `http://127.0.0.1:8766`
 * @param file `document.pdf`, `recording.wav`, `recording-1.wav`
 * @returns where the file of an entry can be downloaded, without a login: nobody can guess it
 */
export function linkTo(account: SimulatedAccount, origin: string, entryId: string, file: string): string {
  return `${origin}${FILES_PREFIX}${encodeURIComponent(entryId)}/${keyOf(account, entryId, file)}/${file}`;
}

/** Answers a download. @throws Refusal 404 for a link that the simulator has not given out */
export function download(account: SimulatedAccount, request: RestRequest, nowMs: number): RestAnswer {
  const [entryId = '', key = '', file = ''] = request.path.slice(FILES_PREFIX.length).split('/');
  const entry = readHistory(account, nowMs).find(({ id }) => encodeURIComponent(id) === entryId);
  if (entry === undefined || !isKey(key, keyOf(account, entry.id, file))) throw refuse(404);
  if (request.method !== 'GET' && request.method !== 'HEAD') throw refuse(405);
  const content = fileOf(entry, file);
  if (content === undefined) throw refuse(404);
  const type = file.endsWith('.pdf') ? 'application/pdf' : 'audio/x-wav';
  const headers = { 'content-type': type, 'content-length': String(content.length) };
  return { kind: 'answer', status: 200, headers, body: content };
}

function keyOf(account: SimulatedAccount, entryId: string, file: string): string {
  return createHmac('sha256', account.history.linkSecret).update(`${entryId}/${file}`).digest('hex');
}

function isKey(given: string, wanted: string): boolean {
  return given.length === wanted.length && timingSafeEqual(Buffer.from(given), Buffer.from(wanted));
}

function fileOf(entry: HistoryEntry, file: string): Buffer | undefined {
  switch (entry.type) {
    case 'CALL': {
      const number = /^recording-(\d{1,4})\.wav$/.exec(file)?.[1];
      return number === undefined ? undefined : entry.recordings[Number(number) - 1];
    }
    case 'VOICEMAIL':
      return file === 'recording.wav' ? entry.recording : undefined;
    case 'FAX':
      return file === 'document.pdf' ? entry.document : undefined;
    case 'SMS':
      return undefined;
  }
}
