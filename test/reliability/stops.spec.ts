import 'should';
import { onlyAllow, pause, startCallers } from './callers';
import { IS_LONG, SERVERS, startCallTaker } from './flows';

const CLOSE_MS = IS_LONG ? [0, 1500, 5000] : [0, 1500];
const ROUNDS = IS_LONG ? 3 : 1;

describe('an orderly end (SIGTERM) under 50 calls a second', function () {
  this.timeout(60_000);

  for (const server of SERVERS) {
    for (const closeMs of CLOSE_MS) {
      for (let round = 1; round <= ROUNDS; round += 1) {
        const others = closeMs === 0 ? '' : `, beside a node that takes ${closeMs} ms to close`;
        it(`cuts nobody off on the server "${server}"${others} (${round})`, async () => {
          const { nodeRed, url, kill } = await startCallTaker({ server, closeMs });
          const callers = startCallers(() => url);
          try {
            await pause(1000);
            nodeRed.child.kill('SIGTERM');
            (await nodeRed.ended).should.eql({ code: 0, signal: null });
            await pause(200);
          } finally {
            const tally = await callers.stop();
            await kill();
            onlyAllow(tally, 'refused');
          }
        });
      }
    }

    it(`cuts nobody off on the server "${server}" when the machine stands still in the middle of it`, async () => {
      const { nodeRed, url, kill } = await startCallTaker({ server });
      const callers = startCallers(() => url);
      try {
        await pause(500);
        nodeRed.child.kill('SIGTERM');
        await pause(10);
        nodeRed.child.kill('SIGSTOP'); // all that it waits for is over when it goes on, and callers have connected meanwhile
        await pause(500);
        nodeRed.child.kill('SIGCONT');
        (await nodeRed.ended).should.eql({ code: 0, signal: null });
      } finally {
        const tally = await callers.stop();
        await kill();
        onlyAllow(tally, 'refused');
      }
    });
  }
});
