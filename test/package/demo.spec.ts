import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import should from 'should';
import { talkTo } from '../../simulator';
import { removeFolder } from '../remove-folder';

const root = resolve(__dirname, '../..');
const PATIENCE_MS = 90_000;
/** Else the buttons of the examples are called otherwise on some machines. */
const ENGLISH = { LC_ALL: 'en_US.UTF-8' };

/** What `npm start` prints, once it is built. */
class Demo {
  readonly #child: ChildProcess;
  readonly ended: Promise<number | null>;
  printed = '';

  /** What it leaves in the folder for temporary files. */
  readonly #temporary = mkdtempSync(join(tmpdir(), 'sipgate-demo-test-'));

  constructor(...options: string[]) {
    const env = { ...process.env, ...ENGLISH, TMPDIR: this.#temporary };
    this.#child = spawn(process.execPath, ['scripts/demo.mjs', ...options], { cwd: root, env });
    this.#child.stdout?.on('data', (chunk) => (this.printed += chunk));
    this.#child.stderr?.on('data', (chunk) => (this.printed += chunk));
    this.ended = new Promise((end) => this.#child.on('exit', end));
  }

  /** Waits until it has printed this. */
  async prints(wanted: RegExp): Promise<string> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const found = wanted.exec(this.printed);
      if (found) return found[1] ?? found[0];
      if (Date.now() > deadline || this.#child.exitCode !== null)
        throw new Error(`The demo printed:\n${this.printed}`);
      await pause(100);
    }
  }

  stop(): Promise<number | null> {
    this.#child.kill('SIGTERM');
    return this.ended;
  }

  /** Kills its Node-RED, the one program that it has started. Linux tells which that is. */
  killNodeRed(): void {
    const isChild = (pid: string) => statOf(pid).split(') ').at(-1)?.split(' ')[1] === `${this.#child.pid}`;
    const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && isChild(name));
    for (const pid of children) process.kill(Number(pid), 'SIGKILL');
  }

  hasFolder(): boolean {
    return readdirSync(this.#temporary).some((name) => name.startsWith('sipgate-demo-'));
  }

  /** @returns the demo's folders that are still there, once it has ended; removes what is around them */
  async leftovers(): Promise<string[]> {
    const left = readdirSync(this.#temporary).filter((name) => name.startsWith('sipgate-demo-'));
    await removeFolder(this.#temporary);
    return left;
  }
}

/** @returns what Linux says of a process: `pid (name) state parent …`; nothing of one that has just ended */
function statOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return '';
  }
}

const pause = (ms: number) => new Promise((resume) => setTimeout(resume, ms));

describe('The demo', function () {
  this.timeout(2 * PATIENCE_MS);

  it('prints the dialogue of a menu call and of a transferred one, and ends well', async () => {
    const demo = new Demo('--once');
    should(await demo.ended).equal(0, demo.printed);
    (await demo.leftovers()).should.be.empty();
    const steps = [
      'NEW_CALL',
      '<Gather',
      'DATA      dtmf=1',
      '<Dial>',
      'ANSWER',
      'HANGUP',
      'All as it should be',
      'DATA      dtmf=2',
      'the call is transferred to',
      'the call is over',
      'History in has told the flow of it: one entry',
    ];
    let place = 0;
    for (const step of steps) {
      place = demo.printed.indexOf(step, place);
      should(place).not.equal(-1, `${step} is missing or comes too early in\n${demo.printed}`);
    }
  });

  it('sends SMS and faxes, rings and imports when the buttons of the examples are pressed', async () => {
    const demo = new Demo();
    try {
      const simulator = await demo.prints(/(http:\/\/\S+) {3}a telephone/);
      const editor = await demo.prints(/(http:\/\/\S+) {3}Node-RED with/);
      for (const button of ['12 degrees', 'Remind me in an hour', 'Fax it', 'Call the garage', 'Start']) {
        await press(editor, button);
      }
      const account = await eventually(simulator, ({ sms, faxes, contacts }) => {
        return sms.length === 2 && faxes.length === 1 && contacts.total > 2;
      });
      account.sms.some(({ message }) => message.includes('12')).should.be.true();
      await demo.prints(/sipgate-ai\/example-27/);
      await talkToTheModel(editor);
      await demo.prints(/Ctrl\+C/);
    } finally {
      should(await demo.stop()).equal(0);
      (await demo.leftovers()).should.be.empty();
    }
  });

  it('takes other ports when its own are taken, and its flows are whole and fit them', async () => {
    const taken = await Promise.all([1880, 8780].map(occupy));
    const demo = new Demo();
    try {
      const simulator = await demo.prints(/(http:\/\/\S+) {3}a telephone/);
      const editor = await demo.prints(/(http:\/\/\S+) {3}Node-RED with/);
      demo.printed.should.match(/Port 1880 is taken/).and.match(/Port 8780 is taken/);
      const flows = (await (await fetch(`${editor}/flows`)).json()) as { type: string; file?: string }[];
      should(flows.find(({ type }) => type === 'sipgate-fax')?.file).equal('payload');
      await press(editor, 'With the simulator on this machine');
      await eventually(simulator, ({ settings }) => {
        return settings.incomingUrl === `${editor}/sipgate/example-10`;
      });
    } finally {
      await demo.stop();
      await demo.leftovers();
      for (const server of taken) server.close();
    }
  });

  it('leaves nothing behind when it is stopped while it starts', async () => {
    const demo = new Demo();
    const deadline = Date.now() + PATIENCE_MS;
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
    const deadline = Date.now() + PATIENCE_MS;
    while (!printed.includes('Ctrl+C') && Date.now() < deadline) await pause(100);
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

/** The assistant of example 28 asks the demo's stand-in for a language model. */
async function talkToTheModel(editor: string): Promise<void> {
  const url = `${editor}/sipgate-ai/example-28`;
  const conversation = talkTo({ url, secret: 'secret-of-the-demo', speed: 100 });
  await conversation.say('Do you sell tandems?');
  conversation.hangUp();
  await conversation.ended;
  conversation.problems.should.eql([]);
  const said = conversation.entries.flatMap((entry) => (entry.kind === 'said' ? [entry.text] : []));
  should(said.at(-1)).match(/^You said: Do you sell tandems\?\. That was your sentence number 1\./);
}

/** Takes a port; another program may have it already, which does as well. */
function occupy(port: number): Promise<Server> {
  const server = createServer();
  return new Promise((done) => {
    server.once('error', () => done(server)).listen(port, '127.0.0.1', () => done(server));
  });
}

interface AccountView {
  readonly settings: { readonly incomingUrl: string };
  readonly sms: readonly { readonly message: string }[];
  readonly faxes: readonly unknown[];
  readonly contacts: { readonly total: number };
}

async function press(editor: string, button: string): Promise<void> {
  const flows = (await (await fetch(`${editor}/flows`)).json()) as {
    id: string;
    type: string;
    name?: string;
  }[];
  const inject = flows.find(({ type, name }) => type === 'inject' && name === button);
  const { status } = await fetch(`${editor}/inject/${inject?.id}`, { method: 'POST' });
  should(status).equal(200, `no button ${button}`);
}

async function eventually(
  simulator: string,
  isThere: (account: AccountView) => boolean,
): Promise<AccountView> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const account = (await (await fetch(`${simulator}/api/account`)).json()) as AccountView;
    if (isThere(account)) return account;
    if (Date.now() > deadline) throw new Error(`The account holds ${JSON.stringify(account)}`);
    await pause(200);
  }
}
