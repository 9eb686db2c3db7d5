import type { Node, NodeAPI, NodeDef } from 'node-red';
import { findAccount } from './lib/account/running-accounts';
import { toError } from './lib/errors';
import { readHistoryInConfig } from './lib/history/config';
import { startFeed, type HistoryFeed } from './lib/history/feed';
import { forgetCursors } from './lib/history/kept';
import { clientOf } from './lib/history/poller';
import type { Saved } from './lib/node-config';
import { createDisplay, type NodeDisplay } from './lib/status';

const TYPE = 'sipgate-history-in';
/** Of several instances with the same flows all but one are started with `off` in this environment variable. */
const SWITCH = 'SIPGATE_HISTORY_IN';

export = (RED: NodeAPI): void => {
  forgetCursors();

  function HistoryIn(this: Node, saved: NodeDef & Record<string, unknown>): void {
    RED.nodes.createNode(this, saved);
    const display = createDisplay(RED, this, TYPE);
    const feed = start(RED, this, saved, display);
    this.on('close', (removed: boolean, done: () => void) => {
      display.stop();
      this.status({});
      void Promise.resolve(feed?.stop(removed)).then(done);
    });
  }

  RED.nodes.registerType(TYPE, HistoryIn);
};

/** @returns what runs; nothing where a setting is wrong, which is told, or where another instance does the work */
function start(RED: NodeAPI, node: Node, saved: Saved, display: NodeDisplay): HistoryFeed | undefined {
  try {
    const config = readHistoryInConfig(saved);
    if (!findAccount(RED, config.account)) {
      display.showUntimed('notSetUp', 'noAccount');
      return undefined;
    }
    const { apiUrl } = clientOf(RED, config.account);
    if (process.env[SWITCH]?.trim().toLowerCase() === 'off') {
      display.showUntimed('off', 'elsewhere');
      return undefined;
    }
    display.showUntimed('working', 'starting');
    return startFeed({ RED, node, config, account: `${config.account} ${apiUrl}`, display });
  } catch (thrown) {
    const error = toError(thrown);
    display.showError(error, 'notSetUp');
    node.error(error.message);
    return undefined;
  }
}
