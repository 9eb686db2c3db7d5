import { mkdtempSync } from 'node:fs';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PROJECT, startRuntime, type NodeModule, type Runtime, type RuntimeOptions } from '../../node-red';
import type { FlowNode } from '../helpers/flow';
import { removeFolder } from '../../remove-folder';

const requireNode = createRequire(path.join(PROJECT, 'package.json'));

export const VOICE_NODE = requireNode('./nodes/sipgate-voice') as NodeModule;

/** A voice of a speech server that the test has started. */
export function voiceAt(url: string, more: object = {}): FlowNode {
  return { id: 'voice', type: 'sipgate-voice', engine: 'http', url, model: 'tts', voice: 'alloy', ...more };
}

/** A voice that espeak-ng speaks, as a new node of the palette is. */
export const ESPEAK: FlowNode = { id: 'voice', type: 'sipgate-voice', language: 'de' };

/** A user directory that goes with the test. */
export function userDirectory(): { readonly userDir: string; remove(): Promise<void> } {
  const userDir = mkdtempSync(path.join(tmpdir(), 'sounds-'));
  return { userDir, remove: () => removeFolder(userDir) };
}

export function startWithVoice(
  nodes: FlowNode[],
  userDir: string,
  more: RuntimeOptions = {},
): Promise<Runtime> {
  return startRuntime(nodes, {
    ...more,
    nodes: [VOICE_NODE, ...(more.nodes ?? [])],
    settings: { userDir, ...more.settings },
  });
}

export interface Fetched {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Asks for a sound as sipgate does. */
export function fetchSound(
  url: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<Fetched> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      );
      response.on('error', reject);
    });
    request.on('error', reject).end();
  });
}

/** @returns the URL that an answer has sipgate play */
export function urlIn(xml: string): string {
  const [, url] = /<Url>([^<]+)<\/Url>/.exec(xml) ?? [];
  if (url === undefined) throw new Error(`no <Url> in ${xml}`);
  return url.replaceAll('&amp;', '&');
}
