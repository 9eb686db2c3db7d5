// Where the time of a server goes: a CPU profile summed up by function.
import { basename, dirname } from 'node:path';

/**
 * @param profile what the inspector's profiler recorded
 * @param requests how many were answered meanwhile
 * @returns the functions that took most time of their own, with µs for each request
 */
export function costOfFunctions(profile, requests, most = 40) {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const costs = new Map();
  profile.samples.forEach((id, index) => {
    const { functionName, url, lineNumber } = nodes.get(id).callFrame;
    const name = functionName || '(anonymous)';
    const place = url ? `${shortPlace(url)}:${lineNumber + 1}` : '';
    const title = `${name} ${place}`.trim();
    costs.set(title, (costs.get(title) ?? 0) + profile.timeDeltas[index]);
  });
  const sorted = [...costs].sort(([, a], [, b]) => b - a).slice(0, most);
  return sorted.map(([title, us]) => ({ title, us: us / requests }));
}

function shortPlace(url) {
  return `${basename(dirname(url))}/${basename(url)}`;
}
