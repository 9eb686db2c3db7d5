import type { Node, NodeAPI } from 'node-red';
import type { AiFlowEndpoint, HttpAnswer } from '../../../sipgate/index';
import { linesOf } from './lines';

/**
 * Puts an AI flow on the list of the telephone. An event comes in here and not over HTTP, so that neither its token nor
 * a login in front of Node-RED is in its way.
 * @returns a function that takes it from the list
 */
export function openAiFlowLine(
  RED: NodeAPI,
  node: Node,
  { place, country }: { readonly place: { readonly path: string }; readonly country: string },
  endpoint: AiFlowEndpoint,
): () => void {
  const { aiFlows } = linesOf(RED);
  const head = { method: 'POST', headers: {}, remoteAddress: '127.0.0.1' };
  const line = {
    id: node.id,
    name: node.name || place.path,
    country,
    receive: (body: Buffer): Promise<HttpAnswer> => endpoint.handle(head, body, () => undefined),
  };
  aiFlows.set(node.id, line);
  return () => {
    if (aiFlows.get(node.id) === line) aiFlows.delete(node.id);
  };
}
