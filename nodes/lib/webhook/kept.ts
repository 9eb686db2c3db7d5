import { createReplayMemory, type Delivery, type ReplayMemory } from '../../../sipgate/index';
import type { CallMemory } from '../calls/call-store';

/** What of a webhook outlives its node: Node-RED makes a new node at every deploy. */
interface Kept {
  readonly calls: CallMemory;
  readonly replays: ReplayMemory<Delivery>;
}

const kept = new Map<string, Kept & { windowSeconds: number }>();

/** @param windowSeconds a webhook with another window begins to remember anew */
export function keptOf(nodeId: string, windowSeconds: number): Kept {
  const earlier = kept.get(nodeId);
  if (earlier?.windowSeconds === windowSeconds) return earlier;
  const next = {
    calls: earlier?.calls ?? new Map(),
    replays: createReplayMemory<Delivery>(windowSeconds * 1000),
    windowSeconds,
  };
  kept.set(nodeId, next);
  return next;
}

/** The webhook is gone for good. */
export function dropKept(nodeId: string): void {
  kept.delete(nodeId);
}

/** A Node-RED that starts anew in the same process, as embedding programs and tests do, has seen no request yet. */
export function dropReplays(): void {
  for (const entry of kept.values()) entry.windowSeconds = -1;
}
