import { join } from 'node:path';
import type { NodeAPI } from 'node-red';
import type { CallTest, ConversationTest, TestResult, WireEvent } from '../../../simulator/index';
import { waitAtMost } from '../bounded-wait';
import { deploysOf } from '../deploys';
import { AiFlowCall, deliverTo } from './ai-flow-call';
import { CallPath } from './call-path';
import { AttendedCalls, type AttendanceLimits } from './attended-calls';
import { linesOf, type AiFlowLine, type TelephoneLine } from './lines';
import { PathHooks } from './path-hooks';
import type { PhoneCall } from './phone-call';
import { FOLLOWED_AFTER_MS, openLineFor } from './place-call';
import { TelephoneProblem } from './problem';
import { RealCalls } from './real-calls';
import { SavedTests } from './saved-tests';
import { loadSimulator } from './simulator';

/** How a saved test went. */
export interface TestRun {
  readonly file: string;
  readonly result: TestResult;
}

/** More than anybody rings at once. */
const MOST_RUNNING = 20;
/** Calls that are over stay readable for the editor that placed them. */
const MOST_KEPT = 40;
const LONGEST_DEPLOY_MS = 10_000;
/** A simulated call lasts no longer. */
const LIMITS: AttendanceLimits = { unattendedMs: 60_000, hiddenMs: 600_000 };

/** The telephone of the editor. */
export class Telephone {
  readonly realCalls: RealCalls;
  readonly tests: SavedTests;
  readonly #RED: NodeAPI;
  readonly #hooks: PathHooks;
  readonly #calls = new Map<string, PhoneCall | AiFlowCall>();
  readonly #attended: AttendedCalls;
  /** While a deploy is under way: ends with it. */
  #deploy: Promise<void> | undefined;

  /** @param limits after which a call is hung up that no editor looks at */
  constructor(RED: NodeAPI, limits = LIMITS) {
    this.#RED = RED;
    this.#attended = new AttendedCalls(limits);
    this.#hooks = new PathHooks(RED);
    this.realCalls = new RealCalls(RED, this.#hooks);
    const { userDir = '.' } = RED.settings as { userDir?: string };
    this.tests = new SavedTests(join(userDir, 'sipgate-io', 'call-tests'));
    this.#watchDeploys();
  }

  /** Waits until the flows of a deploy run: the editor asks before. */
  async deployed(): Promise<void> {
    if (this.#deploy) await waitAtMost(this.#deploy, LONGEST_DEPLOY_MS);
  }

  /** @returns the webhooks that can be called */
  lines(): TelephoneLine[] {
    return [...linesOf(this.#RED).open.values()];
  }

  /** @returns the AI flows that can be called */
  aiFlows(): AiFlowLine[] {
    return [...linesOf(this.#RED).aiFlows.values()];
  }

  /**
   * @param isWaiting whether whoever asks waits for news
   * @returns a call for whoever follows it. @throws SipgateError for one that is forgotten
   */
  call(id: string, isWaiting = false): PhoneCall | AiFlowCall {
    const call = this.#known(id);
    this.#attended.attend(call, isWaiting);
    return call;
  }

  /**
   * The editor that follows a call shows something else from now on, or is closed. Who waits for news of it is answered:
   * a page that does nothing while it is hidden has no request open either.
   * @throws SipgateError for a call that is forgotten
   */
  leave(id: string, how: 'hidden' | 'closed'): void {
    const call = this.#known(id);
    if (how === 'hidden') this.#attended.hide(call);
    else call.abandon({ note: 'closed' });
    call.changes.release();
  }

  #known(id: string): PhoneCall | AiFlowCall {
    const call = this.#calls.get(id);
    if (!call) throw new TelephoneProblem('NOT_FOUND', 'noCall', 'There is no such call any more.');
    return call;
  }

  /**
   * Calls a webhook or an AI flow; telephones ring until somebody decides, keys are waited for as long as the flow says.
   * @throws SipgateError for a webhook that does not run or numbers that make no sense
   */
  async place(order: { webhook: unknown; from: unknown; to: unknown }): Promise<PhoneCall | AiFlowCall> {
    if ([...this.#calls.values()].filter(({ isOver }) => !isOver).length >= MOST_RUNNING)
      throw new TelephoneProblem(
        'RATE_LIMITED',
        'tooManyCalls',
        `${MOST_RUNNING} calls are running. Hang up one of them first.`,
      );
    const [from, to] = [numberOf(order.from, 'from'), numberOf(order.to, 'to')];
    const aiFlow = linesOf(this.#RED).aiFlows.get(String(order.webhook));
    return aiFlow ? this.#talk(aiFlow, from, to) : await this.#ring(this.#line(order.webhook), from, to);
  }

  #talk(line: AiFlowLine, from: string, to: string): AiFlowCall {
    const call = new AiFlowCall(line, from, to);
    const stopFollowing = this.#hooks.follow(call.path);
    void call.ended.then(() => setTimeout(stopFollowing, FOLLOWED_AFTER_MS).unref());
    this.#keep(call);
    return call;
  }

  async #ring(line: TelephoneLine, from: string, to: string): Promise<PhoneCall> {
    const script = {
      from,
      to,
      callees: { default: 'manual' },
      hangUpAfterMs: Infinity,
      speed: 1,
    } as const;
    const { phone, network, close } = await openLineFor(line, this.#hooks, false);
    try {
      void network.call(script).ended.then(close);
    } catch (error) {
      await close();
      throw new TelephoneProblem('INVALID_INPUT', 'noNumber', (error as Error).message);
    }
    this.#keep(phone);
    return phone;
  }

  /**
   * Runs saved tests one after the other.
   * @param files none: all
   * @param language in which a failure is told, as a browser names it
   */
  async runTests(files: readonly string[], language: string): Promise<TestRun[]> {
    const saved =
      files.length === 0
        ? await this.tests.list()
        : await Promise.all(files.map((file) => this.tests.read(file)));
    const runs: TestRun[] = [];
    for (const one of saved) {
      const result: TestResult =
        'problem' in one ? { kind: 'notRun', reason: one.problem } : await this.#runOne(one.test, language);
      runs.push({ file: one.file, result });
    }
    return runs;
  }

  #watchDeploys(): void {
    const deploys = deploysOf(this.#RED);
    let started = () => undefined as void;
    deploys.onStopping(({ kind }) => {
      if (kind === 'deploy') this.#deploy ??= new Promise((resolve) => (started = resolve));
    });
    deploys.onStarted(() => {
      this.#deploy = undefined;
      started();
    });
  }

  async #runOne(test: CallTest | ConversationTest, language: string): Promise<TestResult> {
    return 'aiFlow' in test ? await this.#converse(test, language) : await this.#run(test, language);
  }

  async #converse(test: ConversationTest, language: string): Promise<TestResult> {
    const { describeOfTest, runConversation } = loadSimulator();
    const { aiFlow } = test;
    const line = named(this.aiFlows(), aiFlow);
    if (!line) return { kind: 'notRun', reason: describeOfTest('noRunningAiFlow', { aiFlow }, language) };
    const context = { pretend: test.pretend, path: new CallPath(() => undefined) };
    const stopFollowing = this.#hooks.follow(context.path);
    const { country } = line;
    try {
      const deliver = (event: WireEvent) => deliverTo(line, event, context);
      return await runConversation({ country, deliver }, test, language);
    } finally {
      setTimeout(stopFollowing, FOLLOWED_AFTER_MS).unref();
    }
  }

  async #run(test: CallTest, language: string): Promise<TestResult> {
    const { describeOfTest, runTest } = loadSimulator();
    const line = named(this.lines(), test.webhook);
    if (!line)
      return { kind: 'notRun', reason: describeOfTest('noWebhook', { webhook: test.webhook }, language) };
    const { network, close } = await openLineFor(line, this.#hooks, test.pretend);
    try {
      return await runTest(network, test, language);
    } finally {
      await close();
    }
  }

  #line(id: unknown): TelephoneLine {
    const line = typeof id === 'string' ? linesOf(this.#RED).open.get(id) : undefined;
    if (line) return line;
    throw new TelephoneProblem(
      'NOT_FOUND',
      'noWebhook',
      'This webhook does not run. Deploy it, or choose another one.',
    );
  }

  #keep(phone: PhoneCall | AiFlowCall): void {
    this.#calls.set(phone.id, phone);
    this.#attended.attend(phone);
    for (const [id, { isOver }] of this.#calls) {
      if (this.#calls.size <= MOST_KEPT) return;
      if (isOver) this.#calls.delete(id);
    }
  }
}

/** @returns the one with this name or id; a test that names none is meant for the only one */
function named<T extends { readonly id: string; readonly name: string }>(
  lines: readonly T[],
  wanted: string,
): T | undefined {
  if (wanted === '') return lines.length === 1 ? lines[0] : undefined;
  return lines.find(({ id, name }) => id === wanted || name === wanted);
}

const LONGEST_NUMBER = 60;

function numberOf(value: unknown, field: 'from' | 'to'): string {
  const text = typeof value === 'string' ? value.trim() : '';
  if (text.length > LONGEST_NUMBER || (text !== '' && !/\d/.test(text) && !/^anonymous$/i.test(text)))
    throw new TelephoneProblem('INVALID_INPUT', 'noNumber', `\`${field}\` is not a phone number.`);
  if (text !== '') return text;
  const words = `\`${field}\` is missing. Give a phone number, or "anonymous".`;
  throw new TelephoneProblem('INVALID_INPUT', field === 'from' ? 'noFrom' : 'noTo', words);
}
