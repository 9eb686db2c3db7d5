import type { IncomingMessage, ServerResponse } from 'node:http';

/** Finds a sound by the name that its URL has. */
export type FindSound = (id: string) => Promise<Buffer | undefined>;

/** Answers a request for a sound: GET and HEAD, with one range at the most. Never rejects. */
export async function serveSound(
  request: IncomingMessage,
  response: ServerResponse,
  id: string,
  find: FindSound,
): Promise<void> {
  request.resume(); // a body would be nobody's
  const { method, headers } = request;
  if (method !== 'GET' && method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    return end(response, 405);
  }
  const sound = await find(id).catch(() => undefined);
  if (response.destroyed) return;
  if (!sound) return end(response, 404);
  response.setHeader('Accept-Ranges', 'bytes');
  // nothing tells one version from another, so a range that is bound to one is not honoured
  const range = headers['if-range'] === undefined ? rangeOf(headers.range, sound.length) : 'all';
  if (range === 'none') {
    response.setHeader('Content-Range', `bytes */${sound.length}`);
    return end(response, 416);
  }
  response.setHeader('Content-Type', 'audio/wav');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  const [first, last] = range === 'all' ? [0, sound.length - 1] : range;
  if (range !== 'all') response.setHeader('Content-Range', `bytes ${first}-${last}/${sound.length}`);
  response.setHeader('Content-Length', last - first + 1);
  response.statusCode = range === 'all' ? 200 : 206;
  response.end(method === 'HEAD' ? undefined : sound.subarray(first, last + 1));
}

function end(response: ServerResponse, status: number): void {
  response.statusCode = status;
  response.setHeader('Content-Length', 0);
  response.end();
}

/**
 * @returns the first and the last byte that is wanted (RFC 9110, 14.1.2); `none` where there is none of them; `all` where
 *   no range is asked for, several are, or it cannot be read
 */
function rangeOf(header: string | undefined, length: number): readonly [number, number] | 'all' | 'none' {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '') ?? [];
  if (first === '' && last === '') return 'all';
  if (first === '') return Number(last) === 0 ? 'none' : [Math.max(0, length - Number(last)), length - 1];
  if (last !== '' && Number(last) < Number(first)) return 'all';
  if (Number(first) >= length) return 'none';
  return [Number(first), last === '' ? length - 1 : Math.min(Number(last), length - 1)];
}
