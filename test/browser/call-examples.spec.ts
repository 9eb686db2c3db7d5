import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Browser } from 'playwright-core';
import 'should';
import { Simulator, type CallScript } from '../../simulator';
import { PROJECT } from '../node-red';
import {
  debugMessages,
  deploy,
  eventually,
  importExample,
  nodesOf,
  openBrowser,
  openEditor,
  PACK,
  placeExample,
  setProperties,
  startNodeRed,
  type Editor,
  type NodeRed,
} from './harness';

const EXAMPLES = [
  '01 - Announce a call in the debug sidebar',
  '02 - A menu with digits',
  '03 - Office hours',
  '04 - Block list',
  '05 - Missed calls',
];
const OUR_TYPES = ['sipgate-webhook', 'sipgate-webhook-in', 'sipgate-webhook-response'];
const CALLER = '+491713920001';
const CALLEE = '+493023125000';

describe('Examples of calls in the editor', function () {
  this.timeout(60_000);
  let browser: Browser;
  let nodeRed: NodeRed;
  let editor: Editor;
  let simulator: Simulator;

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

  /** Places a call to the webhook of an example and waits for its end. */
  async function call(example: number, script: Partial<CallScript> = {}) {
    simulator.setWebhook(`${nodeRed.nodeUrl}/sipgate/example-0${example}`);
    const placed = simulator.call({ from: CALLER, to: CALLEE, ...script });
    const outcome = await placed.ended;
    const refused = placed.transcript.filter((entry) => entry.kind === 'answer' && entry.status !== 200);
    refused.should.deepEqual([]);
    return outcome;
  }

  const seen = (words: string) =>
    eventually(
      () => debugMessages(editor),
      (messages) => messages.some((message) => message.includes(words)),
    );

  it('are in the menu, from where one is imported', async () => {
    for (const language of ['English', 'Deutsch']) {
      const url = `${nodeRed.editorUrl}library/examples/flows/${PACK}/${language}`;
      const menu = await (await fetch(url)).text();
      const shipped = readdirSync(join(PROJECT, 'examples', language)).map((file) => basename(file, '.json'));
      shipped.filter((name) => !menu.includes(name)).should.deepEqual([]);
    }
    await importExample(editor, EXAMPLES[0]!);
  });

  it('are imported side by side, and nothing is red', async () => {
    for (const example of EXAMPLES.slice(1)) await placeExample(editor, example);
    const ours = (await Promise.all(OUR_TYPES.map((type) => nodesOf(editor, type)))).flat();
    ours.filter((node) => !node.valid).should.deepEqual([]);
    (await nodesOf(editor, 'sipgate-webhook')).length.should.equal(EXAMPLES.length);
  });

  it('deploys all of them together, without an error in the page or in Node-RED', async () => {
    for (const { id, path } of await nodesOf(editor, 'sipgate-webhook')) {
      const publicUrl = `${nodeRed.nodeUrl}${String(path)}`;
      await setProperties(editor, id, { publicUrl, publicKey: simulator.publicKey });
    }
    await deploy(editor);
    await eventually(
      async () => nodeRed.log(),
      (log) => log.split('Started flows').length > 2,
    );
    editor.errors.should.deepEqual([]);
    nodeRed.log().should.not.match(/\[error\]|\[warn\] \[sipgate/);
  });

  it('01 says in the debug sidebar who is calling, and what became of the call', async () => {
    (await call(1)).kind.should.equal('answered');
    await seen(`${CALLER} is calling ${CALLEE}`);
    await seen('What became of it');
  });

  it('02 redirects whoever presses 1', async () => {
    (await call(2, { press: ['1'] })).should.containEql({ kind: 'answered', by: '+493023125101' });
  });

  it('02 asks again three times, then takes the caller to the voicemail', async () => {
    const outcome = await call(2, { press: ['7', '', '8', '9'] });
    outcome.kind.should.equal('voicemail');
    outcome.digits.should.deepEqual(['7', '', '8', '9']);
  });

  it('02 forgives a wrong digit', async () => {
    const outcome = await call(2, { press: ['9', '2'] });
    outcome.should.containEql({ kind: 'answered', by: '+494066969102' });
  });

  it('03 rings two phones or takes a message, as the clock says', async () => {
    const now = new Date();
    const isOpen = now.getDay() % 6 > 0 && now.getHours() >= 9 && now.getHours() < 17;
    (await call(3)).kind.should.equal(isOpen ? 'answered' : 'voicemail');
  });

  it('04 rejects the list, is busy for the nameless and lets the others through', async () => {
    (await call(4, { from: '+493023125104' })).should.containEql({ kind: 'rejected', reason: 'rejected' });
    (await call(4, { anonymous: true })).should.containEql({ kind: 'rejected', reason: 'busy' });
    (await call(4)).kind.should.equal('answered');
  });

  it('05 tells of a call that nobody answered, and of no other', async () => {
    (await call(5, { from: '+491713920005' })).kind.should.equal('answered');
    await call(5, { from: '+491713920006', callees: { default: 'noAnswer' } });
    const messages = await seen('Missed call from +491713920006');
    messages.filter((message) => message.includes('Missed call from +491713920005')).should.deepEqual([]);
  });

  it('left no error behind', () => {
    editor.errors.should.deepEqual([]);
    nodeRed.log().should.not.match(/\[error\]/);
  });
});

// UPDATE_DOCS=1 npm run test:browser: draws the picture of the README anew
const describeDocs = process.env.UPDATE_DOCS ? describe : () => undefined;
describeDocs('The picture of the README', function () {
  this.timeout(60_000);

  it('shows the menu example', async () => {
    const browser = await openBrowser();
    const nodeRed = await startNodeRed();
    try {
      const editor = await openEditor(browser, nodeRed);
      await importExample(editor, '02 - A menu with digits');
      await editor.page.evaluate(
        'RED.workspaces.delete(RED.nodes.workspace(RED.nodes.getWorkspaceOrder()[0]))', // the empty one
      );
      await deploy(editor);
      await ringIt(editor);
      await editor.page.waitForFunction('!document.querySelector(".red-ui-notification")');
      await editor.page.screenshot({ path: join(PROJECT, 'docs/telephone.png') });
    } finally {
      await browser.close();
      await nodeRed.stop();
    }
  });

  /** With the telephone of the sidebar: presses 1, and lets it ring. */
  async function ringIt(editor: Editor): Promise<void> {
    const { page } = editor;
    const [entrance] = await nodesOf(editor, 'sipgate-webhook-in');
    await page.evaluate(`RED.workspaces.show("${entrance?.z}"); RED.sidebar.show("sipgate-telephone")`);
    await page.locator('[data-phone=webhook] option').first().waitFor({ state: 'attached' });
    await page.locator('[data-phone=call]').click();
    await page.locator('[data-phone=display]', { hasText: 'Press a key' }).waitFor();
    await page.locator('[data-phone=key-1]').click();
    await page.locator('[data-phone=display]', { hasText: 'Ringing' }).waitFor();
  }
});
