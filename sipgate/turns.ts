import { unlessAborted } from './abort';

/** What someone wants to use, and how. */
export interface Turn {
  /** Turns of different groups never wait for each other. */
  readonly group: string;
  /** Turns of different accounts do not wait for each other; an unknown account may be any, so it waits. */
  readonly account?: string;
  /** Shared turns may overlap each other, but no turn that is not shared. */
  readonly shared?: boolean;
}

interface Place {
  readonly turn: Turn;
  /** Calling it again does nothing. */
  readonly start: () => void;
}

// Module-wide, so that two clients of one account, such as the old and the new one during a deploy, meet here.
const queue: Place[] = [];

/**
 * Runs the task when no earlier turn stands in its way. First come, first served.
 * @throws SipgateError `NETWORK` (see `isCancelled`) when the signal aborts while waiting; a running task is left alone
 */
export async function takeTurn<T>(turn: Turn, task: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  const { place, admitted } = newPlace(turn);
  queue.push(place);
  try {
    admit();
    await unlessAborted(admitted, signal);
    return await task();
  } finally {
    queue.splice(queue.indexOf(place), 1);
    admit();
  }
}

function newPlace(turn: Turn): { place: Place; admitted: Promise<void> } {
  let start: () => void = () => {};
  const admitted = new Promise<void>((resolve) => (start = resolve));
  return { place: { turn, start }, admitted };
}

function admit(): void {
  // one of each kind is enough: there may be thousands of messages in the queue, but only some accounts
  const ahead = new Map<string, Turn>();
  for (const { turn, start } of queue) {
    if (![...ahead.values()].some((earlier) => collide(earlier, turn))) start();
    ahead.set(JSON.stringify([turn.group, turn.account, turn.shared]), turn);
  }
}

function collide(a: Turn, b: Turn): boolean {
  if (a.group !== b.group || (a.shared && b.shared)) return false;
  return a.account === undefined || b.account === undefined || a.account === b.account;
}
