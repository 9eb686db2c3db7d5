import type { KeyObject } from 'node:crypto';
import type { Node, NodeAPI } from 'node-red';
import {
  readPublicKey,
  verifySignature,
  type EndpointNotice,
  type HttpAnswer,
  type WebhookEndpoint,
} from '../../../sipgate/index';
import type { SoundTitle } from '../announcements/source';
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
  const keys = new Set<KeyObject>();
  const listeners = new Set<(notice: EndpointNotice) => void>();

  const line: TelephoneLine = {
    id: node.id,
    name: node.name || config.place.path,
    country: config.country,
    masterSipId: config.masterSipId,
    url: parts.url,
    localUrl: parts.localUrl,
    soundTitle: parts.soundTitle,
    async receive(body, signature) {
      const isSigned = [...keys].some((key) => verifySignature(body, signature, key));
      return isSigned
        ? await hand(body, parts)
        : endpoint.refuse(401, 'The telephone is not calling at the moment');
    },
    acceptKey(publicKey) {
      const key = readPublicKey(publicKey);
      keys.add(key);
      return () => keys.delete(key);
    },
    onNotice(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const lines = linesOf(RED);
  lines.open.set(node.id, line);
  return {
    notice(notice) {
      for (const listener of listeners) listener(notice);
      for (const listener of lines.listeners) listener(node.id, notice);
    },
    close() {
      if (lines.open.get(node.id) === line) lines.open.delete(node.id);
    },
  };
}

/** Hands an event to the endpoint as if sipgate had signed it, for this one time. */
async function hand(body: Buffer, { endpoint, signatures }: LineParts): Promise<HttpAnswer> {
  const once = signatures.issue(body);
  const head = { method: 'POST', headers: { 'x-sipgate-signature': once }, remoteAddress: '127.0.0.1' };
  try {
    return await endpoint.handle(head, body, () => undefined);
  } finally {
    signatures.withdraw(once);
  }
}
