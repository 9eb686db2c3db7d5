import type { NodeAPI } from 'node-red';
import type { AccountNode } from './account';

/** A node of a subflow's instance has an id of its own, and this is the one that it has in the subflow's template. */
type MaybeInSubflow = AccountNode & { readonly _alias?: string };

const running = new WeakMap<object, Set<MaybeInSubflow>>();

/** @returns all accounts that run in this Node-RED, also those inside of subflows; an account adds and removes itself */
export function runningAccounts(RED: NodeAPI): Set<MaybeInSubflow> {
  // each module gets another RED, but all have one emitter
  let accounts = running.get(RED.events);
  if (!accounts) running.set(RED.events, (accounts = new Set()));
  return accounts;
}

/**
 * @param id of an account, or of one in a subflow's template: then any that was made from it counts
 * @returns the deployed account; anything but a text is the id of none
 */
export function findAccount(RED: NodeAPI, id: unknown): AccountNode | undefined {
  if (typeof id !== 'string') return undefined;
  const node = RED.nodes.getNode(id.trim()) as AccountNode | null;
  if (node) return node.type === 'sipgate-account' ? node : undefined;
  return [...runningAccounts(RED)].find(({ _alias }) => _alias !== undefined && _alias === id.trim());
}
