import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  MOST_BODY_BYTES,
  type HttpAnswer,
  type HttpEndpoint,
  type RequestHead,
  type WhenGone,
} from '../../../sipgate/index';
import { readBody, type BodyResult } from './request-body';

/** What stands behind a path at the moment that a request has come in wholly. */
export type Behind =
  { kind: 'running'; endpoint: HttpEndpoint } | { kind: 'stopped'; endpoint: HttpEndpoint };

/**
 * Lets an endpoint answer a request of node's HTTP server or of Express. Never rejects.
 * @param endpoint refuses what needs no body; while flows stop it may be that of the flows before
 * @param behind waits, bounded, for flows that a deploy is about to start
 */
export async function serveRequest(
  request: IncomingMessage,
  response: ServerResponse,
  endpoint: HttpEndpoint,
  behind: () => Promise<Behind>,
): Promise<void> {
  const head = headOf(request);
  const refusal = endpoint.admit(head);
  if (refusal) return send(request, response, endpoint, refusal);
  const read = await readBody(request, MOST_BODY_BYTES);
  if (read.kind === 'broken') return void response.destroy(); // nobody is there to be answered
  if (read.kind !== 'body') return send(request, response, endpoint, refuseBody(endpoint, read));
  const current = await behind();
  const answer =
    (current.endpoint === endpoint ? undefined : current.endpoint.admit(head)) ??
    (current.kind === 'running'
      ? await current.endpoint.handle(head, read.body, whenGone(response))
      : await current.endpoint.handleWithoutFlows(head, read.body));
  send(request, response, current.endpoint, answer);
}

function refuseBody(endpoint: HttpEndpoint, read: Exclude<BodyResult, { kind: 'body' }>): HttpAnswer {
  return read.kind === 'tooLong'
    ? endpoint.refuse(413, 'The body is longer than 64 KiB')
    : endpoint.refuse(401, 'Another middleware read the body, so it cannot be checked');
}

function whenGone(response: ServerResponse): WhenGone {
  return (listener) => {
    if (response.destroyed) return listener();
    response.on('close', () => {
      if (!response.writableFinished) listener();
    });
  };
}

function headOf({ method, headers, socket }: IncomingMessage): RequestHead {
  return { method, headers, remoteAddress: socket.remoteAddress };
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  { contentType }: Pick<HttpEndpoint, 'contentType'>,
  { status, body }: HttpAnswer,
): void {
  if (response.headersSent || response.destroyed) return;
  if (status === 405) response.setHeader('Allow', 'POST');
  // what is left of a body that nobody reads would have to be taken in before the next request
  if (!request.complete) response.setHeader('Connection', 'close');
  if (status === 204) response.writeHead(status);
  else response.writeHead(status, { 'Content-Type': contentType, 'Content-Length': Buffer.byteLength(body) });
  response.end(body);
}
