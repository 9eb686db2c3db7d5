import type { NodeAPI } from 'node-red';
import {
  printable,
  webhookSettings,
  type WebhookSettings,
  type WebhookSettingsOperation,
} from '../sipgate/index';
import { EMPTY, registerAction } from './lib/action';
import { savedChoice, type Saved } from './lib/node-config';

/** Which setting an operation changes, and which ones take a value. */
const CHANGES: Readonly<Record<WebhookSettingsOperation, keyof WebhookSettings | undefined>> = {
  get: undefined,
  setIncomingUrl: 'incomingUrl',
  clearIncomingUrl: 'incomingUrl',
  setOutgoingUrl: 'outgoingUrl',
  clearOutgoingUrl: 'outgoingUrl',
  setWhitelist: 'whitelist',
  clearWhitelist: 'whitelist',
  disableWhitelist: 'whitelist',
  setLog: 'log',
};
const TAKING_VALUE: readonly string[] = ['setIncomingUrl', 'setOutgoingUrl', 'setWhitelist', 'setLog'];

export = (RED: NodeAPI): void =>
  registerAction(RED, 'sipgate-webhook-settings', {
    inputs: { value: EMPTY },
    takes: (saved) => (TAKING_VALUE.includes(operationOf(saved)) ? ['value'] : []),
    async run({ value }, { client, signal, saved, node }) {
      const operation = operationOf(saved);
      const setting = CHANGES[operation];
      let from = '';
      const onBefore = (before: WebhookSettings) => {
        if (!setting) return;
        from = show(before[setting]);
        node.log(`${operation}: ${setting} was ${from}`);
      };
      const after = await webhookSettings(client, operation, value, { signal, onBefore });
      if (!setting) return { payload: after, status: ['read'] };
      return { payload: after, status: [setting, { from, to: show(after[setting]) }] };
    },
  });

function operationOf(saved: Saved): WebhookSettingsOperation {
  const [first, ...others] = Object.keys(CHANGES) as [
    WebhookSettingsOperation,
    ...WebhookSettingsOperation[],
  ];
  return savedChoice(saved, 'operation', [first, ...others]);
}

/** For status and log. The path of a webhook keeps strangers out, and a login may stand before its host. */
function show(value: WebhookSettings[keyof WebhookSettings]): string {
  if (value === null) return '*';
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (typeof value !== 'string') return printable(value.join(',')) || '-';
  if (value === '') return '-';
  if (!URL.canParse(value)) return '…';
  const { origin, pathname, search } = new URL(value);
  return pathname === '/' && search === '' ? origin : `${origin}/…`;
}
