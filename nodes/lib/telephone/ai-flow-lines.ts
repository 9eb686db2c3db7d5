import type { Node, NodeAPI } from 'node-red';
import type { AiFlowEndpoint } from '../../../sipgate/index';
import type { Stopping } from '../deploys';
import { linesOf, type AiFlowLine } from './lines';

/** What a line is made of. */
export interface AiFlowLineParts {
  readonly RED: NodeAPI;
  readonly node: Node;
  readonly config: { readonly place: { readonly path: string }; readonly country: string };
  readonly endpoint: AiFlowEndpoint;
  isStoppedBy(stopping: Stopping): boolean;
}

const HEAD = { method: 'POST', headers: {}, remoteAddress: '127.0.0.1' };

/**
 * Puts an AI flow on the list of the telephone. An event comes in here and not over HTTP, so that neither its token nor
 * a login in front of Node-RED is in its way.
 * @returns a function that takes it from the list
 */
export function openAiFlowLine({ RED, node, config, endpoint, isStoppedBy }: AiFlowLineParts): () => void {
  const { aiFlows } = linesOf(RED);
  const line: AiFlowLine = {
    id: node.id,
    name: node.name || config.place.path,
    country: config.country,
    isStoppedBy,
    receive: (body, flowsRun) =>
      flowsRun ? endpoint.handle(HEAD, body, () => undefined) : endpoint.handleWithoutFlows(HEAD, body),
  };
  aiFlows.set(node.id, line);
  return () => {
    if (aiFlows.get(node.id) === line) aiFlows.delete(node.id);
  };
}
