import type { NodeAPI } from 'node-red';
import { countSegments, sendSms } from '../sipgate/index';
import { EMPTY, fromMessage, registerAction } from './lib/action';
import { localTime } from './lib/local-time';

export = (RED: NodeAPI): void =>
  registerAction(RED, 'sipgate-sms', {
    pretends: true,
    inputs: { sender: EMPTY, to: fromMessage('to'), message: fromMessage('payload'), sendAt: EMPTY },
    confidential: ['message'],
    async run({ sender, to, message, sendAt }, { client, signal }) {
      const sent = await sendSms(client, { sender, to, message, sendAt }, { signal });
      const { segments } = countSegments(String(message));
      return {
        payload: sent,
        status: sent.sendAt
          ? ['scheduled', { when: localTime(sent.sendAt), segments }]
          : ['sent', { segments }],
      };
    },
  });
