import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { HttpRefusal } from '../http/http-refusal';

/** `page.js` is made by the build out of browser/; from source there is none. */
const TYPES: Readonly<Record<string, string>> = {
  'index.html': 'text/html; charset=utf-8',
  'page.js': 'text/javascript; charset=utf-8',
  'style.css': 'text/css; charset=utf-8',
  'account.css': 'text/css; charset=utf-8',
  'conversation.css': 'text/css; charset=utf-8',
  'icon.svg': 'image/svg+xml',
};
const PAGE_POLICY = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'";

/**
 * Answers with one of the page's files.
 * @param folder default: the one of this package
 * @throws HttpRefusal 404 for any other path
 */
export async function sendFile(
  response: ServerResponse,
  path: string,
  folder = join(__dirname, 'public'),
): Promise<void> {
  const name = path === '/' ? 'index.html' : path.slice(1);
  const type = Object.hasOwn(TYPES, name) ? TYPES[name] : undefined;
  if (type === undefined) throw new HttpRefusal(404, 'There is nothing here.');
  const content = await readFile(join(folder, name)).catch(() => {
    throw new HttpRefusal(404, `${name} is missing: the page has not been built (npm run build).`);
  });
  response.writeHead(200, {
    'Content-Type': type,
    'Content-Security-Policy': PAGE_POLICY,
    'Cache-Control': 'no-cache',
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(content);
}
