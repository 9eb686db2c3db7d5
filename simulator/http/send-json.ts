import type { ServerResponse } from 'node:http';

/** Answers with 200 and JSON that nobody keeps. */
export function sendJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
  response.end(JSON.stringify(value));
}
