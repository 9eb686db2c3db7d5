/**
 * The two ways in which tests run Node-RED: its runtime in the test's own process (`startRuntime`, for the nodes: fast,
 * and the test sees every message), and the whole of it in a process of its own (`startNodeRed`, as users run it).
 */
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Node, NodeAPI } from 'node-red';
import helper from 'node-red-node-test-helper';
import { freePort, PROJECT, startNodeRed as startProcess } from '../scripts/node-red.cjs';
import { eventually } from './eventually';
import { type FlowNode } from './nodes/helpers/flow';
import { encode, post, type Answer, type Form, type PostOptions } from './nodes/helpers/http';

export { freePort, PROJECT };

/** What a node of ours registers: the value of `nodes/*.ts`. */
export type NodeModule = (RED: NodeAPI) => void;

interface StatusCall {
  readonly thisValue: { readonly id: string };
  readonly args: readonly unknown[];
}
/** What the helper has but does not show: the runtime's parts. */
interface Insides {
  _app: { use(root: string, handler: unknown): void };
  _context: { load(): Promise<void> };
  _events: { once(event: string, listener: () => void): void };
  _redNodes: { setFlows(flows: FlowNode[], credentials: object | undefined, type: string): Promise<unknown> };
  _NodePrototype: Record<string, { getCalls(): StatusCall[] }>;
}
type ExpressHandler = (request: unknown, response: unknown, next: () => void) => void;

const insides = helper as unknown as Insides &
  Omit<typeof helper, 'load'> & {
    load(nodes: unknown[], flow: FlowNode[], credentials: object): Promise<void>;
  };

const requireCore = createRequire(require.resolve('@node-red/nodes/package.json'));
const core = (file: string) => requireCore(path.join('@node-red/nodes/core', file)) as NodeModule;

/** Core nodes that the flows of tests use. */
const CORE = [
  'common/24-complete.js',
  'common/25-catch.js',
  'common/60-link.js',
  'common/05-junction.js',
  'function/10-function.js',
  'function/89-delay.js',
  'network/05-tls.js',
  'network/21-httpin.js',
];

/** Those of this pack that every runtime has. */
export const CALL_PATH_NODES = ['sipgate-webhook', 'sipgate-webhook-in', 'sipgate-webhook-response'] as const;

export interface RuntimeOptions {
  /** Of `settings.js`. */
  readonly settings?: Record<string, unknown>;
  /** Middleware that an embedding application puts before Node-RED. */
  readonly before?: readonly ExpressHandler[];
  /** Nodes of this pack that are loaded beside those of the call path. */
  readonly nodes?: readonly NodeModule[];
  readonly credentials?: object;
}

/** A running Node-RED with the call path's nodes. */
export interface Runtime {
  readonly RED: NodeAPI;
  /** `http://127.0.0.1:PORT`, where Node-RED's own server listens. */
  readonly url: string;
  node<T extends Node = Node>(id: string): T;
  /** Waits until all is started again. */
  deploy(flow: FlowNode[], type?: 'full' | 'flows' | 'nodes', credentials?: object): Promise<void>;
  /** Posts a signed event to a path of Node-RED's own server, or to a whole URL. */
  request(where: string, form: Form | string | Buffer, options?: PostOptions): Promise<Answer>;
  /** What a node of type `helper` has received so far. */
  messages(id: string): Message[];
  /** The `nth` (0 is the first) message of a `helper`. */
  message(id: string, nth?: number): Promise<Message>;
  statuses(id: string): { fill?: string; shape?: string; text?: string }[];
  /** Warnings, or errors, of a node. */
  said(id: string, how: 'warn' | 'error'): string[];
  stop(): Promise<void>;
  /** Stops as Node-RED does when it ends: its nodes are not deleted. */
  end(): Promise<void>;
}

/** A message as the tests look at it. */
export type Message = {
  topic: string;
  payload: Record<string, unknown>;
  call: Record<string, unknown> & { digits: string[]; data: Record<string, unknown> };
  sipgate: { exchange: string; raw: Record<string, unknown> };
  error: { code?: string; message: string };
  xml?: string;
} & Record<string, unknown>;

/**
 * Starts a real Node-RED runtime on a port of its own with these flows. `await runtime.stop()` ends it and makes it
 * forget.
 */
export async function startRuntime(flow: FlowNode[], options: RuntimeOptions = {}): Promise<Runtime> {
  const { settings = {}, before = [], nodes = [], credentials = {} } = options;
  let RED: NodeAPI | undefined;
  await helper.startServer();
  helper.settings({ httpNodeRoot: '/', logging: { console: { level: 'off' } }, ...settings });
  const start = async (api: NodeAPI) => {
    RED = api;
    // a real Node-RED loads the stores of its settings before any node; the helper leaves that out
    if ('contextStorage' in settings) await insides._context.load();
    for (const handler of before) insides._app.use('/', handler);
    const root = settings['httpNodeRoot'];
    const mounted = typeof root === 'string' ? root : '/';
    insides._app.use(mounted, api.httpNode);
  };
  const ours = CALL_PATH_NODES.map((name) => requireCore(path.join(PROJECT, 'nodes', name)) as NodeModule);
  const inbox = new Map<string, Message[]>();
  await insides.load([start, ...CORE.map(core), ...ours, ...nodes], onCanvas(flow), credentials);
  listen(flow, inbox);
  return runtimeOf(RED as unknown as NodeAPI, inbox);
}

/** Node-RED takes a node that stands nowhere on the canvas for a config node. */
function onCanvas(flow: FlowNode[]): FlowNode[] {
  return flow.map((node) => ('z' in node ? { x: 0, y: 0, ...node } : node));
}

function listen(flow: FlowNode[], inbox: Map<string, Message[]>): void {
  for (const { id, type } of flow) {
    if (type !== 'helper') continue;
    const node = helper.getNode(id) as unknown as Node & { isHeard?: boolean };
    if (!node || node.isHeard) continue;
    node.isHeard = true;
    node.on('input', (message, send, done) => {
      const received = structuredClone(message) as unknown as Message;
      inbox.set(id, [...(inbox.get(id) ?? []), received]);
      send(message);
      done();
    });
  }
}

function runtimeOf(RED: NodeAPI, inbox: Map<string, Message[]>): Runtime {
  const calls = (method: string, id: string) =>
    (insides._NodePrototype[method]?.getCalls() ?? [])
      .filter((call) => call.thisValue.id === id)
      .map((call) => call.args[0]);
  const deploy = async (flow: FlowNode[], type = 'full', credentials?: object) => {
    const started = new Promise<void>((resolve) => insides._events.once('flows:started', resolve));
    await insides._redNodes.setFlows(onCanvas(flow), credentials, type);
    await started;
    listen(flow, inbox);
  };
  const messages = (id: string) => inbox.get(id) ?? [];
  const end = async () => {
    await helper.unload();
    await helper.stopServer();
  };
  return {
    RED,
    url: helper.url(),
    node: (id) => helper.getNode(id) as never,
    deploy,
    request: (where, form, options) =>
      post(
        where.startsWith('/') ? helper.url() + where : where,
        typeof form === 'string' || Buffer.isBuffer(form) ? form : encode(form),
        options,
      ),
    messages,
    message: (id, nth = 0) =>
      eventually(
        () => messages(id)[nth],
        () => `message ${nth + 1} of ${id}, after ${messages(id).length},`,
      ),
    statuses: (id) => calls('status', id) as never,
    said: (id, how) => calls(how, id).map(String),
    stop: async () => {
      await deploy([]);
      await end();
    },
    end,
  };
}

/** A whole Node-RED in a process of its own; see scripts/node-red.cjs. */
export type NodeRedProcess = Awaited<ReturnType<typeof startProcess>>;
export type NodeRedOptions = NonNullable<Parameters<typeof startProcess>[0]>;

/** Starts one with what `npm run build` has made of this project, unless `packRoot` says otherwise. */
export function startNodeRed(options: NodeRedOptions = {}): Promise<NodeRedProcess> {
  return startProcess({ packRoot: PROJECT, ...options });
}
