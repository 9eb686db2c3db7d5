import type { Deploys } from './deploys';
import { toError } from './errors';

/**
 * Starts now, or after a later deploy: one that only takes away what was in the way, such as another webhook on this
 * path, leaves the node as it is.
 * @param onFailure hears of each reason once
 * @returns a function that stops trying
 */
export function startWhenPossible(
  deploys: Deploys,
  start: () => void,
  onFailure: (thrown: unknown) => void,
): () => void {
  let isStarted = false;
  let told = '';
  const attempt = () => {
    if (isStarted) return;
    try {
      start();
      isStarted = true;
    } catch (thrown) {
      const { message } = toError(thrown);
      if (message !== told) onFailure(thrown);
      told = message;
    }
  };
  attempt();
  return deploys.onStarted(attempt);
}
