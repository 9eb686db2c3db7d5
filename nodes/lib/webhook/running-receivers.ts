import type { Deploys } from '../deploys';

/** Who receives the events of the webhooks, or of the AI flows, that run. */
export interface RunningReceivers<Receiver> {
  /** @returns a function that takes them away again, if no others have taken their place */
  add(id: string, receivers: ReadonlySet<Receiver>): () => void;
  /** @returns the receivers when the flows run again; `undefined` where it is gone, or they do not start soon */
  whenRunning(deploys: Deploys, id: string): Promise<ReadonlySet<Receiver> | undefined>;
}

/** By the id of the config node: a deploy puts another node in its place. */
export function runningReceivers<Receiver>(): RunningReceivers<Receiver> {
  const receivers = new Map<string, ReadonlySet<Receiver>>();
  return {
    add(id, added) {
      receivers.set(id, added);
      return () => {
        if (receivers.get(id) === added) receivers.delete(id);
      };
    },
    whenRunning: (deploys, id) => untilStarted(deploys, () => receivers.get(id)),
  };
}

/** Longer than a deploy takes in which some node closes slowly; Node-RED gives each 15 s. */
const LONGEST_MS = 60_000;

function untilStarted<T>(deploys: Deploys, find: () => T | undefined): Promise<T | undefined> {
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      stop();
      resolve(deploys.flowsRun ? find() : undefined);
    };
    const timer = setTimeout(finish, LONGEST_MS).unref();
    const stop = deploys.onStarted(finish);
    if (deploys.flowsRun) finish();
  });
}
