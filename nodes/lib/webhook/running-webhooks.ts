import type { Deploys } from '../deploys';
import type { Receiver } from './receivers';

/** The receivers of the webhooks that run, by the id of their node: a deploy puts another node in its place. */
export const runningWebhooks = {
  receivers: new Map<string, ReadonlySet<Receiver>>(),
  /** @returns a function that takes them away again, if no others have taken their place */
  add(id: string, receivers: ReadonlySet<Receiver>): () => void {
    this.receivers.set(id, receivers);
    return () => {
      if (this.receivers.get(id) === receivers) this.receivers.delete(id);
    };
  },
};

/** Longer than a deploy takes in which some node closes slowly; Node-RED gives each 15 s. */
const LONGEST_MS = 60_000;

/** @returns the receivers of a webhook when the flows run again; `undefined` where it is gone, or they do not start soon */
export function whenRunning(deploys: Deploys, id: string): Promise<ReadonlySet<Receiver> | undefined> {
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      stop();
      resolve(deploys.flowsRun ? runningWebhooks.receivers.get(id) : undefined);
    };
    const timer = setTimeout(finish, LONGEST_MS).unref();
    const stop = deploys.onStarted(finish);
    if (deploys.flowsRun) finish();
  });
}
