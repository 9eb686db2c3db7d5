import type { NodeAPI } from 'node-red';
import { waitAtMost } from '../bounded-wait';
import { deploysOf } from '../deploys';

/** Waits for the end of a deploy: until then what is to be called may not be there. */
export class DeployWatch {
  /** While a deploy is under way: ends with it. */
  #deploy: Promise<void> | undefined;

  constructor(RED: NodeAPI) {
    const deploys = deploysOf(RED);
    let started = () => undefined as void;
    deploys.onStopping(({ kind }) => {
      if (kind === 'deploy') this.#deploy ??= new Promise((resolve) => (started = resolve));
    });
    deploys.onStarted(() => {
      this.#deploy = undefined;
      started();
    });
  }

  /** Waits until the flows of a deploy run, or for so long; never rejects. */
  async over(longestMs: number): Promise<void> {
    if (this.#deploy) await waitAtMost(this.#deploy, longestMs);
  }
}
