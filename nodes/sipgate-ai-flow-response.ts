import type { Node, NodeAPI, NodeDef, NodeMessageInFlow } from 'node-red';
import { isRecord, parseAiFlowAnswer, type AiFlowWarning } from '../sipgate/index';
import { draftOf } from './lib/ai-flow/draft';
import { openSessionOf } from './lib/ai-flow/open-sessions';
import { assistantSounds } from './lib/ai-flow/sounds';
import { announceResponse } from './lib/calls/flow-map';
import { endWithError, toError } from './lib/errors';
import { createDisplay } from './lib/status';

const TYPE = 'sipgate-ai-flow-response';

type Message = NodeMessageInFlow & Record<string, unknown>;

export = (RED: NodeAPI): void => {
  function SipgateAiFlowResponse(this: Node, saved: NodeDef & Record<string, unknown>): void {
    RED.nodes.createNode(this, saved);
    const display = createDisplay(RED, this, TYPE);
    const forget = announceResponse(RED, this);
    const sounds = assistantSounds(RED);
    const warn = ({ kind, ...values }: AiFlowWarning) =>
      this.warn(RED._(`${TYPE}.warning.${kind}`, values as Record<string, string>));

    /** @returns the types of the actions that went out */
    const answer = async (message: Message): Promise<string> => {
      const session = openSessionOf(message);
      const response = await sounds.withSounds(await draftOf(RED, this, saved, message));
      const { sessionId, number, country } = session;
      const parsed = parseAiFlowAnswer(response, { sessionId, number, country, warn });
      const call = message['call'];
      const actions = await session.answer(parsed, isRecord(call) ? call['data'] : undefined);
      message['actions'] = [...actions];
      return actions.map(({ type }) => type).join(', ') || 'listen';
    };

    this.on('input', (input, send, done) => {
      const fail = (thrown: unknown) =>
        endWithError({ node: this, show: display.showError, message: input, done }, thrown);
      answer(input as Message)
        .then((actions) => {
          display.show('done', ['answered', { actions }]);
          send(input);
          done();
        }, fail)
        // only a fault of the flow behind it gets here; unhandled, it would end Node-RED
        .catch((thrown: unknown) => this.error(toError(thrown).message));
    });
    this.on('close', (done: () => void) => {
      forget();
      sounds.stop();
      display.stop();
      done();
    });
  }

  RED.nodes.registerType('sipgate-ai-flow-response', SipgateAiFlowResponse);
};
