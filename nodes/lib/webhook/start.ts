import type { Node, NodeAPI } from 'node-red';
import {
  createWebhookEndpoint,
  loadXmlBuilder,
  type EndpointNotice,
  type FollowUps,
  type Incoming,
} from '../../../sipgate/index';
import { waitAtMost } from '../bounded-wait';
import type { Call } from '../calls/call';
import { createCallStore, type CallStore } from '../calls/call-store';
import type { ContextStore } from '../calls/context-store';
import { goLive } from '../calls/open-requests';
import { deploysOf, type Stopping } from '../deploys';
import { toError } from '../errors';
import { mount } from '../server/mount';
import type { ListenState } from '../server/paths';
import type { WebhookConfig } from './config';
import { keptOf } from './kept';
import { createProblemLog, type ProblemLog } from './problem-log';
import { deliverTo, followUpsOf, type Receiver, type WebhookState } from './receivers';
import { createSignatures } from './signatures';
import { runningWebhooks, whenRunning } from './running-webhooks';
import { placeTestCall, type TestCallResult } from './test-call';

/** A webhook that runs. */
export interface RunningWebhook {
  /** @returns the URL to give to sipgate */
  url(): string;
  placeTestCall(): Promise<TestCallResult>;
  /** Answers what is open, and gives the path up. @returns when what it knows is stored; never rejects */
  stop(): Promise<void>;
}

const EXPIRE_EVERY_MS = 10 * 60_000;
/** How long an orderly end waits for the call store. */
const LONGEST_STORE_MS = 1000;

/**
 * Ties endpoint, server, call store and flows together.
 * @throws SipgateError `INVALID_INPUT` when its place cannot be had
 */
export function startWebhook(
  RED: NodeAPI,
  node: Node,
  config: WebhookConfig,
  receivers: ReadonlySet<Receiver>,
  setState: (state: WebhookState) => void,
): RunningWebhook {
  const { calls: memory, replays } = keptOf(node.id, config.replayWindow);
  const problems = createProblemLog(RED, node);
  const signatures = createSignatures(config.key);
  const deploys = deploysOf(RED);
  const calls = openCallStore(node, config, memory, problems);
  let localUrl = '';
  /** While nodes close one by one, what they had asked for still counts. */
  let announced: FollowUps | undefined;
  const url = () => config.publicUrl || localUrl;

  const endpoint = createWebhookEndpoint<Call>(
    { ...config, replays },
    {
      verify: signatures.verify,
      record: calls.track,
      deliver: (incoming, call) => deliver(incoming, call),
      followUps: () => announced ?? followUpsOf(url(), receivers),
      notice(notice) {
        tell(RED, node, problems, notice);
        for (const receiver of receivers) receiver.onNotice(notice);
      },
    },
  );

  /** A deploy may have come while the call was looked up; then the event is the next flows' business. */
  async function deliver(incoming: Incoming, call: Call): Promise<boolean> {
    if (!announced) return deliverTo(receivers, incoming, call);
    const next = await whenRunning(deploys, node.id);
    if (next) deliverTo(next, incoming, call);
    return false;
  }

  const onState = (state: ListenState) => {
    if (state.kind === 'listening') localUrl = state.localUrl;
    tellState(RED, node, problems, state);
    setState(state);
  };
  const place = mount(RED, config.place, { endpoint, onState });
  const stopAnswering = goLive({ ...config, endpoint, keepNotes: calls.keepNotes });
  const stopRunning = runningWebhooks.add(node.id, receivers);

  function interrupt(stopping: Stopping): void {
    const isTouched =
      stopping.stops(node.id) || [...receivers].some((receiver) => receiver.isStoppedBy(stopping));
    if (!isTouched) return;
    announced = followUpsOf(url(), receivers);
    place.interrupt(stopping.kind);
    endpoint.answerAll();
  }

  const stopListening = [deploys.onStopping(interrupt), deploys.onStarted(() => (announced = undefined))];
  const expiry = setInterval(() => void calls.expire(), EXPIRE_EVERY_MS).unref();
  void calls.expire();
  setImmediate(loadXmlBuilder); // the first caller must not wait for it

  return {
    url,
    placeTestCall: () => placeTestCall({ ...config, localUrl }, signatures),
    async stop() {
      announced ??= followUpsOf(url(), receivers);
      endpoint.answerAll();
      for (const stop of stopListening) stop();
      clearInterval(expiry);
      stopAnswering();
      stopRunning();
      await Promise.all([place.release(), waitAtMost(calls.settled(), LONGEST_STORE_MS)]);
    },
  };
}

function openCallStore(
  node: Node,
  config: WebhookConfig,
  memory: Parameters<typeof createCallStore>[0]['memory'],
  problems: ProblemLog,
): CallStore {
  return createCallStore({
    memory,
    context: node.context() as unknown as ContextStore,
    store: config.callStore || undefined,
    onProblem: (error) =>
      problems.warn('store', 'sipgate-webhook.error.store', { reason: toError(error).message }),
  });
}

/** What of the calls a user wants to find in the log. */
function tell(RED: NodeAPI, node: Node, problems: ProblemLog, notice: EndpointNotice): void {
  switch (notice.kind) {
    case 'deadline':
      return node.warn(
        RED._('sipgate-webhook.error.deadline', { event: notice.event.event, ms: notice.afterMs } as never),
      );
    case 'refused': {
      const { status, reason, address } = notice;
      return problems.warn(`${status}`, 'sipgate-webhook.error.refused', { status, reason, address });
    }
    case 'replayed': {
      const at =
        notice.answeredAt === undefined ? undefined : new Date(notice.answeredAt).toLocaleTimeString();
      return node.log(
        RED._(`sipgate-webhook.log.${at ? 'repeated' : 'repeatedOpen'}`, {
          event: notice.event.event,
          at,
        } as never),
      );
    }
    case 'failed':
      return node.error(toError(notice.cause).message);
    case 'accepted':
    case 'answered':
    case 'gone':
      return undefined;
  }
}

function tellState(RED: NodeAPI, node: Node, problems: ProblemLog, state: ListenState): void {
  if (state.kind === 'failed') {
    node.error(RED._('sipgate-webhook.error.listen', { where: state.where, reason: state.error.message }));
  } else if (state.certificateEnds) {
    const date = state.certificateEnds.toISOString().slice(0, 10);
    problems.warn('certificate', 'sipgate-webhook.error.certificateEnds', { date });
  }
}
