import type { KeyObject } from 'node:crypto';
import type { NodeAPI } from 'node-red';
import {
  readPublicKey,
  type AiFlowNotice,
  type EndpointNotice,
  type HttpAnswer,
} from '../../../sipgate/index';
import type { SoundTitle } from '../announcements/source';
import type { Stopping } from '../deploys';

/** What can be called: it runs, and a deploy may put another one with the same id in its place. */
interface Line {
  readonly id: string;
  readonly name: string;
  readonly country: string;
  /** @returns whether a deploy or a stop takes it away, or a node that its events go through */
  isStoppedBy(stopping: Stopping): boolean;
}

/** A running webhook as the telephone of the editor reaches it: without a network, whatever stands in front of it. */
export interface TelephoneLine extends Line {
  /** Only events of this account are accepted; empty: of any. */
  readonly masterSipId: string;
  /** @returns the URL that sipgate is told */
  url(): string;
  /** @returns the URL under which it listens on this computer */
  localUrl(): string;
  /** @returns what a user knows a sound by that the webhook hosts; `undefined` where that is not known (any more) */
  soundTitle(id: string): SoundTitle | undefined;
  /**
   * Takes one event as if sipgate had posted it; never rejects.
   * @param signature of one of the keys that the telephone has for this webhook
   * @param flowsRun where they do not, a call goes on without them
   */
  receive(body: Buffer, signature: string, flowsRun: boolean): Promise<HttpAnswer>;
}

/** A running AI flow as the telephone reaches it. */
export interface AiFlowLine extends Line {
  /** Takes one event as if sipgate had posted it; never rejects. */
  receive(body: Buffer, flowsRun: boolean): Promise<HttpAnswer>;
}

/** All lines of a Node-RED, and what belongs to a webhook whichever node it is at the moment. */
export interface Lines {
  /** By the id of the webhook's node; a webhook adds and removes itself. */
  readonly open: Map<string, TelephoneLine>;
  /** By the id of the AI flow's node, likewise. */
  readonly aiFlows: Map<string, AiFlowLine>;
  /** Who wants to know of every notice. */
  readonly listeners: Set<(webhookId: string, notice: EndpointNotice) => void>;
  /** Likewise of an AI flow. */
  readonly aiFlowListeners: Set<(aiFlowId: string, notice: AiFlowNotice) => void>;
  /** With these the telephone signs while it calls. */
  readonly keys: Set<{ readonly webhookId: string; readonly key: KeyObject }>;
}

const lines = new WeakMap<object, Lines>();

/** @returns the webhooks that run in this Node-RED */
export function linesOf(RED: NodeAPI): Lines {
  // each module gets another RED, but all have one emitter
  let own = lines.get(RED.events);
  if (!own) {
    own = {
      open: new Map(),
      aiFlows: new Map(),
      listeners: new Set(),
      aiFlowListeners: new Set(),
      keys: new Set(),
    };
    lines.set(RED.events, own);
  }
  return own;
}

/** @returns whether a webhook has a URL to which keys can be posted: not where its port is taken */
export function isListening(line: TelephoneLine): boolean {
  return line.url() !== '';
}

/**
 * Has a webhook accept events that are signed with this key, from the telephone alone; also the one that a deploy puts in
 * its place.
 * @param publicKey PEM
 * @returns a function that ends it
 */
export function acceptKey(RED: NodeAPI, webhookId: string, publicKey: string): () => void {
  const { keys } = linesOf(RED);
  const accepted = { webhookId, key: readPublicKey(publicKey) };
  keys.add(accepted);
  return () => keys.delete(accepted);
}

/** Calls `listener` with what happens at a webhook, whichever node it is. @returns a function that ends it */
export function onNotice(
  RED: NodeAPI,
  webhookId: string,
  listener: (notice: EndpointNotice) => void,
): () => void {
  return listenTo(linesOf(RED).listeners, webhookId, listener);
}

/** Calls `listener` with what happens at an AI flow, likewise. @returns a function that ends it */
export function onAiFlowNotice(
  RED: NodeAPI,
  aiFlowId: string,
  listener: (notice: AiFlowNotice) => void,
): () => void {
  return listenTo(linesOf(RED).aiFlowListeners, aiFlowId, listener);
}

function listenTo<Notice>(
  listeners: Set<(id: string, notice: Notice) => void>,
  wanted: string,
  listener: (notice: Notice) => void,
): () => void {
  const listen = (id: string, notice: Notice) => {
    if (id === wanted) listener(notice);
  };
  listeners.add(listen);
  return () => listeners.delete(listen);
}

/** Something has happened at an AI flow. */
export function tellAiFlowNotice(RED: NodeAPI, aiFlowId: string, notice: AiFlowNotice): void {
  for (const hear of linesOf(RED).aiFlowListeners) hear(aiFlowId, notice);
}
