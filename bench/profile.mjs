// Where the time of a server goes: a CPU profile summed up by function.
import { basename, dirname } from 'node:path';
import { BARE, CONTENDERS, createTask, HTTP_IN, ON_NODE_RED, ON_PORT } from './contenders.mjs';
import * as aiFlow from './ai-flow.mjs';
import { table } from './figures.mjs';
import { startLoad } from './generator.mjs';

const PROFILED = {
  'node-red': CONTENDERS[ON_NODE_RED],
  port: CONTENDERS[ON_PORT],
  bare: CONTENDERS[BARE],
  'http-in': CONTENDERS[HTTP_IN],
  'ai-flow': aiFlow.CONTENDERS[aiFlow.ON_PORT],
  'ai-flow-bare': aiFlow.CONTENDERS[aiFlow.BARE],
};
const PROFILED_MS = 5000;

/**
 * Measures one server under load and prints where its time goes.
 * @param whom a key of `PROFILED`
 * @param effort warmUpMs
 */
export async function profileOne(whom, connections, { warmUpMs }) {
  const startServer = PROFILED[whom];
  if (startServer === undefined) throw new Error(`--profile takes ${Object.keys(PROFILED).join(', ')}`);
  const task = whom.startsWith('ai-flow') ? aiFlow.CONVERSATIONS : createTask();
  const load = startLoad();
  const server = await startServer(task);
  try {
    await load.run(server.port, task, connections, warmUpMs);
    await server.ask('profileStart');
    const result = await load.run(server.port, task, connections, PROFILED_MS);
    printProfile(whom, connections, result, await server.ask('profileStop'));
  } finally {
    load.stop();
    await server.stop();
  }
}

function printProfile(whom, connections, { requests, elapsedMs, p50, p99, ownCost }, profile) {
  const rate = Math.round((requests / elapsedMs) * 1000);
  console.log(`${whom}, ${connections} connections: ${rate} requests per second`);
  console.log(`latency: half of them in ${p50.toFixed(2)} ms, 99 % in ${p99.toFixed(2)} ms`);
  console.log(`the generator needs ${Math.round(ownCost)} µs of processor time for each request\n`);
  const rows = costOfFunctions(profile, requests).map(({ title, own, all }) => [
    title,
    own.toFixed(1),
    all.toFixed(1),
  ]);
  console.log(table([['µs for each request', 'own', 'with callees'], ...rows]));
}

/**
 * @param profile what the inspector's profiler recorded
 * @param requests how many were answered meanwhile
 * @returns the functions that took most time, with µs for each request: of their own, and with all they called
 */
function costOfFunctions(profile, requests, most = 45) {
  const nodes = new Map(profile.nodes.map((node) => [node.id, { ...node, own: 0 }]));
  profile.samples.forEach((id, index) => (nodes.get(id).own += profile.timeDeltas[index]));
  const costs = new Map();
  addUp(nodes, profile.nodes[0].id, new Set(), costs);
  return [...costs.values()]
    .map(({ title, own, all }) => ({ title, own: own / requests, all: all / requests }))
    .filter(({ title }) => title !== '(root)')
    .sort((a, b) => b.own - a.own)
    .slice(0, most);
}

/** @returns the time of a node with everything below it; a function that calls itself is counted once */
function addUp(nodes, id, above, costs) {
  const { callFrame, children = [], own } = nodes.get(id);
  const title = titleOf(callFrame);
  const isInside = above.has(title);
  const within = isInside ? above : new Set([...above, title]);
  const all = children.reduce((sum, child) => sum + addUp(nodes, child, within, costs), own);
  const cost = costs.get(title) ?? { title, own: 0, all: 0 };
  costs.set(title, { title, own: cost.own + own, all: cost.all + (isInside ? 0 : all) });
  return all;
}

function titleOf({ functionName, url, lineNumber }) {
  const name = functionName || '(anonymous)';
  return url ? `${name} ${basename(dirname(url))}/${basename(url)}:${lineNumber + 1}` : name;
}
