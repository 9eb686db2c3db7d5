import type { KeyObject } from 'node:crypto';
import type { ServerOptions } from 'node:https';
import type { Node, NodeAPI, NodeDef } from 'node-red';
import {
  createEndpoint,
  createReplayMemory,
  loadXmlBuilder,
  verifySignature,
  verifySignatureOffThread,
  type CallEvent,
  type Earlier,
  type Endpoint,
  type FollowUps,
  type Incoming,
  type ReplayMemory,
} from '../sipgate/index';
import { deploysOf } from './lib/deploys';
import { createCallStore, type Call, type CallMemory, type ContextStore } from './lib/calls/call-store';
import { mount, type Mount, type Tenant } from './lib/server/http-server';
import { toError } from './lib/errors';
import { serveEndpoint } from './lib/server/serve-endpoint';
import { placeTestCall, testEvent, testSigner, type TestCallResult, type TestSigner } from './lib/webhook/test-call';
import { goLive, type CallMessage, type Receiver, type WebhookNode, type WebhookState } from './lib/calls/open-requests';
import { readWebhookConfig, type WebhookConfig } from './lib/webhook/config';

/** What of a webhook outlives its node: Node-RED makes a new node at every deploy. */
interface Remembered {
  readonly calls: CallMemory;
  replays: { window: number; memory: ReplayMemory<Earlier> } | undefined;
}

interface TlsNode extends Node {
  addTLSOptions(options: ServerOptions): ServerOptions;
}

/** A running webhook as this file's admin routes see it. */
interface TestableWebhook extends WebhookNode {
  placeTestCall?: () => Promise<TestCallResult>;
}

const EXPIRE_EVERY_MS = 10 * 60_000;

const remembered = new Map<string, Remembered>();

export = (RED: NodeAPI): void => {
  // a Node-RED that starts anew in the same process, as embedding programs and tests do, has seen no request yet
  for (const kept of remembered.values()) kept.replays = undefined;

  function SipgateWebhook(this: TestableWebhook, saved: NodeDef & Record<string, unknown>): void {
    RED.nodes.createNode(this, saved);
    const receivers = new Set<Receiver>();
    let state: WebhookState | undefined;
    const setState = (next: WebhookState) => {
      state = next;
      for (const receiver of receivers) receiver.onState(next);
    };
    const attach = (receiver: Receiver) => {
      receivers.add(receiver);
      if (state) receiver.onState(state);
      return () => receivers.delete(receiver);
    };
    const fail = (thrown: unknown) => {
      const error = toError(thrown);
      setState({ kind: 'invalid', error });
      this.error(error.message);
    };
    Object.assign(this, { attach, country: '' });
    try {
      const config = readWebhookConfig(saved);
      Object.assign(this, { country: config.country });
      const start = () => {
        const { placeTestCall, stop, url } = startWebhook(RED, this, config, receivers, setState);
        Object.assign(this, { placeTestCall, url });
        return stop;
      };
      const stop = startWhenPossible(RED, start, fail);
      this.on('close', (removed: boolean, done: () => void) => {
        stop(removed);
        if (removed) remembered.delete(this.id);
        done();
      });
    } catch (thrown) {
      fail(thrown);
    }
  }

  RED.nodes.registerType('sipgate-webhook', SipgateWebhook);
  registerRoutes(RED);
};

type Stop = (removed: boolean) => void;

/**
 * Starts now, or after a later deploy: one that only takes away what was in the way, such as another webhook on this
 * path, leaves the node as it is.
 */
function startWhenPossible(RED: NodeAPI, start: () => Stop, onFailure: (thrown: unknown) => void): Stop {
  let stop: Stop | undefined;
  let told = '';
  const attempt = () => {
    if (stop) return;
    try {
      stop = start();
    } catch (thrown) {
      const { message } = toError(thrown);
      if (message !== told) onFailure(thrown);
      told = message;
    }
  };
  attempt();
  const stopTrying = deploysOf(RED).onStarted(attempt);
  return (removed) => {
    stopTrying();
    stop?.(removed);
  };
}

/** Ties endpoint, server, call store and flows together. */
function startWebhook(
  RED: NodeAPI,
  node: Node,
  config: WebhookConfig,
  receivers: ReadonlySet<Receiver>,
  setState: (state: WebhookState) => void,
) {
  const kept = rememberedOf(node.id, config.replayWindow);
  const problems = createProblemLog(RED, node);
  const calls = createCallStore({
    memory: kept.calls,
    context: node.context() as unknown as ContextStore,
    store: config.callStore || undefined,
    onProblem: (error) =>
      problems.once('store', 'sipgate-webhook.error.store', { reason: toError(error).message }),
  });
  let localUrl = '';
  let announced: FollowUps | undefined;
  const url = () => config.publicUrl || localUrl;
  const signatures = createVerifier(config.key, () => endpoint.openCount);

  const endpoint: Endpoint = createEndpoint(
    {
      allowedIps: config.allowedIps,
      trustProxy: config.trustProxy,
      masterSipId: config.masterSipId,
      responseTimeout: config.responseTimeout,
      replays: kept.replays?.memory as ReplayMemory<Earlier>,
    },
    {
      verify: signatures.verify,
      deliver: (incoming) => {
        const call = calls.track(incoming.event);
        if (!(call instanceof Promise)) return deliver(incoming, call, receivers);
        return call.then((known) => deliver(incoming, known, receivers));
      },
      followUps: () => announced ?? followUps(url(), receivers),
      notice: (notice) => {
        if (notice.kind === 'deadline') {
          node.warn(
            RED._('sipgate-webhook.error.deadline', { event: notice.event.event, ms: notice.afterMs }),
          );
        } else if (notice.kind === 'refused')
          problems.once(`${notice.status}`, 'sipgate-webhook.error.refused', { ...notice });
        else if (notice.kind === 'failed') node.error(toError(notice.cause).message);
        for (const receiver of receivers) receiver.onNotice(notice);
      },
    },
  );

  const tenant: Tenant = {
    id: node.id,
    handler: serveEndpoint(endpoint),
    ...tlsOf(RED, config),
    onState: (state) => {
      if (state.kind === 'listening') localUrl = state.localUrl;
      else
        node.error(
          RED._('sipgate-webhook.error.listen', { where: state.where, reason: state.error.message }),
        );
      setState(state);
    },
  };
  const place: Mount = mount(RED, config.place, tenant);
  const offline = goLive({
    endpoint,
    country: config.country,
    responseTimeout: config.responseTimeout,
    keepData: calls.keepData,
  });
  const stopListening = deploysOf(RED).onStopping(() => {
    // while nodes close one by one, what they had asked for still counts
    announced = followUps(url(), receivers);
    endpoint.answerAll();
  });
  const stopRestoring = deploysOf(RED).onStarted(() => (announced = undefined));
  calls.expire();
  const expiry = setInterval(calls.expire, EXPIRE_EVERY_MS).unref();
  setImmediate(loadXmlBuilder); // the first caller shall not wait for it
  warnOfBasicAuth(RED, node, config);

  return {
    url,
    placeTestCall: () => testCall(config, signatures, config.publicUrl, localUrl),
    stop(removed: boolean) {
      endpoint.answerAll();
      stopListening();
      stopRestoring();
      clearInterval(expiry);
      offline();
      place.release(removed);
    },
  };
}

function rememberedOf(id: string, windowSeconds: number): Remembered {
  let kept = remembered.get(id);
  if (!kept) remembered.set(id, (kept = { calls: new Map(), replays: undefined }));
  if (kept.replays?.window !== windowSeconds) {
    kept.replays = { window: windowSeconds, memory: createReplayMemory<Earlier>(windowSeconds * 1000) };
  }
  return kept;
}

/** Gives an event to every webhook-in that wants its call. @returns whether one of them may answer it */
function deliver({ exchange, event, raw }: Incoming, call: Call, receivers: ReadonlySet<Receiver>): boolean {
  const takers = [...receivers].filter((receiver) => receiver.wants(call));
  const answerable = takers.some((receiver) => receiver.canAnswer(event));
  // each flow gets a message of its own: what it changes must reach neither another flow nor the open request
  const message: CallMessage = { topic: event.event, payload: event, call, sipgate: { exchange, raw } };
  const [first, ...others] = takers;
  for (const receiver of others) receiver.receive(structuredClone(message));
  // `call` and `raw` were made for this message, only the event is the open request's
  first?.receive({ ...message, payload: copyEvent(event) });
  return answerable;
}

/** An event is flat but for its lists; `structuredClone` takes twenty times as long for it. */
function copyEvent(event: CallEvent): CallEvent {
  const copy: Record<string, unknown> = { ...event };
  for (const key of Object.keys(copy)) if (Array.isArray(copy[key])) copy[key] = [...copy[key]];
  return copy as unknown as CallEvent;
}

/** Only what some flow listens to is asked for: sipgate would post the rest for nothing. */
function followUps(url: string, receivers: ReadonlySet<Receiver>): FollowUps {
  const wired = (topic: 'ANSWER' | 'HANGUP') => [...receivers].some((receiver) => receiver.isWired(topic));
  return {
    ...(wired('ANSWER') ? { onAnswer: url } : {}),
    ...(wired('HANGUP') ? { onHangup: url } : {}),
    onData: url,
  };
}

/** So long after requests met each other, more of them are expected to. */
const BUSY_MS = 50;

/**
 * A signature costs about 0.1 ms of arithmetic. While nothing else is going on it is checked at once; where requests
 * come at the same time, they are checked on other threads. A test call of this process counts as signed while it runs.
 */
function createVerifier(key: KeyObject | undefined, openCount: () => number) {
  const tests = new Set<TestSigner>();
  let checking = 0;
  let busyUntil = 0;

  /** Whoever comes alone between two crowds would stop the whole crowd by being checked at once. */
  function isBusy(): boolean {
    const now = performance.now();
    if (checking + openCount() > 0) busyUntil = now + BUSY_MS;
    return now < busyUntil;
  }

  async function checkOffThread(body: Buffer, header: unknown, publicKey: KeyObject): Promise<boolean> {
    checking += 1;
    try {
      return await verifySignatureOffThread(body, header, publicKey);
    } finally {
      checking -= 1;
    }
  }

  return {
    tests,
    verify(body: Buffer, header: unknown): boolean | Promise<boolean> {
      if (!key) return true;
      for (const signer of tests) if (signer.verify(body, header)) return true;
      if (isBusy()) return checkOffThread(body, header, key);
      return verifySignature(body, header, key);
    },
  };
}

function tlsOf(RED: NodeAPI, { place }: WebhookConfig): Pick<Tenant, 'tls'> {
  if (place.server !== 'port' || place.tls === '') return {};
  const tls = RED.nodes.getNode(place.tls) as TlsNode | null;
  if (!tls) throw new Error(RED._('sipgate-webhook.error.tls'));
  const options = tls.addTLSOptions({});
  if (!options.pfx && !(options.key && options.cert))
    throw new Error(RED._('sipgate-webhook.error.tlsCertificate'));
  return { tls: { id: place.tls, options } };
}

/** A user name and password before the webhook would keep sipgate out without anybody seeing why. */
function warnOfBasicAuth(RED: NodeAPI, node: Node, { place }: WebhookConfig): void {
  const { httpNodeAuth } = RED.settings as { httpNodeAuth?: unknown };
  if (place.server === 'node-red' && httpNodeAuth) node.warn(RED._('sipgate-webhook.error.httpNodeAuth'));
}

/** A stranger who knocks all day must not fill the log: each kind of problem is told once a minute. */
function createProblemLog(RED: NodeAPI, node: Node) {
  const PAUSE_MS = 60_000;
  const told = new Map<string, number>();
  return {
    once(kind: string, key: string, values: Record<string, unknown>) {
      const last = told.get(kind);
      if (last !== undefined && Date.now() - last < PAUSE_MS) return;
      told.set(kind, Date.now());
      node.warn(RED._(key, values as Record<string, string>));
    },
  };
}

/** Through the public URL as sipgate would; where that fails, the local one tells whose fault it is. */
async function testCall(
  { masterSipId }: WebhookConfig,
  signatures: { tests: Set<TestSigner> },
  publicUrl: string,
  localUrl: string,
): Promise<TestCallResult> {
  const signer = await testSigner();
  const place = (url: string, isLocal: boolean) => {
    const body = testEvent(masterSipId);
    return placeTestCall(url, body, signer.sign(body), isLocal);
  };
  signatures.tests.add(signer);
  try {
    if (publicUrl === '') return await place(localUrl, true);
    const result = await place(publicUrl, false);
    if (result.ok) return result;
    const local = await place(localUrl, true);
    return { ...result, reason: `${result.reason}; ${localUrl}: ${local.ok ? 'OK' : local.reason}` };
  } finally {
    signatures.tests.delete(signer);
  }
}

/** What the dialog asks: how HTTP is set up here, and a test call of a deployed webhook. */
function registerRoutes(RED: NodeAPI): void {
  const settings = RED.settings as {
    httpNodeRoot?: string | false;
    httpNodeAuth?: unknown;
    contextStorage?: object;
  };
  RED.httpAdmin.get(
    '/sipgate/webhook-info',
    RED.auth.needsPermission('sipgate.read'),
    (_request, response) => {
      response.json({
        httpNodeRoot: settings.httpNodeRoot === false ? false : (settings.httpNodeRoot ?? '/'),
        httpNodeAuth: Boolean(settings.httpNodeAuth),
        stores: Object.keys(settings.contextStorage ?? {}),
      });
    },
  );
  RED.httpAdmin.post(
    '/sipgate/webhooks/:id/test',
    RED.auth.needsPermission('sipgate.write'),
    async (request, response) => {
      const node = RED.nodes.getNode(String(request.params['id'])) as TestableWebhook | null;
      if (node?.type !== 'sipgate-webhook' || !node.placeTestCall)
        response.status(404).json({ reason: 'notDeployed' });
      else response.json(await node.placeTestCall());
    },
  );
}
