import { createRequire } from 'node:module';
import path from 'node:path';
import type { Node, NodeAPI } from 'node-red';
import helper from 'node-red-node-test-helper';
import { Simulator } from '../../../simulator/index';
import manifest from '../../../package.json';
import { CALL_PATH_NODES, startRuntime, type Message, type NodeModule, type Runtime } from '../../node-red';
import { TAB, type FlowNode } from './flow';

/** A Node-RED with the action nodes, an account `account` with the simulator's token, and the simulator. */
export interface ActionRuntime {
  readonly simulator: Simulator;
  readonly runtime: Runtime;
  /** Sends a message into a node. */
  send(id: string, message: Record<string, unknown>): void;
  /** What a Catch node makes of a failure, as it comes out of it. */
  caught(nth?: number): Promise<Failure>;
  /** Asks an admin route. */
  ask(
    route: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<{ status: number; body: unknown }>;
  /** Everything that was logged, by level. */
  logged(): { level: number; text: string }[];
  /** The flows as an export or `GET /flows` shows them. */
  flows(): unknown;
  stop(): Promise<void>;
}

export type Failure = Message & { statusCode?: number; error: { code: string; message: string } };

export const TOKEN = { tokenId: 'token-DEMO01', token: '3d5a1c62-7c0e-4f1b-9a58-0d2c4b6e8f10' };

export interface ActionRuntimeOptions {
  readonly account?: Record<string, unknown>;
  /** Of the account; the simulator's token unless said otherwise. */
  readonly credentials?: Record<string, string>;
  readonly settings?: Record<string, unknown>;
  /** Sees each of the pack's modules before it is loaded. */
  readonly wrap?: (module: NodeModule) => NodeModule;
  readonly more?: readonly FlowNode[];
  /** One that runs already; default: a new one. */
  readonly simulator?: Simulator;
}

/** The pack's modules but those of the call path, which every runtime has. */
const MODULES = Object.keys(manifest['node-red'].nodes).filter(
  (name) => !(CALL_PATH_NODES as readonly string[]).includes(name),
);
const load = createRequire(require.resolve('@node-red/nodes/package.json'));
const proxyNode = load('@node-red/nodes/core/network/06-httpproxy.js') as NodeModule;

/** @param action the node to try, on the flow `tab`: it gets the account, a `result` behind it and a Catch node */
export async function startActionRuntime(
  action: Partial<FlowNode> & { type: string },
  options: ActionRuntimeOptions = {},
): Promise<ActionRuntime> {
  const simulator = options.simulator ?? (await Simulator.start({ speed: Infinity }));
  const wrap = options.wrap ?? ((module: NodeModule) => module);
  const nodes = MODULES.map((name) =>
    wrap(load(path.join(__dirname, `../../../nodes/${name}`)) as NodeModule),
  );
  const runtime = await startRuntime(actionFlow(simulator, action, options), {
    nodes: [proxyNode, ...nodes],
    credentials: { account: options.credentials ?? TOKEN },
    settings: options.settings ?? {},
  });
  return {
    simulator,
    runtime,
    send: (id, message) => runtime.node<Node>(id).receive(message as never),
    caught: (nth) => runtime.message('caught', nth) as Promise<Failure>,
    ask,
    logged,
    flows: () => (helper as unknown as { _redNodes: { getFlows(): unknown } })._redNodes.getFlows(),
    stop: async () => {
      await runtime.stop();
      await simulator.stop();
    },
  };
}

/** The flow of an `ActionRuntime`, for a deploy. */
export function actionFlow(
  simulator: Simulator,
  action: Partial<FlowNode> & { type: string },
  { account = {}, more = [] }: ActionRuntimeOptions = {},
): FlowNode[] {
  const accountNode = {
    id: 'account',
    type: 'sipgate-account',
    apiUrl: `${simulator.url}/v2`,
    oauthUrl: `${simulator.url}/auth/realms/sipgate-apps`,
    ...account,
  };
  return [
    TAB,
    accountNode,
    { ...onTab('action', [['result']]), account: 'account', ...action } as FlowNode,
    { ...onTab('result'), type: 'helper' },
    { ...onTab('catcher', [['caught']]), type: 'catch', scope: null, uncaught: false },
    { ...onTab('caught'), type: 'helper' },
    ...more,
  ];
}

/** Without a place Node-RED takes it for a config node. */
function onTab(id: string, wires: string[][] = []) {
  return { id, z: 'tab', x: 100, y: 100, wires };
}

async function ask(
  route: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: unknown }> {
  const request = body === undefined ? helper.request().get(`/${route}`) : helper.request().post(`/${route}`);
  const response = await request.set(headers).send(body as object | undefined);
  return { status: response.status, body: response.body as unknown };
}

/** Node-RED's own levels: 10 fatal, 20 error, 30 warn, 40 info, 50 debug, 60 trace. */
function logged(): { level: number; text: string }[] {
  const spy = helper.log() as unknown as { args: [{ level: number; msg?: unknown }][] };
  return spy.args.map(([entry]) => ({ level: entry.level, text: everythingIn(entry) }));
}

/** All texts that a value holds, also in hidden and inherited corners of errors. */
export function everythingIn(value: unknown, seen = new Set<unknown>()): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null || seen.has(value)) return '';
  seen.add(value);
  if (Buffer.isBuffer(value)) return value.toString('latin1');
  return Object.getOwnPropertyNames(value)
    .map((name) => `${name} ${everythingIn((value as Record<string, unknown>)[name], seen)}`)
    .join('\n');
}

/** @returns the module with another way to check permissions: the header `x-may` lists them */
export function guarded(module: NodeModule): NodeModule {
  const needsPermission =
    (permission: string) =>
    (
      request: { headers: Record<string, unknown> },
      response: { status(code: number): { end(): void } },
      next: () => void,
    ) =>
      String(request.headers['x-may']).split(',').includes(permission) ? next() : response.status(401).end();
  return (RED) => module({ ...RED, auth: { needsPermission } } as unknown as NodeAPI);
}
