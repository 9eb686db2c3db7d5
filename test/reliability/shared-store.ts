/** Instances that keep in one Redis what is known of a call. */
import path from 'node:path';
import { eventually } from '../eventually';
import { fn, response, TAB, webhook, webhookIn, type FlowNode } from '../nodes/helpers/flow';
import { startNodeRed, type NodeRedProcess } from '../node-red';
import { onCanvas } from './flows';
import { type Program } from './programs';

/** What a flow has seen at the end of a call. */
export interface Ended {
  readonly callId: string;
  readonly digits: string[];
  readonly data: { readonly note?: string };
  readonly answeredAt?: string;
  readonly duration?: number;
}

/** Of the webhook of each instance. */
export const PATH = '/sipgate/calls';

const hook = webhook({ callStore: 'redis', path: PATH });
const flow: readonly FlowNode[] = [
  TAB,
  hook,
  webhookIn(hook, { newCall: ['note'], hangup: ['keep'], data: ['ask'] }),
  fn('note', 'msg.call.data.note = "of " + msg.payload.callId; return msg;', ['ask']),
  response('ask', { action: 'gather', maxDigits: 1, timeout: 2000 }),
  fn('keep', 'global.set("ended", [...(global.get("ended") ?? []), msg.call]); return null;', []),
  // what the flow has kept is asked for over HTTP
  { id: 'in', type: 'http in', z: 'tab', url: '/ended', method: 'get', wires: [['list']] },
  fn('list', 'msg.payload = global.get("ended") ?? []; return msg;', ['out']),
  { id: 'out', type: 'http response', z: 'tab', wires: [] },
];

export interface RedisOptions {
  readonly clockShiftMs?: number;
  readonly writeDelayMs?: number;
  /** Instead of those that count calls. */
  readonly flows?: readonly FlowNode[];
}

/** @param options by how much its clock is wrong, and how long the store thinks before it writes */
export function startWithRedis(
  redis: Program,
  { clockShiftMs = 0, writeDelayMs = 0, flows = flow }: RedisOptions,
): Promise<NodeRedProcess> {
  const store = JSON.stringify(path.join(__dirname, 'redis-store.cjs'));
  const config = JSON.stringify({ url: redis.url, writeDelayMs });
  const stores = `default: { module: "memory" }, redis: { module: require(${store}), config: ${config} }`;
  return startNodeRed({
    flows: onCanvas([...flows]),
    settingsSource: `{ contextStorage: { ${stores} } }`,
    nodeOptions: ['-r', path.join(__dirname, 'shift-clock.cjs')],
    env: { CLOCK_SHIFT_MS: String(clockShiftMs) },
  });
}

/** @returns what the flows of all instances have kept at the ends of calls, once they are so many */
export function endedCalls(instances: readonly NodeRedProcess[], count: number): Promise<Ended[]> {
  const ask = async ({ url }: NodeRedProcess) => (await (await fetch(`${url}/ended`)).json()) as Ended[];
  return eventually(async () => {
    const all = (await Promise.all(instances.map(ask))).flat();
    return all.length >= count ? all : undefined;
  }, `${count} ended calls`);
}
