import type { Node, NodeAPI } from 'node-red';
import {
  findContact,
  isCancelled,
  nameCaller,
  type Caller,
  type SipgateClient,
} from '../../../sipgate/index';
import { findAccount } from '../account/running-accounts';
import type { Call } from './call';
import { deploysOf } from '../deploys';
import { savedFlag, savedText, type Saved } from '../node-config';
import { toError } from '../errors';

/** Names the other party of calls out of the account's address book. */
export interface CallerNames {
  /**
   * Waits for nothing: while the address book is not there yet nobody is known.
   * @returns whom the contact list knows at the other end of the call
   */
  of(call: Call): Caller | undefined;
  stop(): void;
}

/** The clients whose users were told that there is no address book. */
const complained = new WeakSet<object>();

/** What reads address books that are out of date, one for each node that names callers. */
const readers = new Set<() => void>();

/** ms of rest after the last change: a flow that creates contacts one by one must not cause a reading for each. */
const CHANGE_PAUSE_MS = 1000;

let changed: NodeJS.Timeout | undefined;

/** Has changed address books read soon, before the next call comes. */
export function addressBookChanged(): void {
  clearTimeout(changed);
  changed = setTimeout(() => readers.forEach((read) => read()), CHANGE_PAUSE_MS).unref();
}

/** No number that anybody has: asking for it makes the directory read the book, if it has none or an outdated one. */
const NOBODY = '0';

/**
 * Reads the account's address book in the background when the flows have started, so that the first call is named
 * already. A book that cannot be read is told of once; calls go on without names.
 * @param saved `nameCaller` and `account`
 * @returns `undefined` when callers are not to be named
 */
export function callerNames(RED: NodeAPI, node: Node, saved: Saved): CallerNames | undefined {
  if (!savedFlag(saved, 'nameCaller', false)) return undefined;
  const id = savedText(saved, 'account');

  function complain(about: object, thrown: unknown): void {
    if (isCancelled(thrown) || complained.has(about)) return;
    complained.add(about);
    node.warn(RED._('sipgate-webhook-in.error.noNames', { reason: toError(thrown).message }));
  }

  /** By its id each time: a deploy may replace the account and leave this node as it is. */
  function client(): SipgateClient | undefined {
    const account = findAccount(RED, id);
    if (!account) return undefined;
    try {
      return account.client();
    } catch (thrown) {
      complain(account, thrown);
      return undefined;
    }
  }

  function warmUp(): void {
    const found = client();
    if (found) findContact(found, NOBODY).catch((thrown: unknown) => complain(found, thrown));
    else if (!findAccount(RED, id)) complain(node, new Error(RED._('sipgate-webhook-in.error.noAccount')));
  }

  const stopWaiting = deploysOf(RED).onStarted(warmUp);
  readers.add(warmUp);

  return {
    of(call) {
      const number = call.direction === 'out' ? call.to : call.from;
      if (number === undefined) return undefined;
      const found = client();
      return (found && nameCaller(found, number)) ?? undefined;
    },
    stop() {
      stopWaiting();
      readers.delete(warmUp);
    },
  };
}
