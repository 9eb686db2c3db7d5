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
  readonly start: () => void;
  running: boolean;
}

// Module-wide, so that two clients of one account, such as the old and the new one during a deploy, meet here.
const queues = new Map<string, Place[]>();

/**
 * Runs the task when no earlier turn stands in its way. First come, first served.
 * @throws SipgateError `NETWORK` (see `isCancelled`) when the signal aborts while waiting; a running task is left alone
 */
export async function takeTurn<T>(turn: Turn, task: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  const queue = queues.get(turn.group) ?? [];
  queues.set(turn.group, queue);
  const { place, admitted } = newPlace(turn);
  queue.push(place);
  try {
    admit(queue);
    await unlessAborted(admitted, signal);
    return await task();
  } finally {
    leave(queue, place);
  }
}

function newPlace(turn: Turn): { place: Place; admitted: Promise<void> } {
  let start: () => void = () => {};
  const admitted = new Promise<void>((resolve) => (start = resolve));
  return { place: { turn, start, running: false }, admitted };
}

function leave(queue: Place[], place: Place): void {
  queue.splice(queue.indexOf(place), 1);
  if (queue.length === 0 && queues.get(place.turn.group) === queue) queues.delete(place.turn.group);
  admit(queue);
}

function admit(queue: Place[]): void {
  queue.forEach((place, index) => {
    if (place.running || queue.slice(0, index).some((earlier) => collide(earlier.turn, place.turn))) return;
    place.running = true;
    place.start();
  });
}

function collide(a: Turn, b: Turn): boolean {
  if (a.shared && b.shared) return false;
  return a.account === undefined || b.account === undefined || a.account === b.account;
}
