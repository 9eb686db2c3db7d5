import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RestAnswer, RestRequest } from '../rest/types';
import { readBody } from '../http/request-body';

export type RestApi = (request: RestRequest) => Promise<RestAnswer>;

const API_PATH = '/v2';
const LOGIN_PATH = '/auth/realms/';

/** @returns whether a path belongs to the REST API or to its login server */
export function isRestPath(path: string): boolean {
  return path === API_PATH || path.startsWith(`${API_PATH}/`) || path.startsWith(LOGIN_PATH);
}

/** Hands a request to the REST API and writes its answer out. */
export async function answerRest(
  rest: RestApi,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const { pathname } = url;
  const answer = await rest({
    method: request.method ?? 'GET',
    path: pathname.startsWith(LOGIN_PATH) ? pathname : pathname.slice(API_PATH.length),
    query: url.searchParams,
    headers: request.headers,
    body: await readBody(request),
  });
  if (answer.kind === 'reset') request.socket.resetAndDestroy();
  else response.writeHead(answer.status, answer.headers).end(answer.body);
}
