import type { Node, NodeAPI } from 'node-red';
import { mapFlows, type FlowMap, type FlowNode } from './reachable';

/** The type of the nodes that answer. */
const RESPONSE_TYPE = 'sipgate-webhook-response';

const maps = new WeakMap<object, FlowMap>();
const watched = new WeakSet<object>();
/** By response node: the subflow instances around it. */
const hosts = new Map<Node, readonly string[]>();

/** @returns the map of the flows that run now; drawn when it is first asked for after a deploy */
export function currentFlowMap(RED: NodeAPI): FlowMap {
  watchDeploys(RED);
  let map = maps.get(RED.events);
  if (!map) maps.set(RED.events, (map = mapFlows(allNodes(RED), RESPONSE_TYPE, holdsResponse)));
  return map;
}

/**
 * A response node says where it is: what is inside a subflow that is packaged as a module stands in no flow file.
 * @returns a function that takes it back
 */
export function announceResponse(RED: NodeAPI, node: Node): () => void {
  // NR_SUBFLOW_PATH is empty in such a subflow
  const path: unknown = RED.util.evaluateNodeProperty('NR_NODE_PATH', 'env', node, {});
  hosts.set(node, typeof path === 'string' ? path.split('/').slice(0, -1) : []);
  return () => hosts.delete(node);
}

function holdsResponse(id: string): boolean {
  for (const path of hosts.values()) if (path.includes(id)) return true;
  return false;
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
