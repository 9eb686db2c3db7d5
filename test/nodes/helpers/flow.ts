import { testSigner } from './http';

/** A node of a flow file. */
export type FlowNode = { id: string; type: string } & Record<string, unknown>;

let count = 0;

/** @returns an id that no other node of this process has: what a webhook remembers is bound to its id */
export function freshId(word: string): string {
  count += 1;
  return `${word}${count}`;
}

/** @returns a webhook on a path of its own that trusts the tests' signer */
export function webhook(properties: Record<string, unknown> = {}): FlowNode & { path: string } {
  const id = freshId('webhook');
  return {
    id,
    type: 'sipgate-webhook',
    path: `/sipgate/${id}`,
    publicUrl: 'https://nr.example.org/hook?a=1&b=2',
    publicKey: testSigner().publicKey,
    ...properties,
  } as FlowNode & { path: string };
}

/** The wires of a webhook-in by name of its outputs. */
export interface Outputs {
  newCall?: string[];
  answer?: string[];
  hangup?: string[];
  data?: string[];
}

/** @returns a webhook-in on the flow `tab` */
export function webhookIn(of: { id: string }, outputs: Outputs, properties: object = {}): FlowNode {
  const { newCall = [], answer = [], hangup = [], data = [] } = outputs;
  return {
    id: freshId('in'),
    type: 'sipgate-webhook-in',
    z: 'tab',
    webhook: of.id,
    direction: 'both',
    numbers: '',
    wires: [newCall, answer, hangup, data],
    ...properties,
  };
}

/** @returns a webhook-response on the flow `tab` */
export function response(id: string, properties: object, wires: string[] = []): FlowNode {
  return { id, type: 'sipgate-webhook-response', z: 'tab', wires: [wires], ...properties };
}

/** @returns a Function node on the flow `tab` */
export function fn(id: string, func: string, wires: string[] | string[][]): FlowNode {
  const outputs = (typeof wires[0] === 'string' || wires.length === 0 ? [wires] : wires) as string[][];
  return { id, type: 'function', z: 'tab', func, outputs: outputs.length, wires: outputs };
}

/** @returns a node that keeps what it receives, on the flow `tab` */
export function probe(id: string, wires: string[] = []): FlowNode {
  return { id, type: 'helper', z: 'tab', wires: [wires] };
}

export const TAB: FlowNode = { id: 'tab', type: 'tab', label: 'Test' };
