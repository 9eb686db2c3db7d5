import { setImmediate } from 'node:timers/promises';
import type { SimulatedCall } from '../network/placed-call';
import type { CallScript } from '../network/script/script';
import type { AnswerEntry } from '../network/transcript';
import type { CallTest, ExpectedReply, TestStep } from './call-test';
import { differenceOf, replyOf } from './compare-reply';
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
  /** No webhook has answered at all. */
  | { readonly kind: 'notRun'; readonly reason: string };

/** Why a step failed, as data: each side has its words in the reader's language. */
export type StepFailure =
  | { readonly kind: 'differs'; readonly field: string; readonly expected: string; readonly got: string }
  | { readonly kind: 'noEvent'; readonly expected: string; readonly got: string }
  | { readonly kind: 'refused'; readonly expected: string; readonly got: string };

const OVER = ['ended', 'callerHungUp'] as const;
/** What the network does instead of asking for keys. */
const NO_KEYS = [...OVER, 'rings', 'mailbox', 'rejects', 'hangsUp', 'tooManyGathers'] as const;

/** Plays a call against a flow, step by step, and hangs up behind the last one. Never rejects. */
export async function runTest(network: TestNetwork, test: CallTest): Promise<TestResult> {
  const call = network.call({
    ...test.call,
    callees: { default: 'manual' },
    keypad: 'manual',
    hangUpAfterMs: Infinity,
    speed: Infinity,
  });
  const run = { network, call, reader: new TranscriptReader(call, network.onEntry) };
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
}

async function runSteps(run: Run, steps: readonly TestStep[]): Promise<TestResult> {
  for (const [index, step] of steps.entries()) {
    const failure = await runStep(run, step);
    const reason = unreachable(run.call);
    if (reason !== undefined) return { kind: 'notRun', reason };
    if (failure !== undefined) return { kind: 'failed', step: index + 1, failure };
  }
  return { kind: 'passed' };
}

/** @returns why the first event of a call got no answer at all */
function unreachable({ transcript }: SimulatedCall): string | undefined {
  const first = transcript.find((entry): entry is AnswerEntry => entry.kind === 'answer');
  if (first === undefined || first.status === 404) return first && 'there is no webhook at this URL';
  return first.status === undefined ? first.xmlError : undefined;
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

async function expectReply({ network, reader }: Run, reply: ExpectedReply): Promise<StepFailure | undefined> {
  const answer = await reader.nextSteering();
  if (answer === undefined) return missing(`an answer with the action ${reply.action}`, reader);
  if (answer.xmlError !== undefined) {
    return {
      kind: 'refused',
      expected: `an answer with the action ${reply.action}`,
      got: `one that sipgate refuses: ${answer.xmlError}`,
    };
  }
  const difference = differenceOf(reply, replyOf(answer.order ?? { kind: 'continue' }), network.country);
  return difference && { kind: 'differs', ...difference };
}

async function press({ call, reader }: Run, digits: string): Promise<StepFailure | undefined> {
  const asked = await reader.nextOf(['waits', ...NO_KEYS]);
  if (asked?.code !== 'waits') return missing('a question for keys (gather)', reader);
  call.enter(digits);
  await reader.nextOf(['pressed', 'pressedNothing', ...OVER]);
  return undefined;
}

const DECISIONS = { answer: 'answers', busy: 'busy', decline: 'noAnswer' } as const;

async function decide(
  { call, reader }: Run,
  kind: keyof typeof DECISIONS,
  number: string,
): Promise<StepFailure | undefined> {
  if (call.ringing().length === 0) await reader.nextOf(['rings', ...OVER]);
  const ringing = call.ringing().join(', ');
  if (!call.decide(number, DECISIONS[kind])) {
    if (ringing === '') return missing(`${number} rings`, reader);
    return { kind: 'noEvent', expected: `${number} rings`, got: `ringing ${ringing}` };
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
  { call, reader }: Run,
  what: string,
  act: () => boolean,
  codes: readonly ('transfers' | 'callEnds')[],
): Promise<StepFailure | undefined> {
  await setImmediate(); // the network goes on in its own steps
  if (!act()) return missing(`a conversation (${what})`, reader);
  await reader.nextOf([...codes, ...OVER]);
  return call.outcome.kind === 'failed' ? missing('the call goes on', reader) : undefined;
}

function missing(expected: string, reader: TranscriptReader): StepFailure {
  return { kind: 'noEvent', expected, got: reader.said() };
}
