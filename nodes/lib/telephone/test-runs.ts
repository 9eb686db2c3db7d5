import type { NodeAPI } from 'node-red';
import type { CallTest, ConversationTest, TestResult, WireEvent } from '../../../simulator/index';
import { deliverTo } from './ai-flow-call';
import { CallPath } from './call-path';
import type { DeployWatch } from './deploy-watch';
import { lastingAiFlow, lastingLine, type LastingAiFlow, type LastingLine } from './lasting-line';
import { linesOf } from './lines';
import type { PathHooks } from './path-hooks';
import { LONGEST_DEPLOY_MS, openLineFor } from './place-call';
import type { SavedTest } from './saved-tests';
import { loadSimulator } from './simulator';

/** How a saved test went. */
export interface TestRun {
  readonly file: string;
  readonly result: TestResult;
}

/** What tests are run with. */
export interface TestBench {
  readonly RED: NodeAPI;
  readonly watch: DeployWatch;
  readonly hooks: PathHooks;
  /** In which a failure is told, as a browser names it. */
  readonly language: string;
}

/** Runs a saved test against the flows. One that a deploy has spoiled counts as not run. */
export async function runSavedTest(saved: SavedTest, bench: TestBench): Promise<TestRun> {
  const { file } = saved;
  if ('problem' in saved)
    return { file, result: { kind: 'notRun', reason: saved.problem.describe(bench.language) } };
  await bench.watch.over(LONGEST_DEPLOY_MS);
  const result = 'aiFlow' in saved.test ? await converse(saved.test, bench) : await run(saved.test, bench);
  return { file, result };
}

async function converse(test: ConversationTest, bench: TestBench): Promise<TestResult> {
  const { RED, watch, hooks, language } = bench;
  const { runConversation } = loadSimulator();
  const { aiFlow } = test;
  const first = named([...linesOf(RED).aiFlows.values()], aiFlow);
  if (!first) return notRun('noRunningAiFlow', { aiFlow }, bench);
  const line = lastingAiFlow(RED, watch, first);
  const context = { pretend: test.pretend, path: new CallPath(() => undefined) };
  const stopFollowing = hooks.followCall(context.path);
  const { country } = line;
  const connect = () => ({
    overWebSocket: false,
    deliver: (event: WireEvent) => deliverTo(line, event, context),
    close: () => undefined,
  });
  try {
    return await undisturbed(line, bench, () => runConversation({ country, connect }, test, language));
  } finally {
    stopFollowing();
  }
}

async function run(test: CallTest, bench: TestBench): Promise<TestResult> {
  const { RED, watch, hooks, language } = bench;
  const { runTest } = loadSimulator();
  const { webhook, pretend } = test;
  const first = named([...linesOf(RED).open.values()], webhook);
  if (!first) return notRun('noWebhook', { webhook }, bench);
  const line = lastingLine(RED, watch, first);
  const { network, close } = await openLineFor(RED, line, hooks, pretend);
  try {
    return await undisturbed(line, bench, () => runTest(network, test, language));
  } finally {
    await close();
  }
}

/** A question that a deploy interrupts is answered by the webhook itself: that says nothing of the flow. */
async function undisturbed(
  line: LastingLine | LastingAiFlow,
  bench: TestBench,
  play: () => Promise<TestResult>,
): Promise<TestResult> {
  let isDisturbed = false;
  const stopHearing = line.onDeploy({ onStopped: () => (isDisturbed = true) });
  try {
    const result = await play();
    return isDisturbed && result.kind !== 'passed' ? notRun('deployed', {}, bench) : result;
  } finally {
    stopHearing();
  }
}

function notRun(
  code: 'noRunningAiFlow' | 'noWebhook' | 'deployed',
  values: Readonly<Record<string, string>>,
  { language }: TestBench,
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
