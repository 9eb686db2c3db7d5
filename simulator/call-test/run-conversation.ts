import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { MovableClock, systemClock } from '../ai-flow/clock';
import type { Conversation } from '../ai-flow/conversation';
import { createConversation } from '../ai-flow/create-conversation';
import { callerOf, phoneNumberOf } from '../ai-flow/input';
import type { Line } from '../ai-flow/lines/line';
import type { SocketLineHooks } from '../ai-flow/lines/socket-line';
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
  /**
   * The way to the AI flow, for one conversation.
   * @param hooks hear of what comes over a WebSocket
   */
  connect(hooks: SocketLineHooks): Line;
  /** Two capital letters; completes national numbers. */
  readonly country: string;
}

/** Nobody speaks or is silent for so long, ms of the conversation. */
const LONGEST_WAIT_MS = 1_200_000;
const STEP_MS = 100;
/** Over a WebSocket a flow may say more than one thing, each in a frame of its own; ms of life's time. */
const FURTHER_WORD_MS = 50;

interface Run {
  readonly conversation: Conversation;
  readonly country: string;
  /** Gives up the way to the flow. */
  close(): void;
  readonly words: FailureWords;
  /** What the flow has ordered and no step has expected yet. */
  readonly given: GivenAction[];
  readonly notes: string[];
  /** Lets time pass until it holds, or nothing more comes. */
  until(holds: () => boolean): Promise<void>;
}

/**
 * Plays a conversation with an AI flow, step by step, and hangs up behind the last one. Its time passes as fast as the
 * flow answers: it stands while a flow's word is expected. Never rejects.
 * @param language in which a failure is told, as a browser names it; any but German is English
 */
export async function runConversation(
  line: ConversationLine,
  test: ConversationTest,
  language = 'en',
): Promise<TestResult> {
  const parties = partiesOf(test, line.country);
  if (!parties) return { kind: 'notRun', reason: new FailureWords(language).of('noNumber') };
  let run: Run | undefined;
  try {
    run = begin(line, parties, language);
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
    await run?.conversation.ended;
    run?.close();
  }
}

/** @returns who talks, if both have a number: 0096 looks well in a file, and nearly nothing of it is left behind the 00 */
function partiesOf({ call }: ConversationTest, country: string): ConversationTest['call'] | undefined {
  const international = (number: string) => wireNumber(number, country).replace(/^(?=\d+$)/, '+');
  const { direction } = call;
  try {
    const from = callerOf(international(call.from), direction, 'from');
    return { from, to: phoneNumberOf(international(call.to), 'to'), direction };
  } catch {
    return undefined;
  }
}

function begin(line: ConversationLine, parties: ConversationTest['call'], language: string): Run {
  const clock = new MovableClock();
  const given: GivenAction[] = [];
  const notes: string[] = [];
  const { country } = line;
  let isSilentAtMs = 0;
  const way = line.connect({
    onAction(json) {
      isSilentAtMs = performance.now() + FURTHER_WORD_MS;
      conversation.receive(json);
    },
    onLost: (why) => conversation.lose(why),
  });
  const conversation = createConversation({
    ...parties,
    clock,
    patienceClock: systemClock(),
    deliver: (event) => way.deliver(event),
    overWebSocket: way.overWebSocket,
    onEntry(entry) {
      if (entry.kind === 'answer') given.push(...actionsIn(entry.body));
      if (entry.kind === 'note') notes.push(entry.code);
    },
  });
  const answered = async () => {
    await conversation.answered();
    while (performance.now() < isSilentAtMs) {
      await sleep(isSilentAtMs - performance.now());
      await conversation.answered();
    }
  };
  const until = async (holds: () => boolean) => {
    await answered();
    for (let ms = 0; ms < LONGEST_WAIT_MS && !holds() && !conversation.isOver; ms += STEP_MS) {
      await clock.advance(STEP_MS, answered);
      await setImmediate(); // who waits for silence hears of it
    }
  };
  return {
    conversation,
    country,
    close: () => way.close(),
    words: new FailureWords(language),
    given,
    notes,
    until,
  };
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
      await run.conversation.answered();
      return undefined;
    case 'hangup':
      if (run.conversation.isOver) return over(run);
      run.conversation.hangUp();
      await run.conversation.settled();
      return undefined;
  }
}

async function expectAction(run: Run, expected: ExpectedAction): Promise<StepFailure | undefined> {
  const { given, words, country } = run;
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
      comparable(name, expected[name], country) !== comparable(name, action[name], country),
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
  const [problem] = conversation.entries.flatMap((entry) => (entry.kind === 'problem' ? [entry] : []));
  if (problem === undefined) return undefined;
  const reason = words.ofComplaint(problem);
  return { kind: 'refused', expected: words.of('goodAnswers'), got: words.of('refused', { reason }) };
}

/** @returns why the first event got no answer at all */
function unreachable({ conversation, words }: Run): string | undefined {
  for (const entry of conversation.entries) {
    if (entry.kind === 'problem') return words.ofComplaint(entry);
    if (entry.kind !== 'answer') continue;
    const { status } = entry;
    if (status === undefined) return undefined; // over a WebSocket
    return status === 200 || status === 204 ? undefined : words.of('noAiFlow', { status });
  }
  return undefined;
}

function comparable(field: string, value: unknown, country: string): string {
  const text = String(value ?? '').trim();
  if (field === 'number' || field === 'callerIdNumber') return wireNumber(text, country);
  return text.replace(/\s+/g, ' ');
}
