import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { NodeAPI } from 'node-red';
import { createDayCounts, createTally, type DayCounts, type SpendingTally } from '../../../sipgate/index';
import { localTime } from '../local-time';
import type { AccountNode } from './account';

const files = new Map<string, DayCounts>();
const tallies = new Map<string, SpendingTally>();

/**
 * @param account all that were made from one in a subflow's template are one account: the user sees one, with one limit
 * @returns what the account has spent, which outlives its node; in memory only where there is no user directory
 */
export function tallyOf(RED: NodeAPI, account: AccountNode & { readonly _alias?: string }): SpendingTally {
  const { userDir = '', flowFile = '' } = RED.settings as { userDir?: string; flowFile?: string };
  const id = account._alias ?? account.id;
  const key = JSON.stringify([userDir, flowFile, id]);
  const tally =
    tallies.get(key) ??
    createTally({ dayOf, ...(userDir && { store: countsIn(fileOf(userDir, flowFile)).storeOf(id) }) });
  tallies.set(key, tally);
  return tally;
}

/** Midnight is by the clock of this machine, as everything that the nodes show. */
function dayOf(ms: number): string {
  return localTime(new Date(ms).toISOString()).slice(0, 10);
}

/** Two Node-REDs can have one user directory and different flows. */
function fileOf(userDir: string, flowFile: string): string {
  const flows = createHash('sha256').update(flowFile).digest('hex').slice(0, 16);
  return join(userDir, 'sipgate-io', `spending-${flows}.json`);
}

function countsIn(path: string): DayCounts {
  const counts = files.get(path) ?? createDayCounts(path);
  files.set(path, counts);
  return counts;
}
