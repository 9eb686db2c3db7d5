import { callerOf, keysOf, phoneNumberOf } from '../ai-flow/input';
import {
  booleanOf,
  directionOf,
  expectationOf,
  fieldsOf,
  InvalidTest,
  kindOf,
  stepsOf,
  textOf,
  type Where,
} from './test-fields';

/** A conversation with an AI flow that is kept as a test (a JSON file). */
export interface ConversationTest {
  readonly name: string;
  /** Id or name of the AI flow; the command line takes an URL instead. Empty: any. */
  readonly aiFlow: string;
  /** Whether nodes that would send something only act as if, while the test runs in Node-RED. */
  readonly pretend: boolean;
  readonly call: { readonly from: string; readonly to: string; readonly direction: 'in' | 'out' };
  readonly steps: readonly ConversationStep[];
}

/** What is expected of the flow, or what the caller does. */
export type ConversationStep =
  | { readonly kind: 'expect'; readonly action: ExpectedAction }
  /** Empty: nothing, until the flow's patience is over. */
  | { readonly kind: 'say'; readonly sentence: string }
  | { readonly kind: 'press'; readonly digits: string }
  | { readonly kind: 'hangup' };

/** As `msg.response` of an AI flow; what is not named is not compared. */
export type ExpectedAction = Readonly<Partial<Record<ActionField, unknown>>> & { readonly action: string };

export const ACTION_FIELDS = ['action', 'text', 'number', 'callerIdName', 'callerIdNumber'] as const;

export type ActionField = (typeof ACTION_FIELDS)[number];

/** Names in `msg.response`, by those on the wire. */
export const ACTION_NAMES: Readonly<Record<string, string>> = {
  speak: 'speak',
  audio: 'audio',
  transfer: 'transfer',
  hangup: 'hangup',
  barge_in: 'bargeIn',
  mix_audio: 'mixAudio',
  configure_transcription: 'transcription',
  send_sms: 'sms',
};

const STEP_KINDS = ['expect', 'say', 'press', 'hangup'] as const;
const LONGEST_SENTENCE = 1000;

/** @returns a checked test; throws InvalidTest that names the step or property */
export function parseConversationTest(value: unknown, fallbackName = ''): ConversationTest {
  const { name = fallbackName, aiFlow = '', pretend = true, call, steps } = fieldsOf(value, 'testObject');
  return {
    name: textOf(name, 'name'),
    aiFlow: textOf(aiFlow, 'aiFlow'),
    pretend: booleanOf(pretend, 'pretend'),
    call: parseCall(call),
    steps: stepsOf(steps).map((step, index) => parseStep(step, { step: index + 1 })),
  };
}

function parseCall(value: unknown): ConversationTest['call'] {
  const { from, to, direction: given = 'in' } = fieldsOf(value, 'object', { field: 'call' });
  const direction = directionOf(given);
  return {
    from: checked(from, 'call.from', (number) => callerOf(number, direction, 'call.from')),
    to: checked(to, 'call.to', (number) => phoneNumberOf(number, 'call.to')),
    direction,
  };
}

/** @returns a number as it stands in the file: a country that is not known here may complete it */
function checked(value: unknown, field: string, check: (number: string) => unknown): string {
  const number = textOf(value, field);
  try {
    check(number);
    return number;
  } catch {
    throw new InvalidTest('number', { field });
  }
}

function parseStep(value: unknown, where: Where): ConversationStep {
  const { kind, given } = kindOf(value, STEP_KINDS, where);
  switch (kind) {
    case 'expect':
      return { kind, action: expectationOf(given, Object.values(ACTION_NAMES), ACTION_FIELDS, where) };
    case 'say':
      return { kind, sentence: textOf(given, 'say', where, LONGEST_SENTENCE) };
    case 'press':
      return { kind, digits: digitsOf(given, where) };
    case 'hangup':
      if (given !== 'caller') throw new InvalidTest('onlyCaller', where);
      return { kind };
  }
}

function digitsOf(value: unknown, where: Where): string {
  try {
    return keysOf(String(value)).join('');
  } catch {
    throw new InvalidTest('aiFlowKeys', where);
  }
}
