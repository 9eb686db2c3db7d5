import type { SimulatedAccount } from './account';
import type { HistoryEntry } from './history';

/** Keeps a simulator that runs for months from filling the memory. */
const MOST_ENTRIES = 50_000;

/** An entry that has no id and no time yet. */
export type NewHistoryEntry = HistoryEntry extends infer Entry
  ? Entry extends HistoryEntry
    ? Omit<Entry, 'id' | 'createdMs'> & { readonly createdMs?: number }
    : never
  : never;

/** Puts an entry into the account's history, as of now unless it says otherwise. @returns its id */
export function addToHistory({ history }: SimulatedAccount, entry: NewHistoryEntry): string {
  const id = String(history.nextId);
  history.nextId += 1;
  history.entries.push({ createdMs: Date.now(), ...entry, id });
  if (history.entries.length > MOST_ENTRIES) history.entries.shift();
  return id;
}
