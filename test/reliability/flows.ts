/** Flows of the tests under load, and Node-REDs that run them. */
import path from 'node:path';
import { fn, response, TAB, webhook, webhookIn, type FlowNode } from '../nodes/helpers/flow';
import { freePort, startNodeRed, type NodeRedOptions, type NodeRedProcess } from '../node-red';
import { COUNT_SEEN } from './health';

/** The long form runs all cases, several times; the short one, in CI, each kind once. */
export const IS_LONG = process.env.RELIABILITY !== 'short';

export type ServerKind = 'node-red' | 'port';
export const SERVERS: readonly ServerKind[] = ['node-red', 'port'];

/** A Node-RED whose webhook takes calls. */
export interface CallTaker {
  readonly nodeRed: NodeRedProcess;
  /** Where its webhook is. */
  readonly url: string;
  /** Its flows with something changed, for a deploy. */
  changed(): FlowNode[];
  /** Ends it at once. */
  kill(): Promise<void>;
}

interface CallTakerOptions extends NodeRedOptions {
  readonly server: ServerKind;
  /** How long another node takes to close. */
  readonly closeMs?: number;
}

/**
 * Starts a Node-RED whose flow answers four of five callers, in up to 400 ms, and lets the fifth wait for the webhook's own
 * answer. HANGUPs are counted (`seenBy`).
 */
export async function startCallTaker({ server, closeMs, ...options }: CallTakerOptions): Promise<CallTaker> {
  const hook = { ...webhook({ server, path: '/sipgate/calls' }), port: await freePort() };
  let version = 0;
  const flow = () => [
    TAB,
    hook,
    webhookIn(hook, { newCall: ['think'], hangup: ['count'] }),
    fn('think', THINK, ['answer']),
    response('answer', { action: 'redirect', numbers: '+4930231250000', numbersType: 'str' }),
    fn('count', COUNT_SEEN, []),
    ...(closeMs === undefined ? [] : [slowClose(closeMs, version)]),
  ];
  const nodeRed = await startNodeRed({
    ...options,
    flows: onCanvas(flow()),
    settings: { nodesDir: [path.join(__dirname, 'nodes')], ...options.settings },
  });
  return {
    nodeRed,
    url: (server === 'port' ? `http://127.0.0.1:${hook.port}` : nodeRed.url) + hook.path,
    kill: () => {
      nodeRed.child.kill('SIGKILL');
      return nodeRed.stop();
    },
    changed: () => {
      version += 1;
      return onCanvas(flow());
    },
  };
}

const THINK = `
  const turn = context.get("turn") ?? 0;
  context.set("turn", turn + 1);
  if (turn % 5 === 4) return null;
  setTimeout(() => node.send(msg), 400 * Math.random());
`;

function slowClose(closeMs: number, version: number): FlowNode {
  return { id: 'slow', type: 'slow-close', z: 'tab', closeMs, version, wires: [] };
}

/** As Node-RED saves them: what has no place on the canvas is a config node. */
export function onCanvas(flow: readonly FlowNode[]): FlowNode[] {
  return flow.map((node) => ('z' in node ? { x: 10, y: 10, ...node } : node));
}
