import { apiPath } from '../../client/api-path';
import type { SipgateClient } from '../../client/client';
import { SipgateError } from '../../errors';
import { toEntry, type HistoryEntry } from './entry';
import { isRecord } from '../../json';
import { entryId } from './ids';

/** The document of a fax, or the recording of a voicemail. */
export interface HistoryFile {
  readonly content: Buffer;
  /** `application/pdf`, `audio/wav`, `audio/mpeg`, or what the server says. */
  readonly contentType: string;
}

/** How the types of files begin, where a server only says that it is some file. */
const BEGINNINGS = [
  ['%PDF', 'application/pdf'],
  ['RIFF', 'audio/wav'],
  ['ID3', 'audio/mpeg'],
  ['\xff\xfb', 'audio/mpeg'],
  ['OggS', 'audio/ogg'],
] as const;
const UNKNOWN_TYPE = 'application/octet-stream';

/** @returns where the file of an entry is: the PDF of a fax, the recording of a voicemail; `undefined` where it has none */
export function fileLink({ type, documentUrl, recordingUrl }: HistoryEntry): string | undefined {
  const link = type === 'FAX' ? documentUrl : type === 'VOICEMAIL' ? recordingUrl : undefined;
  return typeof link === 'string' && link !== '' ? link : undefined;
}

/** @returns whether an entry is one that has a file, now or soon */
export function hasFile({ type, direction }: HistoryEntry): boolean {
  return type === 'VOICEMAIL' || (type === 'FAX' && direction !== 'OUTGOING');
}

/**
 * Fetches the file of an entry.
 * @throws SipgateError `NOT_FOUND` where it has none (yet) or its link has expired
 */
export async function readHistoryFile(
  client: SipgateClient,
  entry: HistoryEntry,
  signal?: AbortSignal,
): Promise<HistoryFile> {
  const what = entry.type === 'FAX' ? 'fetch the PDF of the fax' : 'fetch the recording of the voicemail';
  const link = fileLink(entry);
  if (link === undefined) {
    throw new SipgateError('NOT_FOUND', `sipgate cannot ${what}: the entry names none. It may come later.`);
  }
  const { content, contentType } = await client.download(link, { what, signal });
  const isNamed = contentType !== '' && contentType !== UNKNOWN_TYPE;
  return { content, contentType: isNamed ? contentType : typeOf(content) };
}

function typeOf(content: Buffer): string {
  const head = content.subarray(0, 4).toString('latin1');
  return BEGINNINGS.find(([beginning]) => head.startsWith(beginning))?.[1] ?? UNKNOWN_TYPE;
}

/**
 * Reads one entry.
 * @param which its id, or the entry itself
 * @throws SipgateError `INVALID_INPUT` before any request; `NOT_FOUND`, …
 */
export async function readEntry(
  client: SipgateClient,
  which: unknown,
  signal?: AbortSignal,
): Promise<HistoryEntry> {
  const id = entryId(which);
  const options = { what: 'show the entry of the history', scopes: ['history:read'], signal };
  const answer = await client.get(apiPath`/history/${id}`, options);
  const entry = isRecord(answer) && answer.type !== undefined ? toEntry({ id, ...answer }) : undefined;
  if (entry) return entry;
  throw new SipgateError('SERVER', 'sipgate did not show the entry of the history. Try again later.');
}
