import { waitAtMost } from '../bounded-wait';
import type { Deploys } from '../deploys';

/**
 * Waits while a deploy is under way: until then what is to be called may not be there. Never rejects.
 * @param longestMs it waits no longer
 */
export async function untilDeployed(deploys: Deploys, longestMs: number): Promise<void> {
  if (deploys.isDeploying) await waitAtMost(started(deploys), longestMs);
}

function started(deploys: Deploys): Promise<void> {
  return new Promise((resolve) => {
    const forget = deploys.onStarted(() => {
      forget();
      resolve();
    });
  });
}
