import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import 'should';
import { axeFindings } from '../browser/axe';
import {
  darken,
  openBrowser,
  openEditor,
  type Editor,
  type Language,
  type NodeRed,
} from '../browser/harness';
import { heard, openPhone, part, pathOf, shows } from '../browser/phone';
import { startSubPathProxy, type SubPathProxy } from '../browser/sub-path-proxy';
import { startNodeRed, type NodeRedProcess } from '../node-red';
import type { Host } from './programs';
import { readManifest } from './project';
import { userDirWithPack } from './tarball';

/** bcrypt of `PASSWORD`, few rounds: it guards nothing. */
const HASH = '$2b$04$3UWgA5yZGEWgI9exw0w0muZPYY5Puow7FkxUToUa3ktl32NMf9tvW';
const PASSWORD = 'only for this test';
const ANN = { user: 'ann', password: PASSWORD };
const RITA = { user: 'rita', password: PASSWORD };
const ADMIN_AUTH = {
  type: 'credentials',
  users: [
    { username: ANN.user, password: HASH, permissions: '*' },
    { username: RITA.user, password: HASH, permissions: 'read' },
  ],
};

const MOST_CLICKS = 12;
const LONGEST_WAY_MS = 60_000;

const LANGUAGES: readonly Language[] = ['en-US', 'de-DE'];
type FlowNode = Record<string, unknown> & { readonly id: string; readonly type: string };

function menuFlow(userDir: string): FlowNode[] {
  const folder = join(userDir, 'node_modules', readManifest().name, 'examples');
  const files = readdirSync(folder, { recursive: true }).map(String);
  const file = files.find((name) => !name.startsWith('Deutsch') && /(^|[\\/])02 - [^\\/]*$/.test(name));
  return JSON.parse(readFileSync(join(folder, String(file)), 'utf8')) as FlowNode[];
}

/** A file for each Node-RED: together they take longer than all other files. */
export function describeTelephoneOn(title: string, chooseHost: () => Promise<Host>): void {
  describe(`the telephone of the installed pack, on ${title}`, function () {
    this.timeout(120_000);
    let browser: Browser;
    let host: Host;

    before(async () => {
      [browser, host] = await Promise.all([openBrowser(), chooseHost()]);
    });
    after(() => browser?.close());

    function start(userDir: string, flows: readonly object[], settings: object): Promise<NodeRedProcess> {
      const { node, redScript: program } = host;
      return startNodeRed({ node, program, userDir, flows, settings: { ...settings }, packRoot: undefined });
    }

    describe('with adminAuth, other roots, below the path of a proxy', () => {
      let started: NodeRedProcess;
      let proxy: SubPathProxy;
      let nodeRed: NodeRed;

      before(async () => {
        const userDir = userDirWithPack();
        const roots = { httpAdminRoot: '/admin', httpNodeRoot: '/api' };
        started = await start(userDir, menuFlow(userDir), { ...roots, adminAuth: ADMIN_AUTH });
        proxy = await startSubPathProxy(started.url);
        nodeRed = { ...started, editorUrl: `${proxy.url}/admin/`, nodeUrl: `${proxy.url}/api` };
      });
      after(() => Promise.all([proxy?.stop(), started?.stop()]));

      for (const language of LANGUAGES) {
        it(`calls the menu, hears it, presses 1, sees the way (${language}, light and dark)`, async () => {
          const editor = await openEditor(browser, nodeRed, { language, login: ANN });
          const { page } = editor;
          editor.errors.length = 0; // the first request of all says that one must log in
          await openPhone(editor, '02');
          await page.click(part('call'));
          (await heard(page)).should.be.above(1);
          await page.click(part('key-1'));
          await shows(page, /\+49/);
          (await pathOf(page)).map((entry) => entry.split(' ').at(-1)).should.eql(Array(6).fill('passed'));
          (await page.locator('.sipgate-telephone-path').count()).should.be.above(3);
          for (const summary of await page.locator('.sipgate-phone-section > summary').all())
            await summary.click();
          await looksWell(page, `${title} ${language} light`);
          await darken(page);
          await looksWell(page, `${title} ${language} dark`);
          await page.click(part('hangup'));
          await page.locator(`${part('call')}:enabled`).waitFor();
          editor.errors.should.eql([]);
          await editor.close();
        });
      }

      it('shows it to a reader, who cannot call', async () => {
        const editor = await openEditor(browser, nodeRed, { login: RITA });
        const { page } = editor;
        await openPhone(editor, '02');
        for (const name of ['call', 'hangup', 'key-1', 'answer', 'save-test', 'run-tests'])
          (await page.locator(part(name)).count()).should.equal(0, name);
        (await axeFindings(page, '.sipgate-phone')).should.eql([]);
        const webhook = await page.inputValue(part('webhook'));
        for (const [path, body] of [
          ['calls', { webhook, from: '+4915799912345', to: '+493023125000' }],
          ['calls/1', { press: '1' }],
          ['tests', { name: 'mine' }],
          ['tests/run', {}],
          ['real-calls', { isOn: true }],
        ] as const) {
          const asked = `sipgateEditor.request('POST', 'sipgate/telephone/${path}', ${JSON.stringify(body)})`;
          const { status } = (await page.evaluate(asked)) as { status: number };
          [401, 403].includes(status).should.be.true(`${path}: ${status}`);
        }
        await editor.close();
      });

      it('gives each of two editors its own call', async () => {
        const editors = await Promise.all([1, 2].map(() => openEditor(browser, nodeRed, { login: ANN })));
        const [one, two] = editors as [Editor, Editor];
        await Promise.all(editors.map((editor) => openPhone(editor, '02')));
        await two.page.fill(part('from'), '+49 171 39200099');
        await Promise.all(editors.map(({ page }) => page.click(part('call'))));
        await one.page.click(part('key-1'));
        await shows(one.page, /\+49/);
        (await pathOf(one.page)).length.should.equal(6);
        (await pathOf(two.page)).length.should.equal(3);
        await hideAndShowSidebar(one.page);
        await shows(one.page, /\+49/);
        await one.page.click(part('hangup'));
        (await two.page.locator(part('hangup')).isEnabled()).should.be.true();
        await two.page.click(part('hangup'));
        await Promise.all(editors.map((editor) => editor.close()));
      });
    });

    let empty: NodeRedProcess;
    after(() => empty?.stop());

    it(`goes from the palette to the first ringing call in ${MOST_CLICKS} clicks and a minute`, async () => {
      empty = await start(userDirWithPack(), [], {});
      const editor = await openEditor(browser, { ...empty, editorUrl: `${empty.url}/`, nodeUrl: empty.url });
      const { page } = editor;
      const startedAtMs = performance.now();
      let clicks = 0;
      const click = async (selector: string) => {
        await page.locator(selector).first().click();
        clicks += 1;
      };
      const next = '.red-ui-tourGuide-popover .red-ui-tourGuide-toolbar button';
      await openTab(editor, click);
      await click('.sipgate-phone p > button');
      await tourIsAt(page, 1);
      await click(next);
      await tourIsAt(page, 2);
      await click(next);
      await tourIsAt(page, 3);
      await click('#red-ui-header-button-deploy');
      await tourIsAt(page, 4);
      await page.locator(`${part('webhook')} option`, { hasText: '02' }).waitFor({ state: 'attached' });
      await click(part('call'));
      await heard(page);
      await click(part('key-1'));
      await shows(page, /Ringing: \+49/);
      const tookMs = performance.now() - startedAtMs;
      console.log(`      ${clicks} clicks, ${(tookMs / 1000).toFixed(1)} s`);
      clicks.should.be.belowOrEqual(MOST_CLICKS);
      tookMs.should.be.below(LONGEST_WAY_MS);
      editor.errors.should.eql([]);
      await editor.close();
    });
  });
}

/**
 * Nobody is kept out, nothing is cut off, nothing is without a text. Where the environment variable `PICTURES` names a
 * folder, the tab is taken there, from its top and from its end.
 */
async function looksWell(page: Page, title: string): Promise<void> {
  (await axeFindings(page, '.sipgate-phone')).should.eql([], title);
  const problems = await page.locator('.sipgate-phone').evaluate((tab) => {
    const all = [tab, ...Array.from(tab.querySelectorAll<HTMLElement>('*'))];
    const cut = all.filter((part) => part.clientWidth > 0 && part.scrollWidth > part.clientWidth + 1);
    const keys = /sipgate-telephone[:.]/.test(tab.textContent ?? '') ? ['a key of the catalogue'] : [];
    return [...cut.map((part) => part.outerHTML.slice(0, 200)), ...keys];
  });
  problems.should.eql([], title);
  const folder = process.env.PICTURES;
  if (!folder) return;
  for (const where of ['top', 'end']) {
    const top = where === 'top' ? 0 : 100_000;
    await page.evaluate(`document.querySelector('.sipgate-phone').scrollTop = ${top}`);
    await page.screenshot({ path: join(folder, `${title} ${where}.png`.replaceAll(' ', '-')) });
  }
  await page.evaluate("document.querySelector('.sipgate-phone').scrollTop = 0");
}

/** While the sidebar is hidden, the telephone says so and asks no more; shown again, it asks at once what it has missed. */
async function hideAndShowSidebar(page: Page): Promise<void> {
  const asked: string[] = [];
  page.on('request', (request) => {
    const [, what = ''] = /\/telephone\/calls\/[^/?]+(\/\w+|\?.*seen|)/.exec(request.url()) ?? [];
    if (request.url().includes('/telephone/calls/')) asked.push(what);
  });
  const toggle = () => page.evaluate("RED.actions.invoke('core:toggle-sidebar')");
  const until = (event: string) => page.waitForRequest((request) => request.url().includes(event));
  await Promise.all([until('/leave'), toggle()]);
  await page.locator(part('hangup')).waitFor({ state: 'hidden' });
  asked.should.eql(['/leave']);
  await Promise.all([until('/telephone/calls/'), toggle()]);
  asked.slice(0, 2).should.eql(['/leave', '']);
}

/** A user reads what the tour says before the next click. */
async function tourIsAt(page: Page, step: number): Promise<void> {
  await page.locator('.red-ui-tourGuide-popover:visible', { hasText: `${step}/6` }).waitFor();
}

/** Node-RED 5 has a button for each tab, 4.1 keeps the later ones in a menu. */
async function openTab({ page }: Editor, click: (selector: string) => Promise<void>): Promise<void> {
  const button = '[data-tab-id=sipgate-telephone]';
  if (await page.locator(button).isVisible()) return click(button);
  await click('#red-ui-sidebar .red-ui-tab-link-button-menu');
  await click('.red-ui-menu-dropdown a:visible:has-text("telephone")');
}
