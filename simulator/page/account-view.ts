import type { SimulatedAccount, WebhookSettings } from '../account/account';
import type { FaxFailure } from '../account/messages';
import { type FaxStatus, faxStatus } from '../account/fax-status';

/** What the simulator's page shows of the account: the newest first, no credentials, no file contents. */
export interface AccountView {
  balance: { amount: number; currency: string };
  settings: WebhookSettings;
  sms: SmsView[];
  faxes: FaxView[];
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
