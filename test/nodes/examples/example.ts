import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import manifest from '../../../package.json';
import { Simulator, type SimulatorOptions } from '../../../simulator/index';
import { CALL_PATH_NODES, PROJECT, startRuntime, type NodeModule, type Runtime } from '../../node-red';
import type { FlowNode } from '../helpers/flow';

/** An example as a user has imported, filled in and deployed it, and the simulator that it works with. */
export interface RunningExample {
  readonly runtime: Runtime;
  readonly simulator: Simulator;
  /** @returns the id of the node with that name, or of the only one of that type */
  idOf(nameOrType: string): string;
  stop(): Promise<void>;
}

const load = createRequire(require.resolve('@node-red/nodes/package.json'));
const core = (file: string) => load(`@node-red/nodes/core/${file}`) as NodeModule;
const CORE = [
  'common/20-inject.js',
  'common/90-comment.js',
  'function/10-switch.js',
  'function/15-change.js',
  'function/80-template.js',
  'function/89-trigger.js',
  'network/21-httprequest.js',
];
const OURS = Object.keys(manifest['node-red'].nodes).filter(
  (name) => !(CALL_PATH_NODES as readonly string[]).includes(name),
);

/** The secret of an example's AI flow. */
export const AI_FLOW_SECRET = 'the secret of an example';

/**
 * Runs an example, by its English or German name. Its debug nodes are nodes of the test, which keep what they are told.
 * @param change what the test does to a node: to its times, say
 */
export async function runExample(
  name: string,
  change: (node: FlowNode) => FlowNode = (node) => node,
  options: SimulatorOptions = {},
  settings: Record<string, unknown> = {},
): Promise<RunningExample> {
  const simulator = await Simulator.start(options);
  const ours = OURS.map((type) => load(path.join(PROJECT, 'nodes', type)) as NodeModule);
  const runtime = await startRuntime([], { nodes: [...CORE.map(core), ...ours], settings });
  const example = JSON.parse(readFileSync(fileOf(name), 'utf8')) as FlowNode[];
  const flow = example.map((node) => change(fillIn(node, runtime.url, simulator)));
  const [login] = simulator.account.credentials.tokens;
  const credentials: Record<string, object> = {};
  for (const { id, type } of flow) {
    if (type === 'sipgate-account') credentials[id] = { tokenId: login!.id, token: login!.token };
    if (type === 'sipgate-ai-flow') credentials[id] = { token: AI_FLOW_SECRET };
  }
  await runtime.deploy(flow, 'full', credentials);
  return {
    runtime,
    simulator,
    idOf(nameOrType) {
      const found = flow.filter(({ name: given, type }) => (given || type) === nameOrType);
      if (found.length !== 1) throw new Error(`${found.length} nodes are called ${nameOrType}`);
      return found[0]!.id;
    },
    async stop() {
      await simulator.stop();
      await runtime.stop();
    },
  };
}

/** No two of them have the same name in both languages. */
function fileOf(name: string): string {
  const files = ['English', 'Deutsch'].map((each) => path.join(PROJECT, 'examples', each, `${name}.json`));
  return files.find(existsSync) ?? files.join(' or ');
}

function fillIn(node: FlowNode, url: string, simulator: Simulator): FlowNode {
  switch (node.type) {
    case 'debug':
      return { ...node, type: 'helper' };
    case 'sipgate-account':
      return { ...node, apiUrl: `${simulator.url}/v2` };
    case 'sipgate-ai-flow':
      return { ...node, publicUrl: `${url}${String(node['path'])}` };
    case 'sipgate-webhook':
      simulator.setWebhook(`${url}${String(node['path'])}`);
      return { ...node, publicUrl: `${url}${String(node['path'])}`, publicKey: simulator.publicKey };
    default:
      return node;
  }
}
