import type { Server } from 'node:http';

/** A stop keeps the process busy for some ms, in which the system accepts connections for it. */
const ACCEPT_MS = 20;

/**
 * Has a server take no new connections. Those that the system has accepted already are taken first: closing a socket
 * would reset them, and a caller's event with them.
 */
export function closeServer(server: Server): void {
  // the turn after a timer takes connections, and what it puts off comes after that
  setTimeout(() => setImmediate(() => server.close()), ACCEPT_MS);
}
