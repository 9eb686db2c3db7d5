import type { Node, NodeAPI } from 'node-red';
import {
  createAiFlowEndpoint,
  type AiFlowEndpoint,
  type AiFlowNotice,
  type AiFlowPorts,
  type AiFlowSession,
  type IncomingAiFlowEvent,
} from '../../../sipgate/index';
import { waitAtMost } from '../bounded-wait';
import { contextStoreOf } from '../calls/context-store';
import { deploysOf, type Deploys, type Stopping } from '../deploys';
import { toError } from '../errors';
import { mount } from '../server/mount';
import type { ListenState, Mount } from '../server/paths';
import { createProblemLog, type ProblemLog } from '../webhook/problem-log';
import { runningReceivers } from '../webhook/running-receivers';
import { tellState } from '../webhook/tell';
import type { AiFlowConfig } from './config';
import { closeUnusedConnections, keptOf, type KeptAiFlow } from './kept';
import { goLive } from './open-sessions';
import { deliverTo, type AiFlowReceiver, type AiFlowState } from './receivers';
import { createSessionStore, type SessionStore } from './session-store';
import { tellNotice } from './tell';
import { runTestSession, type TestSessionResult } from './test-session';

/** An AI flow that runs. */
export interface RunningAiFlow {
  /** @param sentence what the caller of the test says */
  runTestSession(sentence: string): Promise<TestSessionResult>;
  /** Answers what is open, and gives the path up. @returns when what it knows is stored; never rejects */
  stop(): Promise<void>;
}

/** What an AI flow is started with. */
export interface AiFlowParts {
  readonly RED: NodeAPI;
  readonly node: Node;
  readonly config: AiFlowConfig;
  readonly receivers: ReadonlySet<AiFlowReceiver>;
  readonly setState: (state: AiFlowState) => void;
}

const runningAiFlows = runningReceivers<AiFlowReceiver>();

const EXPIRE_EVERY_MS = 10 * 60_000;
/** How long an orderly end waits for the call store. */
const LONGEST_STORE_MS = 1000;

/**
 * Ties endpoint, server, session store and flows together.
 * @throws SipgateError `INVALID_INPUT` when its place cannot be had
 */
export function startAiFlow(parts: AiFlowParts): RunningAiFlow {
  return new AiFlow(parts);
}

class AiFlow implements RunningAiFlow {
  readonly #parts: AiFlowParts;
  readonly #problems: ProblemLog;
  readonly #deploys: Deploys;
  readonly #kept: KeptAiFlow;
  readonly #sessions: SessionStore;
  readonly #endpoint: AiFlowEndpoint;
  readonly #place: Mount;
  readonly #endings: (() => void)[];
  #localUrl = '';
  /** Sent to a flow but not received yet: Node-RED delivers in its next turn, and drops that when flows stop before. */
  readonly #sent = new Set<() => void>();
  /** Whether the flows behind it run: it may be there before they are. */
  #hasFlows: boolean;

  constructor(parts: AiFlowParts) {
    const { RED, node, config, receivers } = parts;
    this.#parts = parts;
    this.#problems = createProblemLog(RED, node);
    this.#deploys = deploysOf(RED);
    this.#hasFlows = this.#deploys.flowsRun;
    this.#kept = keptOf(node.id);
    this.#sessions = createSessionStore({
      memory: this.#kept.sessions,
      context: contextStoreOf(RED, node),
      store: config.callStore || undefined,
      onProblem: (error) =>
        this.#problems.warn('store', 'sipgate-webhook.error.store', { reason: toError(error).message }),
    });
    const rules = { ...config, connections: this.#kept.connections };
    this.#endpoint = createAiFlowEndpoint<AiFlowSession>(rules, this.#ports());
    this.#place = this.#mount();
    const expiry = setInterval(() => void this.#sessions.expire(), EXPIRE_EVERY_MS).unref();
    this.#endings = [
      () => clearInterval(expiry),
      () => this.#endpoint.detach(),
      goLive({ ...config, endpoint: this.#endpoint, sessions: this.#sessions }),
      runningAiFlows.add(node.id, receivers),
      this.#deploys.onStopping((stopping) => this.#interrupt(stopping)),
      this.#deploys.onStarted(() => (this.#hasFlows = true)),
    ];
    void this.#sessions.expire();
  }

  runTestSession(sentence: string): Promise<TestSessionResult> {
    const { publicUrl, token, tokenHeader } = this.#parts.config;
    return runTestSession({ publicUrl, localUrl: this.#localUrl, token, tokenHeader }, sentence);
  }

  async stop(): Promise<void> {
    this.#hasFlows = false;
    this.#endpoint.answerAll();
    for (const end of this.#endings) end();
    closeUnusedConnections(this.#deploys, this.#kept);
    await Promise.all([this.#place.release(), waitAtMost(this.#sessions.settled(), LONGEST_STORE_MS)]);
  }

  /** A place that cannot be had leaves the connections to the next one who tries. */
  #mount(): Mount {
    const { RED, config } = this.#parts;
    const onState = (state: ListenState) => this.#stateChanged(state);
    try {
      return mount(RED, config.place, { endpoint: this.#endpoint, onState });
    } catch (thrown) {
      this.#endpoint.detach();
      throw thrown;
    }
  }

  #ports(): AiFlowPorts<AiFlowSession> {
    const { filler } = this.#parts.config;
    return {
      record: (event) => this.#sessions.record(event),
      putBack: (sessionId, due) => void this.#sessions.putBack(sessionId, due),
      filled: (sessionId) =>
        void this.#sessions.keepAnswer(sessionId, { spoken: [filler], afterSpeech: 'unchanged' }),
      deliver: (incoming, session) => this.#deliver(incoming, session),
      notice: (notice) => this.#noticed(notice),
    };
  }

  /** A deploy may have come while the session was looked up; then the event is the next flows' business. */
  async #deliver(incoming: IncomingAiFlowEvent, session: AiFlowSession): Promise<boolean> {
    if (!this.#hasFlows) {
      await this.#deliverLater(incoming, session);
      return false;
    }
    const later = () => void this.#deliverLater(incoming, session);
    this.#sent.add(later);
    const isAwaited = deliverTo(this.#parts.receivers, incoming, session);
    setImmediate(() => this.#sent.delete(later));
    return isAwaited;
  }

  async #deliverLater(incoming: IncomingAiFlowEvent, session: AiFlowSession): Promise<void> {
    const next = await runningAiFlows.whenRunning(this.#deploys, this.#parts.node.id);
    if (next) deliverTo(next, incoming, session);
  }

  #noticed(notice: AiFlowNotice): void {
    const { RED, node, receivers } = this.#parts;
    tellNotice(RED, node, this.#problems, notice);
    for (const receiver of receivers) receiver.onNotice(notice);
  }

  #stateChanged(state: ListenState): void {
    const { RED, node, config, setState } = this.#parts;
    if (state.kind === 'listening') this.#localUrl = state.localUrl;
    tellState(RED, node, this.#problems, state);
    setState({ ...state, isOpen: config.token === '' });
  }

  #interrupt(stopping: Stopping): void {
    const { node, receivers } = this.#parts;
    const isTouched =
      stopping.stops(node.id) || [...receivers].some((receiver) => receiver.isStoppedBy(stopping));
    if (!isTouched) return;
    this.#hasFlows = false;
    this.#place.interrupt(stopping.kind);
    this.#endpoint.answerAll();
    if (stopping.kind === 'stop') this.#kept.connections.close();
    else if (stopping.isWhole) for (const later of this.#sent) later();
  }
}
