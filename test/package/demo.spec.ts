import { spawn, type ChildProcess } from 'node:child_process';
import { resolve } from 'node:path';
import should from 'should';

const root = resolve(__dirname, '../..');
const PATIENCE_MS = 90_000;

/** What `npm start` prints, once it is built. */
class Demo {
  readonly #child: ChildProcess;
  readonly ended: Promise<number | null>;
  printed = '';

  constructor(...options: string[]) {
    this.#child = spawn(process.execPath, ['scripts/demo.mjs', ...options], { cwd: root });
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
}

const pause = (ms: number) => new Promise((resume) => setTimeout(resume, ms));

describe('The demo', function () {
  this.timeout(2 * PATIENCE_MS);

  it('prints the dialogue of a menu call and ends well', async () => {
    const demo = new Demo('--once');
    should(await demo.ended).equal(0, demo.printed);
    const steps = [
      'NEW_CALL',
      '<Gather',
      'DATA      dtmf=1',
      '<Dial>',
      'ANSWER',
      'HANGUP',
      'All as it should be',
    ];
    const places = steps.map((step) => demo.printed.indexOf(step));
    places.should.not.containEql(-1);
    places.should.deepEqual([...places].sort((one, other) => one - other));
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
      await demo.prints(/Ctrl\+C/);
    } finally {
      should(await demo.stop()).equal(0);
    }
  });
});

interface AccountView {
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
