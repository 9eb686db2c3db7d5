import type { Browser } from 'playwright-core';
import should from 'should';
import { Simulator } from '../../simulator';
import {
  debugMessages,
  deploy,
  eventually,
  nodesOf,
  openBrowser,
  openEditor,
  placeExample,
  press,
  setProperties,
  startNodeRed,
  statusOf,
  type Editor,
  type EditorNode,
  type NodeRed,
} from './harness';

const EXAMPLES = [
  '06 - SMS when a value is too high',
  '07 - Scheduled SMS',
  '08 - Fax a PDF',
  '09 - Click to call',
  '10 - Set the webhook URL at start-up',
  '11 - Missed call, SMS to the caller',
];
const ACTIONS = ['sipgate-sms', 'sipgate-fax', 'sipgate-call', 'sipgate-webhook-settings'];
const OURS = [...ACTIONS, 'sipgate-account', 'sipgate-webhook', 'sipgate-webhook-in'];

describe('Examples of actions in the editor', function () {
  this.timeout(60_000);
  let browser: Browser;
  let nodeRed: NodeRed;
  let simulator: Simulator;
  let editor: Editor;

  before(async () => {
    [browser, nodeRed, simulator] = await Promise.all([
      openBrowser(),
      startNodeRed(),
      Simulator.start({ port: 0 }),
    ]);
    Object.assign(simulator.account.faxNetwork, { graceMs: 50, pendingMs: 100, sendingMs: 100 });
    editor = await openEditor(browser, nodeRed);
  });

  after(async () => {
    await browser?.close();
    await Promise.all([nodeRed?.stop(), simulator?.stop()]);
  });

  /** The node of that type in the flow of an example. */
  async function nodeOf(example: string, type: string): Promise<EditorNode> {
    const tabs = (await editor.page.evaluate(
      '(() => { const tabs = []; RED.nodes.eachWorkspace((tab) => tabs.push([tab.id, tab.label])); return tabs; })()',
    )) as [string, string][];
    const tab = tabs.find(([, label]) => label.startsWith(example))?.[0];
    const node = (await nodesOf(editor, type)).find(({ z }) => z === tab);
    if (!node) throw new Error(`there is no ${type} in example ${example}`);
    return node;
  }

  const status = (id: string, words: string) =>
    eventually(
      () => statusOf(editor, id),
      (shown) => shown.includes(words),
    );
  const texts = (start: string) =>
    simulator.account.sentSms.filter(({ message }) => message.startsWith(start));

  it('are imported side by side, and nothing is red', async () => {
    for (const example of EXAMPLES) await placeExample(editor, example);
    const ours = (await Promise.all(OURS.map((type) => nodesOf(editor, type)))).flat();
    ours.filter((node) => !node.valid).should.deepEqual([]);
    (await nodesOf(editor, 'sipgate-account')).length.should.equal(EXAMPLES.length);
  });

  it('are deployed with a login and the webhooks’ addresses', async () => {
    const [login] = simulator.account.credentials.tokens;
    const credentials = { tokenId: login!.id, token: login!.token, has_token: true };
    for (const { id } of await nodesOf(editor, 'sipgate-account')) {
      await setProperties(editor, id, { apiUrl: `${simulator.url}/v2`, credentials });
    }
    for (const { id, path } of await nodesOf(editor, 'sipgate-webhook')) {
      const publicUrl = `${nodeRed.nodeUrl}${String(path)}`;
      await setProperties(editor, id, { publicUrl, publicKey: simulator.publicKey });
    }
    await deploy(editor);
  });

  it('06 sends an SMS when the value is too high, and only one', async () => {
    const { id } = await nodeOf('06', 'sipgate-sms');
    await press(editor, '4 degrees');
    await press(editor, '12 degrees');
    await status(id, 'sent at');
    const [sms] = simulator.account.sentSms;
    should(sms).containEql({ recipient: '+4917139200077', message: 'It is 12 degrees in the fridge.' });
    await press(editor, '12 degrees'); // whether it sent another one is seen when those of 07 have come
  });

  it('07 schedules an SMS, by an expression and by a message', async () => {
    const before = Date.now();
    await press(editor, 'Remind me in an hour');
    await press(editor, 'Remind me tomorrow');
    const planned = await eventually(
      async () => simulator.account.sentSms.filter(({ sendAt }) => sendAt !== undefined),
      (found) => found.length === 2,
    );
    const cake = planned.find(({ message }) => message.includes('cake'));
    const doctor = planned.find(({ message }) => message.includes('doctor'));
    should(cake?.sendAt).be.within(Math.floor(before / 1000) + 3600, Math.ceil(Date.now() / 1000) + 3600);
    const morning = new Date((doctor?.sendAt ?? 0) * 1000);
    [morning.getHours(), morning.getMinutes()].should.deepEqual([8, 0]);
    await status((await nodeOf('07', 'sipgate-sms')).id, 'scheduled for');
    texts('It is').length.should.equal(1);
  });

  it('08 faxes a PDF from the first line that can send, and waits until it has arrived', async () => {
    const { id } = await nodeOf('08', 'sipgate-fax');
    await press(editor, 'Fax it');
    await status(id, 'sent at');
    const [fax] = simulator.account.faxes;
    should(fax).containEql({ faxlineId: 'f0', recipient: '+493023125042', filename: 'order.pdf' });
    should(fax?.failure).be.undefined();
    (await debugMessages(editor)).join('\n').should.containEql('SENT');
  });

  it('08 hands a fax that does not get through to the catch node', async () => {
    await press(editor, 'Fax it to a dead number');
    await eventually(
      () => debugMessages(editor),
      (messages) => messages.some((message) => message.includes('What went wrong')),
    );
  });

  it('09 rings the telephone first', async () => {
    const { id } = await nodeOf('09', 'sipgate-call');
    await press(editor, 'Call the garage');
    await status(id, 'started at');
    const [request] = simulator.account.requests.filter(({ path }) => path.endsWith('/sessions/calls'));
    should(request?.body).deepEqual({ caller: 'e0', callee: '+498999998123' });
  });

  it('10 sets the webhook URL and takes it away again', async () => {
    await press(editor, 'With the simulator on this machine');
    await eventually(
      async () => simulator.account.settings.incomingUrl,
      (url) => url === 'http://127.0.0.1:1880/sipgate/example-10',
    );
    await press(editor, 'Switch it off again');
    await eventually(
      async () => simulator.account.settings.incomingUrl,
      (url) => url === '',
    );
  });

  it('11 sends an SMS to whoever called in vain, once', async () => {
    simulator.setWebhook(`${nodeRed.nodeUrl}/sipgate/example-11`);
    const missed = {
      from: '+4917139200005',
      to: '+493023125000',
      callees: { default: 'noAnswer' as const },
    };
    await simulator.call(missed).ended;
    await simulator.call(missed).ended;
    await simulator.call({ ...missed, from: '+493023125007' }).ended;
    await simulator.call({ ...missed, from: '+4917139200006', callees: {} }).ended;
    await simulator.call({ ...missed, from: '+4917139200008' }).ended;
    await eventually(
      async () => texts('Sorry').map(({ recipient }) => recipient),
      (recipients) => recipients.join() === '+4917139200005,+4917139200008',
    );
  });

  it('left no error in the page, and no text of an SMS in the log', () => {
    editor.errors.should.deepEqual([]);
    nodeRed.log().should.not.containEql('degrees in the fridge');
  });
});
