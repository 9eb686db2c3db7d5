import 'should';
import { eventually } from '../eventually';
import { type NodeRedProcess } from '../node-red';
import { pause } from './callers';
import { IS_LONG } from './flows';
import { createWatcher, startInbox, type Inbox, type Watcher } from './history-flow';

const ENTRIES = IS_LONG ? 10_000 : 1500;
const ROUNDS = IS_LONG ? 10 : 3;
const KILLS = IS_LONG ? 20 : 2;
const LATEST_KILL_MS = 3000;
/** Bounds a test that fails. */
const LIMIT_MS = 120_000;

describe(`history-in and ${ENTRIES} entries`, function () {
  this.timeout(600_000);
  let inbox: Inbox;
  let watcher: Watcher;
  let nodeRed: NodeRedProcess;

  beforeEach(async () => {
    inbox = await startInbox();
    watcher = createWatcher(inbox);
  });
  afterEach(async () => {
    nodeRed.child.kill('SIGKILL');
    await nodeRed.stop();
    await inbox.stop();
    await watcher.remove();
  });

  const fault = (kind: object, times = 1) =>
    inbox.simulator.account.faults.push({ match: 'GET /history', times, fault: kind as never });
  const polls = () => inbox.simulator.account.requests.length;
  const twice = () => watcher.ids().length - new Set(watcher.ids()).size;
  /** It has looked so many times more, so nothing is to come any more. */
  const looked = async (times: number) => {
    const before = polls();
    await eventually(() => polls() >= before + times, 'a look', LIMIT_MS);
  };
  /** Something comes in, or goes, between two pages. */
  const shift = (ids: string[]) => {
    const { history } = inbox.simulator.account;
    fault({ kind: 'act', act: () => ids.push(...inbox.receive(7)) }, 3);
    const [oldest] = history.entries;
    if (oldest) fault({ kind: 'act', act: () => history.deletedIds.add(oldest.id) });
  };

  it('emits each once, though pages shift, sipgate is busy, away and started anew, and flows are deployed', async () => {
    inbox.receive(300); // old
    const ids: string[] = [];
    nodeRed = await watcher.start();
    await looked(2);
    for (let round = 0; round < ROUNDS; round += 1) {
      ids.push(...inbox.receive(ENTRIES / ROUNDS));
      shift(ids);
      fault({ kind: 'status', status: 429, headers: { 'retry-after': '1' } });
      fault({ kind: 'status', status: 503 }, 2);
      fault({ kind: 'resetBefore' });
      fault({ kind: 'resetAfter' });
      if (round % 3 === 0) await inbox.restart();
      if (round % 3 === 1) await nodeRed.deploy(watcher.changed(), round % 2 === 0 ? 'full' : 'nodes');
      // pauses double as long as nothing goes well
      await eventually(
        () => inbox.simulator.account.faults.length === 0,
        'the end of the troubles',
        LIMIT_MS,
      );
    }
    await watcher.has(ids, LIMIT_MS);
    await looked(3);
    watcher.ids().length.should.equal(ids.length);
    new Set(watcher.ids()).should.deepEqual(new Set(ids));
  });

  it('loses none in sudden deaths, and counts what comes twice', async () => {
    inbox.receive(300); // old
    const ids: string[] = [];
    const repeated: number[] = [];
    nodeRed = await watcher.start();
    await looked(2);
    for (let kill = 0; kill < KILLS; kill += 1) {
      ids.push(...inbox.receive(Math.ceil(ENTRIES / KILLS / 2)));
      await pause(LATEST_KILL_MS * Math.random());
      nodeRed.child.kill('SIGKILL');
      await nodeRed.stop();
      ids.push(...inbox.receive(Math.floor(ENTRIES / KILLS / 2)));
      const before = twice();
      nodeRed = await watcher.start();
      await watcher.has(ids, LIMIT_MS);
      repeated.push(twice() - before);
    }
    await looked(3);
    new Set(watcher.ids()).should.deepEqual(new Set(ids));
    // one that dies before it has written anything repeats what the one before had not written, too
    repeated.some((count) => count < ENTRIES / KILLS).should.be.true();
    console.log(
      `      ${KILLS} deaths, ${ids.length} entries, ${twice()} came twice (${repeated.join(', ')})`,
    );
  });
});
