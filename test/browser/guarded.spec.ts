import type { Browser } from 'playwright-core';
import 'should';
import {
  closeDialog,
  eventually,
  openBrowser,
  openDialog,
  openEditor,
  startNodeRed,
  type Editor,
  type NodeRed,
} from './harness';

const USER = 'ann';
const PASSWORD = 'only for this test';
/** The password as settings.js holds it (bcrypt, few rounds: it guards nothing). */
const HASH = '$2b$04$3UWgA5yZGEWgI9exw0w0muZPYY5Puow7FkxUToUa3ktl32NMf9tvW';

describe('Webhook dialog of a Node-RED with restrictions', function () {
  this.timeout(60_000);
  let browser: Browser;
  let nodeRed: NodeRed | undefined;

  before(async () => {
    browser = await openBrowser();
  });
  afterEach(async () => {
    await nodeRed?.stop();
    nodeRed = undefined;
  });
  after(() => browser?.close());

  async function hintsOf(editor: Editor, words: string): Promise<string> {
    await openDialog(editor, '_ADD_', 'sipgate-webhook');
    const hints = await eventually(
      () => editor.page.locator('#sipgate-webhook-server-hints').innerText(),
      (text) => text.includes(words),
    );
    await closeDialog(editor, 'cancel');
    return hints;
  }

  it('asks Node-RED with the user’s token, and explains what httpNodeAuth means for sipgate', async () => {
    nodeRed = await startNodeRed({
      settings: {
        adminAuth: { type: 'credentials', users: [{ username: USER, password: HASH, permissions: '*' }] },
        httpNodeAuth: { user: USER, pass: HASH },
      },
    });
    const editor = await openEditor(browser, nodeRed, { login: { user: USER, password: PASSWORD } });
    await hintsOf(editor, 'httpNodeAuth');
    await openDialog(editor, '_ADD_', 'sipgate-webhook');
    (await editor.page.locator('#node-config-input-callStore option').count()).should.equal(2);
    await closeDialog(editor, 'cancel');
    await editor.close();
  });

  it('shows the way to a port of its own where Node-RED serves no HTTP nodes', async () => {
    nodeRed = await startNodeRed({ settings: { httpNodeRoot: false } });
    const editor = await openEditor(browser, nodeRed);
    (await hintsOf(editor, 'httpNodeRoot is false')).should.containEql('port of its own');
    editor.errors.should.deepEqual([]);
    await editor.close();
  });
});
