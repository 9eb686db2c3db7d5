import type { Node, NodeAPI, NodeDef, NodeMessageInFlow } from 'node-red';
import { isRecord, parseAiFlowAnswer, type AiFlowWarning } from '../sipgate/index';
import { createDraft } from './lib/ai-flow/draft';
import { openSessionOf } from './lib/ai-flow/open-sessions';
import { assistantSounds, fixedSoundIn } from './lib/ai-flow/sounds';
import { prepareFixed } from './lib/announcements/prepare-fixed';
import { answerEach } from './lib/answer-each';
import { announceResponse } from './lib/calls/flow-map';
import { createDisplay } from './lib/status';

const TYPE = 'sipgate-ai-flow-response';

type Message = NodeMessageInFlow & Record<string, unknown>;

export = (RED: NodeAPI): void => {
  function SipgateAiFlowResponse(this: Node, saved: NodeDef & Record<string, unknown>): void {
    RED.nodes.createNode(this, saved);
    const display = createDisplay(RED, this, TYPE);
    const forget = announceResponse(RED, this);
    const sounds = assistantSounds(RED, saved);
    const isFixed = () => fixedSoundIn(saved) !== undefined;
    void prepareFixed({ node: this, announcer: sounds, display, isFixed });
    const draftOf = createDraft(RED, this, saved);
    const warn = ({ kind, ...values }: AiFlowWarning) =>
      this.warn(RED._(`${TYPE}.warning.${kind}`, values as Record<string, string>));

    /** @returns the types of the actions that went out */
    const answer = async (message: Message) => {
      const session = openSessionOf(message);
      const response = await sounds.withSounds(await draftOf(message));
      const { sessionId, number, country } = session;
      const parsed = parseAiFlowAnswer(response, { sessionId, number, country, warn });
      const call = message['call'];
      const actions = await session.answer(parsed, isRecord(call) ? call['data'] : undefined);
      message['actions'] = [...actions];
      return { actions: actions.map(({ type }) => type).join(', ') || 'listen' };
    };

    answerEach(this, {
      display,
      answer,
      stop() {
        forget();
        sounds.stop();
      },
    });
  }

  RED.nodes.registerType('sipgate-ai-flow-response', SipgateAiFlowResponse);
};
