import type { SimulatedAccount } from '../../account/account';
import type { HistoryEntry } from '../../account/history';
import { marksOf } from '../../account/read-history';
import { linkTo } from './files';

/** The types of the extensions that an entry may belong to (specification: RoutingEndpoint). */
const ENDPOINT_TYPES: Readonly<Record<string, string>> = {
  e: 'REGISTER',
  f: 'FAX',
  g: 'GROUP',
  p: 'PHONELINE',
  s: 'SMS',
  v: 'VOICEMAIL',
  w: 'USER',
  x: 'EXTERNAL',
  y: 'MOBILE',
};

/**
 * @param origin where the simulator is reached, for links to files
 * @returns an entry as `GET /history` gives it: what the specification defines, and what is delivered beside it
 */
export function describeEntry(
  account: SimulatedAccount,
  entry: HistoryEntry,
  origin: string,
): Record<string, unknown> {
  const { read, archived, starred, note, modifiedMs } = marksOf(account, entry);
  return {
    id: entry.id,
    source: entry.source,
    target: entry.target,
    sourceAlias: entry.sourceAlias,
    targetAlias: entry.targetAlias,
    type: entry.type,
    created: iso(entry.createdMs),
    lastModified: iso(modifiedMs),
    direction: entry.direction,
    incoming: entry.direction === 'INCOMING' || entry.direction === 'MISSED_INCOMING',
    status: entry.status,
    connectionIds: entry.connectionIds,
    read,
    archived,
    note,
    endpoints: entry.connectionIds.map(describeEndpoint),
    starred,
    labels: [],
    ...details(account, entry, origin),
  };
}

function describeEndpoint(extension: string) {
  return {
    type: 'ROUTED',
    endpoint: { extension, type: ENDPOINT_TYPES[extension.charAt(0)] ?? 'PHONELINE' },
  };
}

function details(account: SimulatedAccount, entry: HistoryEntry, origin: string): Record<string, unknown> {
  const link = (file: string) => linkTo(account, origin, entry.id, file);
  switch (entry.type) {
    case 'CALL': {
      const { callId, callStatus, durationS } = entry;
      const recordings = entry.recordings.map((_, index) => ({
        id: `${entry.id}-${index + 1}`,
        url: link(`recording-${index + 1}.wav`),
      }));
      return { callId, callStatus, duration: durationS, recordings };
    }
    case 'VOICEMAIL': {
      const { transcription, durationS } = entry;
      return { transcription, duration: durationS, recordingUrl: link('recording.wav') };
    }
    case 'SMS':
      return { smsContent: entry.text, scheduled: entry.scheduledMs ? iso(entry.scheduledMs) : '' };
    case 'FAX': {
      const { faxStatus, pageCount } = entry;
      const documentUrl = link('document.pdf');
      return {
        faxStatusType: faxStatus,
        scheduled: '',
        documentUrl,
        reportUrl: '',
        previewUrl: '',
        pageCount,
      };
    }
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
