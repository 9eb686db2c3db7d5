/** The one door of this room: what nodes, scripts and the simulator's types may use. */
export { SipgateError, invalidInput, describe, isCancelled } from './errors';
export type { SipgateErrorCode, SipgateErrorDetails } from './errors';
export { isExtension, isSipId } from './extension';
export { DEFAULT_COUNTRY, fromWire, parseE164, toDialTarget, toE164, toWire } from './phone-number';
export type { Country } from './phone-number';
export { parseEvent } from './webhook/event';
export type {
  AnswerEvent,
  CallEvent,
  DataEvent,
  Direction,
  HangupCause,
  HangupEvent,
  NewCallEvent,
  RawFields,
} from './webhook/event';
export {
  SIPGATE_PUBLIC_KEY,
  readPublicKey,
  verifySignature,
  verifySignatureOffThread,
} from './webhook/signature';
export { parseRanges } from './webhook/address';
export type { AddressRanges } from './webhook/address';
export { parseReply } from './webhook/reply';
export type { Reply, ReplyAction } from './webhook/reply';
export { loadXmlBuilder, renderError, renderReply } from './webhook/xml';
export type { FollowUps } from './webhook/xml';
export { createReplayMemory } from './webhook/replay';
export type { ReplayMemory } from './webhook/replay';
export { MOST_BODY_BYTES, closedError, createEndpoint } from './webhook/endpoint';
export type {
  Connection,
  Earlier,
  Endpoint,
  EndpointNotice,
  EndpointPorts,
  EndpointRules,
  ExchangeState,
  HttpAnswer,
  Incoming,
  RequestHead,
} from './webhook/endpoint';
export { createClient, DEFAULT_API_URL, DEFAULT_TIMEOUT, path } from './client';
export type {
  AuthenticatedUser,
  ClientOptions,
  DebugEvent,
  Path,
  RequestOptions,
  SipgateClient,
} from './client';
export type { BasicCredentials, Credentials, OAuthCredentials, TokenCredentials } from './credentials';
export { DEFAULT_OAUTH_URL } from './oauth';
export type { ProxyOptions } from './proxy';
export { createTokenFile } from './token-file';
export type { StoredTokens, TokenStore } from './token-file';
export type { Timing } from './timing';
export { listFaxlines, listSenderIds, listSmsExtensions } from './account';
export type { Faxline, ListOptions, SenderId, SmsExtension } from './account';
export { countSegments, sendSms } from './sms';
export type { NewSms, SegmentCount, SentSms } from './sms';
export { faxStatus, sendFax, waitForFax } from './fax';
export type { FaxOptions, FaxStatus, NewFax, WaitForFaxOptions } from './fax';
export { initiateCall } from './call';
export type { NewCall } from './call';
export { webhookSettings } from './webhook-settings';
export type { WebhookSettings, WebhookSettingsOperation, WebhookSettingsOptions } from './webhook-settings';
export { listNumbers, lookup } from './lookup';
export type { AccountNumber, LookupResource } from './lookup';
export {
  createContact,
  deleteContacts,
  exportContactsCsv,
  exportVCard,
  exportVCards,
  findContact,
  importCsv,
  importVCards,
  listContacts,
  nameCaller,
  updateContact,
} from './contacts';
export type {
  BulkOptions,
  Caller,
  Contact,
  ContactAddress,
  ContactScope,
  ExportCsvOptions,
  ImportResult,
  Progress,
  ReadScope,
  SkippedLine,
  WriteOptions,
  WriteScope,
} from './contacts';
