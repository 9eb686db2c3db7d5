import 'should';
import { onlyAllow, pause, startCallers, type Tally } from './callers';
import { IS_LONG, SERVERS, startCallTaker, type ServerKind } from './flows';

const CLOSE_MS = IS_LONG ? [0, 1500, 5000] : [0, 1500];
const ROUNDS = IS_LONG ? 3 : 1;

interface Stop {
  readonly server: ServerKind;
  /** How long another node takes to close. */
  readonly closeMs?: number;
  /** So long all stands still just after the signal: what was waited for is over when it goes on, and callers have connected. */
  readonly standstillMs?: number;
}

/** @returns what became of 50 callers a second around an orderly end */
async function endUnderCalls({ server, closeMs, standstillMs = 0 }: Stop): Promise<Tally> {
  const { nodeRed, url, kill } = await startCallTaker({
    server,
    ...(closeMs === undefined ? {} : { closeMs }),
  });
  const callers = startCallers(() => url);
  try {
    await pause(1000);
    nodeRed.child.kill('SIGTERM');
    if (standstillMs > 0) {
      await pause(10);
      nodeRed.child.kill('SIGSTOP');
      await pause(standstillMs);
      nodeRed.child.kill('SIGCONT');
    }
    (await nodeRed.ended).should.eql({ code: 0, signal: null });
    await pause(200);
  } finally {
    await callers.stop();
    await kill();
  }
  return callers.stop();
}

/** Closing a port resets who connects in that tenth of a millisecond: not twice in a row, though a standstill makes it longer. */
async function endAfterStandstill(server: ServerKind): Promise<Tally> {
  const stop = { server, standstillMs: 500 };
  const tally = await endUnderCalls(stop);
  return tally['reset'] === 1 ? await endUnderCalls(stop) : tally;
}

describe('an orderly end (SIGTERM) under 50 calls a second', function () {
  this.timeout(60_000);

  for (const server of SERVERS) {
    for (const closeMs of CLOSE_MS) {
      for (let round = 1; round <= ROUNDS; round += 1) {
        const others = closeMs === 0 ? '' : `, beside a node that takes ${closeMs} ms to close`;
        it(`cuts nobody off on the server "${server}"${others} (${round})`, async () =>
          onlyAllow(await endUnderCalls({ server, closeMs }), 'refused'));
      }
    }

    it(`cuts nobody off on the server "${server}" when the machine stands still in the middle of it`, async () =>
      onlyAllow(await endAfterStandstill(server), 'refused'));
  }
});
