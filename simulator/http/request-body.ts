import type { IncomingMessage } from 'node:http';
import { HttpRefusal, refusingWith400 } from './http-refusal';

/** A fax of 28 million base64 characters, the platform's largest, fits. */
const MOST_BODY_BYTES = 32 * 1024 * 1024;

/** @returns the whole body; throws HttpRefusal 413 when it is larger than 32 MiB */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MOST_BODY_BYTES) throw new HttpRefusal(413, 'The body is too large.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** @returns the body's JSON object, `{}` where there is no body; throws HttpRefusal 400 for anything else */
export async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const text = (await readBody(request)).toString('utf8');
  if (text === '') return {};
  const value: unknown = refusingWith400(() => JSON.parse(text));
  if (typeof value !== 'object' || value === null) {
    throw new HttpRefusal(400, 'The body must be a JSON object.');
  }
  return value as Record<string, unknown>;
}
