import { setImmediate } from 'node:timers/promises';
import { MovableClock } from '../ai-flow/clock';
import type { Conversation } from '../ai-flow/conversation';
import { createConversation } from '../ai-flow/create-conversation';
import type { FlowAnswer, WireEvent } from '../ai-flow/wire';
import { wireNumber } from '../network/script/numbers';
import {
  ACTION_FIELDS,
  type ConversationStep,
  type ConversationTest,
  type ExpectedAction,
} from './conversation-test';
import { FailureWords } from './failure-words';
import { actionsIn, type GivenAction } from './given-actions';
import type { StepFailure, TestResult } from './run-test';

/** Where a conversation is played. */
export interface ConversationLine {
  /** Hands an event to the AI flow. Rejects where there is no answer. */
  deliver(event: WireEvent): Promise<FlowAnswer>;
  /** Two capital letters; completes national numbers. */
  readonly country: string;
}

/** Nobody speaks or is silent for so long, ms of the conversation. */
const LONGEST_WAIT_MS = 1_200_000;
const STEP_MS = 100;

interface Run {
  readonly conversation: Conversation;
  readonly line: ConversationLine;
  readonly words: FailureWords;
  /** What the flow has ordered and no step has expected yet. */
  readonly given: GivenAction[];
  readonly notes: string[];
  /** Lets time pass until it holds, or nothing more comes. */
  until(holds: () => boolean): Promise<void>;
}

/**
 * Plays a conversation with an AI flow, step by step, and hangs up behind the last one. Its time passes as fast as the
 * flow answers. Never rejects.
 * @param language in which a failure is told, as a browser names it; any but German is English
 */
export async function runConversation(
  line: ConversationLine,
  test: ConversationTest,
  language = 'en',
): Promise<TestResult> {
  let run: Run | undefined;
  try {
    run = begin(line, test, language);
    for (const [index, step] of test.steps.entries()) {
      const failure = (await runStep(run, step)) ?? refused(run);
      const reason = unreachable(run);
      if (reason !== undefined) return { kind: 'notRun', reason };
      if (failure !== undefined) return { kind: 'failed', step: index + 1, failure };
    }
    return { kind: 'passed' };
  } catch (error) {
    return { kind: 'notRun', reason: (error as Error).message };
  } finally {
    run?.conversation.hangUp();
    await run?.conversation.settled();
  }
}

function begin(line: ConversationLine, test: ConversationTest, language: string): Run {
  const { from, to, direction } = test.call;
  const clock = new MovableClock();
  const given: GivenAction[] = [];
  const notes: string[] = [];
  const international = (number: string) => `+${wireNumber(number, line.country)}`;
  const conversation = createConversation({
    from: international(from),
    to: international(to),
    direction,
    clock,
    deliver: (event) => line.deliver(event),
    onEntry(entry) {
      if (entry.kind === 'answer') given.push(...actionsIn(entry.body));
      if (entry.kind === 'note') notes.push(entry.code);
    },
  });
  const until = async (holds: () => boolean) => {
    await conversation.settled();
    for (let ms = 0; ms < LONGEST_WAIT_MS && !holds() && !conversation.isOver; ms += STEP_MS) {
      await clock.advance(STEP_MS, () => conversation.settled());
      await setImmediate(); // who waits for silence hears of it
    }
  };
  return { conversation, line, words: new FailureWords(language), given, notes, until };
}

async function runStep(run: Run, step: ConversationStep): Promise<StepFailure | undefined> {
  switch (step.kind) {
    case 'expect':
      return await expectAction(run, step.action);
    case 'say':
      return step.sentence === '' ? await saysNothing(run) : await says(run, step.sentence);
    case 'press':
      await silence(run);
      if (run.conversation.isOver) return over(run);
      run.conversation.press(step.digits);
      await run.conversation.settled();
      return undefined;
    case 'hangup':
      if (run.conversation.isOver) return over(run);
      run.conversation.hangUp();
      await run.conversation.settled();
      return undefined;
  }
}

async function expectAction(run: Run, expected: ExpectedAction): Promise<StepFailure | undefined> {
  const { given, words, line } = run;
  let isQuiet = false;
  void run.conversation.quiet().then(() => (isQuiet = true));
  await run.until(() => given.length > 0 || isQuiet);
  const [action] = given.splice(0, 1);
  if (action === undefined)
    return {
      kind: 'noEvent',
      expected: words.of('assistantDoes', { action: expected.action }),
      got: words.of('assistantSilent'),
    };
  const field = ACTION_FIELDS.find(
    (name) =>
      expected[name] !== undefined &&
      comparable(name, expected[name], line.country) !== comparable(name, action[name], line.country),
  );
  if (field === undefined) return undefined;
  return {
    kind: 'differs',
    field,
    expected: String(expected[field]),
    got: String(action[field] ?? words.of('assistantSilent')),
  };
}

async function says(run: Run, sentence: string): Promise<StepFailure | undefined> {
  await silence(run);
  if (run.conversation.isOver) return over(run);
  let isSaid = false;
  void run.conversation.say(sentence).then(() => (isSaid = true));
  const spoken = () => isSaid || run.given.length > 0;
  await run.until(spoken);
  return undefined;
}

async function saysNothing(run: Run): Promise<StepFailure | undefined> {
  const before = run.notes.filter((code) => code === 'silent').length;
  await run.until(() => run.notes.filter((code) => code === 'silent').length > before);
  return run.conversation.isOver ? over(run) : undefined;
}

async function silence(run: Run): Promise<void> {
  let isQuiet = false;
  void run.conversation.quiet().then(() => (isQuiet = true));
  await run.until(() => isQuiet);
}

function over({ words }: Run): StepFailure {
  return { kind: 'noEvent', expected: words.of('conversationGoesOn'), got: words.of('conversationIsOver') };
}

/** @returns what sipgate would not have taken, if anything */
function refused({ conversation, words }: Run): StepFailure | undefined {
  const [reason] = conversation.problems;
  if (reason === undefined) return undefined;
  return { kind: 'refused', expected: words.of('goodAnswers'), got: words.of('refused', { reason }) };
}

/** @returns why the first event got no answer at all */
function unreachable({ conversation, words }: Run): string | undefined {
  for (const entry of conversation.entries) {
    if (entry.kind === 'problem') return entry.why;
    if (entry.kind !== 'answer') continue;
    const { status = 0 } = entry;
    return status === 200 || status === 204 ? undefined : words.of('noAiFlow', { status });
  }
  return undefined;
}

function comparable(field: string, value: unknown, country: string): string {
  const text = String(value ?? '').trim();
  if (field === 'number' || field === 'callerIdNumber') return wireNumber(text, country);
  return text.replace(/\s+/g, ' ');
}
