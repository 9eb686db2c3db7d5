import type { Node, NodeAPI } from 'node-red';
import {
  createWebhookEndpoint,
  loadXmlBuilder,
  type EndpointNotice,
  type EndpointPorts,
  type FollowUps,
  type Incoming,
  type WebhookEndpoint,
} from '../../../sipgate/index';
import { installationKey } from '../announcements/installation-key';
import { createSharedSounds, NOT_SHARED, type SharedSounds } from '../announcements/shared-sounds';
import { createSoundHost, type SoundHost } from '../announcements/sound-host';
import { soundsOf, type MadeSound } from '../announcements/sounds';
import { waitAtMost } from '../bounded-wait';
import type { Call } from '../calls/call';
import { createCallStore, type CallStore } from '../calls/call-store';
import { boundedStore, contextStoreOf, type ContextStore } from '../calls/context-store';
import { goLive } from '../calls/open-requests';
import { deploysOf, type Deploys, type Stopping } from '../deploys';
import { toError } from '../errors';
import { mount } from '../server/mount';
import { soundUrl, type ListenState, type Mount } from '../server/paths';
import type { WebhookConfig } from './config';
import { FlowDelivery, isStopped } from './flow-delivery';
import { keptOf } from './kept';
import { createProblemLog, type ProblemLog } from './problem-log';
import { deliverTo, followUpsOf, type Receiver, type WebhookState } from './receivers';
import { createSignatures, type Signatures } from './signatures';
import { tellNotice, tellState } from './tell';
import { runningReceivers } from './running-receivers';
import { openLine, type OpenLine } from './telephone-line';
import { placeTestCall, type TestCallResult } from './test-call';

/** A webhook that runs. */
export interface RunningWebhook {
  /** @returns the URL to give to sipgate */
  url(): string;
  placeTestCall(): Promise<TestCallResult>;
  /**
   * @param isComputed whether it was made for a message
   * @returns the URL of a sound, when whoever gets it can have the sound; empty where the webhook cannot be reached
   */
  hostSound(sound: MadeSound, isComputed: boolean): Promise<string>;
  /** Answers what is open, and gives the path up. @returns when what it knows is stored; never rejects */
  stop(): Promise<void>;
}

const runningWebhooks = runningReceivers<Receiver>();
/** How events come to the flows. */
const FLOWS = { running: runningWebhooks, deliverTo };

const EXPIRE_EVERY_MS = 10 * 60_000;
/** How long an orderly end waits for the call store. */
const LONGEST_STORE_MS = 1000;

/** What a webhook is started with. */
export interface WebhookParts {
  readonly RED: NodeAPI;
  readonly node: Node;
  readonly config: WebhookConfig;
  /** Makes the URLs of sounds; empty: the installation's own key does. */
  readonly soundKey: string;
  readonly receivers: ReadonlySet<Receiver>;
  readonly setState: (state: WebhookState) => void;
}

/**
 * Ties endpoint, server, call store and flows together.
 * @throws SipgateError `INVALID_INPUT` when its place cannot be had
 */
export function startWebhook(parts: WebhookParts): RunningWebhook {
  return new Webhook(parts);
}

class Webhook implements RunningWebhook {
  readonly #parts: WebhookParts;
  readonly #problems: ProblemLog;
  readonly #signatures: Signatures;
  readonly #deploys: Deploys;
  readonly #delivery: FlowDelivery<Receiver, Incoming, Call>;
  readonly #calls: CallStore;
  readonly #endpoint: WebhookEndpoint;
  readonly #sounds: SoundHost;
  /** Of fixed sounds, by their content: each caller gets the same. */
  readonly #soundUrls = new Map<string, string>();
  readonly #place: Mount;
  readonly #line: OpenLine;
  readonly #endings: (() => void)[];
  #localUrl = '';
  /** While nodes close one by one, what they had asked for still counts. */
  #announced: FollowUps | undefined;

  constructor(parts: WebhookParts) {
    const { RED, node, config, receivers, soundKey } = parts;
    const { calls: memory, replays } = keptOf(node.id, config.replayWindow);
    this.#parts = parts;
    this.#problems = createProblemLog(RED, node);
    this.#signatures = createSignatures(config.key);
    this.#deploys = deploysOf(RED);
    this.#delivery = new FlowDelivery({ ...FLOWS, deploys: this.#deploys, nodeId: node.id, receivers });
    this.#calls = openCallStore(RED, node, config, memory, this.#problems);
    this.#endpoint = createWebhookEndpoint<Call>({ ...config, replays }, this.#ports());
    const shared = openSharedSounds(node, config, this.#problems);
    this.#sounds = createSoundHost(
      soundsOf(RED),
      shared,
      soundKey ? Promise.resolve(soundKey) : installationKey(RED),
    );
    this.#place = mount(RED, config.place, {
      endpoint: this.#endpoint,
      onState: (state: ListenState) => this.#stateChanged(state),
      serveSound: (...request) => this.#sounds.serve(...request),
    });
    this.#line = openLine({
      ...parts,
      endpoint: this.#endpoint,
      signatures: this.#signatures,
      url: () => this.url(),
      localUrl: () => this.#localUrl,
      soundTitle: (id) => this.#sounds.titleOf(id),
      isStoppedBy: (stopping) => isStopped(stopping, node.id, receivers),
    });
    const expire = () => void this.#calls.expire().then(() => shared.expire());
    const expiry = setInterval(expire, EXPIRE_EVERY_MS).unref();
    this.#endings = [
      () => clearInterval(expiry),
      () => this.#line.close(),
      goLive({
        ...config,
        endpoint: this.#endpoint,
        keepNotes: (...notes) => this.#calls.keepNotes(...notes),
        hostSound: (...sound) => this.hostSound(...sound),
      }),
      runningWebhooks.add(node.id, receivers),
      this.#deploys.onStopping((stopping) => this.#interrupt(stopping)),
      this.#deploys.onStarted(() => this.#started()),
    ];
    expire();
    setImmediate(loadXmlBuilder); // the first caller must not wait for it
  }

  url(): string {
    return this.#parts.config.publicUrl || this.#localUrl;
  }

  placeTestCall(): Promise<TestCallResult> {
    return placeTestCall({ ...this.#parts.config, localUrl: this.#localUrl }, this.#signatures);
  }

  async hostSound(sound: MadeSound, isComputed: boolean): Promise<string> {
    const known = isComputed ? undefined : this.#soundUrls.get(sound.content);
    if (known !== undefined) return known;
    const name = await this.#sounds.publish(sound, isComputed);
    const base = this.url();
    const url = base && soundUrl(base, name);
    if (!isComputed) this.#soundUrls.set(sound.content, url);
    return url;
  }

  async stop(): Promise<void> {
    this.#announced ??= this.#followUps();
    this.#delivery.pause();
    this.#endpoint.answerAll();
    for (const end of this.#endings) end();
    await Promise.all([this.#place.release(), waitAtMost(this.#calls.settled(), LONGEST_STORE_MS)]);
  }

  #ports(): EndpointPorts<Call> {
    return {
      verify: (body, signature) => this.#signatures.verify(body, signature),
      record: (event) => this.#calls.track(event),
      deliver: (incoming, call) => this.#delivery.deliver(incoming, call),
      followUps: () => this.#announced ?? this.#followUps(),
      notice: (notice) => this.#noticed(notice),
    };
  }

  #followUps(): FollowUps {
    return followUpsOf(this.url(), this.#parts.receivers);
  }

  #noticed(notice: EndpointNotice): void {
    const { RED, node, receivers } = this.#parts;
    tellNotice(RED, node, this.#problems, notice);
    for (const receiver of receivers) receiver.onNotice(notice);
    this.#line.notice(notice);
  }

  #stateChanged(state: ListenState): void {
    const { RED, node, setState } = this.#parts;
    if (state.kind === 'listening') this.#localUrl = state.localUrl;
    this.#soundUrls.clear();
    tellState(RED, node, this.#problems, state);
    setState(state);
  }

  #started(): void {
    this.#announced = undefined;
    this.#delivery.resume();
  }

  #interrupt(stopping: Stopping): void {
    const { node, receivers } = this.#parts;
    if (!isStopped(stopping, node.id, receivers)) return;
    this.#announced = this.#followUps();
    this.#place.interrupt(stopping.kind);
    this.#endpoint.answerAll();
    this.#delivery.pause(stopping);
  }
}

function openCallStore(
  RED: NodeAPI,
  node: Node,
  config: WebhookConfig,
  memory: Parameters<typeof createCallStore>[0]['memory'],
  problems: ProblemLog,
): CallStore {
  return createCallStore({
    memory,
    context: contextStoreOf(RED, node),
    store: config.callStore || undefined,
    onProblem: (error) => tellOfStore(problems, error),
  });
}

/** Only a named store is one that other instances may have as well. */
function openSharedSounds(node: Node, { callStore }: WebhookConfig, problems: ProblemLog): SharedSounds {
  if (callStore === '') return NOT_SHARED;
  const context = node.context() as unknown as ContextStore;
  return createSharedSounds(boundedStore(context, callStore, (error) => tellOfStore(problems, error)));
}

function tellOfStore(problems: ProblemLog, error: unknown): void {
  problems.warn('store', 'sipgate-webhook.error.store', { reason: toError(error).message });
}
