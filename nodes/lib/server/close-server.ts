import type { Server } from 'node:http';

/** A stop keeps the process busy for some ms, in which the system accepts connections for it. */
const ACCEPT_MS = 20;
/** A turn of the event loop that takes longer has answered something, and meanwhile somebody else may have connected. */
const QUIET_TURN_MS = 0.2;
/** On a machine that is never quiet, the port is closed all the same. */
const MOST_TURNS = 200;

/**
 * Has a server take no new connections. Those that the system has accepted already are taken first: closing a socket
 * would reset them, and a caller's event with them.
 */
export function closeServer(server: Server): void {
  setTimeout(() => closeAfterQuietTurn(server, MOST_TURNS), ACCEPT_MS);
}

/** Each turn takes what has connected before it; after one that took no time nobody can be waiting, or hardly anybody. */
function closeAfterQuietTurn(server: Server, turns: number): void {
  const begunAt = performance.now();
  setImmediate(() => {
    const isQuiet = performance.now() - begunAt <= QUIET_TURN_MS;
    if (isQuiet || turns <= 1) server.close();
    else closeAfterQuietTurn(server, turns - 1);
  });
}
