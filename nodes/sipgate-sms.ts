import type { NodeAPI } from 'node-red';
import { countSegments, sendSms } from '../sipgate/index';
import { EMPTY, fromMessage, registerAction } from './lib/action';

export = (RED: NodeAPI): void =>
  registerAction(RED, 'sipgate-sms', {
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

/** `2026-01-31 08:00` on the server's clock. */
function localTime(iso: string): string {
  const date = new Date(iso);
  const minutesAhead = -date.getTimezoneOffset();
  return new Date(date.getTime() + minutesAhead * 60_000).toISOString().slice(0, 16).replace('T', ' ');
}
