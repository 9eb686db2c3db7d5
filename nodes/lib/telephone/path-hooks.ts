import type { NodeAPI } from 'node-red';
import {
  exchangeOf,
  isForeign,
  keepMessagePretending,
  leaveContexts,
  markForeign,
  messageIdOf,
  startingCall,
  type CallContext,
} from './call-context';
import type { CallPath, VisitedNode } from './call-path';

/** What Node-RED's hooks are told. */
interface SendEvent {
  readonly msg: unknown;
  readonly source: { readonly id: string; readonly node: VisitedNode; readonly port: number };
}
interface ReceiveEvent {
  readonly msg: unknown;
  readonly destination: { readonly id: string; readonly node: VisitedNode };
}
interface CompleteEvent {
  readonly msg: unknown;
  readonly node: { readonly id: string; readonly node: VisitedNode };
  readonly error?: unknown;
}

interface Hooks {
  add(name: string, listener: (event: never) => void): void;
  remove(name: string): void;
}

/** Finds the path for a message that none is known for yet; `undefined`: it is not followed. */
export type PathFinder = (message: Record<string, unknown>, source: VisitedNode) => CallPath | undefined;

/** Nodes with which a way begins. */
const ENTRIES: readonly string[] = ['sipgate-webhook-in', 'sipgate-ai-flow-in'];

/** So many messages are told apart; a call has some dozens. */
const MOST_MESSAGES = 5000;

/** Node-RED allows a label once, and one that starts anew in the same process keeps its hooks. */
let count = 0;

/** Follows messages through Node-RED; its hooks are there only while something is followed. */
export class PathHooks {
  /** The runtime of Node-RED's test helper has none: then nothing is followed. */
  readonly #hooks: Hooks | undefined;
  readonly #label: string;
  readonly #followedAfterMs: number;
  readonly #followed = new Set<CallPath>();
  readonly #finders = new Set<PathFinder>();
  readonly #byMessage = new Map<string, CallPath>();
  #isOn = false;

  /** @param followedAfterMs how long a call is followed when it is over: a flow goes on behind the hang-up */
  constructor(RED: NodeAPI, followedAfterMs: number) {
    this.#followedAfterMs = followedAfterMs;
    this.#hooks = (RED as unknown as { hooks?: Hooks }).hooks;
    count += 1;
    this.#label = `sipgate-telephone-${count}`;
  }

  /** @returns a function that ends it */
  follow(path: CallPath): () => void {
    this.#followed.add(path);
    path.isFollowed = this.#hooks !== undefined;
    this.#switch();
    return () => {
      this.#followed.delete(path);
      this.#switch();
    };
  }

  /** @returns a function that ends it a moment later: so long all that the call has started counts as its own */
  followCall(context: CallContext): () => void {
    const stop = this.follow(context.path);
    const end = () => {
      context.isOver = true;
      stop();
    };
    return () => void setTimeout(end, this.#followedAfterMs).unref();
  }

  /** Asks `find` for the path of each message that leaves a webhook-in and is followed by none. @returns a function that ends it */
  followUnknown(find: PathFinder): () => void {
    this.#finders.add(find);
    this.#switch();
    return () => {
      this.#finders.delete(find);
      this.#switch();
    };
  }

  #switch(): void {
    const isWanted = this.#followed.size + this.#finders.size > 0;
    if (isWanted === this.#isOn) return;
    this.#isOn = isWanted;
    if (isWanted) return this.#addHooks();
    this.#byMessage.clear();
    leaveContexts();
    for (const name of ['onSend', 'onReceive', 'onComplete']) this.#hooks?.remove(`${name}.${this.#label}`);
  }

  #addHooks(): void {
    const hooks = this.#hooks;
    hooks?.add(`onSend.${this.#label}`, (events: SendEvent[]) =>
      aside(() => events.filter(isFirstOfOutput).forEach((event) => this.#sent(event))),
    );
    hooks?.add(`onReceive.${this.#label}`, (event: ReceiveEvent) => aside(() => this.#received(event)));
    hooks?.add(`onComplete.${this.#label}`, (event: CompleteEvent) => aside(() => this.#completed(event)));
  }

  #sent({ msg, source }: SendEvent): void {
    if (!isMessage(msg) || !source.node) return;
    const path = this.#pathOf(msg, source.node);
    if (!path) return;
    const exchange = exchangeOf(msg);
    path.leave(source.node, { id: messageIdOf(msg), payload: msg['payload'] }, source.port, exchange);
  }

  #received({ msg, destination }: ReceiveEvent): void {
    if (!isMessage(msg) || !destination.node) return;
    this.#pathOf(msg)?.arrive(destination.node, messageIdOf(msg), exchangeOf(msg));
  }

  #completed({ msg, node, error }: CompleteEvent): void {
    if (!isMessage(msg) || !node.node) return;
    this.#pathOf(msg)?.complete(node.node, messageIdOf(msg), exchangeOf(msg), error);
  }

  /** By its exchange; where a flow has lost that, by the message's id, and at last by what has started it. */
  #pathOf(message: Record<string, unknown>, source?: VisitedNode): CallPath | undefined {
    const exchange = exchangeOf(message);
    const path =
      exchange === undefined ? this.#pathWithoutExchange(message) : this.#pathWith(exchange, message, source);
    if (path && !this.#isFollowed(path)) return undefined;
    if (path) this.#remember(message, path);
    return path;
  }

  #pathWith(
    exchange: string,
    message: Record<string, unknown>,
    source: VisitedNode | undefined,
  ): CallPath | undefined {
    for (const path of this.#followed) if (path.owns(exchange)) return path;
    if (!ENTRIES.includes(source?.type ?? '')) return undefined;
    const path =
      startingCall()?.path ??
      [...this.#finders].map((find) => source && find(message, source)).find((found) => found !== undefined);
    path?.begin(String(message['topic']), exchange);
    return path;
  }

  #pathWithoutExchange(message: Record<string, unknown>): CallPath | undefined {
    const id = messageIdOf(message);
    const known = this.#byMessage.get(id);
    if (known || isForeign(id)) return known;
    const path = startingCall()?.path;
    if (!path) markForeign(id);
    return path;
  }

  #isFollowed(path: CallPath): boolean {
    return this.#followed.has(path);
  }

  #remember(message: Record<string, unknown>, path: CallPath): void {
    const id = messageIdOf(message);
    if (id === '') return;
    keepMessagePretending(message);
    this.#byMessage.set(id, path);
    if (this.#byMessage.size <= MOST_MESSAGES) return;
    const [oldest] = this.#byMessage.keys();
    if (oldest !== undefined) this.#byMessage.delete(oldest);
  }
}

/** Node-RED drops a message whose hook has thrown: rather a step of the way that is not listed. */
function aside(look: () => void): void {
  try {
    look();
  } catch {
    // a message may hold what cannot be looked at, such as a Proxy that is revoked
  }
}

/** A message that leaves an output over several wires leaves it once. */
function isFirstOfOutput({ msg, source }: SendEvent, nth: number, events: readonly SendEvent[]): boolean {
  const before = events[nth - 1];
  return before === undefined || before.msg !== msg || before.source.port !== source.port;
}

function isMessage(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
