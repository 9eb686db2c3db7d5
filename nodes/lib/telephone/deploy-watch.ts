import type { NodeAPI } from 'node-red';
import { waitAtMost } from '../bounded-wait';
import { deploysOf, type Deploys } from '../deploys';

/** Waits for the end of a deploy: until then what is to be called may not be there. */
export class DeployWatch {
  readonly #deploys: Deploys;

  constructor(RED: NodeAPI) {
    this.#deploys = deploysOf(RED);
  }

  /** Waits until the flows of a deploy run, or for so long; never rejects. */
  async over(longestMs: number): Promise<void> {
    if (this.#deploys.isDeploying) await waitAtMost(this.#started(), longestMs);
  }

  #started(): Promise<void> {
    return new Promise((resolve) => {
      const forget = this.#deploys.onStarted(() => {
        forget();
        resolve();
      });
    });
  }
}
