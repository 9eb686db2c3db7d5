import { join } from 'node:path';
import type { NodeAPI, NodeDef } from 'node-red';
import { createLoginDirectory, type LoginDirectory } from '../../../sipgate/index';
import { deploysOf } from '../deploys';
import { variableIn } from '../node-config';
import type { AccountCredentials } from './account';
import { runningAccounts } from './running-accounts';

const directories = new Map<string, LoginDirectory>();

/** @returns where this Node-RED keeps renewed logins; in memory only where it has no user directory */
export function loginDirectory(RED: NodeAPI): LoginDirectory {
  const { userDir = '', flowFile = '' } = RED.settings as { userDir?: string; flowFile?: string };
  const key = `${userDir}\n${flowFile}`;
  // two Node-REDs can have one user directory and different flows
  const directory =
    directories.get(key) ?? createLoginDirectory(userDir && join(userDir, 'sipgate-io'), flowFile);
  directories.set(key, directory);
  return directory;
}

/** Sweeps whenever flows have started: what is left of accounts and subflows that were deleted, also in former times. */
export function sweepAfterDeploys(RED: NodeAPI): void {
  deploysOf(RED).onStarted(() => {
    // no flows at all are more likely a file that could not be read
    if (savedNodes(RED).length > 0) void sweepLogins(RED);
  });
}

/** Deletes renewed logins that no flow has any more. @returns a promise that never rejects */
export async function sweepLogins(RED: NodeAPI): Promise<void> {
  try {
    const used = usedLogins(RED);
    if (used !== undefined) await loginDirectory(RED).sweep(used);
  } catch {
    // what is left over hurts nobody, and the next deploy sweeps again
  }
}

/** What Node-RED keeps of a node, a flow or a subflow. */
type SavedNode = NodeDef & { readonly d?: boolean; readonly disabled?: boolean; readonly authType?: string };

/** @returns every login of the flows, also of what is switched off; `undefined` where one of them is not known */
function usedLogins(RED: NodeAPI): AccountCredentials[] | undefined {
  const running = [...runningAccounts(RED)];
  const used = running.map(({ credentials }) => credentials ?? {});
  // one that is missing today may be set again tomorrow
  if (used.some(({ refreshToken = '' }) => variableIn(refreshToken) !== undefined)) return undefined;
  const saved = savedNodes(RED);
  const isAllOn = saved.every(({ d, disabled }) => !d && !disabled);
  for (const { id, authType } of saved.filter(({ type }) => type === 'sipgate-account')) {
    const login = (RED.nodes.getCredentials(id) ?? {}) as AccountCredentials;
    const { refreshToken = '', accessToken = '' } = login;
    // as when Node-RED could not decrypt them
    if (authType === 'oauth' && refreshToken === '' && accessToken === '') return undefined;
    if (variableIn(refreshToken) === undefined) used.push(login);
    // who runs knows the variable's value; in a subflow each instance may have another one
    else if (!isAllOn || !running.some((account) => [account.id, account._alias].includes(id)))
      return undefined;
  }
  return used;
}

function savedNodes(RED: NodeAPI): SavedNode[] {
  const saved: SavedNode[] = [];
  RED.nodes.eachNode((node) => void saved.push(node));
  return saved;
}
