import { setImmediate } from 'node:timers/promises';
import type { SimulatedCall } from '../network/placed-call';
import type { CallScript } from '../network/script/script';
import type { AnswerEntry } from '../network/transcript';
import type { CallTest, ExpectedReply, TestStep } from './call-test';
import { differenceOf, replyOf } from './compare-reply';
import { FailureWords } from './failure-words';
import { TranscriptReader, type Listen } from './transcript-reader';

/** What a test is run on. */
export interface TestNetwork {
  call(script: CallScript): SimulatedCall;
  readonly onEntry: Listen;
  /** Two capital letters; completes national numbers. */
  readonly country: string;
}

/** How a test ended. */
export type TestResult =
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed'; readonly step: number; readonly failure: StepFailure }
  /** No flow has answered at all. */
  | { readonly kind: 'notRun'; readonly reason: string };

/** Why a step failed; what is no value of a field is told in the reader's language. */
export type StepFailure =
  | { readonly kind: 'differs'; readonly field: string; readonly expected: string; readonly got: string }
  | { readonly kind: 'noEvent'; readonly expected: string; readonly got: string }
  | { readonly kind: 'refused'; readonly expected: string; readonly got: string };

const OVER = ['ended', 'callerHungUp'] as const;
/** What the network does instead of asking for keys. */
const NO_KEYS = [...OVER, 'rings', 'mailbox', 'rejects', 'hangsUp', 'tooManyGathers'] as const;

/**
 * Plays a call against a flow, step by step, and hangs up behind the last one. Never rejects.
 * @param language in which a failure is told, as a browser names it; any but German is English
 */
export async function runTest(network: TestNetwork, test: CallTest, language = 'en'): Promise<TestResult> {
  const call = network.call({
    ...test.call,
    callees: { default: 'manual' },
    keypad: 'manual',
    hangUpAfterMs: Infinity,
    speed: Infinity,
  });
  const words = new FailureWords(language);
  const run = { network, call, reader: new TranscriptReader(call, network.onEntry), words };
  try {
    return await runSteps(run, test.steps);
  } finally {
    call.hangUp();
    await call.ended;
  }
}

interface Run {
  readonly network: TestNetwork;
  readonly call: SimulatedCall;
  readonly reader: TranscriptReader;
  readonly words: FailureWords;
}

async function runSteps(run: Run, steps: readonly TestStep[]): Promise<TestResult> {
  for (const [index, step] of steps.entries()) {
    const failure = await runStep(run, step);
    const reason = unreachable(run);
    if (reason !== undefined) return { kind: 'notRun', reason };
    if (failure !== undefined) return { kind: 'failed', step: index + 1, failure };
  }
  return { kind: 'passed' };
}

/** Of answers to the first event: nothing there can be tested. */
const REFUSALS = { 401: 'badSignature', 403: 'notAccepted', 404: 'noUrl', 405: 'noUrl' } as const;
const OK = 200;

/** @returns why the first event of a call got no answer of a flow */
function unreachable({ call, words }: Run): string | undefined {
  const first = call.transcript.find((entry): entry is AnswerEntry => entry.kind === 'answer');
  if (first === undefined || first.status === OK) return undefined;
  const { status, xmlError: reason = '' } = first;
  if (status === undefined) return words.of('noAnswer', { reason });
  return words.of(REFUSALS[status as keyof typeof REFUSALS] ?? 'otherStatus', { status });
}

async function runStep(run: Run, step: TestStep): Promise<StepFailure | undefined> {
  switch (step.kind) {
    case 'expect':
      return await expectReply(run, step.reply);
    case 'press':
      return await press(run, step.digits);
    case 'answer':
    case 'busy':
    case 'decline':
      return await decide(run, step.kind, step.number);
    case 'transfer':
      return await talking(run, 'transfer', () => run.call.transfer(step.number), ['transfers']);
    case 'hangup':
      return await hangUp(run, step.by);
  }
}

async function expectReply(run: Run, reply: ExpectedReply): Promise<StepFailure | undefined> {
  const { network, reader, words } = run;
  const answer = await reader.nextSteering();
  const expected = words.of('answer', { action: reply.action });
  if (answer === undefined) return missing(run, expected);
  if (answer.xmlError !== undefined) {
    const code = answer.status === undefined ? 'unreachable' : 'refused';
    return { kind: 'refused', expected, got: words.of(code, { reason: answer.xmlError }) };
  }
  const difference = differenceOf(reply, replyOf(answer.order ?? { kind: 'continue' }), network.country);
  return difference && { kind: 'differs', ...difference };
}

async function press(run: Run, digits: string): Promise<StepFailure | undefined> {
  const { call, reader, words } = run;
  const asked = await reader.nextOf(['waits', ...NO_KEYS]);
  if (asked?.code !== 'waits') return missing(run, words.of('keys'));
  call.enter(digits);
  await reader.nextOf(['pressed', 'pressedNothing', ...OVER]);
  return undefined;
}

const DECISIONS = { answer: 'answers', busy: 'busy', decline: 'noAnswer' } as const;

async function decide(
  run: Run,
  kind: keyof typeof DECISIONS,
  number: string,
): Promise<StepFailure | undefined> {
  const { call, reader, words } = run;
  if (call.ringing().length === 0) await reader.nextOf(['rings', ...OVER]);
  const ringing = call.ringing().join(', ');
  if (!call.decide(number, DECISIONS[kind])) {
    const expected = words.of('rings', { number });
    if (ringing === '') return missing(run, expected);
    return { kind: 'noEvent', expected, got: words.of('ringing', { numbers: ringing }) };
  }
  await reader.nextOf(['answered', 'calleeBusy', 'calleeSilent', ...OVER]);
  return undefined;
}

async function hangUp(run: Run, by: 'caller' | 'callee'): Promise<StepFailure | undefined> {
  if (by === 'callee') return await talking(run, 'hangup', () => run.call.calleeHangsUp(), ['callEnds']);
  run.call.hangUp();
  await run.reader.nextOf(OVER);
  return undefined;
}

/** Does what only somebody can do who has answered. */
async function talking(
  run: Run,
  what: 'transfer' | 'hangup',
  act: () => boolean,
  codes: readonly ('transfers' | 'callEnds')[],
): Promise<StepFailure | undefined> {
  const { call, reader, words } = run;
  await setImmediate(); // the network goes on in its own steps
  if (!act()) return missing(run, words.of(what));
  await reader.nextOf([...codes, ...OVER]);
  return call.outcome.kind === 'failed' ? missing(run, words.of('goesOn')) : undefined;
}

function missing({ reader, words }: Run, expected: string): StepFailure {
  return { kind: 'noEvent', expected, got: words.ofNetwork(reader.latest()) };
}
