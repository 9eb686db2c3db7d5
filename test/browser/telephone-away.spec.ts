import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import 'should';
import { eventually } from '../eventually';
import { PROJECT, startNodeRed, type NodeRedProcess } from '../node-red';
import { removeFolder } from '../remove-folder';
import { openBrowser, openEditor, type Editor } from './harness';
import { openPhone, part, pathOf, shows } from './phone';

/** bcrypt of `PASSWORD`, few rounds: it guards nothing. */
const HASH = '$2b$04$3UWgA5yZGEWgI9exw0w0muZPYY5Puow7FkxUToUa3ktl32NMf9tvW';
const LOGIN = { user: 'ann', password: 'only for this test' };
const SETTINGS = {
  httpAdminRoot: '/admin',
  adminAuth: { type: 'credentials', users: [{ username: 'ann', password: HASH, permissions: '*' }] },
};
const EXAMPLE = join(PROJECT, 'examples/English/02 - A menu with digits.json');

/** The menu, without a sound; a caller on a busy machine is not thrown out of it. */
function patientMenu(): object[] {
  const nodes = JSON.parse(readFileSync(EXAMPLE, 'utf8')) as { action?: string }[];
  const patient = { timeout: 60_000, announcement: '', announcementSource: 'url' };
  return nodes.map((node) => (node.action === 'gather' ? { ...node, ...patient } : node));
}

describe('The telephone in the sidebar, with a login', function () {
  this.timeout(90_000);
  const userDir = mkdtempSync(join(tmpdir(), 'sipgate-telephone-'));
  let browser: Browser;
  let nodeRed: NodeRedProcess;
  let editor: Editor;
  let page: Page;

  const start = (port?: number) =>
    startNodeRed({ userDir, settings: SETTINGS, flows: patientMenu(), ...(port ? { port } : {}) });

  before(async () => {
    [browser, nodeRed] = await Promise.all([openBrowser(), start()]);
    const place = { ...nodeRed, editorUrl: `${nodeRed.url}/admin/`, nodeUrl: nodeRed.url };
    editor = await openEditor(browser, place, { language: 'de-DE', login: LOGIN });
    page = editor.page;
    await openPhone(editor, '02');
  });
  after(async () => {
    await Promise.all([browser?.close(), nodeRed?.stop()]);
    await removeFolder(userDir);
  });

  /** @returns the URL of the call in the editor's API */
  async function call(): Promise<string> {
    const [placed] = await Promise.all([
      page.waitForResponse((response) => /\/telephone\/calls\?/.test(response.url())),
      page.click(part('call')),
    ]);
    const { id } = (await placed.json()) as { id: string };
    await shows(page, /Drücke eine Taste/);
    return `${nodeRed.url}/admin/sipgate/telephone/calls/${id}`;
  }

  async function authorization(): Promise<{ authorization: string }> {
    const token = await page.evaluate('RED.settings.get("auth-tokens").access_token');
    return { authorization: `Bearer ${String(token)}` };
  }

  /** @returns what does something with a call without its page */
  async function actFromElsewhere(url: string): Promise<(act: object) => Promise<void>> {
    const headers = { ...(await authorization()), 'content-type': 'application/json' };
    return async (act) => {
      const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(act) });
      answer.status.should.equal(200);
    };
  }

  it('says that Node-RED does not answer, and goes on by itself when it does', async () => {
    const url = await call();
    const act = await actFromElsewhere(url);
    await page.route(`${url}*`, (route) => route.abort());
    await act({ press: '1' }); // the question that waits for news is answered; the next one fails
    await shows(page, /^Node-RED antwortet nicht/);
    await act({ decide: 'answer' });
    await page.unroute(`${url}*`);
    await shows(page, /Verbunden/);
    (await pathOf(page)).length.should.be.aboveOrEqual(6);
    await page.click(part('hangup'));
    await shows(page, /vorbei/);
  });

  it('says that the call is lost when Node-RED was restarted, and can call again without being loaded anew', async () => {
    await call();
    const { port } = nodeRed;
    await nodeRed.stop();
    await shows(page, /^Node-RED antwortet nicht/);
    // who opens the tab now sees the webhooks as soon as they run
    await page.evaluate('RED.sidebar.show("info")');
    await page.locator(part('call')).waitFor({ state: 'hidden' });
    await page.evaluate('RED.sidebar.show("sipgate-telephone")');
    const advice = page.locator('.sipgate-phone-note[role=status]').first();
    await advice.filter({ hasText: 'Node-RED antwortet nicht.' }).waitFor();
    nodeRed = await start(port);
    await advice.filter({ hasNotText: 'Node-RED antwortet nicht.' }).waitFor({ state: 'attached' });
    await shows(page, /^Der Anruf ist verloren: Node-RED wurde neu gestartet/);
    (await page.locator(part('hangup')).isEnabled()).should.be.false();
    await page.locator(`${part('call')}:enabled`).click();
    await shows(page, /Drücke eine Taste/);
    (await pathOf(page)).length.should.equal(3);
    await page.click(part('hangup'));
    await shows(page, /vorbei/);
  });

  it('hangs up at once when its page is closed', async () => {
    const url = await call();
    const headers = await authorization();
    await page.goto('about:blank');
    await eventually(async () => {
      const answer = await fetch(url, { headers });
      return ((await answer.json()) as { isOver: boolean }).isOver;
    }, 'the end of the call');
  });
});
