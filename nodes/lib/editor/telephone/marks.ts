import type { Visit } from '../../telephone/view';

const PASSED = 'sipgate-telephone-path';
const FAILED = 'sipgate-telephone-failed';
const HOOK = 'viewRedrawNode.sipgate-telephone';

/** Nodes that a call has come to, by their id, and whether one failed there. */
let marked = new Map<string, boolean>();
/** Whether nodes that are drawn anew are marked: no while the telephone is hidden. */
let isHooked = false;

/** Marks the way of a call in the workspace; none: takes the marks away. */
export function markPath(visits: readonly Visit[]): void {
  const before = marked;
  marked = new Map();
  for (const { nodeId, flowId, state } of visits) {
    for (const id of [nodeId, flowId]) marked.set(id, marked.get(id) === true || state === 'failed');
  }
  hook(marked.size > 0);
  markDrawn([...before.keys(), ...marked.keys()]);
}

/** The telephone is hidden: what is marked stays so until it is drawn anew. */
export function pauseMarks(): void {
  hook(false);
}

/** The telephone is shown again. */
export function resumeMarks(): void {
  hook(marked.size > 0);
  markDrawn([...marked.keys()]);
}

function hook(isWanted: boolean): void {
  if (isWanted && !isHooked) RED.hooks.add(HOOK, ({ node, el }) => mark(el, node.id));
  if (!isWanted && isHooked) RED.hooks.remove(HOOK);
  isHooked = isWanted;
}

function markDrawn(ids: readonly string[]): void {
  for (const id of new Set(ids)) {
    const drawn = document.getElementById(id);
    if (drawn) mark(drawn, id);
  }
}

function mark(drawn: Element, id: string): void {
  drawn.classList.toggle(PASSED, marked.has(id));
  drawn.classList.toggle(FAILED, marked.get(id) === true);
}
