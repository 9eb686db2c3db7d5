import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import should from 'should';
import { createLoginDirectory, type StoredTokens } from '../../../../sipgate/index';
import { fingerprintOf, loginOf, toStore } from '../../../../sipgate/client/login/tokens';

const ADA = { accessToken: 'ada-access', refreshToken: 'ada-refresh' };
const BOB = { accessToken: 'bob-access', refreshToken: 'bob-refresh' };

const renewed = (typed: typeof ADA, generation: number): StoredTokens =>
  toStore(typed, {
    accessToken: `${typed.accessToken}-${generation}`,
    refreshToken: `${typed.refreshToken}-${generation}`,
    expiresAt: 1000 + generation,
    renewAt: 500,
    generation,
  });

describe('The directory of renewed logins', () => {
  let parent: string;
  let path: string;
  /** Of a Node-RED that has just started. */
  const start = (owner = 'flows.json') => createLoginDirectory(path, owner);
  const files = async () => (await readdir(path)).sort();

  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'sipgate-logins-'));
    path = join(parent, 'sipgate-io');
  });
  afterEach(() => rm(parent, { recursive: true }));

  it('keeps each login once, however many accounts have it, also over a restart', async () => {
    const directory = start();
    await directory.storeOf(ADA).save(renewed(ADA, 1));
    await directory.storeOf({ refreshToken: ` ${ADA.refreshToken}\n` }).save(renewed(ADA, 2));
    await directory.storeOf(BOB).save(renewed(BOB, 1));
    (await start().storeOf(ADA).load())!.refreshToken.should.equal('ada-refresh-2');
    (await start().storeOf({ refreshToken: ADA.refreshToken }).load())!.generation!.should.equal(2);
    (await files()).should.eql([`tokens-${loginOf(ADA)}.json`, `tokens-${loginOf(BOB)}.json`].sort());
  });

  it('is closed for everybody else, also one that an older version has left open', async () => {
    await mkdir(path);
    await chmod(path, 0o755);
    await start().storeOf(ADA).save(renewed(ADA, 1));
    ((await stat(path)).mode & 0o777).should.equal(0o700);
    ((await stat(join(path, (await files())[0]!))).mode & 0o777).should.equal(0o600);
  });

  it('tells neither a typed-in token nor its own in the names of files', async () => {
    await start().storeOf(ADA).save(renewed(ADA, 1));
    (await files()).join().should.not.match(/ada/);
    (await readFile(join(path, (await files())[0]!), 'utf8')).should.not.match(/ada-refresh"|ada-access"/);
  });

  it('shares what cannot be written with the other accounts of the login, and writes it when it can', async () => {
    await writeFile(path, 'a file where the directory should be');
    const directory = start();
    await directory.storeOf(ADA).save(renewed(ADA, 1)).should.be.rejected();
    await rm(path);
    (await directory.storeOf(ADA).load())!.generation!.should.equal(1);
    await directory.storeOf(ADA).save(renewed(ADA, 1));
    (await start().storeOf(ADA).load())!.generation!.should.equal(1);
  });

  it('is in memory where Node-RED has no user directory', async () => {
    const directory = createLoginDirectory('', '');
    should(await directory.storeOf(ADA).load()).be.undefined();
    await directory.storeOf(ADA).save(renewed(ADA, 1));
    (await directory.storeOf(ADA).load())!.generation!.should.equal(1);
    await directory.sweep([BOB]);
    should(await directory.storeOf(ADA).load()).be.undefined();
  });

  describe('with files of an older version, named by the account’s node', () => {
    const older = (typed: typeof ADA, expiresAt: number) => ({
      fingerprint: fingerprintOf(typed),
      accessToken: 'old-access',
      refreshToken: `old-refresh-${expiresAt}`,
      expiresAt,
      renewAt: expiresAt - 1,
    });
    const plant = (name: string, content: object) => writeFile(join(path, name), JSON.stringify(content));
    beforeEach(() => mkdir(path));

    it('takes the newest that came from the typed-in login', async () => {
      await plant('tokens-node1.json', older(ADA, 1));
      await plant('tokens-node2.json', older(ADA, 3));
      await plant('tokens-node3.json', older(ADA, 2));
      await plant('tokens-node4.json', older(BOB, 9));
      (await start().storeOf(ADA).load())!.refreshToken.should.equal('old-refresh-3');
    });

    it('replaces them at the next renewal', async () => {
      await plant('tokens-node1.json', older(ADA, 1));
      await plant('tokens-node2.json', older(BOB, 1));
      await start().storeOf(ADA).save(renewed(ADA, 2));
      (await files()).should.eql([`tokens-${loginOf(ADA)}.json`, 'tokens-node2.json'].sort());
    });

    it('keeps those of a login that is used, and no others', async () => {
      await plant('tokens-node1.json', older(ADA, 1));
      await plant('tokens-node2.json', older(BOB, 1));
      await start().sweep([ADA]);
      (await files()).should.eql(['tokens-node1.json']);
    });
  });

  describe('is swept', () => {
    it('of logins that nobody uses any more, and of what a crash left half-written', async () => {
      await start().storeOf(ADA).save(renewed(ADA, 1));
      await start().storeOf(BOB).save(renewed(BOB, 1));
      const kept = [`tokens-${loginOf(ADA)}.json`, `tokens-${loginOf(ADA)}.json.tmp`];
      kept.push('something-else.json', 'my-tokens-x.json', 'tokens-x.json.bak', 'tokens-x.json.tmp.json.bak');
      const swept = [`tokens-${loginOf(BOB)}.json.tmp`, 'tokens-gone.json.tmp', 'tokens-gone.json'];
      for (const name of [...kept.slice(1), ...swept]) await writeFile(join(path, name), '{"finger');
      await start().sweep([ADA]);
      (await files()).should.eql(kept.sort());
    });

    it('of what it can delete, whatever it cannot', async () => {
      await mkdir(join(path, 'tokens-a.json'), { recursive: true });
      await writeFile(join(path, 'tokens-b.json'), '{}');
      await start().sweep([ADA]);
      (await files()).should.eql(['tokens-a.json']);
    });

    it('but not of those of other flows that share the user directory', async () => {
      await start('office.json').storeOf(ADA).save(renewed(ADA, 1));
      await start('home.json').sweep([BOB]);
      (await files()).should.have.length(1);
      await start('office.json').sweep([BOB]);
      (await files()).should.have.length(0);
    });

    it('also where there is none yet', async () => {
      await start().sweep([ADA]);
    });
  });
});
