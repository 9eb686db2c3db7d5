import type { Node, NodeAPI, NodeDef, NodeMessageInFlow } from 'node-red';
import { parseReply } from '../sipgate/index';
import { savedText, type Saved } from './lib/node-config';
import { toError } from './lib/errors';
import { resolveField, typedInput } from './lib/resolve';
import { createStatusLine, timeOfDay } from './lib/status';
import { openRequestOf, type OpenRequest } from './lib/calls/open-requests';

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

    const answer = (request: OpenRequest, draft: unknown, message: Message): string => {
      const reply = parseReply(draft, request.country);
      message['xml'] = request.answer(reply, (message['call'] as { data?: unknown } | undefined)?.data);
      return reply.action;
    };

    const succeeded = (action: string) => {
      const at = new Date();
      const text = () => RED._('sipgate-webhook-response.status.answered', { action, time: timeOfDay(at) });
      status.show(() => ({ fill: 'green', shape: 'dot', text: text() }));
    };

    const failed = (thrown: unknown): Error => {
      const error = toError(thrown) as Error & { code?: string };
      const text = `${error.code ?? error.message.slice(0, 40)} ${timeOfDay()}`;
      status.show(() => ({ fill: 'red', shape: 'dot', text }));
      return error;
    };

    this.on('input', (input, send, done) => {
      const message = input as Message;
      const finish = (request: OpenRequest, draft: unknown) => {
        succeeded(answer(request, draft, message));
        send(message);
        done();
      };
      const fail = (thrown: unknown) => done(failed(thrown));
      try {
        const request = openRequestOf(message);
        const draft = draftOf(RED, this, saved, message);
        if (draft instanceof Promise) draft.then((found) => finish(request, found)).catch(fail);
        else finish(request, draft);
      } catch (thrown) {
        fail(thrown);
      }
    });
    this.on('close', (done: () => void) => {
      status.stop();
      done();
    });
  }

  RED.nodes.registerType('sipgate-webhook-response', SipgateWebhookResponse);
};

/**
 * What is to be answered, not yet checked: from the message itself, or from the dialog.
 * @returns a promise only where something has to be computed: the caller hears nothing while it is waited for
 */
function draftOf(RED: NodeAPI, node: Node, saved: Saved, message: Message): unknown {
  const action = savedText(saved, 'action', 'redirect');
  if (action === 'msg') return message['response'];
  const takes = TAKES[action] ?? [];
  const draft: Record<string, unknown> = { action };
  for (const name of FIXED) if (takes.includes(name)) draft[name] = saved[name];
  const computed: Promise<void>[] = [];
  for (const name of COMPUTED) {
    if (!takes.includes(name)) continue;
    const input = typedInput(saved, name);
    if (input.type === 'str') draft[name] = input.value;
    else
      computed.push(
        resolveField(RED, node, { name, input }, message).then((value) => void (draft[name] = value)),
      );
  }
  return computed.length === 0 ? draft : Promise.all(computed).then(() => draft);
}
