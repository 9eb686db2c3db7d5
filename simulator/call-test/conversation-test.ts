import { keysOf } from '../ai-flow/input';
import { fieldsOf, InvalidTest, MOST_STEPS, textOf } from './test-fields';

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
  const { name = fallbackName, aiFlow = '', pretend = true, call, steps } = fieldsOf(value, 'a test');
  if (typeof pretend !== 'boolean') throw new InvalidTest('`pretend` must be true or false');
  if (!Array.isArray(steps)) throw new InvalidTest('`steps` must be a list');
  if (steps.length > MOST_STEPS) throw new InvalidTest(`\`steps\` holds more than ${MOST_STEPS} steps`);
  const { from, to, direction = 'in' } = fieldsOf(call, '`call`');
  if (direction !== 'in' && direction !== 'out')
    throw new InvalidTest('`call.direction` must be "in" or "out"');
  return {
    name: textOf(name, 'name'),
    aiFlow: textOf(aiFlow, 'aiFlow'),
    pretend,
    call: { from: textOf(from, 'call.from'), to: textOf(to, 'call.to'), direction },
    steps: steps.map((step, index) => parseStep(step, `step ${index + 1}`)),
  };
}

function parseStep(value: unknown, where: string): ConversationStep {
  const step = fieldsOf(value, where);
  const kinds = STEP_KINDS.filter((kind) => Object.hasOwn(step, kind));
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1)
    throw new InvalidTest(`${where} must have one of ${STEP_KINDS.join(', ')}`);
  const given = step[kind];
  switch (kind) {
    case 'expect':
      return { kind, action: parseAction(given, where) };
    case 'say':
      return { kind, sentence: textOf(given, `${where}: say`, LONGEST_SENTENCE) };
    case 'press':
      return { kind, digits: digitsOf(given, where) };
    case 'hangup':
      if (given !== 'caller') throw new InvalidTest(`${where}: \`hangup\` must be "caller"`);
      return { kind };
  }
}

function digitsOf(value: unknown, where: string): string {
  try {
    return keysOf(String(value)).join('');
  } catch {
    throw new InvalidTest(`${where}: \`press\` must be a text of the keys 0-9, * and #`);
  }
}

function parseAction(value: unknown, where: string): ExpectedAction {
  const expected = fieldsOf(value, `${where}: \`expect\``);
  const { action } = expected;
  const names = Object.values(ACTION_NAMES);
  if (typeof action !== 'string' || !names.includes(action))
    throw new InvalidTest(`${where}: \`expect.action\` must be one of ${names.join(', ')}`);
  const unknown = Object.keys(expected).find(
    (field) => !(ACTION_FIELDS as readonly string[]).includes(field),
  );
  if (unknown !== undefined) throw new InvalidTest(`${where}: \`expect.${unknown}\` cannot be compared`);
  return { ...expected, action };
}
