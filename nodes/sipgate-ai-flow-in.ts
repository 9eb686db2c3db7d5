import type { Node, NodeAPI, NodeDef, NodeMessage } from 'node-red';
import type { AiFlowSession, Country } from '../sipgate/index';
import type { AiFlowNode } from './lib/ai-flow/receivers';
import { showAiFlow } from './lib/ai-flow/show';
import { currentFlowMap } from './lib/calls/flow-map';
import { numberFilter } from './lib/calls/number-filter';
import type { Stopping } from './lib/deploys';
import { endWithError } from './lib/errors';
import { savedChoice, savedText, type Saved } from './lib/node-config';
import { createDisplay } from './lib/status';

const TYPE = 'sipgate-ai-flow-in';

/** The outputs, in the order of the dialog; the last is for all other events. */
const OUTPUTS = [
  'SESSION_START',
  'USER_SPEAK',
  'ASSISTANT_SPEECH_ENDED',
  'USER_INPUT_TIMEOUT',
  'DTMF_RECEIVED',
  'SESSION_END',
] as const;
const PORTS = [...OUTPUTS.keys(), OUTPUTS.length];

interface WiredNode extends Node {
  /** For a node in a subflow instance: its id in the subflow's definition. */
  _alias?: string;
}

export = (RED: NodeAPI): void => {
  function SipgateAiFlowIn(this: WiredNode, saved: NodeDef & Record<string, unknown>): void {
    RED.nodes.createNode(this, saved);
    const display = createDisplay(RED, this, TYPE);
    const aiFlow = RED.nodes.getNode(savedText(saved, 'aiFlow')) as AiFlowNode | null;
    if (aiFlow?.type !== 'sipgate-ai-flow') {
      display.showUntimed('notSetUp', 'noAiFlow');
      return;
    }
    try {
      const wants = sessionFilter(saved, aiFlow.country, (text) => this.warn(text));
      const wait = savedChoice(saved, 'wait', ['auto', 'always', 'never']);
      const reach = (port: number) =>
        currentFlowMap(RED, 'sipgate-ai-flow-response').reach(this._alias ?? this.id, port, this.z);
      const detach = aiFlow.attach({
        wants,
        canAnswer: ({ event }) => wait === 'always' || (wait === 'auto' && reach(portOf(event)).isReached),
        isStoppedBy: ({ stops }: Stopping) =>
          [this.id, this._alias, this.z].some((id) => id !== undefined && stops(id)) ||
          PORTS.some((port) => [...reach(port).nodes].some(stops)),
        receive: (message) => {
          const outputs: (NodeMessage | null)[] = Array<null>(PORTS.length).fill(null);
          outputs[portOf(message.topic)] = message;
          this.send(outputs);
        },
        ...showAiFlow(display),
      });
      this.on('close', (done: () => void) => {
        detach();
        display.stop();
        done();
      });
    } catch (thrown) {
      endWithError({ node: this, show: (error) => display.showError(error, 'notSetUp') }, thrown);
    }
  }

  RED.nodes.registerType('sipgate-ai-flow-in', SipgateAiFlowIn);
};

function portOf(event: string): number {
  const port = OUTPUTS.findIndex((name) => name === event);
  return port === -1 ? OUTPUTS.length : port;
}

function sessionFilter(
  saved: Saved,
  country: Country,
  warn: (text: string) => void,
): (session: AiFlowSession) => boolean {
  const isOneOf = numberFilter(savedText(saved, 'numbers'), country, warn);
  return ({ number, from, to }) => isOneOf([number, from, to]);
}
