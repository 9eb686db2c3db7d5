import { join } from 'node:path';
import type { NodeAPI } from 'node-red';
import { printable } from '../../../sipgate/index';
import { deploysOf } from '../deploys';
import { AiFlowCall, HIDDEN } from './ai-flow-call';
import { AttendedCalls, type AttendanceLimits } from './attended-calls';
import { lastingAiFlow, lastingLine } from './lasting-line';
import { isListening, linesOf, type AiFlowLine, type TelephoneLine } from './lines';
import { PathHooks } from './path-hooks';
import type { PhoneCall } from './phone-call';
import { LONGEST_DEPLOY_MS, openLineFor } from './place-call';
import { TelephoneProblem } from './problem';
import { RealCalls } from './real-calls';
import { SavedTests } from './saved-tests';
import { runSavedTest, type TestRun } from './test-runs';
import { untilDeployed } from './until-deployed';

/** More than anybody rings at once. */
const MOST_RUNNING = 20;
/** Calls that are over stay readable for the editor that placed them. */
const MOST_KEPT = 40;
/** How long messages are followed after the hang-up: a flow goes on behind it. */
export const FOLLOWED_AFTER_MS = 5000;

/** Times that are shorter in tests. */
export interface TelephoneLimits extends AttendanceLimits {
  /** How long a call is followed when it is over. */
  readonly followedAfterMs: number;
}

const LIMITS: TelephoneLimits = {
  unattendedMs: 60_000,
  hiddenMs: 600_000, // a simulated call lasts no longer
  followedAfterMs: FOLLOWED_AFTER_MS,
};

/** What the editor orders; whoever asks without it may write what they like. */
export interface CallOrder {
  /** Id of a webhook or an AI flow. */
  readonly webhook: unknown;
  readonly from: unknown;
  readonly to: unknown;
  /** Whether nodes that would send something only act as if; all but `false` is yes. */
  readonly pretend: unknown;
  /** As a browser names it. */
  readonly language: string;
}

interface Parties {
  readonly from: string;
  readonly to: string;
}

/** The telephone of the editor. */
export class Telephone {
  readonly realCalls: RealCalls;
  readonly tests: SavedTests;
  readonly #RED: NodeAPI;
  readonly #hooks: PathHooks;
  readonly #calls = new Map<string, PhoneCall | AiFlowCall>();
  readonly #attended: AttendedCalls;

  constructor(RED: NodeAPI, limits = LIMITS) {
    this.#RED = RED;
    this.#attended = new AttendedCalls(limits);
    this.#hooks = new PathHooks(RED, limits.followedAfterMs);
    this.realCalls = new RealCalls(RED, this.#hooks);
    const { userDir = '.' } = RED.settings as { userDir?: string };
    this.tests = new SavedTests(join(userDir, 'sipgate-io', 'call-tests'));
  }

  /** Waits until the flows of a deploy run: the editor asks before. */
  async deployed(): Promise<void> {
    await untilDeployed(deploysOf(this.#RED), LONGEST_DEPLOY_MS);
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
  async place(order: CallOrder): Promise<PhoneCall | AiFlowCall> {
    if ([...this.#calls.values()].filter(({ isOver }) => !isOver).length >= MOST_RUNNING)
      throw new TelephoneProblem(
        'RATE_LIMITED',
        'tooManyCalls',
        `${MOST_RUNNING} calls are running. Hang up one of them first.`,
      );
    const [from, to] = [numberOf(order.from, 'from'), numberOf(order.to, 'to')];
    await this.deployed();
    const aiFlow = linesOf(this.#RED).aiFlows.get(String(order.webhook));
    const pretend = order.pretend !== false;
    if (aiFlow) return this.#talk(aiFlow, { from, to }, pretend);
    const ownUser = /^de\b/i.test(order.language) ? 'Telefon' : 'Telephone';
    return await this.#ring(this.#line(order.webhook), { from, to }, { pretend, ownUser });
  }

  #talk(line: AiFlowLine, parties: Parties, pretend: boolean): AiFlowCall {
    const call = new AiFlowCall(lastingAiFlow(this.#RED, line), parties, pretend);
    const stopFollowing = this.#hooks.followCall(call.context);
    void call.ended.then(stopFollowing);
    this.#keep(call);
    return call;
  }

  async #ring(
    line: TelephoneLine,
    parties: Parties,
    options: { readonly pretend: boolean; readonly ownUser: string },
  ): Promise<PhoneCall> {
    const script = {
      ...parties,
      callees: { default: 'manual' },
      hangUpAfterMs: Infinity,
      speed: 1,
    } as const;
    const lasting = lastingLine(this.#RED, line);
    const { phone, network, close } = await openLineFor(this.#RED, lasting, this.#hooks, options);
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
   * @param files undefined: all
   * @param language in which a failure is told, as a browser names it
   */
  async runTests(files: readonly string[] | undefined, language: string): Promise<TestRun[]> {
    const saved =
      files === undefined
        ? await this.tests.list()
        : await Promise.all(files.map((file) => this.tests.read(file)));
    const runs: TestRun[] = [];
    const setup = { RED: this.#RED, hooks: this.#hooks, language };
    for (const one of saved) runs.push(await runSavedTest(one, setup));
    return runs;
  }

  #line(id: unknown): TelephoneLine {
    const line = typeof id === 'string' ? linesOf(this.#RED).open.get(id) : undefined;
    if (line && isListening(line)) return line;
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

const LONGEST_NUMBER = 60;

function numberOf(value: unknown, field: 'from' | 'to'): string {
  const text = typeof value === 'string' ? value.trim() : '';
  if (text === '') {
    const words = `\`${field}\` is missing. Give a phone number${field === 'from' ? `, or "${HIDDEN}"` : ''}.`;
    throw new TelephoneProblem('INVALID_INPUT', field === 'from' ? 'noFrom' : 'noTo', words);
  }
  if (field === 'from' && text.toLowerCase() === HIDDEN) return HIDDEN;
  if (text.length <= LONGEST_NUMBER && /\d/.test(text) && printable(text) === text) return text;
  throw new TelephoneProblem('INVALID_INPUT', 'noNumber', `\`${field}\` is not a phone number.`);
}
