import {
  createCursor,
  isRecord,
  readStoredCursor,
  type HistoryCursor,
  type StoredCursor,
} from '../../../sipgate/index';
import type { BoundedStore } from '../calls/context-store';

/** What a node keeps in its context. */
interface KeptCursor {
  /** The account that it is about: the ids of another one mean something else. */
  readonly account: string;
  readonly cursor: StoredCursor;
}

/** Where a node's cursor outlives the node. */
export interface CursorPlace {
  readonly nodeId: string;
  readonly account: string;
  readonly store: BoundedStore;
}

/** Of the node's context. */
const KEY = 'sipgateHistory';

/** Outlives a deploy also where the context does not: Node-RED's memory store forgets a node's context at each. */
const kept = new Map<string, KeptCursor>();

/** A Node-RED that starts anew in the same process, as embedding programs and tests do, remembers nothing. */
export function forgetCursors(): void {
  kept.clear();
}

/** The node is gone for good. */
export function dropCursor(nodeId: string): void {
  kept.delete(nodeId);
}

/**
 * @returns the cursor that goes on where the node has stopped, or a new one; `undefined` where the store gives no answer:
 *   whoever began anew then would lose what came meanwhile
 */
export async function openCursor({
  nodeId,
  account,
  store,
}: CursorPlace): Promise<HistoryCursor | undefined> {
  const inMemory = kept.get(nodeId);
  if (inMemory?.account === account) return createCursor(Date.now(), inMemory.cursor);
  const values = await store.get([KEY]);
  if (values === undefined) return undefined;
  const [stored] = values;
  const isOurs = isRecord(stored) && stored.account === account;
  return createCursor(Date.now(), isOurs ? readStoredCursor(stored.cursor) : undefined);
}

/** Keeps it for the next node with this id. */
export function keepInMemory({ nodeId, account }: CursorPlace, cursor: StoredCursor): void {
  kept.set(nodeId, { account, cursor });
}

/** Keeps it for the next Node-RED. @returns when the store has it, or failed */
export function keepInStore({ account, store }: CursorPlace, cursor: StoredCursor): Promise<void> {
  const value: KeptCursor = { account, cursor };
  return store.set(new Map([[KEY, value]]));
}
