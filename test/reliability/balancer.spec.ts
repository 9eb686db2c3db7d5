import { onlyAllow, pause, startCallers } from './callers';
import { IS_LONG, SERVERS, startCallTaker } from './flows';
import { startNginx } from './programs';

describe('two instances behind nginx under 50 calls a second', function () {
  this.timeout(120_000);
  const signals = IS_LONG ? [0, 1500] : [1500];

  for (const server of SERVERS) {
    for (const closeMs of signals) {
      const others = closeMs === 0 ? '' : `, beside a node that takes ${closeMs} ms to close`;
      it(`one ends (SIGTERM), and no caller notices, on the server "${server}"${others}`, async () => {
        const [one, two] = await Promise.all([
          startCallTaker({ server, closeMs }),
          startCallTaker({ server }),
        ]);
        const nginx = await startNginx([one, two].map(({ url }) => new URL(url).host));
        const callers = startCallers(() => nginx.url + new URL(two.url).pathname);
        try {
          await pause(1000);
          one.nodeRed.child.kill('SIGTERM');
          await one.nodeRed.ended;
          await pause(500);
        } finally {
          const tally = await callers.stop();
          await Promise.all([one.kill(), two.kill(), nginx.stop()]);
          onlyAllow(tally);
        }
      });
    }
  }
});
