import type { NodeStatus } from 'node-red';

/** How often a status may change: an editor shows no more, and a busy webhook has better things to do. */
const PAUSE_MS = 250;

/** Shows states of a node, the latest one at the most {@link PAUSE_MS} late. */
export interface StatusLine {
  /** @param make builds the status when it is shown: texts and times cost more than an event */
  show(make: () => NodeStatus): void;
  /** Shows nothing more. */
  stop(): void;
}

/** @param status the node's own `status` function */
export function createStatusLine(status: (status: NodeStatus) => void): StatusLine {
  let pending: (() => NodeStatus) | undefined;
  let timer: NodeJS.Timeout | undefined;

  function flush(): void {
    timer = undefined;
    if (!pending) return;
    status(pending());
    pending = undefined;
    timer = setTimeout(flush, PAUSE_MS).unref();
  }

  return {
    show(make) {
      pending = make;
      if (!timer) flush();
    },
    stop() {
      clearTimeout(timer);
      pending = undefined;
      timer = undefined;
    },
  };
}

/** @returns the time of day on the server's clock, `14:02:11` */
export function timeOfDay(date = new Date()): string {
  return date.toTimeString().slice(0, 8);
}
