import { chmod, mkdtemp, mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import should from 'should';
import { createDayCounts } from '../../../../sipgate/index';

const DAY = '2026-01-31';

describe('The file with the counts of the day', () => {
  let folder: string;
  let path: string;
  const held = async () => JSON.parse(await readFile(path, 'utf8')) as unknown;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sipgate-spending-'));
    path = join(folder, 'sipgate-io', 'spending.json');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is nobody else’s to read, and nothing lies beside it', async () => {
    await createDayCounts(path).storeOf('a').save({ day: DAY, count: 1 });
    ((await stat(path)).mode & 0o777).should.equal(0o600);
    ((await stat(join(folder, 'sipgate-io'))).mode & 0o777).should.equal(0o700);
    (await readdir(join(folder, 'sipgate-io'))).should.deepEqual(['spending.json']);
    (await readFile(path, 'utf8')).should.equal(
      `{\n  "a": {\n    "day": "${DAY}",\n    "count": 1\n  }\n}\n`,
    );
  });

  it('gives each account its own count to whoever comes later', async () => {
    const before = createDayCounts(path);
    await before.storeOf('a').save({ day: DAY, count: 3 });
    await before.storeOf('__proto__').save({ day: DAY, count: 4 });
    const after = createDayCounts(path);
    should(await after.storeOf('a').load()).deepEqual({ day: DAY, count: 3 });
    should(await after.storeOf('__proto__').load()).deepEqual({ day: DAY, count: 4 });
    should(await after.storeOf('b').load()).be.undefined();
  });

  it('is not missed before anything was counted, and knows zero', async () => {
    should(await createDayCounts(path).storeOf('a').load()).be.undefined();
    await createDayCounts(path).storeOf('a').save({ day: DAY, count: 0 });
    should(await createDayCounts(path).storeOf('a').load()).deepEqual({ day: DAY, count: 0 });
  });

  it('keeps the count of an account that nobody has asked for yet', async () => {
    await createDayCounts(path).storeOf('a').save({ day: DAY, count: 3 });
    await createDayCounts(path).storeOf('b').save({ day: DAY, count: 1 });
    should(await held()).deepEqual({ a: { day: DAY, count: 3 }, b: { day: DAY, count: 1 } });
  });

  it('forgets other days', async () => {
    const counts = createDayCounts(path);
    await counts.storeOf('a').save({ day: '2026-01-30', count: 3 });
    await counts.storeOf('b').save({ day: DAY, count: 1 });
    should(await held()).deepEqual({ b: { day: DAY, count: 1 } });
  });

  it('holds the latest count when thousands are saved at once', async () => {
    const store = createDayCounts(path).storeOf('a');
    const counts = Array.from({ length: 2000 }, (_, index) => index + 1);
    await Promise.all(counts.map((count) => store.save({ day: DAY, count })));
    should(await held()).deepEqual({ a: { day: DAY, count: 2000 } });
  });

  it('holds each count when its saving has ended', async () => {
    const store = createDayCounts(path).storeOf('a');
    const behind: number[] = [];
    const save = async (count: number) => {
      await store.save({ day: DAY, count });
      const { a } = (await held()) as { a: { count: number } };
      if (a.count < count) behind.push(count);
    };
    const waves = Array.from({ length: 20 }, async (_, wave) => {
      for (let turn = 0; turn < wave % 4; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      await save(wave + 1);
    });
    await Promise.all(waves);
    behind.should.deepEqual([]);
  });

  for (const text of [
    '',
    '{"a":',
    'null',
    '[]',
    '{"a":5,"b":null,"c":{"day":1,"count":2},"d":{"day":"x","count":1.5},"e":{"day":"x","count":-1}}',
  ]) {
    it(`counts as empty when it holds ${text || 'nothing'}`, async () => {
      await mkdir(join(folder, 'sipgate-io'));
      await writeFile(path, text);
      const counts = createDayCounts(path);
      for (const account of ['a', 'b', 'c', 'd', 'e'])
        should(await counts.storeOf(account).load()).be.undefined();
      await counts.storeOf('a').save({ day: DAY, count: 1 });
      should(await held()).deepEqual({ a: { day: DAY, count: 1 } });
    });
  }

  it('says what the system says when it cannot be read, and is written all the same', async () => {
    await mkdir(path, { recursive: true });
    const store = createDayCounts(path).storeOf('a');
    await store.load().should.be.rejectedWith({ code: 'EISDIR' });
    await rm(path, { recursive: true });
    await store.save({ day: DAY, count: 1 });
    should(await held()).deepEqual({ a: { day: DAY, count: 1 } });
  });

  it('is written again after a failure', async () => {
    await writeFile(join(folder, 'sipgate-io'), 'a file where the folder would be');
    const store = createDayCounts(path).storeOf('a');
    await store.save({ day: DAY, count: 1 }).should.be.rejected();
    await rm(join(folder, 'sipgate-io'));
    const first = store.save({ day: DAY, count: 2 });
    await Promise.all([first, store.save({ day: DAY, count: 3 })]);
    should(await held()).deepEqual({ a: { day: DAY, count: 3 } });
    await chmod(path, 0o600);
  });
});
