/** The one door of this room: what nodes, scripts and the simulator's types may use. */
export { SipgateError, invalidInput, cancelled, describe, isCancelled, isNotOnNeo, mustBe } from './errors';
export { copyText } from './copy-text';
export { unlessAborted } from './abort';
export { createBreather } from './breather';
export { isRecord, parseJson } from './json';
export { lazy } from './lazy';
export { printable } from './printable';
export type { SipgateErrorCode, SipgateErrorDetails } from './errors';
export { isExtension, isSipId } from './extension';
export { DEFAULT_COUNTRY, isCountry, parseCountry } from './country';
export type { Country } from './country';
export {
  fromWire,
  parseE164,
  toDialTarget,
  toDialable,
  toE164,
  toMessageNumber,
  toWire,
} from './phone-number';
export { isAbsoluteUrl } from './absolute-url';
export { splitPause } from './number-text';
export type { SplitNumber } from './number-text';
export { convertSound, LONGEST_SOUND_S, MOST_SOUND_BYTES } from './audio/convert';
export type { ConvertOptions, Sound } from './audio/convert';
export { inspectSound } from './audio/inspect';
export type { SoundReport } from './audio/inspect';
export { listVoices, parseSpeechText, speak } from './speech/speak';
export type { OfferedVoice, SpeechEngine, Voice } from './speech/engine';
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
export { SIPGATE_PUBLIC_KEY, readPublicKey, verifySignature } from './webhook/signature';
export { parseRanges } from './address';
export type { AddressRanges } from './address';
export { parseReply } from './webhook/reply';
export type { OwnNumbers, Reply, ReplyAction } from './webhook/reply';
export { loadXmlBuilder, renderError, renderReply } from './webhook/xml';
export type { FollowUps } from './webhook/xml';
export { createReplayMemory } from './webhook/replay';
export type { ReplayMemory } from './webhook/replay';
export { createWebhookEndpoint } from './webhook/endpoint';
export type {
  Delivery,
  EndpointNotice,
  EndpointPorts,
  EndpointRules,
  Incoming,
  WebhookEndpoint,
} from './webhook/endpoint';
export { closedError } from './webhook/closed-error';
export type { ExchangeState, WhenGone } from './exchanges';
export { MOST_BODY_BYTES } from './http-endpoint';
export type {
  Connection,
  ConnectionPeer,
  HttpAnswer,
  HttpEndpoint,
  RequestHead,
  SocketEndpoint,
} from './http-endpoint';
export { copyData } from './copy-data';
export { mergeParts, nextPart } from './parts';
export type { Part, Parts } from './parts';
export { readAiFlowEvent } from './ai-flow/event';
export type { AiFlowEvent, ReadAiFlowEvent, SessionFields } from './ai-flow/event';
export type { AfterSpeech, AiFlowAction } from './ai-flow/action';
export { parseAiFlowAnswer } from './ai-flow/answer';
export { assistantWavDuration } from './ai-flow/sound';
export type { AiFlowActionName, AiFlowAnswer } from './ai-flow/answer';
export type { AiFlowWarning, AnswerContext } from './ai-flow/values';
export { SESSION_PART_NAMES, partsOfAnswer, sessionOf, stepOf } from './ai-flow/session';
export type { AiFlowSession, SessionParts, Turn } from './ai-flow/session';
export { createConnections } from './ai-flow/connections';
export type { Connections } from './ai-flow/connections';
export { createAiFlowEndpoint } from './ai-flow/endpoint';
export type { AiFlowEndpoint } from './ai-flow/endpoint';
export { aiFlowClosedError } from './ai-flow/closed-error';
export type { AiFlowNotice, AiFlowPorts, AiFlowRules, IncomingAiFlowEvent, Recorded } from './ai-flow/ports';
export { takeTurn } from './turns';
export { apiPath } from './client/api-path';
export type { ApiPath } from './client/api-path';
export { createClient } from './client/client';
export type { SipgateClient } from './client/client';
export { DEFAULT_API_URL, DEFAULT_TIMEOUT_MS } from './client/options';
export type { ClientOptions, DebugEvent, RequestOptions } from './client/options';
export type { Platform } from './client/platform';
export { createDayCounts } from './client/spending/day-counts';
export type { DayCounts } from './client/spending/day-counts';
export type { SpendingGuard } from './client/spending/guard';
export { parsePrefixes } from './client/spending/limits';
export type { Expense, SpendingLimits } from './client/spending/limits';
export { createTally } from './client/spending/tally';
export type { DayCount, DayCountStore, SpendingTally } from './client/spending/tally';
export { withoutTrailingSlashes } from './client/urls';
export type { AuthenticatedUser } from './client/user';
export type {
  BasicCredentials,
  Credentials,
  OAuthCredentials,
  TokenCredentials,
} from './client/login/credentials';
export { DEFAULT_OAUTH_URL } from './client/login/oauth';
export type { ProxyOptions } from './client/wire/proxy';
export { createTokenFile } from './client/login/token-file';
export { createLoginDirectory } from './client/login/login-directory';
export type { LoginDirectory } from './client/login/login-directory';
export type { StoredTokens, TokenStore } from './client/login/tokens';
export type { Timing } from './client/timing';
export { listFaxlines, listSenderIds, listSmsExtensions } from './client/account-lists';
export type { Faxline, ListOptions, SenderId, SmsExtension } from './client/account-lists';
export { countSegments } from './areas/sms/segments';
export type { SegmentCount } from './areas/sms/segments';
export { sendSms } from './areas/sms/send';
export type { NewSms, SentSms } from './areas/sms/send';
export { sendFax } from './areas/fax/send';
export type { NewFax } from './areas/fax/send';
export { faxStatus, waitForFax } from './areas/fax/status';
export type { FaxStatus, KnownFax, WaitForFaxOptions } from './areas/fax/status';
export { initiateCall } from './areas/call';
export type { NewCall } from './areas/call';
export { controlCall } from './areas/call-control/control';
export { listCalls } from './areas/call-control/live-calls';
export type { LiveCall, Participant } from './areas/call-control/live-calls';
export type { CallOperation, CallOrder } from './areas/call-control/order';
export { deleteHistory, updateHistory } from './areas/history/change';
export { createCursor, readStoredCursor } from './areas/history/cursor';
export type { HistoryCursor, StoredCursor } from './areas/history/cursor';
export type { HistoryEntry } from './areas/history/entry';
export { exportHistoryCsv } from './areas/history/export';
export { hasFile, readEntry, readHistoryFile } from './areas/history/file';
export type { HistoryFile } from './areas/history/file';
export type { HistoryFilters } from './areas/history/filters';
export { listHistory } from './areas/history/list';
export { createHistoryWatch } from './areas/history/watch';
export type { HistoryWatch } from './areas/history/watch';
export { webhookSettings } from './areas/webhook-settings';
export type {
  WebhookSettings,
  WebhookSettingsOperation,
  WebhookSettingsOptions,
} from './areas/webhook-settings';
export { listNumbers, lookup } from './areas/lookup';
export type { AccountNumber, LookupResource } from './areas/lookup';
export { createContact, deleteContacts, updateContact } from './contacts/change';
export { importCsv, importVCards } from './contacts/import';
export type { ImportResult } from './contacts/import';
export { exportContactsCsv, exportVCard, exportVCards, listContacts } from './contacts/export';
export type { ExportCsvOptions } from './contacts/export';
export { findContact, nameCaller } from './contacts/find';
export type { Caller } from './contacts/find';
export type { BulkOptions, Progress, WriteOptions } from './contacts/bulk';
export type { Contact, ContactAddress, ContactScope, SkippedLine } from './contacts/contact';
export type { ReadScope } from './contacts/book';
export type { WriteScope } from './contacts/body';
