import type { Node, NodeAPI, NodeDef } from 'node-red';
import { deploysOf } from './lib/deploys';
import { toError } from './lib/errors';
import { savedText } from './lib/node-config';
import { hasHttpLogin, registerWebhookRoutes } from './lib/webhook/admin-routes';
import { attachReceivers } from './lib/webhook/attach';
import { readWebhookConfig } from './lib/webhook/config';
import { dropKept, dropReplays } from './lib/webhook/kept';
import type { Receiver, WebhookNode } from './lib/webhook/receivers';
import { startWebhook, type RunningWebhook } from './lib/webhook/start';
import { startWhenPossible } from './lib/start-when-possible';

interface SipgateWebhookNode extends Node<{ soundKey: unknown }> {
  /** As long as it listens. */
  running?: RunningWebhook;
}

export = (RED: NodeAPI): void => {
  dropReplays();

  function SipgateWebhook(this: SipgateWebhookNode, saved: NodeDef & Record<string, unknown>): void {
    RED.nodes.createNode(this, saved);
    const { receivers, attach, setState } = attachReceivers<Receiver>();
    const fail = (thrown: unknown) => {
      const error = toError(thrown);
      setState({ kind: 'invalid', error });
      this.error(error.message);
    };
    const hostSound: WebhookNode['hostSound'] = async (sound, isComputed) =>
      (await this.running?.hostSound(sound, isComputed)) ?? '';
    Object.assign(this, { attach, country: '', url: () => this.running?.url() ?? '', hostSound });
    try {
      const config = readWebhookConfig(RED, saved);
      Object.assign(this, { country: config.country });
      if (config.place.server === 'node-red' && hasHttpLogin(RED))
        this.warn(RED._('sipgate-webhook.error.httpNodeAuth'));
      const soundKey = savedText({ ...this.credentials }, 'soundKey');
      const start = () =>
        (this.running = startWebhook({ RED, node: this, config, soundKey, receivers, setState }));
      const stopTrying = startWhenPossible(deploysOf(RED), start, fail);
      this.on('close', (removed: boolean, done: () => void) => {
        stopTrying();
        if (removed) dropKept(this.id);
        Promise.resolve(this.running?.stop()).then(done, done);
      });
    } catch (thrown) {
      fail(thrown);
    }
  }

  RED.nodes.registerType('sipgate-webhook', SipgateWebhook, {
    credentials: { soundKey: { type: 'password' } },
  });
  registerWebhookRoutes(RED);
};
