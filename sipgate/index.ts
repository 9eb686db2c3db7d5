/** The one door of this room: what nodes, scripts and the simulator's types may use. */
export { SipgateError, invalidInput, describe, isCancelled } from './errors';
export { isRecord } from './json';
export { lazy } from './lazy';
export { printable } from './printable';
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
export { apiPath } from './client/api-path';
export type { ApiPath } from './client/api-path';
export { createClient, DEFAULT_API_URL, DEFAULT_TIMEOUT } from './client/client';
export type {
  AuthenticatedUser,
  ClientOptions,
  DebugEvent,
  RequestOptions,
  SipgateClient,
} from './client/client';
export type { BasicCredentials, Credentials, OAuthCredentials, TokenCredentials } from './client/credentials';
export { DEFAULT_OAUTH_URL } from './client/oauth';
export type { ProxyOptions } from './client/proxy';
export { createTokenFile } from './client/token-file';
export type { StoredTokens, TokenStore } from './client/token-file';
export type { Timing } from './client/timing';
export { listFaxlines, listSenderIds, listSmsExtensions } from './client/account-lists';
export type { Faxline, ListOptions, SenderId, SmsExtension } from './client/account-lists';
export { countSegments } from './areas/sms/segments';
export type { SegmentCount } from './areas/sms/segments';
export { sendSms } from './areas/sms/send';
export type { NewSms, SentSms } from './areas/sms/send';
export { faxStatus, sendFax, waitForFax } from './areas/fax/fax';
export type { FaxOptions, FaxStatus, NewFax, WaitForFaxOptions } from './areas/fax/fax';
export { initiateCall } from './areas/call';
export type { NewCall } from './areas/call';
export { webhookSettings } from './areas/webhook-settings';
export type {
  WebhookSettings,
  WebhookSettingsOperation,
  WebhookSettingsOptions,
} from './areas/webhook-settings';
export { listNumbers, lookup } from './areas/lookup';
export type { AccountNumber, LookupResource } from './areas/lookup';
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
} from './contacts/contacts';
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
} from './contacts/contacts';
