import { createRequire } from 'node:module';
import path from 'node:path';
import { WebSocket } from 'ws';
import { wireEvent, type WireEvent } from '../../sipgate/ai-flow/vectors';
import { eventually } from '../../eventually';
import { PROJECT, startRuntime, type NodeModule, type Runtime, type RuntimeOptions } from '../../node-red';
import { freshId, type FlowNode } from './flow';
import { post, type Answer, type PostOptions } from './http';

const load = createRequire(require.resolve('@node-red/nodes/package.json'));
const AI_FLOW_NODES = ['sipgate-ai-flow', 'sipgate-ai-flow-in', 'sipgate-ai-flow-response'].map(
  (name) => load(path.join(PROJECT, 'nodes', name)) as NodeModule,
);

export const TOKEN = 'a long secret';

/** An AI flow's config node, on a path of its own. */
export type AiFlow = FlowNode & { path: string };

export function aiFlow(properties: Record<string, unknown> = {}): AiFlow {
  const id = freshId('aiflow');
  return { id, type: 'sipgate-ai-flow', path: `/sipgate-ai/${id}`, ...properties } as AiFlow;
}

/** The wires of an AI flow in by name of its outputs. */
export interface AiFlowOutputs {
  start?: string[];
  speak?: string[];
  ended?: string[];
  timeout?: string[];
  digit?: string[];
  end?: string[];
  other?: string[];
}

const NONE: string[] = [];

/** @returns an AI flow in on the flow `tab` */
export function aiFlowIn(of: { id: string }, outputs: AiFlowOutputs, properties: object = {}): FlowNode {
  const {
    start = NONE,
    speak = NONE,
    ended = NONE,
    timeout = NONE,
    digit = NONE,
    end = NONE,
    other = NONE,
  } = outputs;
  return {
    id: freshId('aiin'),
    type: 'sipgate-ai-flow-in',
    z: 'tab',
    aiFlow: of.id,
    wires: [start, speak, ended, timeout, digit, end, other],
    ...properties,
  };
}

/** @returns an AI flow in with all its outputs wired to one place */
export function aiFlowAll(of: { id: string }, to: string[], properties: object = {}): FlowNode {
  const outputs = { start: to, speak: to, ended: to, timeout: to, digit: to, end: to, other: to };
  return aiFlowIn(of, outputs, properties);
}

/** @returns an AI flow response on the flow `tab` */
export function aiFlowResponse(id: string, properties: object, wires: string[] = []): FlowNode {
  return { id, type: 'sipgate-ai-flow-response', z: 'tab', wires: [wires], ...properties };
}

/** Starts a runtime in which every AI flow has the secret `TOKEN`, unless `credentials` says otherwise. */
export function startAiRuntime(flow: FlowNode[], options: RuntimeOptions = {}): Promise<Runtime> {
  const ids = flow.filter(({ type }) => type === 'sipgate-ai-flow').map(({ id }) => [id, { token: TOKEN }]);
  const credentials = { ...(Object.fromEntries(ids) as object), ...options.credentials };
  return startRuntime(flow, { ...options, nodes: [...AI_FLOW_NODES, ...(options.nodes ?? [])], credentials });
}

/** Posts an event as sipgate does. */
export function postEvent(
  url: string,
  event: WireEvent | string | Buffer,
  { headers = {}, ...options }: PostOptions = {},
): Promise<Answer> {
  const body = typeof event === 'string' || Buffer.isBuffer(event) ? event : JSON.stringify(event);
  return post(url, body, {
    signature: null,
    ...options,
    headers: { 'Content-Type': 'application/json', 'X-API-TOKEN': TOKEN, ...headers },
  });
}

/** sipgate's end of a WebSocket. */
export interface Line {
  /** The actions that came, in order. */
  readonly heard: Record<string, unknown>[];
  readonly socket: WebSocket;
  readonly closed: () => number | undefined;
  say(event: WireEvent | string): void;
  /** The `nth` action. */
  action(nth?: number): Promise<Record<string, unknown>>;
  hangUp(): void;
}

/** Connects as sipgate does. Rejects with the HTTP status where the connection is refused. */
export function dial(url: string, headers: Record<string, string> = { 'X-API-TOKEN': TOKEN }): Promise<Line> {
  const socket = new WebSocket(url.replace(/^http/, 'ws'), { headers, perMessageDeflate: false });
  const heard: Record<string, unknown>[] = [];
  let closed: number | undefined;
  socket.on('message', (data) =>
    heard.push(JSON.parse((data as Buffer).toString()) as Record<string, unknown>),
  );
  socket.on('close', (code) => (closed = code));
  const line: Line = {
    heard,
    socket,
    closed: () => closed,
    say: (event) => socket.send(typeof event === 'string' ? event : JSON.stringify(event)),
    action: (nth = 0) => eventually(() => heard[nth], `action ${nth + 1}`),
    hangUp: () => socket.terminate(),
  };
  return new Promise((resolve, reject) => {
    socket.on('open', () => resolve(line));
    socket.on('unexpected-response', (_request, response) =>
      reject(new Error(`HTTP ${response.statusCode}`)),
    );
    socket.on('error', reject);
  });
}

let count = 0;

/** @returns the session fields of a session that no other test has */
export function newSession(fields: object = {}): { id: string } & Record<string, unknown> {
  count += 1;
  return { id: `session-${process.pid}-${count}`, ...fields };
}

export { wireEvent };
