import type { Node, NodeAPI, NodeStatus } from 'node-red';
import { printable } from '../../sipgate/index';
import { reasonOf } from './errors';

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

/** What a status looks like, by what it means. */
const LOOKS = {
  ready: { fill: 'green', shape: 'ring' },
  done: { fill: 'green', shape: 'dot' },
  working: { fill: 'yellow', shape: 'ring' },
  warning: { fill: 'yellow', shape: 'dot' },
  refused: { fill: 'yellow', shape: 'ring' },
  failed: { fill: 'red', shape: 'dot' },
  notSetUp: { fill: 'red', shape: 'ring' },
  off: { fill: 'grey', shape: 'ring' },
} as const satisfies Record<string, Pick<NodeStatus, 'fill' | 'shape'>>;

export type StatusLook = keyof typeof LOOKS;

/** A key below `<type>.status` in the catalogue of the node, and the values in it. */
export type StatusText = readonly [key: string, values?: Readonly<Record<string, string | number>>];

/** The status of one node, made of the texts of its catalogue. */
export interface NodeDisplay {
  /** The text may hold `__time__`, the time of day of this call. */
  show(look: StatusLook, text: StatusText): void;
  /** Shows the same text in the language of each editor; so it can hold no values. */
  showUntimed(look: StatusLook, key: string): void;
  /** Shows an error's code, or the beginning of its words where it has none, and when it happened. */
  showError(error: Error, look?: StatusLook): void;
  /** Shows nothing more. */
  stop(): void;
}

/** @param type of the node, as its catalogue is named */
export function createDisplay(RED: NodeAPI, node: Node, type: string): NodeDisplay {
  const line = createStatusLine((status) => node.status(status));
  return {
    show(look, [key, values]) {
      const date = new Date();
      line.show(() => {
        const told = { ...values, time: timeOfDay(date) } as Record<string, string>;
        return { ...LOOKS[look], text: printable(RED._(`${type}.status.${key}`, told)) };
      });
    },
    // an id alone is translated by the editor
    showUntimed: (look, key) => line.show(() => ({ ...LOOKS[look], text: `${type}.status.${key}` })),
    showError(error, look = 'failed') {
      // what is wrong with a setting is so until it is changed
      const text = look === 'notSetUp' ? reasonOf(error) : `${reasonOf(error)} ${timeOfDay()}`;
      line.show(() => ({ ...LOOKS[look], text }));
    },
    stop: () => line.stop(),
  };
}

/** @returns the time of day on the server's clock, `14:02:11` */
export function timeOfDay(date = new Date()): string {
  return date.toTimeString().slice(0, 8);
}
