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
import { openAiFlowLine } from '../telephone/ai-flow-lines';
import { tellAiFlowNotice } from '../telephone/lines';
import { FlowDelivery, isStopped } from '../webhook/flow-delivery';
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
/** How events come to the flows. */
const FLOWS = { running: runningAiFlows, deliverTo };

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
  readonly #delivery: FlowDelivery<AiFlowReceiver, IncomingAiFlowEvent, AiFlowSession>;
  readonly #kept: KeptAiFlow;
  readonly #sessions: SessionStore;
  readonly #endpoint: AiFlowEndpoint;
  readonly #place: Mount;
  readonly #endings: (() => void)[];
  #localUrl = '';

  constructor(parts: AiFlowParts) {
    const { RED, node, config, receivers } = parts;
    this.#parts = parts;
    this.#problems = createProblemLog(RED, node);
    this.#deploys = deploysOf(RED);
    this.#delivery = new FlowDelivery({ ...FLOWS, deploys: this.#deploys, nodeId: node.id, receivers });
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
      openAiFlowLine({
        ...parts,
        endpoint: this.#endpoint,
        isStoppedBy: (stopping) => isStopped(stopping, node.id, receivers),
      }),
      goLive({ ...config, endpoint: this.#endpoint, sessions: this.#sessions }),
      runningAiFlows.add(node.id, receivers),
      this.#deploys.onStopping((stopping) => this.#interrupt(stopping)),
      this.#deploys.onStarted(() => this.#delivery.resume()),
    ];
    void this.#sessions.expire();
  }

  runTestSession(sentence: string): Promise<TestSessionResult> {
    const { publicUrl, token, tokenHeader } = this.#parts.config;
    return runTestSession({ publicUrl, localUrl: this.#localUrl, token, tokenHeader }, sentence);
  }

  async stop(): Promise<void> {
    this.#delivery.pause();
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
      deliver: (incoming, session) => this.#delivery.deliver(incoming, session),
      notice: (notice) => this.#noticed(notice),
    };
  }

  #noticed(notice: AiFlowNotice): void {
    const { RED, node, receivers } = this.#parts;
    tellNotice(RED, node, this.#problems, notice);
    tellAiFlowNotice(RED, node.id, notice);
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
    if (!isStopped(stopping, node.id, receivers)) return;
    this.#place.interrupt(stopping.kind);
    this.#endpoint.answerAll();
    this.#delivery.pause(stopping);
    if (stopping.kind === 'stop') this.#kept.connections.close();
  }
}
