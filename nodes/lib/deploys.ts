import type { NodeAPI } from 'node-red';

/** Flows are about to stop: a deploy starts them again in a moment, a stop (of Node-RED, or from its menu) does not. */
export interface Stopping {
  readonly kind: 'deploy' | 'stop';
  /** Whether all nodes are stopped. */
  readonly isWhole: boolean;
  /** @returns whether the node is stopped; a deploy of changed nodes or flows leaves the others running */
  stops(nodeId: string): boolean;
}

/** What happens to the flows as a whole. */
export interface Deploys {
  /** Whether all flows run: no from the moment a deploy or a stop begins until all is started that will be. */
  readonly flowsRun: boolean;
  /** Whether a deploy has begun, or the first start, and what it starts does not run yet. */
  readonly isDeploying: boolean;
  /** Calls `listener` when a deploy or a stop begins, before any node is closed. @returns a function that ends it */
  onStopping(listener: (stopping: Stopping) => void): () => void;
  /** Calls `listener` when all flows run again. @returns a function that ends it */
  onStarted(listener: () => void): () => void;
  /** Calls `listener` when the process is told to end, before any flow is stopped. @returns a function that ends it */
  onEnding(listener: () => void): () => void;
}

/** What Node-RED tells the editor. */
interface RuntimeEvent {
  readonly id?: string;
  readonly payload?: { readonly error?: string };
}

/** What Node-RED says of the flows that stop or start. */
interface FlowsEvent {
  /** Another object for each deploy: what stops without a new one is not deployed but stopped. */
  readonly config?: object;
  readonly type?: string;
  readonly diff?: Readonly<
    Partial<Record<'changed' | 'removed' | 'rewired' | 'linked' | 'flowChanged', string[]>>
  >;
}

/** On these Node-RED stops its flows and ends. */
const END_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2'] as const;

const watched = new WeakMap<object, Deploys>();

/** One pair of listeners for all nodes: Node.js warns of a leak at the eleventh listener of an event. */
export function deploysOf(RED: NodeAPI): Deploys {
  let deploys = watched.get(RED.events);
  if (!deploys) watched.set(RED.events, (deploys = watch(RED)));
  return deploys;
}

function watch(RED: NodeAPI): Deploys {
  const stopping = new Set<(stopping: Stopping) => void>();
  const started = new Set<() => void>();
  let state: 'stopped' | 'deploying' | 'running' = 'stopped';
  let running: object | undefined;
  RED.events.on('flows:stopping', (event: FlowsEvent = {}) => {
    const kind = event.config !== undefined && event.config !== running ? 'deploy' : 'stop';
    state = kind === 'deploy' ? 'deploying' : 'stopped';
    const stopped = stoppedNodes(event);
    const stops = (nodeId: string) => stopped?.has(nodeId) ?? true;
    for (const listener of [...stopping]) listener({ kind, isWhole: !stopped, stops });
  });
  const run = () => {
    state = 'running';
    for (const listener of [...started]) listener();
  };
  RED.events.on('flows:starting', (event: FlowsEvent = {}) => {
    state = 'deploying';
    running = event.config;
  });
  RED.events.on('flows:started', run);
  // a deploy of changed nodes that lacks a module starts nothing, but the nodes it has not touched go on
  RED.events.on('runtime-event', (event: RuntimeEvent) => {
    if (state !== 'running' && event.id === 'runtime-state' && event.payload?.error) run();
  });
  return {
    get flowsRun() {
      return state === 'running';
    },
    get isDeploying() {
      return state === 'deploying';
    },
    onStopping: (listener) => join(stopping, listener),
    onStarted: (listener) => join(started, listener),
    onEnding: ending(),
  };
}

/** @returns what takes listeners of the process's end; the first has it look for that: before, Node-RED may not do so itself */
function ending(): Deploys['onEnding'] {
  const listeners = new Set<() => void>();
  let isWatched = false;
  return (listener) => {
    if (!isWatched) onEndSignal(() => [...listeners].forEach((tell) => tell()));
    isWatched = true;
    return join(listeners, listener);
  };
}

/** Only beside a listener of Node-RED's (or of a program that embeds it): a first one would keep the process from ending. */
function onEndSignal(end: () => void): void {
  for (const signal of END_SIGNALS) if (process.listenerCount(signal) > 0) process.once(signal, end);
}

/** @returns the nodes that are stopped; `undefined` for all */
function stoppedNodes({ type, diff }: FlowsEvent): ReadonlySet<string> | undefined {
  if ((type !== 'nodes' && type !== 'flows') || !diff) return undefined;
  const { changed = [], removed = [], linked = [], rewired = [], flowChanged = [] } = diff;
  const touched = type === 'flows' ? [...linked, ...rewired] : [];
  return new Set([...changed, ...removed, ...flowChanged, ...touched]);
}

function join<Listener>(listeners: Set<Listener>, listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
