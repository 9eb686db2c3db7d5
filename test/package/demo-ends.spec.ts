import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import should from 'should';
import { freePort, startNodeRed } from '../node-red';
import { removeFolder } from '../remove-folder';
import { Demo, ENGLISH, LONGEST_WAIT_MS, pause, root } from './demo-program';

describe('Two demos that start at the same moment', function () {
  this.timeout(LONGEST_WAIT_MS);

  it('both come up: the later one takes another port than it wished for', async () => {
    const wishedPort = await freePort();
    const both = await Promise.all([startNodeRed({ wishedPort }), startNodeRed({ wishedPort })]);
    await Promise.all(both.map(({ stop }) => stop()));
    const [one, two] = both.map(({ port }) => port);
    should(one).not.equal(two);
    [one, two].should.containEql(wishedPort);
  });
});

describe('The demo, when it ends', function () {
  this.timeout(2 * LONGEST_WAIT_MS);

  it('leaves nothing behind when it is stopped while it starts', async () => {
    const demo = new Demo();
    const deadline = Date.now() + LONGEST_WAIT_MS;
    while (!demo.hasFolder() && Date.now() < deadline) await pause(20);
    should(await demo.stop()).equal(0);
    demo.printed.should.not.containEql('failed');
    (await demo.leftovers()).should.be.empty();
  });

  const onUnix = process.platform === 'win32' ? () => undefined : it;
  onUnix('ends with the shell that npm has started it in', async () => {
    const temporary = mkdtempSync(join(tmpdir(), 'sipgate-demo-test-'));
    const env = { ...process.env, ...ENGLISH, TMPDIR: temporary, npm_lifecycle_event: 'start' };
    // `; true` keeps the shell from becoming the program that it is to start
    const shell = spawn('sh', ['-c', `"${process.execPath}" scripts/demo.mjs; true`], { cwd: root, env });
    let printed = '';
    shell.stdout.on('data', (chunk) => (printed += chunk));
    const ended = new Promise((end) => shell.stdout.on('close', end));
    const deadline = Date.now() + LONGEST_WAIT_MS;
    while (!printed.includes('Ctrl+C') && Date.now() < deadline) await pause(100);
    printed.should.containEql('Ctrl+C');
    shell.kill('SIGTERM');
    await ended;
    readdirSync(temporary)
      .filter((name) => name.startsWith('sipgate-demo-'))
      .should.be.empty();
    await removeFolder(temporary);
  });

  const onLinux = existsSync('/proc/self/stat') ? it : () => undefined;
  onLinux('says so and ends when its Node-RED has ended', async () => {
    const demo = new Demo();
    await demo.prints(/Ctrl\+C/);
    demo.killNodeRed();
    should(await demo.ended).equal(1);
    demo.printed.should.containEql('Node-RED ended with SIGKILL');
    (await demo.leftovers()).should.be.empty();
  });
});
