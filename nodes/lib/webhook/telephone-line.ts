import type { Node, NodeAPI } from 'node-red';
import {
  verifySignature,
  type EndpointNotice,
  type HttpAnswer,
  type WebhookEndpoint,
} from '../../../sipgate/index';
import type { SoundTitle } from '../announcements/source';
import type { Stopping } from '../deploys';
import { linesOf, type TelephoneLine } from '../telephone/lines';
import type { WebhookConfig } from './config';
import type { Signatures } from './signatures';

/** What a line is made of. */
export interface LineParts {
  readonly RED: NodeAPI;
  readonly node: Node;
  readonly config: WebhookConfig;
  readonly endpoint: WebhookEndpoint;
  readonly signatures: Signatures;
  url(): string;
  localUrl(): string;
  soundTitle(id: string): SoundTitle | undefined;
  isStoppedBy(stopping: Stopping): boolean;
}

/** A webhook's line to the telephone of the editor. */
export interface OpenLine {
  /** Hands a notice to who listens. */
  notice(notice: EndpointNotice): void;
  /** Takes the webhook from the list. */
  close(): void;
}

/**
 * Puts a webhook on the list of the telephone. An event comes in here and not over HTTP, so that neither a login in front
 * of Node-RED nor `allowedIps` is in its way; the key counts here only, so that nobody can use it from outside.
 */
export function openLine(parts: LineParts): OpenLine {
  const { RED, node, config, endpoint } = parts;
  const lines = linesOf(RED);
  const isSigned = (body: Buffer, signature: string) =>
    [...lines.keys].some(
      ({ webhookId, key }) => webhookId === node.id && verifySignature(body, signature, key),
    );
  const line: TelephoneLine = {
    id: node.id,
    name: node.name || config.place.path,
    country: config.country,
    masterSipId: config.masterSipId,
    url: parts.url,
    localUrl: parts.localUrl,
    soundTitle: parts.soundTitle,
    isStoppedBy: parts.isStoppedBy,
    receive: async (body, signature, flowsRun) =>
      isSigned(body, signature)
        ? await hand(body, parts, flowsRun)
        : endpoint.refuse(401, 'The telephone is not calling at the moment'),
  };
  lines.open.set(node.id, line);
  return {
    notice(notice) {
      for (const listener of lines.listeners) listener(node.id, notice);
    },
    close() {
      if (lines.open.get(node.id) === line) lines.open.delete(node.id);
    },
  };
}

/** Hands an event to the endpoint as if sipgate had signed it, for this one time. */
async function hand(
  body: Buffer,
  { endpoint, signatures }: LineParts,
  flowsRun: boolean,
): Promise<HttpAnswer> {
  const once = signatures.issue(body);
  const head = { method: 'POST', headers: { 'x-sipgate-signature': once }, remoteAddress: '127.0.0.1' };
  try {
    if (!flowsRun) return await endpoint.handleWithoutFlows(head, body);
    return await endpoint.handle(head, body, () => undefined);
  } finally {
    signatures.withdraw(once);
  }
}
