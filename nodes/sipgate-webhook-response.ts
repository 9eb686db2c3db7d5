import type { Node, NodeAPI, NodeDef, NodeMessageInFlow } from 'node-red';
import { isRecord, parseReply, type ReplyAction } from '../sipgate/index';
import { createAnnouncer } from './lib/announcements/announcer';
import { fixedIn, plannedInDialog, plannedInMessage, type Planned } from './lib/announcements/planned';
import { prepareFixed } from './lib/announcements/prepare-fixed';
import { answerEach } from './lib/answer-each';
import { announceResponse } from './lib/calls/flow-map';
import { openRequestOf } from './lib/calls/open-requests';
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
    const announcer = createAnnouncer(RED, this, saved);
    void prepareFixed({ node: this, announcer, display, isFixed: () => playsFixed(saved) });
    const draftOf = createDraft(RED, this, saved);

    /** @returns the action that was answered with */
    const answer = async (message: Message) => {
      const request = openRequestOf(message);
      const draft = await draftOf(message);
      const heard = await announcer.announce(() => plannedOf(saved, draft), request);
      const reply = parseReply(withUrl(draft, heard?.url), request.country, {
        numbers: request.ownNumbers,
        onLeftOut: () => this.warn(RED._(`${TYPE}.warning.callerId`)),
      });
      const call = message['call'];
      message['xml'] = await request.answer(reply, isRecord(call) ? call['data'] : undefined);
      if (heard) message['announcement'] = heard;
      return { action: reply.action };
    };

    answerEach(this, {
      display,
      answer,
      stop() {
        forget();
        announcer.stop();
      },
    });
  }

  RED.nodes.registerType('sipgate-webhook-response', SipgateWebhookResponse);
};

function takesOf(action: string): readonly string[] {
  return Object.hasOwn(TAKES, action) ? TAKES[action as ReplyAction] : [];
}

/** @returns whether all callers hear the same sound, which is then made when the flow starts */
function playsFixed(saved: Saved): boolean {
  const takes = takesOf(savedText(saved, 'action', 'redirect'));
  return takes.includes('announcement') && fixedIn(saved) !== undefined;
}

/** @returns what gives what is to be answered, not yet checked: from the message itself, or from the dialog */
function createDraft(RED: NodeAPI, node: Node, saved: Saved): (message: Message) => Promise<unknown> {
  const action = savedText(saved, 'action', 'redirect');
  if (action === 'msg') return async (message) => message['response'];
  const takes = takesOf(action);
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

/** What is to be played, if the action plays anything. */
function plannedOf(saved: Saved, draft: unknown): Planned {
  if (!isRecord(draft) || !takesOf(String(draft['action'])).includes('announcement'))
    return { kind: 'nothing' };
  if (savedText(saved, 'action') === 'msg') return plannedInMessage(draft);
  return plannedInDialog(saved, draft['announcement'], draft['action'] === 'gather');
}

/** In the place of what it was made of. */
function withUrl(draft: unknown, url: unknown): unknown {
  return isRecord(draft) ? { ...draft, announcement: url } : draft;
}
