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
export function mapFlows(
  nodes: readonly FlowNode[],
  type: string,
  holds: (id: NodeId) => boolean = () => false,
): FlowMap {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const linkIns = nodes.filter((node) => node.type === 'link in').map((node) => node.id);
  const known = new Map<string, Reach>();

  function containerOf(node: FlowNode): FlowNode | undefined {
    return node.z === undefined ? undefined : byId.get(node.z);
  }

  function isOff(node: FlowNode): boolean {
    return node.d === true || containerOf(node)?.disabled === true;
  }

  /** From an output on: where its wires lead, and for a node in a subflow where the subflow's outputs lead. */
  function afterOutput(node: FlowNode, port: number, place: Place): Place[] {
    const direct = (node.wires?.[port] ?? []).map((id) => ({ ...place, id }));
    const container = containerOf(node);
    return container?.type === 'subflow' ? [...direct, ...leave(container, node.id, port, place)] : direct;
  }

  /** What stands behind a subflow's outputs that are fed by that port. */
  function leave(subflow: FlowNode, id: NodeId, port: number, place: Place): Place[] {
    const around = place.within.at(-1);
    const outside = { ...place, within: place.within.slice(0, -1) };
    return (subflow.out ?? []).flatMap((output, index) =>
      output.wires.some((wire) => wire.id === id && wire.port === port)
        ? (around ? [around] : instancesOf(subflow)).flatMap((instance) =>
            afterOutput(instance, index, outside),
          )
        : [],
    );
  }

  function instancesOf(subflow: FlowNode): FlowNode[] {
    return nodes.filter((node) => node.type === `subflow:${subflow.id}` && !isOff(node));
  }

  function afterInput(node: FlowNode, place: Place): Place[] {
    if (node.type.startsWith('subflow:')) return enter(node, place);
    if (node.type === 'link call') return call(node, place);
    if (node.type === 'link out') {
      return node.mode === 'return' ? comeBack(place) : jump(node, node.links ?? [], place);
    }
    const next = (node.wires ?? []).flatMap((_, port) => afterOutput(node, port, place));
    return callsLinks(node) ? [...next, ...call({ ...node, linkType: 'dynamic' }, place)] : next;
  }

  function enter(instance: FlowNode, place: Place): Place[] {
    const subflow = byId.get(instance.type.slice('subflow:'.length));
    if (!subflow) return [];
    const within = [...place.within, instance];
    const inside = (subflow.in ?? []).flatMap((input) =>
      input.wires.map(({ id }) => ({ ...place, id, within })),
    );
    // an input wired straight to an output: the wire's source is the subflow itself
    const straight = (subflow.out ?? []).flatMap((output, index) =>
      output.wires.some((wire) => wire.id === subflow.id) ? afterOutput(instance, index, place) : [],
    );
    return [...inside, ...straight];
  }

  /** To link nodes; those of the same flow are in the same subflow instance. */
  function jump(from: FlowNode, targets: readonly NodeId[], place: Place): Place[] {
    return targets.map((id) => ({ ...place, id, within: byId.get(id)?.z === from.z ? place.within : [] }));
  }

  function call(node: FlowNode, place: Place): Place[] {
    const { calls, within } = place;
    if (calls.length >= DEEPEST_CALLS || calls.some((earlier) => earlier.node === node)) {
      return afterOutput(node, 0, place);
    }
    const targets = node.linkType === 'dynamic' ? linkIns : (node.links ?? []);
    return jump(node, targets, { ...place, calls: [...calls, { node, within }] });
  }

  function comeBack({ id, calls }: Place): Place[] {
    const latest = calls.at(-1);
    return latest
      ? afterOutput(latest.node, 0, { id, within: latest.within, calls: calls.slice(0, -1) })
      : [];
  }

  function search(id: string, port: number, around: string): Reach {
    const start = byId.get(id);
    // inside a subflow that is packaged as a module: no flow file shows where its wires lead
    if (!start) return { nodes: new Set(), isReached: true };
    const instance = byId.get(around);
    const within = instance?.type.startsWith('subflow:') ? [instance] : [];
    const waiting = afterOutput(start, port, { id, within, calls: [] });
    const seen = new Set<string>();
    const passed = new Set<NodeId>();
    let isReached = false;
    for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
      const node = byId.get(place.id);
      if (!node || isOff(node) || seen.has(keyOf(place))) continue;
      if (seen.size >= MOST_PLACES) return { nodes: passed, isReached: true };
      seen.add(keyOf(place));
      passed.add(node.id);
      if (node.type === type || holds(node.id)) isReached = true;
      waiting.push(...afterInput(node, place));
    }
    return { nodes: passed, isReached };
  }

  return {
    reach(id, port, around = '') {
      const question = `${id}|${port}|${around}`;
      const answer = known.get(question) ?? search(id, port, around);
      known.set(question, answer);
      return answer;
    },
  };
}

/** A Function of Node-RED 5 may call a link node by any name. */
function callsLinks({ type, func }: FlowNode): boolean {
  return type === 'function' && typeof func === 'string' && func.includes('linkcall');
}

function keyOf({ id, within, calls }: Place): string {
  return [id, ...within.map((node) => node.id), '|', ...calls.map((call) => call.node.id)].join(' ');
}
