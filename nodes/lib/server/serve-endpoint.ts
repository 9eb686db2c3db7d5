import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  MOST_BODY_BYTES,
  type Connection,
  type Endpoint,
  type HttpAnswer,
  type RequestHead,
} from '../../../sipgate/index';
import { readBody, type BodyResult } from './request-body';

/** Serves requests for one path. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** @returns a handler for node's HTTP server and for Express that lets an endpoint speak HTTP */
export function serveEndpoint(endpoint: Endpoint): Handler {
  return (request, response) => {
    const head = headOf(request);
    const refusal = endpoint.admit(head);
    if (refusal) return send(request, response, refusal);
    readBody(request, MOST_BODY_BYTES, (result) => take(endpoint, head, result, request, response));
  };
}

function take(
  endpoint: Endpoint,
  head: RequestHead,
  result: BodyResult,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const refuse = (status: number, reason: string) => send(request, response, endpoint.refuse(status, reason));
  switch (result.kind) {
    case 'body':
      return endpoint.handle(head, result.body, connectionOf(request, response));
    case 'tooLong':
      return refuse(413, 'The body is longer than 64 KiB');
    case 'consumed':
      return refuse(401, 'Another middleware read the body, so its signature cannot be checked');
    case 'broken':
      response.destroy(); // nobody is there to be answered
  }
}

function connectionOf(request: IncomingMessage, response: ServerResponse): Connection {
  const connection: Connection = { answer: (answer) => send(request, response, answer) };
  response.on('close', () => {
    if (!response.writableFinished) connection.onGone?.();
  });
  return connection;
}

function headOf({ method, headers, socket }: IncomingMessage): RequestHead {
  return {
    method,
    contentType: headers['content-type'],
    contentLength: headers['content-length'],
    signature: headers['x-sipgate-signature'],
    remoteAddress: socket.remoteAddress,
    forwardedFor: headers['x-forwarded-for'],
  };
}

function send(request: IncomingMessage, response: ServerResponse, { status, body }: HttpAnswer): void {
  if (response.headersSent || response.destroyed) return;
  const headers: Record<string, string | number> = {
    'Content-Type': 'application/xml',
    'Content-Length': Buffer.byteLength(body),
  };
  if (status === 405) headers['Allow'] = 'POST';
  // what is left of a body that nobody reads would have to be taken in before the next request
  if (!request.complete) headers['Connection'] = 'close';
  response.writeHead(status, headers);
  response.end(body);
}

/** Answers a request that no endpoint takes. */
export function refuseRequest(request: IncomingMessage, response: ServerResponse, answer: HttpAnswer): void {
  send(request, response, answer);
}
