/** A Node-RED whose flow writes down every entry of the history that it gets, and survives whatever is done to it. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Simulator } from '../../simulator/index';
import { eventually } from '../eventually';
import { fn, TAB, type FlowNode } from '../nodes/helpers/flow';
import { freePort, startNodeRed, type NodeRedProcess } from '../node-red';
import { onCanvas } from './flows';
import { removeFolder } from '../remove-folder';

/** Entries come in one after the other, as of now. */
export interface Inbox {
  /** @returns their ids */
  receive(count: number): string[];
  readonly simulator: Simulator;
  /** The network goes and comes back; the account stays. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export async function startInbox(): Promise<Inbox> {
  const port = await freePort();
  let simulator = await Simulator.start({ port });
  return {
    get simulator() {
      return simulator;
    },
    receive: (count) =>
      Array.from({ length: count }, (_, nth) =>
        simulator.receiveSms({ from: '+4915799912345', text: `${nth}` }),
      ),
    async restart() {
      await simulator.stop();
      simulator = await Simulator.start({ port, account: simulator.account });
    },
    stop: () => simulator.stop(),
  };
}

/** A place where a Node-RED can be started again and again. */
export interface Watcher {
  /** Starts Node-RED and waits until it watches. */
  start(): Promise<NodeRedProcess>;
  /** The flow with something changed, for a deploy. */
  changed(): FlowNode[];
  /** The ids that the flow has got, in order, also those that came twice. */
  ids(): string[];
  /** Waits until all of these are there. */
  has(ids: readonly string[], limitMs: number): Promise<void>;
  remove(): void;
}

const WRITE_DOWN = 'global.get("fs").appendFileSync("entries.txt", msg.payload.id + "\\n");';

export function createWatcher({ simulator }: Inbox): Watcher {
  const userDir = mkdtempSync(path.join(tmpdir(), 'sipgate-history-'));
  const file = path.join(userDir, 'entries.txt');
  writeFileSync(file, '');
  const [login] = simulator.account.credentials.tokens;
  const apiUrl = `${simulator.url}/v2`;
  let version = 0;
  let isDeployed = false;
  const flow = () =>
    onCanvas([
      TAB,
      { id: 'account', type: 'sipgate-account', apiUrl, authType: 'token' },
      {
        id: 'in',
        type: 'sipgate-history-in',
        z: 'tab',
        name: `version ${version}`,
        account: 'account',
        interval: 1,
        store: 'disk',
        wires: [['write']],
      },
      fn('write', WRITE_DOWN, []),
    ]);
  const withLogin = () =>
    flow().map((node) =>
      node.id === 'account' ? { ...node, credentials: { tokenId: login?.id, token: login?.token } } : node,
    );
  const ids = () => readFileSync(file, 'utf8').split('\n').filter(Boolean);
  const polls = () => simulator.account.requests.filter(({ path: asked }) => asked === '/history').length;
  return {
    ids,
    changed() {
      version += 1;
      return flow();
    },
    async start() {
      const before = polls();
      // what is on the disk is all that is left after a sudden death
      const stores =
        '{ default: { module: "memory" }, disk: { module: "localfilesystem", config: { cache: false } } }';
      const nodeRed = await startNodeRed({
        userDir,
        flows: isDeployed ? flow() : [],
        settingsSource: `{ functionGlobalContext: { fs: require("node:fs") }, contextStorage: ${stores} }`,
      });
      // Node-RED keeps the login, encrypted, for the next start
      if (!isDeployed) await nodeRed.deploy(withLogin());
      isDeployed = true;
      await eventually(() => polls() > before, 'a look at the history', 30_000);
      return nodeRed;
    },
    async has(wanted, limitMs) {
      const missing = () => {
        const there = new Set(ids());
        return wanted.filter((id) => !there.has(id));
      };
      await eventually(
        () => missing().length === 0,
        () => `${missing().length} of ${wanted.length} entries, such as ${missing()[0]},`,
        limitMs,
      );
    },
    remove: () => removeFolder(userDir),
  };
}
