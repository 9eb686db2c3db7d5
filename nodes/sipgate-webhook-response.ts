import type { Node, NodeAPI, NodeDef, NodeMessageInFlow } from 'node-red';
import { isRecord, parseReply, type ReplyAction } from '../sipgate/index';
import { announceResponse } from './lib/calls/flow-map';
import { openRequestOf } from './lib/calls/open-requests';
import { endWithError, toError } from './lib/errors';
import { savedText, type Saved } from './lib/node-config';
import { resolveField, typedInput } from './lib/resolve';
import { createDisplay } from './lib/status';

const TYPE = 'sipgate-webhook-response';

type Message = NodeMessageInFlow & Record<string, unknown>;

/** The properties of an answer that a flow may compute, and those that stand as they are. */
const COMPUTED = ['numbers', 'callerId', 'announcement'] as const;
const FIXED = ['anonymous', 'reason', 'maxDigits', 'timeout'] as const;

/** Which of them an action takes; what a dialog still holds of another action is nobody's business. */
const TAKES: Readonly<Record<ReplyAction, readonly string[]>> = {
  redirect: ['numbers', 'callerId', 'anonymous'],
  voicemail: [],
  reject: ['reason'],
  play: ['announcement'],
  gather: ['announcement', 'maxDigits', 'timeout'],
  hangup: [],
  continue: [],
};

export = (RED: NodeAPI): void => {
  function SipgateWebhookResponse(this: Node, saved: NodeDef & Record<string, unknown>): void {
    RED.nodes.createNode(this, saved);
    const display = createDisplay(RED, this, TYPE);
    const forget = announceResponse(RED, this);
    const draftOf = createDraft(RED, this, saved);

    /** @returns the action that was answered with */
    const answer = async (message: Message): Promise<string> => {
      const request = openRequestOf(message);
      const reply = parseReply(await draftOf(message), request.country, {
        numbers: request.ownNumbers,
        onLeftOut: () => this.warn(RED._(`${TYPE}.warning.callerId`)),
      });
      const call = message['call'];
      message['xml'] = await request.answer(reply, isRecord(call) ? call['data'] : undefined);
      return reply.action;
    };

    this.on('input', (input, send, done) => {
      const fail = (thrown: unknown) =>
        endWithError({ node: this, show: display.showError, message: input, done }, thrown);
      answer(input as Message)
        .then((action) => {
          display.show('done', ['answered', { action }]);
          send(input);
          done();
        }, fail)
        // only a fault of the flow behind it gets here; unhandled, it would end Node-RED
        .catch((thrown: unknown) => this.error(toError(thrown).message));
    });
    this.on('close', (done: () => void) => {
      forget();
      display.stop();
      done();
    });
  }

  RED.nodes.registerType('sipgate-webhook-response', SipgateWebhookResponse);
};

/** @returns what gives what is to be answered, not yet checked: from the message itself, or from the dialog */
function createDraft(RED: NodeAPI, node: Node, saved: Saved): (message: Message) => Promise<unknown> {
  const action = savedText(saved, 'action', 'redirect');
  if (action === 'msg') return async (message) => message['response'];
  const takes = Object.hasOwn(TAKES, action) ? TAKES[action as ReplyAction] : [];
  const fixed: Record<string, unknown> = { action };
  for (const name of FIXED) if (takes.includes(name)) fixed[name] = saved[name];
  const fields = COMPUTED.filter((name) => takes.includes(name)).map((name) => ({
    name,
    input: typedInput(saved, name),
  }));
  return async (message) => {
    const draft: Record<string, unknown> = Object.assign({}, fixed);
    for (const field of fields) draft[field.name] = await resolveField(RED, node, field, message);
    return draft;
  };
}
