import { createConnections, type Connections } from '../../../sipgate/index';
import type { Deploys } from '../deploys';
import type { SessionMemory } from './session-store';

/** What of an AI flow outlives its node: Node-RED makes a new node at every deploy. */
export interface KeptAiFlow {
  readonly sessions: SessionMemory;
  readonly connections: Connections;
}

const kept = new Map<string, KeptAiFlow>();

export function keptOf(nodeId: string): KeptAiFlow {
  let entry = kept.get(nodeId);
  if (!entry) kept.set(nodeId, (entry = { sessions: new Map(), connections: createConnections() }));
  return entry;
}

/** The AI flow is gone for good. */
export function dropKept(nodeId: string): void {
  kept.get(nodeId)?.connections.close();
  kept.delete(nodeId);
}

/** Closes the connections when the flows run again and nobody listens to them: a deploy has switched the AI flow off. */
export function closeUnusedConnections(deploys: Deploys, { connections }: KeptAiFlow): void {
  const stop = deploys.onStarted(() => {
    stop();
    if (!connections.isAttached) connections.close();
  });
}
