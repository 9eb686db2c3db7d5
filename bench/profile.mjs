// Where the time of a server goes: a CPU profile summed up by function.
import { basename, dirname } from 'node:path';

/**
 * @param profile what the inspector's profiler recorded
 * @param requests how many were answered meanwhile
 * @returns the functions that took most time, with µs for each request: of their own, and with all they called
 */
export function costOfFunctions(profile, requests, most = 45) {
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
