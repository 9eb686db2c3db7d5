import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NodeAPI } from 'node-red';
import should from 'should';
import type { AccountNode } from '../../../../nodes/lib/account/account';
import { tallyOf } from '../../../../nodes/lib/account/spending';

const red = (settings: object) => ({ settings }) as unknown as NodeAPI;
const account = (id: string, alias?: string) =>
  ({ id, ...(alias === undefined ? {} : { _alias: alias }) }) as unknown as AccountNode;
const quiet = (text: string) => should.fail(text, 'no warning');

describe('The counts of an account', () => {
  let userDir: string;
  beforeEach(async () => (userDir = await mkdtemp(join(tmpdir(), 'sipgate-spending-'))));
  afterEach(() => rm(userDir, { recursive: true, force: true }));
  const files = () => readdir(join(userDir, 'sipgate-io')).catch(() => []);

  it('are the same after a deploy, which makes a new node of it', () => {
    const RED = red({ userDir, flowFile: 'flows.json' });
    should(tallyOf(RED, account('a'))).equal(tallyOf(RED, account('a')));
  });

  it('are one for all instances of a subflow: the user sees one account with one limit', () => {
    const RED = red({ userDir, flowFile: 'flows.json' });
    const one = tallyOf(RED, account('first-a', 'a'));
    should(tallyOf(RED, account('second-a', 'a'))).equal(one);
    should(tallyOf(RED, account('b'))).not.equal(one);
  });

  it('are others in another Node-RED, also one with the same user directory', async () => {
    const limits = { maxPerDay: 1 };
    for (const flowFile of ['flows.json', 'others.json', undefined])
      await tallyOf(red({ userDir, flowFile }), account('a')).count(limits, Date.now, quiet);
    (await files()).should.have.length(3);
  });

  it('are in memory only where there is no user directory', async () => {
    const tally = tallyOf(red({}), account('memory'));
    await tally.count({ maxPerDay: 1 }, Date.now, quiet);
    await tally.count({ maxPerDay: 1 }, Date.now, quiet).should.be.rejectedWith({ code: 'RATE_LIMITED' });
    (await files()).should.be.empty();
  });

  describe('end their day', () => {
    const zone = process.env['TZ'];
    afterEach(() => {
      if (zone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = zone;
    });

    it('at midnight on the clock of this machine', async () => {
      process.env['TZ'] = 'Europe/Berlin';
      const tally = tallyOf(red({ userDir, flowFile: '' }), account('a'));
      const limits = { maxPerDay: 1 };
      await tally.count(limits, () => Date.UTC(2026, 6, 31, 21, 59, 59), quiet);
      await tally.count(limits, () => Date.UTC(2026, 6, 31, 22, 0, 0), quiet);
      const [name = ''] = await files();
      const held = JSON.parse(await readFile(join(userDir, 'sipgate-io', name), 'utf8')) as unknown;
      should(held).deepEqual({ a: { day: '2026-08-01', count: 1 } });
      await tally
        .count(limits, () => Date.UTC(2026, 7, 1, 21, 59, 59), quiet)
        .should.be.rejectedWith({ code: 'RATE_LIMITED' });
    });
  });
});
