import should from 'should';
import { encode, newCall, post } from '../nodes/helpers/http';
import { eventually } from '../eventually';
import { onlyAllow, pause, startCallers } from './callers';
import { IS_LONG, SERVERS, startCallTaker } from './flows';
import { seenBy } from './health';

const CLOSE_MS = IS_LONG ? [0, 1500, 5000] : [5000];
const DEPLOYS = IS_LONG ? 3 : 1;

describe('a deploy under 50 calls a second', function () {
  this.timeout(120_000);

  for (const server of SERVERS) {
    for (const closeMs of CLOSE_MS) {
      const others = closeMs === 0 ? '' : `, beside a node that takes ${closeMs} ms to close`;
      it(`turns nobody away on the server "${server}"${others}`, async () => {
        const taker = await startCallTaker({ server, closeMs });
        const callers = startCallers(() => taker.url);
        try {
          await pause(500);
          for (let deploy = 0; deploy < DEPLOYS; deploy += 1) {
            await taker.nodeRed.deploy(taker.changed());
            await pause(500);
          }
        } finally {
          const tally = await callers.stop();
          await taker.kill();
          onlyAllow(tally);
        }
      });
    }

    it(`brings every hang-up that was answered to a flow, on the server "${server}"`, async () => {
      const taker = await startCallTaker({ server });
      const nextForm = () => newCall({ event: 'hangup', cause: 'normalClearing' });
      const callers = startCallers(() => taker.url, { perSecond: 200, nextForm });
      let tally;
      try {
        for (let deploy = 0; deploy < (IS_LONG ? 80 : 10); deploy += 1) {
          await pause(100);
          await taker.nodeRed.deploy(taker.changed());
        }
        tally = await callers.stop();
        const answered = tally['answered'] ?? 0;
        const seen = () => seenBy(taker.nodeRed);
        await eventually(async () => (await seen()) >= answered, 'the last hang-up', 2000).catch(
          () => undefined,
        );
        (await seen()).should.equal(answered);
      } finally {
        await callers.stop();
        await taker.kill();
      }
      onlyAllow(tally);
    });

    for (const type of ['nodes', 'flows'] as const) {
      it(`of changed ${type} keeps a call open whose nodes stay, on the server "${server}"`, async () => {
        const taker = await startCallTaker({ server });
        try {
          const other = { id: 'other', type: 'tab', label: 'Another flow' };
          const node = (version: number) => ({
            id: 'x',
            type: 'slow-close',
            z: 'other',
            x: 1,
            y: 1,
            closeMs: 0,
            version,
            wires: [],
          });
          const flow = taker.changed();
          await taker.nodeRed.deploy([...flow, other, node(1)]);
          for (let call = 0; call < 4; call += 1) {
            const answer = post(taker.url, encode(newCall()));
            await pause(20);
            await taker.nodeRed.deploy([...flow, other, node(call + 2)], type);
            should((await answer).body).containEql('<Number>4930231250000</Number>');
          }
        } finally {
          await taker.kill();
        }
      });
    }
  }
});
