import { createRequire } from 'node:module';
import path from 'node:path';
import helper from 'node-red-node-test-helper';
import { registerTelephoneRoutes } from '../../../nodes/lib/telephone/admin-routes';
import { Telephone, type TelephoneLimits } from '../../../nodes/lib/telephone/telephone';
import type { CallView } from '../../../nodes/lib/telephone/view';
import type { NodeModule } from '../../node-red';

interface Hooks {
  has(name: string): boolean;
}

const requireRed = createRequire(require.resolve('node-red'));
/** Of the runtime; one for all nodes. */
export const runtimeHooks = (requireRed('@node-red/util') as { hooks: Hooks }).hooks;

/** What stops and starts all flows, as the editor's menu does. */
export const runtimeFlows = createRequire(requireRed.resolve('@node-red/runtime'))('./nodes') as {
  stopFlows(): Promise<void>;
  startFlows(): Promise<void>;
};

/** Node-RED gives its hooks to each node; the test helper leaves them out. */
export function withHooks(module: unknown): NodeModule {
  return (RED) => (module as NodeModule)(Object.assign(RED, { hooks: runtimeHooks }));
}

/** No call is given up, and hooks go soon. */
const LIMITS: TelephoneLimits = { unattendedMs: 600_000, hiddenMs: 600_000, followedAfterMs: 300 };

/** @returns the telephone with other times than in life */
export function telephoneWith(limits: Partial<TelephoneLimits> = {}): NodeModule {
  return withHooks(((RED) =>
    registerTelephoneRoutes(RED, () => new Telephone(RED, { ...LIMITS, ...limits }))) as NodeModule);
}

/** @returns a core node that not every runtime of the tests has, such as `sequence/17-split.js` */
export function coreNode(file: string): NodeModule {
  const requireCore = createRequire(require.resolve('@node-red/nodes/package.json'));
  return requireCore(path.join('@node-red/nodes/core', file)) as NodeModule;
}

interface AdminRequest extends PromiseLike<{ status: number; body: unknown }> {
  send(body: object): AdminRequest;
}
type AdminRequests = Record<'get' | 'post' | 'delete', (path: string) => AdminRequest>;

/** What a route of the telephone answered. */
export interface Asked {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** Asks a route of the telephone, as its tab does. */
export async function ask(method: 'get' | 'post' | 'delete', where: string, body?: object): Promise<Asked> {
  const request = (helper.request() as never as AdminRequests)[method](`/sipgate/telephone/${where}`);
  const answer = await (body ? request.send(body) : request);
  return { status: answer.status, body: answer.body as Record<string, unknown> };
}

const CALLER = '+4915799912345';
const CALLEE = '+493023125000';

/** Calls a webhook. */
export async function ring(webhook: string, from = CALLER, to = CALLEE): Promise<CallView> {
  const asked = await ask('post', 'calls', { webhook, from, to });
  asked.status.should.equal(200, JSON.stringify(asked.body));
  return asked.body as unknown as CallView;
}

/** Waits until a call is so. */
export async function until(id: string, test: (view: CallView) => boolean): Promise<CallView> {
  for (;;) {
    const view = (await ask('get', `calls/${id}?lang=en-US`)).body as unknown as CallView;
    if (test(view)) return view;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
