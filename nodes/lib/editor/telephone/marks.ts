import type { Visit } from '../../telephone/view';

const PASSED = 'sipgate-telephone-path';
const FAILED = 'sipgate-telephone-failed';
const HOOK = 'viewRedrawNode.sipgate-telephone';

/** Nodes that a call has come to, by their id, and whether one failed there. */
let marked = new Map<string, boolean>();

/** Marks the way of a call in the workspace; none: takes the marks away. */
export function markPath(visits: readonly Visit[]): void {
  const before = marked;
  marked = new Map();
  for (const { nodeId, flowId, state } of visits) {
    for (const id of [nodeId, flowId]) marked.set(id, marked.get(id) === true || state === 'failed');
  }
  if (before.size === 0 && marked.size > 0) RED.hooks.add(HOOK, ({ node, el }) => mark(el, node.id));
  if (before.size > 0 && marked.size === 0) RED.hooks.remove(HOOK);
  for (const id of new Set([...before.keys(), ...marked.keys()])) {
    const drawn = document.getElementById(id);
    if (drawn) mark(drawn, id);
  }
}

function mark(drawn: Element, id: string): void {
  drawn.classList.toggle(PASSED, marked.has(id));
  drawn.classList.toggle(FAILED, marked.get(id) === true);
}
