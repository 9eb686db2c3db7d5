import type { NodeAPI } from 'node-red';
import { invalidInput } from '../../../sipgate/index';
import { savedText, type Saved } from '../node-config';
import type { WebhookNode } from '../webhook/receivers';
import type { Heard } from './announcer';
import { plannedInDialog } from './planned';
import { sourceFor } from './source-for';
import { soundsOf } from './sounds';

/**
 * The URL of an announcement for a call that is under way: a sound that is no URL is hosted by the webhook of the node.
 * @param saved `announcementSource`, `voice` and `webhook`
 * @param announcement what the property is for this message
 * @throws SipgateError `INVALID_INPUT`, and those of the sound's source
 */
export async function hostedSound(
  RED: NodeAPI,
  saved: Saved,
  announcement: unknown,
  signal: AbortSignal,
): Promise<Heard> {
  const planned = plannedInDialog(saved, announcement, false);
  if (planned.kind === 'nothing' || planned.kind === 'url') return { url: announcement };
  const webhook = findWebhook(RED, savedText(saved, 'webhook'));
  const sound = await soundsOf(RED).make(await sourceFor(RED, saved, planned, signal), signal);
  const url = await webhook.hostSound(sound, true);
  if (url === '') throw invalidInput('webhook', 'does not listen', 'See its status, and deploy again.');
  return { url, duration: sound.duration };
}

function findWebhook(RED: NodeAPI, id: string): WebhookNode {
  if (id === '')
    throw invalidInput('webhook', 'is missing', 'Choose the webhook that hosts the sound in the node.');
  const node = RED.nodes.getNode(id) as WebhookNode | null;
  if (node?.type === 'sipgate-webhook') return node;
  throw invalidInput('webhook', 'is not there or switched off', 'Choose another one in the node.');
}
