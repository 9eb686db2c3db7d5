import { readFile } from 'node:fs/promises';
import { isRecord, parseJson } from '../../json';
import { writePrivateFile } from '../private-file';
import type { DayCount, DayCountStore } from './tally';

/** The counts of the day of all accounts of a Node-RED. */
export interface DayCounts {
  /** @param account any text that names it */
  storeOf(account: string): DayCountStore;
}

/**
 * Counts in one file of mode 0600, which is replaced as a whole. Those of other days are dropped.
 * @param path absolute, such as a file in Node-RED's user directory; only one process may use it
 */
export function createDayCounts(path: string): DayCounts {
  const counts = new Map<string, DayCount>();
  let reading: Promise<void> | undefined;
  const read = () => (reading ??= addStored(counts, path));
  const write = oneAtATime(() => writePrivateFile(path, textOf(counts)));
  return {
    storeOf: (account) => ({
      async load() {
        await read();
        return counts.get(account);
      },
      async save(count) {
        // an account that has not been asked yet stands in the file alone
        await read().catch(() => undefined);
        for (const [other, { day }] of counts) if (day !== count.day) counts.delete(other);
        counts.set(account, count);
        await write();
      },
    }),
  };
}

/** Adds what the file holds. @throws what the system says, but not that there is no file */
async function addStored(counts: Map<string, DayCount>, path: string): Promise<void> {
  try {
    const stored = parseJson(await readFile(path, 'utf8'));
    for (const [account, entry] of Object.entries(isRecord(stored) ? stored : {}))
      if (isDayCount(entry)) counts.set(account, { day: entry.day, count: entry.count });
  } catch (error) {
    if (!isRecord(error) || error.code !== 'ENOENT') throw error;
  }
}

function isDayCount(entry: unknown): entry is DayCount {
  if (!isRecord(entry) || typeof entry.day !== 'string') return false;
  return Number.isInteger(entry.count) && Number(entry.count) >= 0;
}

function textOf(counts: ReadonlyMap<string, DayCount>): string {
  return `${JSON.stringify(Object.fromEntries(counts), null, 2)}\n`;
}

/**
 * @param write writes what is current when it begins
 * @returns what resolves when all is written that was current at the call: thousands at once take two writes
 */
function oneAtATime(write: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  async function run(): Promise<void> {
    await running?.catch(() => undefined);
    next = undefined;
    running = write();
    await running;
  }
  return () => (next ??= run());
}
