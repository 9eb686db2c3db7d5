import type { KeyObject } from 'node:crypto';
import type { Node, NodeAPI } from 'node-red';
import {
  readPublicKey,
  verifySignature,
  type EndpointNotice,
  type HttpAnswer,
  type WebhookEndpoint,
} from '../../../sipgate/index';
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
  const { RED, node, config, endpoint, signatures } = parts;
  const keys = new Set<KeyObject>();
  const listeners = new Set<(notice: EndpointNotice) => void>();

  async function receive(body: Buffer, signature: string): Promise<HttpAnswer> {
    const isSigned = [...keys].some((key) => verifySignature(body, signature, key));
    if (!isSigned) return endpoint.refuse(401, 'The telephone is not calling at the moment');
    const once = signatures.issue(body);
    const headers = { 'x-sipgate-signature': once };
    try {
      return await endpoint.handle(
        { method: 'POST', headers, remoteAddress: '127.0.0.1' },
        body,
        () => undefined,
      );
    } finally {
      signatures.withdraw(once);
    }
  }

  const line: TelephoneLine = {
    id: node.id,
    name: node.name || config.place.path,
    country: config.country,
    masterSipId: config.masterSipId,
    url: parts.url,
    receive,
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
