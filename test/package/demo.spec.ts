import { createServer, type Server } from 'node:net';
import should from 'should';
import { talkTo } from '../../simulator';
import { Demo, LONGEST_WAIT_MS, pause } from './demo-program';

describe('The demo', function () {
  this.timeout(2 * LONGEST_WAIT_MS);

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
  const deadline = Date.now() + LONGEST_WAIT_MS;
  for (;;) {
    const account = (await (await fetch(`${simulator}/api/account`)).json()) as AccountView;
    if (isThere(account)) return account;
    if (Date.now() > deadline) throw new Error(`The account holds ${JSON.stringify(account)}`);
    await pause(200);
  }
}
