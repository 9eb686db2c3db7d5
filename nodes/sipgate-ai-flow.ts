import type { Node, NodeAPI, NodeDef } from 'node-red';
import { registerAiFlowRoutes } from './lib/ai-flow/admin-routes';
import { readAiFlowConfig } from './lib/ai-flow/config';
import { dropKept } from './lib/ai-flow/kept';
import type { AiFlowReceiver } from './lib/ai-flow/receivers';
import { startAiFlow, type RunningAiFlow } from './lib/ai-flow/start';
import { deploysOf } from './lib/deploys';
import { toError } from './lib/errors';
import { startWhenPossible } from './lib/start-when-possible';
import { hasHttpLogin } from './lib/webhook/admin-routes';
import { attachReceivers } from './lib/webhook/attach';

interface SipgateAiFlowNode extends Node<Record<string, unknown>> {
  /** As long as it listens. */
  running?: RunningAiFlow;
}

export = (RED: NodeAPI): void => {
  function SipgateAiFlow(this: SipgateAiFlowNode, saved: NodeDef & Record<string, unknown>): void {
    RED.nodes.createNode(this, saved);
    const { receivers, attach, setState } = attachReceivers<AiFlowReceiver>();
    const fail = (thrown: unknown) => {
      const error = toError(thrown);
      setState({ kind: 'invalid', error });
      this.error(error.message);
    };
    Object.assign(this, { attach, country: '' });
    try {
      const config = readAiFlowConfig(RED, saved, this.credentials ?? {});
      Object.assign(this, { country: config.country });
      if (config.token === '') this.warn(RED._('sipgate-ai-flow.error.noToken'));
      if (config.place.server === 'node-red' && hasHttpLogin(RED))
        this.warn(RED._('sipgate-ai-flow.error.httpNodeAuth'));
      const start = () => (this.running = startAiFlow({ RED, node: this, config, receivers, setState }));
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

  RED.nodes.registerType('sipgate-ai-flow', SipgateAiFlow, { credentials: { token: { type: 'password' } } });
  registerAiFlowRoutes(RED);
};
