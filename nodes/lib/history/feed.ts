import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Node, NodeAPI, NodeMessage } from 'node-red';
import type { HistoryCursor, HistoryEntry } from '../../../sipgate/index';
import { waitAtMost } from '../bounded-wait';
import { boundedStore, type ContextStore } from '../calls/context-store';
import { deploysOf, type Deploys } from '../deploys';
import { toError } from '../errors';
import type { NodeDisplay } from '../status';
import type { HistoryInConfig } from './config';
import { createProblemLog, type ProblemLog } from '../webhook/problem-log';
import { dropCursor, keepInMemory, keepInStore, openCursor, type CursorPlace } from './kept';
import { createMessages, type EntryMessage, type Messages } from './messages';
import { clientOf, pollFor, type Listener } from './poller';

/** A node that emits new entries. */
export interface HistoryFeed {
  /**
   * @param isRemoved whether the node is gone for good: then nothing is kept
   * @returns when what was emitted is kept; never rejects
   */
  stop(isRemoved: boolean): Promise<void>;
}

/** What a feed is started with. */
export interface FeedParts {
  readonly RED: NodeAPI;
  readonly node: Node;
  readonly config: HistoryInConfig;
  /** The account that the ids belong to. */
  readonly account: string;
  readonly display: NodeDisplay;
}

/** Messages of one go: after each the flow, and everything else in this process, has its turn. */
const MOST_AT_ONCE = 50;
/** An entry counts as done for the store when the flow has had it for so long: that long a flow takes to put it somewhere. */
const KEEP_AFTER_MS = 250;
const STORE_RETRY_MS = 5000;
/** How long an orderly end waits for the store. */
const LONGEST_STORE_MS = 1000;

/** Starts to emit as soon as the flows run. */
export function startFeed(parts: FeedParts): HistoryFeed {
  return new Feed(parts);
}

class Feed implements HistoryFeed, Listener {
  readonly intervalMs: number;
  readonly #parts: FeedParts;
  readonly #deploys: Deploys;
  readonly #place: CursorPlace;
  readonly #messages: Messages;
  readonly #problems: ProblemLog;
  readonly #endings: (() => void)[];
  #cursor: HistoryCursor | undefined;
  #queue: HistoryEntry[] = [];
  #isWorking = false;
  #isStopped = false;
  #isFailing = false;
  /** How often flows were stopped: Node-RED delivers a message in its next turn, and drops it when they stop before. */
  #stops = 0;
  #hasChanged = false;
  #keepTimer: NodeJS.Timeout | undefined;
  #openTimer: NodeJS.Timeout | undefined;

  constructor(parts: FeedParts) {
    const { RED, node, config, account } = parts;
    const context = node.context() as unknown as ContextStore;
    const store = boundedStore(context, config.store, (error) => this.#storeFailed(error));
    this.#parts = parts;
    this.#problems = createProblemLog(RED, node);
    this.intervalMs = config.intervalMs;
    this.#deploys = deploysOf(RED);
    this.#place = { nodeId: node.id, account, store };
    this.#messages = createMessages({
      withFile: config.withFile,
      client: () => clientOf(RED, config.account),
      warn: (message) => node.warn(message),
      again: (entry) => this.#enqueue([entry]),
    });
    this.#endings = [
      this.#deploys.onStopping(() => (this.#stops += 1)),
      this.#deploys.onStarted(() => this.#flowsStarted()),
    ];
    if (this.#deploys.flowsRun) this.#flowsStarted();
  }

  fromMs(): number {
    return this.#cursor?.fromMs(Date.now()) ?? Date.now();
  }

  accept(entries: readonly HistoryEntry[]): void {
    const cursor = this.#cursor;
    if (cursor === undefined) return;
    const isFirst = cursor.isFirst;
    const fresh = cursor.look(entries, Date.now());
    const { wants } = this.#parts.config;
    const wanted = fresh.filter(wants);
    // whoever wants others from now on does not get old ones
    for (const entry of fresh) if (!wants(entry)) cursor.delivered(entry.id);
    if (isFirst) void keepInStore(this.#place, cursor.stored(Date.now()));
    else if (fresh.length > wanted.length) this.#keepSoon();
    if (isFirst || this.#isFailing) this.#parts.display.showUntimed('ready', 'watching');
    this.#isFailing = false;
    this.#enqueue(wanted);
  }

  failed(error: Error, pauseMs: number): void {
    const { node, display } = this.#parts;
    display.showError(error);
    if (this.#isFailing) return;
    this.#isFailing = true;
    const { statusCode } = error as { statusCode?: number };
    // with a message, so that Catch nodes get it; once, for it may go on for hours
    const message = statusCode === undefined ? {} : { statusCode };
    node.error(error, message as NodeMessage);
    node.debug(`the next try is in ${Math.round(pauseMs / 1000)} s`);
  }

  async stop(isRemoved: boolean): Promise<void> {
    this.#isStopped = true;
    for (const end of this.#endings) end();
    clearTimeout(this.#keepTimer);
    clearTimeout(this.#openTimer);
    this.#messages.stop();
    if (isRemoved) return dropCursor(this.#place.nodeId);
    if (this.#cursor === undefined) return;
    const stored = this.#cursor.stored(Date.now());
    keepInMemory(this.#place, stored);
    await waitAtMost(keepInStore(this.#place, stored), LONGEST_STORE_MS);
  }

  #flowsStarted(): void {
    if (this.#cursor === undefined) void this.#open();
    else void this.#work();
  }

  async #open(): Promise<void> {
    const { RED, config, display } = this.#parts;
    clearTimeout(this.#openTimer);
    const cursor = await openCursor(this.#place);
    if (this.#isStopped || this.#cursor !== undefined) return;
    if (cursor === undefined) {
      this.#openTimer = setTimeout(() => void this.#open(), STORE_RETRY_MS);
      return;
    }
    this.#cursor = cursor;
    // one that began before a crash, and has not looked yet, has begun all the same
    if (cursor.isFirst) void keepInStore(this.#place, cursor.stored(Date.now()));
    else display.showUntimed('ready', 'watching');
    this.#endings.push(pollFor(RED, config.account, this));
  }

  #enqueue(entries: readonly HistoryEntry[]): void {
    this.#queue.push(...entries);
    void this.#work();
  }

  async #work(): Promise<void> {
    if (this.#isWorking) return;
    this.#isWorking = true;
    try {
      while (this.#queue.length > 0 && this.#deploys.flowsRun && !this.#isStopped) await this.#emitSome();
    } catch (thrown) {
      this.#parts.node.error(toError(thrown).message);
    } finally {
      this.#isWorking = false;
    }
  }

  /** Takes some entries from the queue; those that no flow has got go back into it. */
  async #emitSome(): Promise<void> {
    const entries = this.#queue.splice(0, this.#parts.config.withFile ? 1 : MOST_AT_ONCE);
    const messages: EntryMessage[] = [];
    for (const entry of entries) {
      const message = await this.#messages.of(entry);
      if (message !== undefined) messages.push(message);
    }
    const isDelivered = await this.#send(messages);
    if (isDelivered) for (const { payload } of messages) this.#cursor?.delivered(payload.id);
    else this.#queue.unshift(...messages.map(({ payload }) => payload));
    if (isDelivered && messages.length > 0) this.#emitted(messages);
  }

  /** @returns whether the flow has them */
  async #send(messages: readonly EntryMessage[]): Promise<boolean> {
    if (!this.#deploys.flowsRun || this.#isStopped) return false;
    const stops = this.#stops;
    for (const message of messages) this.#parts.node.send({ ...message });
    await nextTurn();
    return stops === this.#stops;
  }

  #emitted(messages: readonly EntryMessage[]): void {
    const { RED, display } = this.#parts;
    const type = messages.at(-1)?.topic ?? '';
    const known = ['CALL', 'VOICEMAIL', 'SMS', 'FAX'].includes(type);
    const what = known ? RED._(`sipgate-history-in.type.${type}`) : type;
    display.show('done', ['emitted', { what }]);
    this.#keepSoon();
  }

  /** What is kept is what the flow had when this began, not what it gets until then. */
  #keepSoon(): void {
    this.#hasChanged = true;
    if (this.#keepTimer !== undefined || this.#cursor === undefined || this.#isStopped) return;
    const stored = this.#cursor.stored(Date.now());
    this.#hasChanged = false;
    this.#keepTimer = setTimeout(() => {
      this.#keepTimer = undefined;
      void keepInStore(this.#place, stored);
      if (this.#hasChanged) this.#keepSoon();
    }, KEEP_AFTER_MS);
  }

  #storeFailed(error: unknown): void {
    const reason = toError(error).message;
    this.#problems.warn('store', 'sipgate-history-in.error.store', { reason });
  }
}
