import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RestAnswer, RestRequest } from '../rest/types';
import { readBody } from '../http/request-body';

export type RestApi = (request: RestRequest) => Promise<RestAnswer>;

const API_PATH = '/v2';
/** The login server's requests, and those for files, come to the API with their whole path. */
const WHOLE_PATHS = ['/auth/realms/', '/files/'];

/** @returns whether a path belongs to the REST API, to its login server or to its files */
export function isRestPath(path: string): boolean {
  return path === API_PATH || path.startsWith(`${API_PATH}/`) || isWhole(path);
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
    path: isWhole(pathname) ? pathname : pathname.slice(API_PATH.length),
    query: url.searchParams,
    headers: request.headers,
    body: await readBody(request),
  });
  if (answer.kind === 'reset') request.socket.resetAndDestroy();
  else response.writeHead(answer.status, answer.headers).end(answer.body);
}

function isWhole(path: string): boolean {
  return WHOLE_PATHS.some((prefix) => path.startsWith(prefix));
}
