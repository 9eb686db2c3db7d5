// The simulator's one door.
export type { SimulatedAccount, WebhookSettings } from './account/account';
export type { Bend, EventFields, EventName } from './network/webhook/event';
export { formatEntry } from './network/transcript/format';
export type { Callee, Callees, CallScript, Destination, User } from './network/script';
export { Simulator } from './simulator';
export type { EventAnswer, SendOptions, SimulatedCall, Signing, SimulatorOptions } from './simulator';
export { createKeyPair, keyPairOf } from './network/webhook/signing';
export type { KeyPair } from './network/webhook/signing';
export type {
  AnswerEntry,
  CallOutcome,
  EventEntry,
  NetworkEntry,
  TranscriptEntry,
} from './network/transcript/transcript';
export { logIn } from './rest';
export type { Fault, FaultKind } from './rest/faults';
export type { LoggedRequest } from './rest/request-log';
