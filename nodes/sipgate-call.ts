import type { NodeAPI } from 'node-red';
import { initiateCall } from '../sipgate/index';
import { EMPTY, fromMessage, registerAction } from './lib/action';

export = (RED: NodeAPI): void =>
  registerAction(RED, 'sipgate-call', {
    pretends: true,
    inputs: { from: fromMessage('from'), to: fromMessage('to'), deviceId: EMPTY, callerId: EMPTY },
    async run({ from, to, deviceId, callerId }, { client, signal }) {
      const payload = await initiateCall(client, { from, to, deviceId, callerId }, { signal });
      return { payload, status: ['started'] };
    },
  });
