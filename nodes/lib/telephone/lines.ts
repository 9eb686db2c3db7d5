import type { NodeAPI } from 'node-red';
import type { EndpointNotice, HttpAnswer } from '../../../sipgate/index';
import type { SoundTitle } from '../announcements/source';

/** A running webhook as the telephone of the editor reaches it: without a network, whatever stands in front of it. */
export interface TelephoneLine {
  readonly id: string;
  readonly name: string;
  readonly country: string;
  /** Only events of this account are accepted; empty: of any. */
  readonly masterSipId: string;
  /** @returns the URL that sipgate is told */
  url(): string;
  /** @returns the URL under which it listens on this computer */
  localUrl(): string;
  /** @returns what a user knows a sound by that the webhook hosts; `undefined` where that is not known (any more) */
  soundTitle(id: string): SoundTitle | undefined;
  /**
   * Accepts events that are signed with this key, from the telephone alone.
   * @param publicKey PEM
   * @returns a function that ends it
   */
  acceptKey(publicKey: string): () => void;
  /** Takes one event as if sipgate had posted it; never rejects. */
  receive(body: Buffer, signature: string): Promise<HttpAnswer>;
  /** Tells of what happens at the webhook. @returns a function that ends it */
  onNotice(listener: (notice: EndpointNotice) => void): () => void;
}

/** A running AI flow as the telephone reaches it. */
export interface AiFlowLine {
  readonly id: string;
  readonly name: string;
  readonly country: string;
  /** Takes one event as if sipgate had posted it; never rejects. */
  receive(body: Buffer): Promise<HttpAnswer>;
}

/** All lines of a Node-RED, and who wants to know of every notice. */
export interface Lines {
  /** By the id of the webhook's node; a webhook adds and removes itself. */
  readonly open: Map<string, TelephoneLine>;
  /** By the id of the AI flow's node, likewise. */
  readonly aiFlows: Map<string, AiFlowLine>;
  readonly listeners: Set<(webhookId: string, notice: EndpointNotice) => void>;
}

const lines = new WeakMap<object, Lines>();

/** @returns the webhooks that run in this Node-RED */
export function linesOf(RED: NodeAPI): Lines {
  // each module gets another RED, but all have one emitter
  let own = lines.get(RED.events);
  if (!own) lines.set(RED.events, (own = { open: new Map(), aiFlows: new Map(), listeners: new Set() }));
  return own;
}
