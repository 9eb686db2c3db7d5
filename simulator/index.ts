// The simulator's one door.
export type { SimulatedAccount, WebhookSettings } from './account/account';
export type { HistoryEntry, HistoryStore } from './account/history';
export { MovableClock, systemClock, type Clock } from './ai-flow/clock';
export type { Conversation, ConversationOptions } from './ai-flow/conversation';
export { createConversation } from './ai-flow/create-conversation';
export type { ConversationEntry } from './ai-flow/entries';
export { formatConversationEntry } from './ai-flow/format';
export { SWITCHES, type Switch } from './ai-flow/switches';
export { talkTo, type TalkOptions } from './ai-flow/talk';
export type { FlowAnswer, WireAction, WireEvent } from './ai-flow/wire';
export type { IncomingFax, IncomingSms, IncomingVoicemail } from './inbox/receive';
export { actionsIn } from './call-test/given-actions';
export { InvalidTest, parseSavedTest, parseTest, readTest, type SavedTest } from './call-test/parse-test';
export type { ConversationTest } from './call-test/conversation-test';
export { runConversation, type ConversationLine } from './call-test/run-conversation';
export type { CallTest, ExpectedReply, TestStep } from './call-test/call-test';
export { replyOf, type GivenReply } from './call-test/compare-reply';
export { runTest, type StepFailure, type TestNetwork, type TestResult } from './call-test/run-test';
export { formatEntry } from './network/format';
export type { SimulatedCall } from './network/placed-call';
export type { Callee, Callees, CallScript, Destination, User } from './network/script/script';
export type {
  AnswerEntry,
  CallOutcome,
  EventEntry,
  NetworkCode,
  NetworkEntry,
  TranscriptEntry,
} from './network/transcript';
export { TOPICS, type EventFault, type EventFields, type EventName } from './network/webhook/event';
export type { EventAnswer, SendOptions } from './network/webhook/event-sender';
export type { Signing } from './network/webhook/signed-event';
export { createKeyPair, keyPairOf, type KeyPair } from './network/webhook/signing';
export { createLocalNetwork, type LocalNetwork } from './local-network';
export {
  describeComplaint,
  describeEntry,
  describeNote,
  describeOfTest,
  describeSound,
} from './locales/describe-entry';
export { WebClient, type Web, type WebAnswer, type WebRequest } from './network/web-client';
export { printable } from './printable';
export { logIn } from './rest';
export type { Fault, FaultKind } from './rest/faults';
export type { LoggedRequest } from './rest/request-log';
export type { ClickToDial } from './rest/telephone-network';
export { Simulator, type SimulatorOptions } from './simulator';
