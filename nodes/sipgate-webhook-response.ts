import type { Node, NodeAPI, NodeDef, NodeMessageInFlow } from 'node-red';
import { parseReply } from '../sipgate/index';
import { savedText, type Saved } from './lib/node-config';
import { toError } from './lib/report';
import { resolveField, typedInput } from './lib/resolve';
import { createStatusLine, timeOfDay } from './lib/status';
import { openRequestOf } from './lib/webhook';

type Message = NodeMessageInFlow & Record<string, unknown>;

/** The properties of an answer that a flow may compute, and those that stand as they are. */
const COMPUTED = ['numbers', 'callerId', 'announcement'] as const;
const FIXED = ['anonymous', 'reason', 'maxDigits', 'timeout'] as const;

/** Which of them an action takes; what a dialog still holds of another action is nobody's business. */
const TAKES: Readonly<Record<string, readonly string[]>> = {
  redirect: ['numbers', 'callerId', 'anonymous'],
  reject: ['reason'],
  play: ['announcement'],
  gather: ['announcement', 'maxDigits', 'timeout'],
};

export = (RED: NodeAPI): void => {
  function SipgateWebhookResponse(this: Node, saved: NodeDef & Record<string, unknown>): void {
    RED.nodes.createNode(this, saved);
    const status = createStatusLine((shown) => this.status(shown));

    const answer = async (message: Message): Promise<string> => {
      const request = openRequestOf(message);
      const reply = parseReply(await draftOf(RED, this, saved, message), request.country);
      message['xml'] = request.answer(reply, (message['call'] as { data?: unknown } | undefined)?.data);
      return reply.action;
    };

    this.on('input', (message, send, done) => {
      answer(message as Message).then(
        (action) => {
          const at = new Date();
          const text = () =>
            RED._('sipgate-webhook-response.status.answered', { action, time: timeOfDay(at) });
          status.show(() => ({ fill: 'green', shape: 'dot', text: text() }));
          send(message);
          done();
        },
        (thrown: unknown) => {
          const error = toError(thrown) as Error & { code?: string };
          status.show(() => ({
            fill: 'red',
            shape: 'dot',
            text: `${error.code ?? error.message.slice(0, 40)} ${timeOfDay()}`,
          }));
          done(error);
        },
      );
    });
    this.on('close', (done: () => void) => {
      status.stop();
      done();
    });
  }

  RED.nodes.registerType('sipgate-webhook-response', SipgateWebhookResponse);
};

/** What is to be answered, not yet checked: from the message itself, or from the dialog. */
async function draftOf(RED: NodeAPI, node: Node, saved: Saved, message: Message): Promise<unknown> {
  const action = savedText(saved, 'action', 'redirect');
  if (action === 'msg') return message['response'];
  const takes = TAKES[action] ?? [];
  const draft: Record<string, unknown> = { action };
  for (const name of FIXED) if (takes.includes(name)) draft[name] = saved[name];
  for (const name of COMPUTED) {
    if (!takes.includes(name)) continue;
    draft[name] = await resolveField(RED, node, { name, input: typedInput(saved, name) }, message);
  }
  return draft;
}
