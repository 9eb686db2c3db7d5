import { printable } from '../../../sipgate/index';
import type { Visit, VisitState } from './view';

/** A node as Node-RED's hooks name it. */
export interface VisitedNode {
  readonly id: string;
  readonly type?: string;
  readonly name?: string;
  readonly z?: string;
  /** For a node in a subflow instance: its id in the subflow's template. */
  readonly _alias?: string;
}

interface OpenVisit extends Visit {
  state: VisitState;
  readonly left: string[];
  reason?: string;
  readonly runtimeId: string;
  readonly messageId: string;
  readonly event: CallEventAt;
}

interface CallEventAt {
  readonly topic: string;
  /** By `performance.now()`. */
  readonly startedAtMs: number;
}

const MOST_VISITS = 500;
const MOST_LEFT = 10;
const LONGEST_REASON = 300;
const RESPONSES: readonly string[] = ['sipgate-webhook-response', 'sipgate-ai-flow-response'];

/** The way of a call's messages through the flows. */
export class CallPath {
  readonly #visits: OpenVisit[] = [];
  readonly #events = new Map<string, CallEventAt>();
  readonly #onChange: () => void;
  /** Whether there is anything that tells of messages: without it, an empty path says nothing. */
  isFollowed = false;
  #latest: CallEventAt = { topic: '', startedAtMs: performance.now() };

  /** @param onChange is called after each step */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get visits(): readonly Visit[] {
    return this.#visits.map(({ runtimeId: _node, messageId: _message, event: _event, ...visit }) => visit);
  }

  /** An event of the call comes in. */
  begin(topic: string, exchange: string): void {
    if (this.#events.has(exchange)) return;
    this.#latest = { topic, startedAtMs: performance.now() };
    this.#events.set(exchange, this.#latest);
  }

  owns(exchange: string): boolean {
    return this.#events.has(exchange);
  }

  /** @returns whether an event of this kind has come to a node */
  isBegun(topic: string): boolean {
    return this.#visits.some((visit) => visit.topic === topic);
  }

  /**
   * @param topic of an event that nothing has answered in time
   * @returns where its way has ended before a response; `undefined` where it has not, or is not known
   */
  deadEnd(topic: string): Visit | undefined {
    const event = [...this.#events.values()].findLast((one) => one.topic === topic);
    const visits = this.#visits.filter((visit) => visit.event === event);
    const goesOn = visits.some(({ state, type }) => state === 'waiting' || RESPONSES.includes(type));
    return goesOn ? undefined : visits.at(-1);
  }

  /** A message comes to a node. */
  arrive(node: VisitedNode, messageId: string, exchange: string | undefined): void {
    if (this.#visits.length >= MOST_VISITS) return;
    const event = this.#events.get(exchange ?? '') ?? this.#latest;
    const { topic, startedAtMs } = event;
    this.#visits.push({
      nodeId: editorIdOf(node),
      flowId: this.#visits.find(({ runtimeId }) => runtimeId === node.z)?.nodeId ?? node.z ?? '',
      type: node.type ?? '',
      name: node.name ?? '',
      topic,
      atMs: Math.round(performance.now() - startedAtMs),
      state: 'waiting',
      left: [],
      runtimeId: node.id,
      messageId,
      event,
    });
    this.#onChange();
  }

  /** A message leaves a node; one that has no input, such as webhook-in, is visited by that. */
  leave(
    node: VisitedNode,
    message: { readonly id: string; readonly payload: unknown },
    port: number,
    exchange: string | undefined,
  ): void {
    if (!this.#visitOf(node, message.id, exchange)) this.arrive(node, message.id, exchange);
    const visit = this.#visitOf(node, message.id, exchange);
    if (!visit) return;
    if (visit.state === 'waiting') visit.state = 'passed';
    if (visit.left.length < MOST_LEFT) visit.left.push(`${port + 1}: ${inShort(message.payload)}`);
    this.#onChange();
  }

  /** A node is done with a message, well or not. */
  complete(node: VisitedNode, messageId: string, exchange: string | undefined, error: unknown): void {
    const visit = this.#visitOf(node, messageId, exchange);
    if (!visit) return;
    visit.state = error ? 'failed' : 'passed';
    if (error) visit.reason = printable(String((error as Error).message ?? error)).slice(0, LONGEST_REASON);
    this.#onChange();
  }

  /** The latest with this message, or, where a node has made another one, with this event: each is another visit. */
  #visitOf({ id }: VisitedNode, messageId: string, exchange: string | undefined): OpenVisit | undefined {
    const visits = this.#visits.filter(({ runtimeId }) => runtimeId === id);
    const known = this.#events.get(exchange ?? '');
    const ofMessage = (visit: OpenVisit) => visit.messageId === messageId;
    const ofEvent = ({ event }: OpenVisit) => event === (known ?? this.#latest);
    return (
      visits.findLast((visit) => ofMessage(visit) && (known === undefined || ofEvent(visit))) ??
      visits.findLast(ofEvent)
    );
  }
}

/** Node-RED gives what is in a subflow instance another id; a subflow in a subflow is not even told its own. */
function editorIdOf({ id, z = '', _alias }: VisitedNode): string {
  return _alias ?? (z !== '' && id.startsWith(`${z}-`) ? id.slice(z.length + 1) : id);
}

const LONGEST_TEXT = 60;

/** @returns a payload in a few words, for a line of the editor */
function inShort(payload: unknown): string {
  if (typeof payload === 'string') return JSON.stringify(cut(payload));
  if (Buffer.isBuffer(payload)) return `Buffer, ${payload.length} bytes`;
  if (Array.isArray(payload)) return `[${payload.length}]`;
  if (typeof payload === 'object' && payload !== null)
    return `{ ${cut(Object.keys(payload).slice(0, MOST_LEFT).join(', '))} }`;
  return String(payload);
}

function cut(text: string): string {
  return printable(text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text);
}
