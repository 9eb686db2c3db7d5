import type { Fault } from '../rest/faults';
import type { LoggedRequest } from '../rest/request-log';
import type { SimulatedContact } from './contact';
import type { SimulatedCredentials } from './credentials';
import type {
  Extension,
  SimulatedDevice,
  SimulatedFaxline,
  SimulatedGroup,
  SimulatedNumber,
  SimulatedSmsExtension,
  SimulatedUser,
  SimulatedVoicemail,
} from './extensions';
import type { HistoryStore } from './history';
import type { FaxNetwork, SentFax, SentSms } from './messages';

/**
 * What the simulated sipgate account holds. The REST side changes it, the telephone network obeys it,
 * and a test may read and change everything. Numbers in here are E.164 with `+`, whatever the wire says.
 */
export interface SimulatedAccount {
  /** `neo`: an account of the new platform, which refuses what only the classic one has. */
  platform: 'classic' | 'neo';
  /** `/settings/sipgateio`: where the network posts NEW_CALL events to. An empty URL: nowhere. */
  settings: WebhookSettings;
  /** What `GET /log/webhooks` shows, oldest first; the network writes it while `settings.log` is on. */
  webhookLog: WebhookLogEntry[];
  masterSipId: string;
  company: string;
  users: SimulatedUser[];
  devices: SimulatedDevice[];
  phonelines: Extension[];
  groups: SimulatedGroup[];
  /** Of the new platform, where they route calls instead of phone lines and groups. */
  channels: { id: string; alias: string }[];
  faxlines: SimulatedFaxline[];
  smsExtensions: SimulatedSmsExtension[];
  voicemails: SimulatedVoicemail[];
  numbers: SimulatedNumber[];
  /** In 1/10000 of the currency, as `GET /balance` gives it. */
  balance: { amount: number; currency: string };
  /** What an SMS part, a fax and a call cost, in 1/10000 of the currency. */
  prices: { smsPart: number; fax: number; call: number };
  /** Every SMS that was accepted, oldest first. */
  sentSms: SentSms[];
  /** Every fax that was accepted, oldest first. */
  faxes: SentFax[];
  /** How a fax makes its way; a test sets the times to a few milliseconds. */
  faxNetwork: FaxNetwork;
  history: HistoryStore;
  /** Contacts of scope PRIVATE and SHARED; those of scope INTERNAL are the users. */
  contacts: SimulatedContact[];
  /** The most contacts that one page holds, whatever `limit` asks for. */
  contactsPageLimit: number;
  /** How often `DELETE /contacts` emptied the whole address book. Nobody should ever do that. */
  deletedAllContacts: number;
  credentials: SimulatedCredentials;
  /** Faults on demand: each is used up by the next requests that match it. */
  faults: Fault[];
  /** Every request to the REST side, oldest first, secrets redacted. */
  requests: LoggedRequest[];
}

/**
 * As `GET /settings/sipgateio` gives it. `whitelist` null: every line; a list: only these extensions.
 * A PUT replaces all of it, and fields that nobody knows stay as they were sent.
 */
export interface WebhookSettings {
  incomingUrl: string;
  outgoingUrl: string;
  log: boolean;
  whitelist: string[] | null;
  pushApiVersion?: number;
  [unknown: string]: unknown;
}

/** A line of `GET /log/webhooks`: all of it text, also the status. */
export interface WebhookLogEntry {
  created: string;
  url: string;
  request: string;
  response: string;
  xmlError: string;
  status: string;
}
