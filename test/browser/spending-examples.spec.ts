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
  type Editor,
  type NodeRed,
} from './harness';

const EXAMPLES = ['21 - Monthly balance warning', '22 - Stop a flow that goes mad'];

describe('Examples of what an account spends in the editor', function () {
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
    editor = await openEditor(browser, nodeRed);
  });

  after(async () => {
    await browser?.close();
    await Promise.all([nodeRed?.stop(), simulator?.stop()]);
  });

  const texts = () => simulator.account.sentSms.map(({ message }) => message);
  const debugged = (words: string) =>
    eventually(
      () => debugMessages(editor),
      (messages) => messages.some((message) => message.includes(words)),
    );

  it('are imported side by side, and nothing is red', async () => {
    for (const example of EXAMPLES) await placeExample(editor, example);
    const types = ['sipgate-account', 'sipgate-lookup', 'sipgate-sms'];
    const ours = (await Promise.all(types.map((type) => nodesOf(editor, type)))).flat();
    ours.length.should.equal(5);
    ours.filter((node) => !node.valid).should.deepEqual([]);
  });

  it('are deployed with a login', async () => {
    const [login] = simulator.account.credentials.tokens;
    const credentials = { tokenId: login!.id, token: login!.token, has_token: true };
    for (const { id } of await nodesOf(editor, 'sipgate-account'))
      await setProperties(editor, id, { apiUrl: `${simulator.url}/v2`, credentials });
    await deploy(editor);
  });

  it('21 shows the balance in the currency’s unit, and warns only when it is low', async () => {
    simulator.account.balance.amount = 100_000;
    await press(editor, 'Check now');
    await debugged('amount: 10');
    simulator.account.balance.amount = 99_900;
    await press(editor, 'Check now');
    await eventually(
      async () => texts(),
      (sent) => sent.length > 0,
    );
    texts().should.deepEqual(['The balance of your sipgate account is down to 9.99 EUR.']);
  });

  it('22 sends 5 of 100 SMS, and then none until it is let run again', async () => {
    simulator.account.sentSms.length = 0;
    await press(editor, 'Go mad');
    await debugged('limit of 5 per minute');
    await eventually(
      async () => texts(),
      (sent) => sent.length === 5,
    );
    const asked = simulator.account.requests.length;
    await press(editor, 'Go mad');
    await press(editor, 'Let it run again');
    texts().should.deepEqual([1, 2, 3, 4, 5].map((nth) => `This is message ${nth} of a flow that went mad.`));
    should(simulator.account.requests.length).equal(asked);
  });

  it('left no error in the page, and no text of an SMS in the log', () => {
    editor.errors.should.deepEqual([]);
    nodeRed.log().should.not.containEql('that went mad').and.not.containEql('is down to');
  });
});
