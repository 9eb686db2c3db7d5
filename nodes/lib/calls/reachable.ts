/** A node as a flow file has it; the fields that make a way for a message. */
export interface FlowNode {
  readonly id: string;
  readonly type: string;
  readonly z?: string;
  readonly d?: boolean;
  readonly disabled?: boolean;
  readonly wires?: readonly (readonly string[])[];
  readonly links?: readonly string[];
  readonly mode?: string;
  readonly linkType?: string;
  /** Text of a Function. */
  readonly func?: unknown;
  readonly in?: readonly { readonly wires: readonly { readonly id: string }[] }[];
  readonly out?: readonly { readonly wires: readonly { readonly id: string; readonly port: number }[] }[];
}

type NodeId = string;

/** Where a message can be: at the input of a node, and what decides where it goes when it leaves. */
interface Place {
  readonly id: NodeId;
  /** The subflow instances around the node, the outermost first; empty is: any. */
  readonly within: readonly FlowNode[];
  /** The link calls that wait for the message to return, the latest last. */
  readonly calls: readonly LinkCall[];
}

interface LinkCall {
  readonly node: FlowNode;
  readonly within: readonly FlowNode[];
}

/** Where messages can get to. */
export interface Reach {
  /** The nodes on the way; not all of them where flows are too entangled. */
  readonly nodes: ReadonlySet<NodeId>;
  /** Whether one of them is of the wanted type, or may be. */
  readonly isReached: boolean;
}

/** A map of the flows that answers one question: where can a message get from here? */
export interface FlowMap {
  /**
   * @param around the subflow instance that the node is in; anything else, such as its flow, is none
   * @returns where a message gets that output `port` of node `id` sends
   */
  reach(id: string, port: number, around?: string): Reach;
}

/** Link calls that call each other end at this depth: deeper down, each is taken to return at once. */
const DEEPEST_CALLS = 5;
/** Where flows are so entangled that looking further would take long, the answer is that there is a way. */
const MOST_PLACES = 2000;

/**
 * Follows wires, junctions, link nodes (also call and return) and subflows, as a message would: a return goes back to
 * its caller, and a subflow is left where it was entered. Disabled nodes and tabs end a way. It rather sees a way too
 * many than one too few (a link call with a computed target may go to any link in): a way too many makes a caller
 * wait for the deadline, one too few would ignore the flow's answer.
 * @param type of the nodes that are looked for
 * @param holds whether a node has one inside that no flow file shows: a subflow that is packaged as a module
 */
export function mapFlows(nodes: readonly FlowNode[], type: string, holds: (id: NodeId) => boolean): FlowMap {
  return new WiredFlows(nodes, type, holds);
}

class WiredFlows implements FlowMap {
  readonly #nodes: readonly FlowNode[];
  readonly #type: string;
  readonly #holds: (id: NodeId) => boolean;
  readonly #byId: ReadonlyMap<NodeId | undefined, FlowNode>;
  readonly #linkIns: readonly NodeId[];
  readonly #known = new Map<string, Reach>();

  constructor(nodes: readonly FlowNode[], type: string, holds: (id: NodeId) => boolean) {
    this.#nodes = nodes;
    this.#type = type;
    this.#holds = holds;
    this.#byId = new Map(nodes.map((node) => [node.id, node]));
    this.#linkIns = nodes.filter((node) => node.type === 'link in').map((node) => node.id);
  }

  reach(id: string, port: number, around?: string): Reach {
    const question = `${id}|${port}|${around}`;
    const answer = this.#known.get(question) ?? this.#search(id, port, around);
    this.#known.set(question, answer);
    return answer;
  }

  #containerOf(node: FlowNode): FlowNode | undefined {
    return this.#byId.get(node.z);
  }

  #isOff(node: FlowNode): boolean {
    return node.d === true || this.#containerOf(node)?.disabled === true;
  }

  /** From an output on: where its wires lead, and for a node in a subflow where the subflow's outputs lead. */
  #afterOutput(node: FlowNode, port: number, place: Place): Place[] {
    const direct = (node.wires?.[port] ?? []).map((id) => ({ ...place, id }));
    const container = this.#containerOf(node);
    return container?.type === 'subflow'
      ? [...direct, ...this.#leave(container, node.id, port, place)]
      : direct;
  }

  /** What stands behind a subflow's outputs that are fed by that port. */
  #leave(subflow: FlowNode, id: NodeId, port: number, place: Place): Place[] {
    const around = place.within.at(-1);
    const outside = { ...place, within: place.within.slice(0, -1) };
    return (subflow.out ?? []).flatMap((output, index) =>
      output.wires.some((wire) => wire.id === id && wire.port === port)
        ? (around ? [around] : this.#instancesOf(subflow)).flatMap((instance) =>
            this.#afterOutput(instance, index, outside),
          )
        : [],
    );
  }

  #instancesOf(subflow: FlowNode): FlowNode[] {
    return this.#nodes.filter((node) => node.type === `subflow:${subflow.id}` && !this.#isOff(node));
  }

  #afterInput(node: FlowNode, place: Place): Place[] {
    if (node.type.startsWith('subflow:')) return this.#enter(node, place);
    if (node.type === 'link call') return this.#call(node, place);
    if (node.type === 'link out') {
      return node.mode === 'return' ? this.#comeBack(place) : this.#jump(node, node.links ?? [], place);
    }
    const next = (node.wires ?? []).flatMap((_, port) => this.#afterOutput(node, port, place));
    return callsLinks(node) ? [...next, ...this.#call({ ...node, linkType: 'dynamic' }, place)] : next;
  }

  #enter(instance: FlowNode, place: Place): Place[] {
    const subflow = this.#byId.get(instance.type.slice('subflow:'.length));
    if (!subflow) return [];
    const within = [...place.within, instance];
    const inside = (subflow.in ?? []).flatMap((input) =>
      input.wires.map(({ id }) => ({ ...place, id, within })),
    );
    // an input wired straight to an output: the wire's source is the subflow itself
    const straight = (subflow.out ?? []).flatMap((output, index) =>
      output.wires.some((wire) => wire.id === subflow.id) ? this.#afterOutput(instance, index, place) : [],
    );
    return [...inside, ...straight];
  }

  /** To link nodes; those of the same flow are in the same subflow instance. */
  #jump(from: FlowNode, targets: readonly NodeId[], place: Place): Place[] {
    return targets.map((id) => ({
      ...place,
      id,
      within: this.#byId.get(id)?.z === from.z ? place.within : [],
    }));
  }

  #call(node: FlowNode, place: Place): Place[] {
    const { calls, within } = place;
    if (calls.length >= DEEPEST_CALLS || calls.some((earlier) => earlier.node === node)) {
      return this.#afterOutput(node, 0, place);
    }
    const targets = node.linkType === 'dynamic' ? this.#linkIns : (node.links ?? []);
    return this.#jump(node, targets, { ...place, calls: [...calls, { node, within }] });
  }

  #comeBack({ id, calls }: Place): Place[] {
    const latest = calls.at(-1);
    return latest
      ? this.#afterOutput(latest.node, 0, { id, within: latest.within, calls: calls.slice(0, -1) })
      : [];
  }

  #search(id: string, port: number, around: string | undefined): Reach {
    const start = this.#byId.get(id);
    // inside a subflow that is packaged as a module: no flow file shows where its wires lead
    if (!start) return { nodes: new Set(), isReached: true };
    const instance = this.#byId.get(around);
    const within = instance?.type.startsWith('subflow:') ? [instance] : [];
    const waiting = this.#afterOutput(start, port, { id, within, calls: [] });
    const seen = new Set<string>();
    const passed = new Set<NodeId>();
    let isReached = false;
    for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
      const node = this.#byId.get(place.id);
      if (!node || this.#isOff(node) || seen.has(keyOf(place))) continue;
      if (seen.size >= MOST_PLACES) return { nodes: passed, isReached: true };
      seen.add(keyOf(place));
      passed.add(node.id);
      if (node.type === this.#type || this.#holds(node.id)) isReached = true;
      waiting.push(...this.#afterInput(node, place));
    }
    return { nodes: passed, isReached };
  }
}

/** A Function of Node-RED 5 may call a link node by any name. */
function callsLinks({ type, func }: FlowNode): boolean {
  return type === 'function' && typeof func === 'string' && func.includes('linkcall');
}

function keyOf({ id, within, calls }: Place): string {
  return [id, ...within.map((node) => node.id), ...calls.map((call) => call.node.id)].join(' ');
}
