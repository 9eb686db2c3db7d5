import type { SimulatedAccount } from './account';
import { faxStatus } from './fax-status';
import type { FaxEntry, HistoryEntry, HistoryMarks, SmsEntry } from './history';
import type { SentFax, SentSms } from './messages';

/**
 * @param nowMs ms since 1970; it decides how far the faxes are
 * @param isWanted default: everything
 * @returns what the history shows, the newest first. A fax gets its entry some moments after it was accepted.
 */
export function readHistory(
  account: SimulatedAccount,
  nowMs: number,
  isWanted: (entry: HistoryEntry) => boolean = () => true,
): HistoryEntry[] {
  const { entries, deletedIds } = account.history;
  const faxes = account.faxes.flatMap((fax) => faxEntry(account, fax, nowMs) ?? []);
  const sms = account.sentSms.map(smsEntry);
  const all = [...entries, ...faxes, ...sms];
  const wanted = all.filter((entry) => isWanted(entry) && !deletedIds.has(entry.id));
  return wanted.reverse().sort((one, other) => other.createdMs - one.createdMs);
}

/** @returns the marks of an entry; what came in is unread at first */
export function marksOf({ history }: SimulatedAccount, entry: HistoryEntry): HistoryMarks {
  const isUnread = entry.direction === 'INCOMING' || entry.direction === 'MISSED_INCOMING';
  return (
    history.marks.get(entry.id) ?? {
      read: !isUnread,
      archived: false,
      starred: false,
      note: '',
      modifiedMs: entry.createdMs,
    }
  );
}

function faxEntry(account: SimulatedAccount, fax: SentFax, nowMs: number): FaxEntry | undefined {
  const status = faxStatus(account, fax, nowMs);
  if (status === undefined) return undefined;
  const line = account.faxlines.find(({ id }) => id === fax.faxlineId);
  const number = account.numbers.find(({ endpointId }) => endpointId === fax.faxlineId)?.number ?? '';
  return {
    type: 'FAX',
    id: fax.sessionId,
    createdMs: fax.acceptedAt,
    direction: 'OUTGOING',
    source: number,
    target: fax.recipient,
    sourceAlias: line?.alias ?? '',
    targetAlias: '',
    // the specification has four values here, all made for calls; how a fax goes is in faxStatusType
    status: status === 'SENT' ? 'PICKUP' : 'NOPICKUP',
    connectionIds: [fax.faxlineId],
    faxStatus: status,
    pageCount: 1,
    document: fax.content,
  };
}

function smsEntry(sms: SentSms, index: number): SmsEntry {
  return {
    type: 'SMS',
    id: `sms-${index + 1}`,
    createdMs: sms.acceptedAt,
    direction: 'OUTGOING',
    source: sms.sender,
    target: sms.recipient,
    sourceAlias: '',
    targetAlias: '',
    status: 'PICKUP',
    connectionIds: [sms.smsId],
    text: sms.message,
    ...(sms.sendAt === undefined ? {} : { scheduledMs: sms.sendAt * 1000 }),
  };
}
