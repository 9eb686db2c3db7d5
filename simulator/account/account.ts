import { demoAccount } from './demo-account';
import type { Fault } from '../rest/faults';
import type { LoggedRequest } from '../rest/request-log';

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

export interface SimulatedUser {
  id: string;
  firstname: string;
  lastname: string;
  email: string;
  defaultDevice: string;
  admin: boolean;
}

/** Something with an extension that belongs to a user. */
export interface Extension {
  id: string;
  alias: string;
  userId: string;
}

export interface SimulatedDevice extends Extension {
  type: 'REGISTER' | 'MOBILE' | 'EXTERNAL';
  online: boolean;
  dnd: boolean;
}

export interface SimulatedGroup {
  id: string;
  alias: string;
  userIds: string[];
}

/** A fax line belongs to a user or to a group. */
export interface SimulatedFaxline {
  id: string;
  alias: string;
  owner: { userId: string } | { groupId: string };
  tagline: string;
  canSend: boolean;
  canReceive: boolean;
}

export interface SimulatedSmsExtension extends Extension {
  callerIds: SmsCallerId[];
}

/** A number that an SMS can come from. One at most is the default; without any, sipgate sends as `sipgate`. */
export interface SmsCallerId {
  id: number;
  phonenumber: string;
  verified: boolean;
  defaultNumber: boolean;
}

export interface SimulatedVoicemail {
  id: string;
  alias: string;
  endpoint: { extension: string; type: 'PHONELINE' | 'GROUP' };
}

export interface SimulatedNumber {
  id: string;
  number: string;
  localized: string;
  type: 'MOBILE' | 'LANDLINE' | 'QUICKDIAL' | 'INTERNATIONAL';
  /** The extension that the number rings; empty: it is not routed. */
  endpointId: string;
}

export interface SentSms {
  smsId: string;
  /** The default sender of the extension at the moment when the SMS was accepted. */
  sender: string;
  recipient: string;
  message: string;
  /** Unix seconds, only of a scheduled SMS. */
  sendAt?: number;
  /** When it was accepted, in ms since 1970. */
  acceptedAt: number;
}

export interface SentFax {
  sessionId: string;
  faxlineId: string;
  recipient: string;
  filename: string;
  content: Buffer;
  acceptedAt: number;
  /** Why the fax will end as FAILED; undefined: it will be SENT. */
  failure?: FaxFailure;
}

export type FaxFailure = 'unreachable' | 'brokenBase64' | 'noPdf' | 'formFields';

/** Times in ms, one after the other, counted from the moment when a fax was accepted. */
export interface FaxNetwork {
  /** So long the history does not know the fax yet and answers 404. */
  graceMs: number;
  pendingMs: number;
  sendingMs: number;
  /** Recipients (E.164 with `+`) where no fax ever gets through. */
  unreachable: RegExp;
}

export interface SimulatedContact {
  id: string;
  /** Whose it is. Others see it only when it is SHARED. */
  userId: string;
  scope: 'PRIVATE' | 'SHARED';
  name: string;
  /** `family` and `given` are kept but never given back, as on the platform. */
  family: string;
  given: string;
  picture: string | null;
  emails: { email: string; type: string[] }[];
  numbers: { number: string; type: string[] }[];
  addresses: ContactAddress[];
  organization: string[][];
}

export interface ContactAddress {
  poBox: string;
  extendedAddress: string;
  streetAddress: string;
  locality: string;
  region: string;
  postalCode: string;
  country: string;
}

export interface SimulatedCredentials {
  /** Personal access tokens: Basic with id and token. */
  tokens: { id: string; token: string; userId: string; scopes: string[] }[];
  /** Basic with user name and password; these may do everything. */
  passwords: { username: string; password: string; userId: string }[];
  oauth: {
    realm: string;
    clients: { id: string; secret: string }[];
    sessions: OAuthSession[];
    accessTokenLifeMs: number;
    refreshTokenLifeMs: number;
    /** How often a refresh token was exchanged for a new pair. */
    refreshes: number;
  };
}

/** A login with OAuth. Only the newest pair of tokens is good. */
export interface OAuthSession {
  userId: string;
  clientId: string;
  scopes: string[];
  accessToken: string;
  accessExpiresAt: number;
  refreshToken: string;
  refreshExpiresAt: number;
}

/** @returns a demo account: two users, devices, lines, numbers, credit, and no webhook set */
export function createAccount(): SimulatedAccount {
  return demoAccount();
}
