import { checkDigits } from '../network/script/check-script';
import type { User } from '../network/script/script';
import { ACTIONS, REPLY_FIELDS, type CallTest, type TestedCall, type TestStep } from './call-test';
import { parseConversationTest, type ConversationTest } from './conversation-test';
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
import { parseJson } from './test-json';

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
  return parseSavedTest(parseJson(text), name);
}

/** @returns a checked test of either kind; throws InvalidTest that names the step or property */
export function parseSavedTest(value: unknown, fallbackName = ''): SavedTest {
  const { aiFlow, webhook } = fieldsOf(value, 'testObject');
  if (aiFlow === undefined) return parseTest(value, fallbackName);
  if (webhook !== undefined) throw new InvalidTest('both');
  return parseConversationTest(value, fallbackName);
}

/** @returns a checked test; throws InvalidTest that names the step or property */
export function parseTest(value: unknown, fallbackName = ''): CallTest {
  const { name = fallbackName, webhook = '', pretend = true, call, steps } = fieldsOf(value, 'testObject');
  return {
    name: textOf(name, 'name'),
    webhook: textOf(webhook, 'webhook'),
    pretend: booleanOf(pretend, 'pretend'),
    call: parseCall(call),
    steps: stepsOf(steps).map((step, index) => parseStep(step, { step: index + 1 })),
  };
}

function parseCall(value: unknown): TestedCall {
  const { from, to, direction = 'in', user } = fieldsOf(value, 'object', { field: 'call' });
  return {
    from: textOf(from, 'call.from'),
    to: textOf(to, 'call.to'),
    direction: directionOf(direction),
    ...(user === undefined ? {} : { user: usersOf(user) }),
  };
}

/** One extension or name, or a list of them or of users. */
function usersOf(value: unknown): User[] {
  const list = Array.isArray(value) ? value.slice(0, MOST_USERS) : [value];
  return list.map((user: unknown) => {
    if (typeof user === 'string') return userNamed(textOf(user, 'call.user'));
    const { name = '', userId, fullUserId } = fieldsOf(user, 'object', { field: 'call.user' });
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

function parseStep(value: unknown, where: Where): TestStep {
  const { kind, given } = kindOf(value, STEP_KINDS, where);
  switch (kind) {
    case 'expect':
      return { kind, reply: expectationOf(given, ACTIONS, REPLY_FIELDS, where) };
    case 'press':
      return { kind, digits: digitsOf(given, where) };
    case 'hangup':
      if (given !== 'caller' && given !== 'callee')
        throw new InvalidTest('either', { ...where, field: kind, one: 'caller', other: 'callee' });
      return { kind, by: given };
    default:
      return { kind, number: textOf(given, kind, where) };
  }
}

function digitsOf(value: unknown, where: Where): string {
  try {
    checkDigits(value);
    return value;
  } catch {
    throw new InvalidTest('keys', where);
  }
}
