import type { User } from '../network/script/script';

/** A call that is kept as a test of a flow (a JSON file). */
export interface CallTest {
  readonly name: string;
  /** Id or name of the webhook; the command line takes an URL instead. Empty: any. */
  readonly webhook: string;
  /** Whether nodes that would send something only act as if, while the test runs in Node-RED. */
  readonly pretend: boolean;
  readonly call: TestedCall;
  readonly steps: readonly TestStep[];
}

export interface TestedCall {
  readonly from: string;
  readonly to: string;
  readonly direction: 'in' | 'out';
  readonly user?: readonly User[];
}

/** What is expected of the flow, or what a person does. */
export type TestStep =
  | { readonly kind: 'expect'; readonly reply: ExpectedReply }
  | { readonly kind: 'press'; readonly digits: string }
  | { readonly kind: 'answer' | 'decline' | 'busy' | 'transfer'; readonly number: string }
  | { readonly kind: 'hangup'; readonly by: 'caller' | 'callee' };

/** As `msg.response`; what is not named is not compared. */
export type ExpectedReply = Readonly<Partial<Record<ReplyField, unknown>>> & { readonly action: string };

export const REPLY_FIELDS = [
  'action',
  'numbers',
  'callerId',
  'anonymous',
  'reason',
  'announcement',
  'maxDigits',
  'timeout',
] as const;

export type ReplyField = (typeof REPLY_FIELDS)[number];

export const ACTIONS: readonly string[] = [
  'redirect',
  'voicemail',
  'reject',
  'play',
  'gather',
  'hangup',
  'continue',
];
