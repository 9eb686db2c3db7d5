import type { Node, NodeAPI, NodeDef } from 'node-red';
import type { CallEvent, Country } from '../sipgate/index';
import type { Call } from './lib/calls/call';
import { callerNames } from './lib/calls/caller-name';
import { currentFlowMap } from './lib/calls/flow-map';
import { numberFilter } from './lib/calls/number-filter';
import type { Stopping } from './lib/deploys';
import { savedChoice, savedText, type Saved } from './lib/node-config';
import { endWithError } from './lib/errors';
import { createDisplay } from './lib/status';
import type { WebhookNode } from './lib/webhook/receivers';
import { showWebhook } from './lib/webhook/show';

const TYPE = 'sipgate-webhook-in';

type Topic = CallEvent['event'];

/** The output of each event, as in the dialog. */
const OUTPUT: Readonly<Record<Topic, number>> = { NEW_CALL: 0, ANSWER: 1, HANGUP: 2, DATA: 3 };
const TOPICS = Object.keys(OUTPUT) as Topic[];

interface WiredNode extends Node {
  /** Set by Node-RED, also when a deploy only moves wires. */
  wires?: readonly (readonly string[])[];
  /** For a node in a subflow instance: its id in the subflow's definition. */
  _alias?: string;
}

export = (RED: NodeAPI): void => {
  function SipgateWebhookIn(this: WiredNode, saved: NodeDef & Record<string, unknown>): void {
    RED.nodes.createNode(this, saved);
    const display = createDisplay(RED, this, TYPE);
    const webhook = RED.nodes.getNode(savedText(saved, 'webhook')) as WebhookNode | null;
    if (webhook?.type !== 'sipgate-webhook') {
      display.showUntimed('notSetUp', 'noWebhook');
      return;
    }
    try {
      const wants = callFilter(saved, webhook.country, (text) => this.warn(text));
      const names = callerNames(RED, this, saved);
      const wait = savedChoice(saved, 'wait', ['auto', 'always', 'never']);
      const reach = (topic: Topic) =>
        currentFlowMap(RED, 'sipgate-webhook-response').reach(this._alias ?? this.id, OUTPUT[topic], this.z);
      const detach = webhook.attach({
        wants,
        canAnswer: (event) => wait === 'always' || (wait === 'auto' && reach(event.event).isReached),
        isStoppedBy: ({ stops }: Stopping) =>
          [this.id, this._alias, this.z].some((id) => id !== undefined && stops(id)) ||
          TOPICS.some((topic) => [...reach(topic).nodes].some(stops)),
        isWired: (topic) => (this.wires?.[OUTPUT[topic]] ?? []).length > 0,
        receive: (message) => {
          const contact = names?.of(message.call);
          const named = contact ? { ...message, contact } : message;
          this.send(TOPICS.map((topic) => (topic === message.topic ? named : null)));
        },
        ...showWebhook(display),
      });
      this.on('close', (done: () => void) => {
        detach();
        names?.stop();
        display.stop();
        done();
      });
    } catch (thrown) {
      endWithError({ node: this, show: (error) => display.showError(error, 'notSetUp') }, thrown);
    }
  }

  RED.nodes.registerType('sipgate-webhook-in', SipgateWebhookIn);
};

/** Both filters hold for all events of a call: DATA has no numbers, so what is known of the call decides. */
function callFilter(saved: Saved, country: Country, warn: (text: string) => void): (call: Call) => boolean {
  const direction = savedChoice(saved, 'direction', ['both', 'in', 'out']);
  const isOneOf = numberFilter(savedText(saved, 'numbers'), country, warn);
  return (call) => (direction === 'both' || call.direction === direction) && isOneOf([call.from, call.to]);
}
