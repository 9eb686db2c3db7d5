import type { IncomingMessage } from 'node:http';
import { isLoopback } from '../loopback';
import { HttpRefusal } from './http-refusal';

/** A page of another site cannot send it without asking first, and is then refused. */
const PAGE_HEADER = 'x-sipgate-simulator';

/**
 * A page elsewhere may give its own name the address 127.0.0.1 (DNS rebinding); its Host gives it away.
 * Throws HttpRefusal 403.
 */
export function checkHost(request: IncomingMessage): void {
  const url = `http://${request.headers.host ?? ''}`;
  if (!URL.canParse(url) || !isLoopback(new URL(url).hostname)) {
    throw new HttpRefusal(403, 'The simulator answers to 127.0.0.1 and localhost only.');
  }
}

/** Lets the simulator's own page through. Throws HttpRefusal 403 for another site's. */
export function checkSender(request: IncomingMessage): void {
  const { origin, host } = request.headers;
  const isForeign = origin !== undefined && origin !== `http://${host}`;
  if (isForeign || request.headers[PAGE_HEADER] === undefined) {
    throw new HttpRefusal(403, `Only the simulator's own page may do this (header ${PAGE_HEADER}).`);
  }
}
