import type { Node, NodeAPI } from 'node-red';
import { printable } from '../../../sipgate/index';

/** Tells a user of problems that may come again and again. */
export interface ProblemLog {
  /** @param kind problems of one kind are told of once a minute */
  warn(kind: string, key: string, values: Readonly<Record<string, unknown>>): void;
}

const PAUSE_MS = 60_000;
const MOST_KINDS = 100;

/** A stranger who knocks all day must not fill the log. */
export function createProblemLog(RED: NodeAPI, node: Node): ProblemLog {
  const toldAt = new Map<string, number>();
  return {
    warn(kind, key, values) {
      const last = toldAt.get(kind);
      if (last !== undefined && Date.now() - last < PAUSE_MS) return;
      if (toldAt.size >= MOST_KINDS) toldAt.clear();
      toldAt.set(kind, Date.now());
      node.warn(printable(RED._(key, values as Record<string, string>)));
    },
  };
}
