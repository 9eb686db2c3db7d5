import { mapFlows, type FlowNode } from '../../../../nodes/lib/calls/reachable';

/** The flow in which all nodes stand that say nothing else. */
export const tab: FlowNode = { id: 'tab', type: 'tab' };
export const node = (
  id: string,
  type: string,
  wires: string[][] = [],
  more: Partial<FlowNode> = {},
): FlowNode => ({
  id,
  type,
  z: 'tab',
  wires,
  ...more,
});
/** The webhook in, named `in`. */
export const start = (...newCall: string[]) => node('in', 'sipgate-webhook-in', [newCall, [], [], []]);
/** The response, named `end`. */
export const end = (more: Partial<FlowNode> = {}) => node('end', 'sipgate-webhook-response', [[]], more);
export const RESPONSE = 'sipgate-webhook-response';
export const map = (nodes: FlowNode[]) => mapFlows([tab, ...nodes], RESPONSE, () => false);
/** @returns whether a new call gets to the response */
export const reaches = (nodes: FlowNode[]) => map(nodes).reach('in', 0).isReached;

/** A subflow that has an input wired to `first`, and an output fed by `last`. */
export const subflow = (id: string, first: string, last: string, port = 0): FlowNode => ({
  id,
  type: 'subflow',
  in: [{ wires: [{ id: first }] }],
  out: [{ wires: [{ id: last, port }] }],
});
