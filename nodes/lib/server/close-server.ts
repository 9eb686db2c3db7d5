import { createServer, type Server } from 'node:http';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';

/** A stop keeps the process busy for some ms, in which the system accepts connections for it. */
const ACCEPT_MS = 20;
/** A turn of the event loop that takes longer has answered something, and meanwhile somebody else may have connected. */
const QUIET_TURN_MS = 0.05;
/** A turn takes one connection, and the system keeps 511. On a machine that is never quiet, the port is closed all the same. */
const MOST_TURNS = 1000;

/**
 * Has a server take no new connections. Those that the system has accepted already are taken first: closing a socket
 * would reset them, and a caller's event with them.
 * @returns when it takes none any more
 */
export async function closeServer(server: Server): Promise<void> {
  createServer().close(); // what runs for the first time takes five times as long: below, somebody would connect meanwhile
  await sleep(ACCEPT_MS);
  await untilNobodyWaits(server);
  server.close();
}

/** After a turn that took no connection and no time nobody can be waiting, or hardly anybody. */
async function untilNobodyWaits(server: Server): Promise<void> {
  let isQuiet = false;
  const taken = () => (isQuiet = false);
  server.on('connection', taken);
  for (let turn = 0; turn < MOST_TURNS && !isQuiet; turn += 1) {
    isQuiet = true;
    const begunAt = performance.now();
    await nextTurn();
    if (performance.now() - begunAt > QUIET_TURN_MS) isQuiet = false;
  }
  server.off('connection', taken);
}
