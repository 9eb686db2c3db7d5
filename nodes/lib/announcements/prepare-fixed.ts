import type { Node } from 'node-red';
import { isCancelled } from '../../../sipgate/index';
import { endWithError } from '../errors';
import type { NodeDisplay } from '../status';

/** A node that plays something. */
export interface PlayingNode {
  readonly node: Node;
  /** Makes the sound; its duration is in s. */
  readonly announcer: { prepare(): Promise<{ readonly duration: number }> };
  readonly display: NodeDisplay;
  /** Whether all callers hear the same sound, which this Node-RED makes; it may throw for what the dialog holds. */
  readonly isFixed: () => boolean;
}

/**
 * Makes a sound that is the same for all callers when the node starts, and shows it: the node's catalogue has `making` and
 * `soundReady` below `status`. Never rejects: what fails is tried again for a call.
 */
export async function prepareFixed({ node, announcer, display, isFixed }: PlayingNode): Promise<void> {
  try {
    if (!isFixed()) return;
    display.showUntimed('working', 'making');
    const { duration } = await announcer.prepare();
    display.show('ready', ['soundReady', { duration: duration.toFixed(1) }]);
  } catch (thrown) {
    if (!isCancelled(thrown)) endWithError({ node, show: display.showError }, thrown);
  }
}
