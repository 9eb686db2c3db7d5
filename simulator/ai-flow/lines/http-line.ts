import type { WebClient } from '../../network/web-client';
import type { FlowAnswer, WireEvent } from '../wire';
import { headersOf, type Line, type LineOptions } from './line';

/** Half a minute of sound in Base64 has 1.3 MB; sipgate's own limit is not known. */
const MOST_ANSWER_BYTES = 8 * 1024 * 1024;
/** Somewhat longer than the simulator waits for an answer. */
const TIMEOUT_MS = 10_000;

/** Posts each event to the AI flow's URL. */
export function httpLine(options: LineOptions, web: WebClient): Line {
  return {
    overWebSocket: false,
    deliver: (event) => post(options, web, event),
    close: () => undefined,
  };
}

async function post(options: LineOptions, web: WebClient, event: WireEvent): Promise<FlowAnswer> {
  const body = Buffer.from(JSON.stringify(event));
  const {
    status,
    headers,
    body: answer,
  } = await web.send({
    method: 'POST',
    url: options.url,
    headers: { ...headersOf(options), 'Content-Type': 'application/json', 'Content-Length': body.length },
    body,
    timeoutMs: TIMEOUT_MS,
    mostBytes: MOST_ANSWER_BYTES,
  });
  return { status, contentType: headers['content-type'], body: answer.toString('utf8') };
}
