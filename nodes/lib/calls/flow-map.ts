import type { NodeAPI } from 'node-red';
import { mapFlows, type FlowMap, type FlowNode } from './reachable';

const maps = new WeakMap<object, FlowMap>();
const watched = new WeakSet<object>();

/** @returns the map of the flows that run now; drawn when it is first asked for after a deploy */
export function currentFlowMap(RED: NodeAPI): FlowMap {
  watchDeploys(RED);
  let map = maps.get(RED.events);
  if (!map) maps.set(RED.events, (map = mapFlows(allNodes(RED))));
  return map;
}

function watchDeploys(RED: NodeAPI): void {
  if (watched.has(RED.events)) return;
  watched.add(RED.events);
  for (const moment of ['flows:starting', 'flows:started'])
    RED.events.on(moment, () => maps.delete(RED.events));
}

function allNodes(RED: NodeAPI): FlowNode[] {
  const nodes: FlowNode[] = [];
  RED.nodes.eachNode((node) => nodes.push(node as FlowNode));
  return nodes;
}
