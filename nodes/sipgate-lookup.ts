import type { NodeAPI } from 'node-red';
import { isRecord, lookup } from '../sipgate/index';
import { EMPTY, registerAction, type StatusText } from './lib/action';
import { savedChoice, type Saved } from './lib/node-config';

/** What a user has of his own; of the others the account has one list or answer. */
const OF_A_USER = ['devices', 'numbers', 'phonelines', 'faxlines', 'sms', 'groups'] as const;
const OF_THE_ACCOUNT = ['users', 'voicemails', 'userinfo', 'balance'] as const;

export = (RED: NodeAPI): void =>
  registerAction(RED, 'sipgate-lookup', {
    inputs: { userId: EMPTY },
    takes: (saved) => (OF_A_USER.some((resource) => resource === resourceOf(saved)) ? ['userId'] : []),
    async run({ userId }, { client, signal, saved }) {
      const payload = await lookup(client, resourceOf(saved), { userId, signal });
      return { payload, status: statusOf(payload) };
    },
  });

function resourceOf(saved: Saved) {
  return savedChoice(saved, 'resource', [...OF_THE_ACCOUNT, ...OF_A_USER]);
}

function statusOf(payload: unknown): StatusText {
  if (Array.isArray(payload)) return ['found', { entries: payload.length }];
  if (!isRecord(payload)) return ['done'];
  const { amount, currency, sub } = payload;
  return amount === undefined
    ? ['user', { user: String(sub) }]
    : ['balance', { money: `${String(amount)} ${String(currency)}` }];
}
