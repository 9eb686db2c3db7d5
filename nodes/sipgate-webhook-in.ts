import type { Node, NodeAPI, NodeDef, NodeStatus } from 'node-red';
import { fromWire, parseE164, type CallEvent, type Country, type EndpointNotice } from '../sipgate/index';
import type { Call } from './lib/calls/call';
import { callerNames } from './lib/calls/caller-name';
import { currentFlowMap } from './lib/calls/flow-map';
import type { Stopping } from './lib/deploys';
import { savedChoice, savedText, type Saved } from './lib/node-config';
import { shortReason, toError } from './lib/errors';
import { createStatusLine, timeOfDay, type StatusLine } from './lib/status';
import type { Receiver, WebhookNode, WebhookState } from './lib/webhook/receivers';

/** The outputs, in the order of the dialog. */
const OUTPUTS: readonly CallEvent['event'][] = ['NEW_CALL', 'ANSWER', 'HANGUP', 'DATA'];

interface WiredNode extends Node {
  /** Set by Node-RED, also when a deploy only moves wires. */
  wires?: readonly (readonly string[])[];
  /** For a node in a subflow instance: its id in the subflow's definition. */
  _alias?: string;
}

export = (RED: NodeAPI): void => {
  function SipgateWebhookIn(this: WiredNode, saved: NodeDef & Record<string, unknown>): void {
    RED.nodes.createNode(this, saved);
    const status = createStatusLine((shown) => this.status(shown));
    const webhook = RED.nodes.getNode(savedText(saved, 'webhook')) as WebhookNode | null;
    if (!webhook) {
      status.show(() => ({ fill: 'red', shape: 'ring', text: 'sipgate-webhook-in.status.noWebhook' }));
      return;
    }
    try {
      const wants = callFilter(saved, webhook.country);
      const names = callerNames(RED, this, saved);
      const wait = savedChoice(saved, 'wait', ['auto', 'always', 'never']);
      const reach = (topic: CallEvent['event']) =>
        currentFlowMap(RED).reach(this._alias ?? this.id, OUTPUTS.indexOf(topic), this.z);
      const detach = webhook.attach({
        wants,
        canAnswer: (event) => wait === 'always' || (wait === 'auto' && reach(event.event).isReached),
        isStoppedBy: ({ stops }: Stopping) =>
          [this.id, this._alias, this.z].some((id) => id !== undefined && stops(id)) ||
          OUTPUTS.some((topic) => [...reach(topic).nodes].some(stops)),
        isWired: (topic) => (this.wires?.[OUTPUTS.indexOf(topic)] ?? []).length > 0,
        receive: (message) => {
          const contact = names?.of(message.call);
          const named = contact ? { ...message, contact } : message;
          this.send(OUTPUTS.map((topic) => (topic === message.topic ? named : null)));
        },
        ...showWebhook(RED, status),
      });
      this.on('close', (done: () => void) => {
        detach();
        names?.stop();
        status.stop();
        done();
      });
    } catch (thrown) {
      const error = toError(thrown);
      status.show(() => ({ fill: 'red', shape: 'ring', text: shortReason(error) }));
      this.error(error.message);
    }
  }

  RED.nodes.registerType('sipgate-webhook-in', SipgateWebhookIn);
};

/** Both filters hold for all events of a call: DATA has no numbers, so what is known of the call decides. */
function callFilter(saved: Saved, country: Country): (call: Call) => boolean {
  const direction = savedChoice(saved, 'direction', ['both', 'in', 'out']);
  const numbers = new Set(
    savedText(saved, 'numbers')
      .split(',')
      .map((number) => number.trim())
      .filter((number) => number !== '')
      // short internal numbers and digits as sipgate shows them count as well as what people write
      .flatMap((number) => [fromWire(number), parseE164(number, country) ?? number]),
  );
  return (call) =>
    (direction === 'both' || call.direction === direction) &&
    (numbers.size === 0 || numbers.has(call.from ?? '') || numbers.has(call.to ?? ''));
}

/** What a user wants to know: listening where, last event when, answered with what, refused why. */
function showWebhook(RED: NodeAPI, status: StatusLine): Pick<Receiver, 'onState' | 'onNotice'> {
  const show = (look: Pick<NodeStatus, 'fill' | 'shape'>, key: string, values: Record<string, unknown>) => {
    const at = new Date();
    status.show(() => ({
      ...look,
      text: RED._(`sipgate-webhook-in.status.${key}`, { ...values, time: timeOfDay(at) } as Record<
        string,
        string
      >),
    }));
  };
  return {
    onState(state: WebhookState) {
      if (state.kind === 'listening' && state.certificateEnds)
        show({ fill: 'yellow', shape: 'ring' }, 'listeningCertificateEnds', {
          where: state.where,
          date: state.certificateEnds.toISOString().slice(0, 10),
        });
      else if (state.kind === 'listening')
        show({ fill: 'green', shape: 'ring' }, 'listening', { where: shortPlace(state.where) });
      else if (state.kind === 'failed')
        show({ fill: 'red', shape: 'ring' }, 'failed', { where: state.where, reason: state.error.message });
      else show({ fill: 'red', shape: 'ring' }, 'invalid', { reason: state.error.message });
    },
    onNotice(notice: EndpointNotice) {
      switch (notice.kind) {
        case 'accepted':
          return show({ fill: 'green', shape: 'dot' }, 'event', { event: notice.event.event });
        case 'answered':
          return show({ fill: 'green', shape: 'dot' }, 'answered', {
            event: notice.event.event,
            action: notice.reply.action,
          });
        case 'deadline':
          return show({ fill: 'yellow', shape: 'dot' }, 'deadline', { event: notice.event.event });
        case 'gone':
          return show({ fill: 'yellow', shape: 'dot' }, 'gone', { event: notice.event.event });
        case 'refused':
          return show({ fill: 'yellow', shape: 'ring' }, 'refused', {
            status: notice.status,
            reason: notice.reason,
          });
        case 'replayed': {
          const { event, answeredAt } = notice;
          const at = answeredAt === undefined ? '' : timeOfDay(new Date(answeredAt));
          return show({ fill: 'yellow', shape: 'dot' }, at ? 'repeated' : 'repeatedOpen', {
            event: event.event,
            at,
          });
        }
        case 'failed':
          return undefined;
      }
    },
  };
}

/** The random part of a path keeps strangers out: a screenshot of a flow must not give it away. */
function shortPlace(where: string): string {
  const [, first = '', ...rest] = where.split('/');
  if (!where.startsWith('/')) return where;
  if (first.length > 16) return '/…';
  return rest.length > 0 ? `/${first}/…` : where;
}
