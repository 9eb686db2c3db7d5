import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { EventEntry, TranscriptEntry } from '../../simulator';

/** A request as a webhook sees it. */
export interface Seen {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  readonly form: URLSearchParams;
  readonly event: string;
}

/** What the webhook says: the XML of a good answer, or anything else by hand. `undefined`: `<Response/>`. */
export type Say = (seen: Seen) => string | ((response: ServerResponse) => void) | undefined;

export interface TestWebhook {
  readonly url: string;
  readonly seen: Seen[];
  say: Say;
  /** Events by name, in their order. */
  events(): string[];
  /** All events of a name. */
  all(event: string): Seen[];
  close(): Promise<void>;
}

/** A small webhook of the test's own on 127.0.0.1; files of `files` are served below `/files/`. */
export async function startWebhook(
  say: Say = () => undefined,
  files: Record<string, Buffer> = {},
): Promise<TestWebhook> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => void answer(request, response));
  const webhook: TestWebhook = {
    url: '',
    seen,
    say,
    events: () => seen.map(({ event }) => event),
    all: (event) => seen.filter((one) => one.event === event),
    close: async () => {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
    },
  };
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const file = files[(request.url ?? '').replace('/files/', '')];
    if (request.method === 'GET') return void response.writeHead(file ? 200 : 404).end(file);
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const form = new URLSearchParams(body.toString());
    const { url = '', headers, rawHeaders } = request;
    const one: Seen = { path: url, headers, rawHeaders, body, form, event: form.get('event') ?? '' };
    seen.push(one);
    const said = webhook.say(one) ?? '<Response/>';
    if (typeof said === 'function') said(response);
    else response.writeHead(200, { 'Content-Type': 'application/xml' }).end(said);
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return Object.assign(webhook, { url });
}

/** `<Response>` that asks for both follow-ups and holds `action`. */
export function subscribing(webhook: { url: string }, action = ''): string {
  const { url } = webhook;
  return `<?xml version="1.0" encoding="UTF-8"?><Response onAnswer="${url}/answer" onHangup="${url}/hangup">${action}</Response>`;
}

/** A WAV file of one second; each part of its format can be wrong. */
export function wav(
  format: { rate?: number; channels?: number; bits?: number; codec?: number } = {},
): Buffer {
  const { rate = 8000, channels = 1, bits = 16, codec = 1 } = format;
  const sound = Buffer.alloc(16_000);
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + sound.length, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(codec, 20);
  head.writeUInt16LE(channels, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE((rate * channels * bits) / 8, 28);
  head.writeUInt16LE((channels * bits) / 8, 32);
  head.writeUInt16LE(bits, 34);
  head.write('data', 36);
  head.writeUInt32LE(sound.length, 40);
  return Buffer.concat([head, sound]);
}

/** The codes of the network's own entries. */
export function codes(transcript: readonly TranscriptEntry[]): string[] {
  return transcript.flatMap((entry) => (entry.kind === 'network' ? [entry.code] : []));
}

/** Why answers were refused. */
export function xmlErrors(transcript: readonly TranscriptEntry[]): string[] {
  return transcript.flatMap((entry) => (entry.kind === 'answer' && entry.xmlError ? [entry.xmlError] : []));
}

/** The events of a transcript. */
export function eventsOf(transcript: readonly TranscriptEntry[]): EventEntry[] {
  return transcript.filter((entry) => entry.kind === 'event');
}
