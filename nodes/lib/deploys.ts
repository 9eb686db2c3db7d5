import type { NodeAPI } from 'node-red';

/** What happens to the flows as a whole. */
export interface Deploys {
  /** Whether all flows run: no from the moment a deploy or a stop begins until all is started that will be. */
  readonly flowsRun: boolean;
  /** Calls `listener` when a deploy or a stop begins, before any node is closed. @returns a function that ends it */
  onStopping(listener: () => void): () => void;
  /** Calls `listener` when all flows run again. @returns a function that ends it */
  onStarted(listener: () => void): () => void;
}

/** What Node-RED tells the editor. */
interface RuntimeEvent {
  readonly id?: string;
  readonly payload?: { readonly error?: string };
}

const watched = new WeakMap<object, Deploys>();

/** One pair of listeners for all nodes: Node.js warns of a leak at the eleventh listener of an event. */
export function deploysOf(RED: NodeAPI): Deploys {
  let deploys = watched.get(RED.events);
  if (!deploys) watched.set(RED.events, (deploys = watch(RED)));
  return deploys;
}

function watch(RED: NodeAPI): Deploys {
  const stopping = new Set<() => void>();
  const started = new Set<() => void>();
  let flowsRun = false;
  RED.events.on('flows:stopping', () => {
    flowsRun = false;
    for (const listener of [...stopping]) listener();
  });
  const run = () => {
    flowsRun = true;
    for (const listener of [...started]) listener();
  };
  RED.events.on('flows:starting', () => (flowsRun = false));
  RED.events.on('flows:started', run);
  // a deploy of changed nodes that lacks a module starts nothing, but the nodes it has not touched go on
  RED.events.on('runtime-event', (event: RuntimeEvent) => {
    if (!flowsRun && event.id === 'runtime-state' && event.payload?.error) run();
  });
  return {
    get flowsRun() {
      return flowsRun;
    },
    onStopping: (listener) => join(stopping, listener),
    onStarted: (listener) => join(started, listener),
  };
}

function join(listeners: Set<() => void>, listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
