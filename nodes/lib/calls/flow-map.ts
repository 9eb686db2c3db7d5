import type { Node, NodeAPI } from 'node-red';
import { mapFlows, type FlowMap, type FlowNode } from './reachable';

/** The types of the nodes that answer. */
export type ResponseType = 'sipgate-webhook-response' | 'sipgate-ai-flow-response';

const maps = new WeakMap<object, Map<ResponseType, FlowMap>>();
const watched = new WeakSet<object>();
/** By response node: the subflow instances around it. */
const hosts = new Map<Node, readonly string[]>();

/**
 * @param type of the nodes to look for
 * @returns the map of the flows that run now; drawn when it is first asked for after a deploy
 */
export function currentFlowMap(RED: NodeAPI, type: ResponseType): FlowMap {
  watchDeploys(RED);
  let drawn = maps.get(RED.events);
  if (!drawn) maps.set(RED.events, (drawn = new Map<ResponseType, FlowMap>()));
  let map = drawn.get(type);
  if (!map) drawn.set(type, (map = mapFlows(allNodes(RED), type, (id) => holdsResponse(id, type))));
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

function holdsResponse(id: string, type: ResponseType): boolean {
  for (const [node, path] of hosts) if (node.type === type && path.includes(id)) return true;
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
