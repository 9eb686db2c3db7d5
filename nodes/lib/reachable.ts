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
  readonly in?: readonly { readonly wires: readonly { readonly id: string }[] }[];
  readonly out?: readonly { readonly wires: readonly { readonly id: string; readonly port: number }[] }[];
}

/** Where a message can be: at the input of a node. */
type NodeId = string;

/** A map of the flows that answers one question: can a message get from here to a node of that type? */
export interface FlowMap {
  /** @returns whether a message sent by output `port` of node `id` can reach a node of `type` */
  reaches(id: string, port: number, type: string): boolean;
}

/**
 * Follows wires, junctions, link nodes (also call and return) and subflows, as a message would. Disabled nodes and
 * tabs end a way. It rather sees a way too many than one too few (a link call with a computed target may go to
 * any link in): a way too many makes a caller wait for the deadline, one too few would ignore the flow's answer.
 */
export function mapFlows(nodes: readonly FlowNode[]): FlowMap {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const linkIns = nodes.filter((node) => node.type === 'link in').map((node) => node.id);
  const linkCalls = nodes.filter((node) => node.type === 'link call');
  const instances = (subflow: string) => nodes.filter((node) => node.type === `subflow:${subflow}`);

  function isOff(node: FlowNode): boolean {
    const container = node.z === undefined ? undefined : byId.get(node.z);
    return node.d === true || container?.disabled === true;
  }

  /** From an output on: where its wires lead, and for a node in a subflow where the subflow's outputs lead. */
  function afterOutput(node: FlowNode, port: number): NodeId[] {
    const direct = node.wires?.[port] ?? [];
    const subflow = node.z === undefined ? undefined : byId.get(node.z);
    if (subflow?.type !== 'subflow') return [...direct];
    return [...direct, ...afterSubflow(subflow, node.id, port)];
  }

  /** What stands behind the instances of a subflow whose outputs are fed by that port. */
  function afterSubflow(subflow: FlowNode, id: string, port: number): NodeId[] {
    return (subflow.out ?? []).flatMap((output, index) =>
      output.wires.some((wire) => wire.id === id && wire.port === port)
        ? instances(subflow.id).flatMap((instance) => afterOutput(instance, index))
        : [],
    );
  }

  function afterInput(node: FlowNode): NodeId[] {
    if (node.type.startsWith('subflow:')) return intoSubflow(node);
    const onward = (node.wires ?? []).flatMap((_, port) => afterOutput(node, port));
    if (node.type === 'link out') return [...onward, ...afterLinkOut(node)];
    if (node.type === 'link call')
      return [...onward, ...(node.linkType === 'dynamic' ? linkIns : (node.links ?? []))];
    return onward;
  }

  function intoSubflow(instance: FlowNode): NodeId[] {
    const subflow = byId.get(instance.type.slice('subflow:'.length));
    if (!subflow) return [];
    const inside = (subflow.in ?? []).flatMap((input) => input.wires.map((wire) => wire.id));
    // an input wired straight to an output: the wire's source is the subflow itself
    const straight = (subflow.out ?? []).flatMap((output, index) =>
      output.wires.some((wire) => wire.id === subflow.id) ? afterOutput(instance, index) : [],
    );
    return [...inside, ...straight];
  }

  /** A link out in return mode goes back to whoever called: any link call may have. */
  function afterLinkOut(node: FlowNode): NodeId[] {
    if (node.mode !== 'return') return [...(node.links ?? [])];
    return linkCalls.flatMap((call) => afterOutput(call, 0));
  }

  function reaches(id: string, port: number, type: string): boolean {
    const start = byId.get(id);
    const waiting = start ? afterOutput(start, port) : [];
    const seen = new Set<NodeId>();
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const node = byId.get(next);
      if (!node || seen.has(next) || isOff(node)) continue;
      if (node.type === type) return true;
      seen.add(next);
      waiting.push(...afterInput(node));
    }
    return false;
  }

  return { reaches };
}
