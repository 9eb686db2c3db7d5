import type { SimulatedAccount, WebhookSettings } from '../account/account';
import type { HistoryEntry } from '../account/history';
import type { FaxFailure, FaxStatus } from '../account/messages';
import { faxStatus } from '../account/fax-status';
import { linkTo } from '../rest/history/files';

/** What the simulator's page shows of the account: the newest first, no credentials, no file contents. */
export interface AccountView {
  platform: SimulatedAccount['platform'];
  balance: { amount: number; currency: string };
  settings: WebhookSettings;
  sms: SmsView[];
  faxes: FaxView[];
  history: HistoryView[];
  contacts: {
    total: number;
    items: { name: string; numbers: string[]; organization: string; scope: string }[];
  };
}

/** Times are ISO 8601. */
export interface SmsView {
  sender: string;
  recipient: string;
  message: string;
  at: string;
  sendAt?: string;
}

/** A call, or something that came in. */
export interface HistoryView {
  id: string;
  type: HistoryEntry['type'];
  direction: HistoryEntry['direction'];
  source: string;
  target: string;
  at: string;
  /** The SMS, or the transcription of a voicemail. */
  text?: string;
  durationS?: number;
  /** Paths of the fax, or of the recordings. */
  files?: string[];
}

/** `QUEUED`: accepted, but not yet in the history. */
export interface FaxView {
  sessionId: string;
  faxlineId: string;
  recipient: string;
  filename: string;
  bytes: number;
  at: string;
  status: FaxStatus | 'QUEUED';
  failure?: FaxFailure;
}

const MOST_SHOWN = 50;

/** @param now ms since 1970; it decides how far the faxes are */
export function accountView(account: SimulatedAccount, now: number = Date.now()): AccountView {
  return {
    platform: account.platform,
    balance: account.balance,
    settings: account.settings,
    sms: newest(account.sentSms).map(({ sender, recipient, message, acceptedAt, sendAt }) => ({
      sender,
      recipient,
      message,
      at: new Date(acceptedAt).toISOString(),
      ...(sendAt === undefined ? {} : { sendAt: new Date(sendAt * 1000).toISOString() }),
    })),
    faxes: newest(account.faxes).map((fax) => viewFax(account, fax, now)),
    history: newest(account.history.entries).map((entry) => viewEntry(account, entry)),
    contacts: {
      total: account.contacts.length,
      items: newest(account.contacts).map(({ name, numbers, organization, scope }) => ({
        name,
        numbers: numbers.map(({ number }) => number),
        organization: organization[0]?.join(', ') ?? '',
        scope,
      })),
    },
  };
}

function newest<T>(list: readonly T[]): T[] {
  return list.slice(-MOST_SHOWN).reverse();
}

function viewFax(account: SimulatedAccount, fax: SimulatedAccount['faxes'][number], now: number): FaxView {
  const { sessionId, faxlineId, recipient, filename, content, acceptedAt, failure } = fax;
  const status = faxStatus(account, fax, now) ?? 'QUEUED';
  return {
    sessionId,
    faxlineId,
    recipient,
    filename,
    bytes: content.length,
    at: new Date(acceptedAt).toISOString(),
    status,
    ...(status === 'FAILED' && failure !== undefined ? { failure } : {}),
  };
}

function viewEntry(account: SimulatedAccount, entry: HistoryEntry): HistoryView {
  const { id, type, direction, source, target, createdMs } = entry;
  const common = { id, type, direction, source, target, at: new Date(createdMs).toISOString() };
  const links = (...files: string[]) => ({ files: files.map((file) => linkTo(account, '', id, file)) });
  switch (entry.type) {
    case 'CALL':
      return {
        ...common,
        durationS: entry.durationS,
        ...links(...entry.recordings.map((_, index) => `recording-${index + 1}.wav`)),
      };
    case 'VOICEMAIL':
      return {
        ...common,
        text: entry.transcription,
        durationS: entry.durationS,
        ...links('recording.wav'),
      };
    case 'SMS':
      return { ...common, text: entry.text };
    case 'FAX':
      return { ...common, ...links('document.pdf') };
  }
}
