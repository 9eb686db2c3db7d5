import type { NodeAPI } from 'node-red';
import type { CallTest, ConversationTest, TestResult, WireEvent } from '../../../simulator/index';
import { deploysOf } from '../deploys';
import { deliverTo } from './ai-flow-call';
import { CallPath } from './call-path';
import { lastingAiFlow, lastingLine, type LastingAiFlow, type LastingLine } from './lasting-line';
import { isListening, linesOf } from './lines';
import type { PathHooks } from './path-hooks';
import { LONGEST_DEPLOY_MS, openLineFor } from './place-call';
import type { SavedTest } from './saved-tests';
import { loadSimulator } from './simulator';
import { untilDeployed } from './until-deployed';

/** How a saved test went. */
export interface TestRun {
  readonly file: string;
  readonly result: TestResult;
}

/** What tests are run with. */
export interface TestSetup {
  readonly RED: NodeAPI;
  readonly hooks: PathHooks;
  /** In which a failure is told, as a browser names it. */
  readonly language: string;
}

/** Runs a saved test against the flows. One that a deploy has spoiled counts as not run. */
export async function runSavedTest(saved: SavedTest, setup: TestSetup): Promise<TestRun> {
  const { file } = saved;
  if ('problem' in saved)
    return { file, result: { kind: 'notRun', reason: saved.problem.describe(setup.language) } };
  await untilDeployed(deploysOf(setup.RED), LONGEST_DEPLOY_MS);
  const result = 'aiFlow' in saved.test ? await converse(saved.test, setup) : await run(saved.test, setup);
  return { file, result };
}

async function converse(test: ConversationTest, setup: TestSetup): Promise<TestResult> {
  const { RED, hooks, language } = setup;
  const { runConversation } = loadSimulator();
  const { aiFlow } = test;
  const lines = [...linesOf(RED).aiFlows.values()];
  const first = named(lines, aiFlow);
  const isUnclear = aiFlow === '' && lines.length > 0;
  if (!first) return notRun(isUnclear ? 'whichAiFlow' : 'noRunningAiFlow', { aiFlow }, setup);
  const line = lastingAiFlow(RED, first);
  const context = { pretend: test.pretend, path: new CallPath(() => undefined) };
  const stopFollowing = hooks.followCall(context);
  const { country } = line;
  const connect = () => ({
    overWebSocket: false,
    deliver: (event: WireEvent) => deliverTo(line, event, context),
    close: () => undefined,
  });
  try {
    return await undisturbed(line, setup, () => runConversation({ country, connect }, test, language));
  } finally {
    stopFollowing();
  }
}

async function run(test: CallTest, setup: TestSetup): Promise<TestResult> {
  const { RED, hooks, language } = setup;
  const { runTest } = loadSimulator();
  const { webhook, pretend } = test;
  const lines = [...linesOf(RED).open.values()].filter(isListening);
  const first = named(lines, webhook);
  const isUnclear = webhook === '' && lines.length > 0;
  if (!first) return notRun(isUnclear ? 'whichWebhook' : 'noWebhook', { webhook }, setup);
  const line = lastingLine(RED, first);
  const { network, close } = await openLineFor(RED, line, hooks, { pretend });
  try {
    return await undisturbed(line, setup, () => runTest(network, test, language));
  } finally {
    await close();
  }
}

/** A question that a deploy interrupts is answered by the webhook itself: that says nothing of the flow. */
async function undisturbed(
  line: LastingLine | LastingAiFlow,
  setup: TestSetup,
  play: () => Promise<TestResult>,
): Promise<TestResult> {
  let isDisturbed = false;
  const stopHearing = line.onDeploy({ onStopped: () => (isDisturbed = true) });
  try {
    const result = await play();
    return isDisturbed && result.kind !== 'passed' ? notRun('deployed', {}, setup) : result;
  } finally {
    stopHearing();
  }
}

function notRun(
  code: 'noRunningAiFlow' | 'whichAiFlow' | 'noWebhook' | 'whichWebhook' | 'deployed',
  values: Readonly<Record<string, string>>,
  { language }: TestSetup,
): TestResult {
  return { kind: 'notRun', reason: loadSimulator().describeOfTest(code, values, language) };
}

/** @returns the one with this name or id; a test that names none is meant for the only one */
function named<T extends { readonly id: string; readonly name: string }>(
  lines: readonly T[],
  wanted: string,
): T | undefined {
  if (wanted === '') return lines.length === 1 ? lines[0] : undefined;
  return lines.find(({ id, name }) => id === wanted || name === wanted);
}
