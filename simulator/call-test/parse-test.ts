import { checkDigits } from '../network/script/check-script';
import type { User } from '../network/script/script';
import {
  ACTIONS,
  REPLY_FIELDS,
  type CallTest,
  type ExpectedReply,
  type TestedCall,
  type TestStep,
} from './call-test';
import { parseConversationTest, type ConversationTest } from './conversation-test';
import { fieldsOf, InvalidTest, MOST_STEPS, textOf } from './test-fields';

export { InvalidTest };

/** What a file may hold: a call of a webhook, or a conversation with an AI flow. */
export type SavedTest = CallTest | ConversationTest;

const MOST_USERS = 50;
const STEP_KINDS = ['expect', 'press', 'answer', 'decline', 'busy', 'transfer', 'hangup'] as const;

/**
 * @param text the JSON of a call test
 * @param name its name where it has none, such as that of its file
 * @returns the test; throws InvalidTest
 */
export function readTest(text: string, name: string): SavedTest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new InvalidTest('it must be JSON');
  }
  return parseSavedTest(value, name);
}

/** @returns a checked test of either kind; throws InvalidTest that names the step or property */
export function parseSavedTest(value: unknown, fallbackName = ''): SavedTest {
  const { aiFlow, webhook } = fieldsOf(value, 'a test');
  if (aiFlow === undefined) return parseTest(value, fallbackName);
  if (webhook !== undefined)
    throw new InvalidTest('`aiFlow` stands beside `webhook`: a test has one of them');
  return parseConversationTest(value, fallbackName);
}

/** @returns a checked test; throws InvalidTest that names the step or property */
export function parseTest(value: unknown, fallbackName = ''): CallTest {
  const { name = fallbackName, webhook = '', pretend = true, call, steps } = fieldsOf(value, 'a test');
  if (typeof pretend !== 'boolean') throw new InvalidTest('`pretend` must be true or false');
  if (!Array.isArray(steps)) throw new InvalidTest('`steps` must be a list');
  if (steps.length > MOST_STEPS) throw new InvalidTest(`\`steps\` holds more than ${MOST_STEPS} steps`);
  return {
    name: textOf(name, 'name'),
    webhook: textOf(webhook, 'webhook'),
    pretend,
    call: parseCall(call),
    steps: steps.map((step, index) => parseStep(step, `step ${index + 1}`)),
  };
}

function parseCall(value: unknown): TestedCall {
  const { from, to, direction = 'in', user } = fieldsOf(value, '`call`');
  if (direction !== 'in' && direction !== 'out')
    throw new InvalidTest('`call.direction` must be "in" or "out"');
  return {
    from: textOf(from, 'call.from'),
    to: textOf(to, 'call.to'),
    direction,
    ...(user === undefined ? {} : { user: usersOf(user) }),
  };
}

/** One extension or name, or a list of them or of users. */
function usersOf(value: unknown): User[] {
  const list = Array.isArray(value) ? value.slice(0, MOST_USERS) : [value];
  return list.map((user: unknown) => {
    if (typeof user === 'string') return userNamed(textOf(user, 'call.user'));
    const { name = '', userId, fullUserId } = fieldsOf(user, '`call.user`');
    return {
      name: textOf(name, 'call.user.name'),
      ...(userId === undefined ? {} : { userId: textOf(userId, 'call.user.userId') }),
      ...(fullUserId === undefined ? {} : { fullUserId: textOf(fullUserId, 'call.user.fullUserId') }),
    };
  });
}

function userNamed(text: string): User {
  return /^[a-z]\d{1,9}$/.test(text) ? { name: text, userId: text } : { name: text };
}

function parseStep(value: unknown, where: string): TestStep {
  const step = fieldsOf(value, where);
  const kinds = STEP_KINDS.filter((kind) => Object.hasOwn(step, kind));
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1) {
    throw new InvalidTest(`${where} must have one of ${STEP_KINDS.join(', ')}`);
  }
  const given = step[kind];
  switch (kind) {
    case 'expect':
      return { kind, reply: parseReply(given, where) };
    case 'press':
      return { kind, digits: digitsOf(given, where) };
    case 'hangup':
      if (given !== 'caller' && given !== 'callee') {
        throw new InvalidTest(`${where}: \`hangup\` must be "caller" or "callee"`);
      }
      return { kind, by: given };
    default:
      return { kind, number: textOf(given, `${where}: ${kind}`) };
  }
}

function digitsOf(value: unknown, where: string): string {
  try {
    checkDigits(value);
    return value;
  } catch {
    throw new InvalidTest(`${where}: \`press\` must be a text of the keys 0-9, *, # and A-D, "" for nothing`);
  }
}

function parseReply(value: unknown, where: string): ExpectedReply {
  const reply = fieldsOf(value, `${where}: \`expect\``);
  const { action } = reply;
  if (typeof action !== 'string' || !ACTIONS.includes(action)) {
    throw new InvalidTest(`${where}: \`expect.action\` must be one of ${ACTIONS.join(', ')}`);
  }
  const unknown = Object.keys(reply).find((field) => !(REPLY_FIELDS as readonly string[]).includes(field));
  if (unknown !== undefined) {
    const hint = unknown === 'text' || unknown === 'file' ? '; an answer holds only the URL of a sound' : '';
    throw new InvalidTest(`${where}: \`expect.${unknown}\` cannot be compared${hint}`);
  }
  return { ...reply, action };
}
