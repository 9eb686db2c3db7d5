import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { lineTo } from '../ai-flow/lines/line-to';
import type { SocketLineHooks } from '../ai-flow/lines/socket-line';
import { runConversation } from '../call-test/run-conversation';
import { WebClient } from '../network/web-client';
import { InvalidTest, readTest, type SavedTest } from '../call-test/parse-test';
import { exitCodeOf, junitOf, lineOf, summaryOf, type ReportedTest } from '../call-test/report';
import { runTest, type TestNetwork, type TestResult } from '../call-test/run-test';
import { parseTestCommand, UsageError, type TestValues } from './arguments';
import { TEST_HELP } from './help';
import { startSimulator } from './start';

/** A saved call has some hundred bytes. */
const MOST_FILE_BYTES = 1024 * 1024;

/** `sipgate-simulator test`. @returns the exit code: 1 when a test failed, 2 when one could not be run; throws UsageError */
export async function runTests(args: string[]): Promise<number> {
  const { values, files } = parseTestCommand(args);
  if (values.help) {
    process.stdout.write(TEST_HELP);
    return 0;
  }
  if (files.length === 0) throw new UsageError('name the files of the tests');
  const reported = await reportAll(files, values);
  process.stdout.write(`${summaryOf(reported)}\n`);
  if (values.junit !== undefined) await writeReport(values.junit, junitOf(reported));
  return exitCodeOf(reported);
}

async function writeReport(file: string, xml: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, xml);
  } catch (error) {
    throw new Error(`the report cannot be written: ${(error as Error).message}`, { cause: error });
  }
}

async function reportAll(files: readonly string[], values: TestValues): Promise<ReportedTest[]> {
  const simulator = await startSimulator(values, 0);
  const network: TestNetwork = {
    call: (script) => simulator.call(script),
    onEntry: (listener) => simulator.onEntry(listener),
    country: values.country,
  };
  const reported: ReportedTest[] = [];
  let isWarned = false;
  try {
    for (const file of files) {
      const test = await loadTest(file);
      if (!('reason' in test) && test.pretend && !isWarned) {
        isWarned = true;
        process.stderr.write(PRETEND_WARNING);
      }
      const one = await report(file, test, (saved) => run(saved, network, values));
      process.stdout.write(`${lineOf(one)}\n`);
      reported.push(one);
    }
  } finally {
    await simulator.stop();
  }
  return reported;
}

const PRETEND_WARNING =
  'note: "pretend" does not hold from here: what the flow sends (SMS, faxes, calls) is really sent.\n';

async function run(test: SavedTest, network: TestNetwork, values: TestValues): Promise<TestResult> {
  if (!('aiFlow' in test)) return await runTest(network, test);
  const { 'ai-flow': url, secret, 'token-header': tokenHeader, country } = values;
  if (url === undefined) return { kind: 'notRun', reason: NO_AI_FLOW };
  const web = new WebClient(false);
  try {
    const connect = (hooks: SocketLineHooks) => lineTo({ url, secret, tokenHeader }, web, hooks);
    return await runConversation({ country, connect }, test);
  } finally {
    web.close();
  }
}

const NO_AI_FLOW = 'it is a conversation with an AI flow: give its URL with --ai-flow';

async function report(
  file: string,
  test: SavedTest | { readonly reason: string },
  run: (test: SavedTest) => Promise<TestResult>,
): Promise<ReportedTest> {
  const startedAtMs = performance.now();
  const result: TestResult = 'reason' in test ? { kind: 'notRun', reason: test.reason } : await run(test);
  const name = 'reason' in test ? file : test.name;
  return { name, file, result, ms: performance.now() - startedAtMs };
}

async function loadTest(file: string): Promise<SavedTest | { readonly reason: string }> {
  try {
    if ((await stat(file)).size > MOST_FILE_BYTES) throw new InvalidTest('tooLarge');
    return readTest(await readFile(file, 'utf8'), basename(file, '.json'));
  } catch (error) {
    return { reason: (error instanceof InvalidTest ? error : InvalidTest.unreadable(error)).message };
  }
}
