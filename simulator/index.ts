// The simulator's one door.
export type { SimulatedAccount, WebhookSettings } from './account';
export type { Bend, EventFields, EventName } from './event';
export { formatEntry } from './format';
export type { Callee, Callees, CallScript, Destination, User } from './script';
export { Simulator } from './simulator';
export type { EventAnswer, SendOptions, SimulatedCall, Signing, SimulatorOptions } from './simulator';
export { createKeyPair, keyPairOf } from './signing';
export type { KeyPair } from './signing';
export type { AnswerEntry, CallOutcome, EventEntry, NetworkEntry, TranscriptEntry } from './transcript';
export { logIn } from './rest';
export type { Fault, FaultKind } from './rest/faults';
export type { LoggedRequest } from './rest/request-log';
