import { existsSync, readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import 'should';
import { eventually } from '../eventually';
import { axeFindings } from './axe';
import {
  deploy,
  nodesOf,
  openBrowser,
  openEditor,
  placeExample,
  setProperties,
  startNodeRed,
  type Editor,
  type NodeRed,
} from './harness';
import { openPhone } from './phone';

const phone = (name: string) => `[data-phone=${name}]`;

describe('The telephone in the sidebar', function () {
  this.timeout(90_000);
  let browser: Browser;
  let nodeRed: NodeRed;

  before(async () => {
    browser = await openBrowser();
    nodeRed = await startNodeRed();
  });
  after(() => Promise.all([browser?.close(), nodeRed?.stop()]));

  const display = (page: Page) => page.locator(phone('display')).textContent();
  const until = (page: Page, text: RegExp) =>
    eventually(async () => (text.test((await display(page)) ?? '') ? true : undefined), undefined, 15_000);

  describe('shows the first steps', () => {
    let editor: Editor;
    let page: Page;
    let clicks = 0;

    before(async () => {
      editor = await openEditor(browser, nodeRed);
      page = editor.page;
    });
    after(() => editor.close());

    const click = async (selector: string) => {
      await page.locator(selector).first().click();
      clicks += 1;
    };

    it('from the palette to the first ringing call, in at most 12 clicks', async () => {
      await page.evaluate('RED.sidebar.show("sipgate-telephone")');
      clicks += 1;
      await click('.sipgate-phone p > button');
      await click('.red-ui-tourGuide-popover .red-ui-tourGuide-toolbar button');
      await click('.red-ui-tourGuide-popover .red-ui-tourGuide-toolbar button');
      await page.locator('.red-ui-tab-label', { hasText: 'Menu' }).waitFor();
      await waitLongForKeys(editor);
      await click('#red-ui-header-button-deploy');
      await page.locator(`${phone('webhook')} option`, { hasText: '02' }).waitFor({ state: 'attached' });
      await click(phone('call'));
      await until(page, /Press a key/);
      await click(phone('key-1'));
      await until(page, /^Ringing: \+49/);
      clicks.should.be.belowOrEqual(12);
    });

    it('and lists the way, which is marked in the workspace', async () => {
      const states = await page
        .locator(`${phone('path')} [data-node-id]`)
        .evaluateAll((entries) => entries.map((entry) => entry.getAttribute('data-state')));
      states.should.deepEqual(Array(6).fill('passed'));
      // the guide itself looks at its last step for a tenth of a second, then moves the focus: its timer comes first
      await page.locator('.red-ui-tourGuide-toolbar button:visible').last().waitFor();
      await page.evaluate('new Promise((resolve) => setTimeout(resolve, 150))');
      await page.locator('.red-ui-tourGuide-toolbar button:visible').last().click();
      await page
        .locator(`${phone('path')} button`)
        .first()
        .click();
      (await page.locator('.sipgate-telephone-path').count()).should.be.above(2);
    });

    it('keeps unfolded what the user looks at, while the call goes on', async () => {
      const [unfolded, node] = [`${phone('transcript')} details[open]`, `${phone('path')} button:focus`];
      await page
        .locator(`${phone('transcript')} summary`)
        .first()
        .click();
      await page
        .locator(`${phone('path')} button`)
        .first()
        .focus();
      // as a click does, which would move the focus
      await page.locator(phone('answer')).evaluate((button) => (button as HTMLButtonElement).click());
      await until(page, /Connected/);
      const seen = await page.locator(`${phone('transcript')} li`).count();
      seen.should.be.above(8);
      (await page.locator(unfolded).count()).should.equal(1);
      (await page.locator(node).count()).should.equal(1);
    });

    it('hangs up, and keeps the call as a test that passes', async () => {
      await page.locator(phone('hangup')).click();
      await until(page, /over/);
      await page.locator('input[placeholder="Name of the test"]').fill('first call');
      await page.locator(phone('save-test')).click();
      await until(page, /first call\.json/);
      const file = join(nodeRed.userDir, 'sipgate-io/call-tests/first call.json');
      existsSync(file).should.be.true();
      JSON.parse(readFileSync(file, 'utf8')).steps.length.should.equal(5);
      await page.locator('.sipgate-phone-section > summary').first().click();
      await page.locator(phone('run-tests')).click();
      await page.locator('[data-phone-test="first call.json"][data-result="passed"]').waitFor();
    });

    it('without an error of the page', () => editor.errors.should.deepEqual([]));
  });

  describe('where nothing can be called yet', () => {
    let empty: NodeRed;
    before(async () => (empty = await startNodeRed()));
    after(() => empty?.stop());

    it('says what is missing, then that nothing is deployed', async () => {
      const editor = await openEditor(browser, empty, { language: 'de-DE' });
      const { page } = editor;
      await page.evaluate('RED.sidebar.show("sipgate-telephone")');
      await page.locator('.sipgate-phone-note', { hasText: 'Es läuft kein Webhook' }).waitFor();
      (await page.locator(phone('call')).isDisabled()).should.be.true();
      await placeExample(editor, '02 - A menu with digits');
      await deploy(editor);
      await page.locator(`${phone('call')}:enabled`).waitFor();
      String(await page.locator('.sipgate-phone-note').first().textContent()).should.equal('');
      await placeExample(editor, '05 - Missed calls');
      await page.locator('.sipgate-phone-note', { hasText: 'nicht übernommen' }).waitFor();
      await page.fill(phone('from'), '');
      await page.click(phone('call'));
      await until(page, /^Wer ruft an\?/);
      await page.fill(phone('from'), 'abc');
      await page.click(phone('call'));
      await until(page, /^„Von“ oder „An“ ist keine Telefonnummer/);
      await page.fill(phone('from'), '0171 39200001');
      await page.click(phone('call'));
      await until(page, /Drücke eine Taste/);
      await page.click(phone('hangup'));
      await until(page, /vorbei/);
      // a call without a name replaces no other one
      const saved = async () => (await readdir(join(empty.userDir, 'sipgate-io/call-tests'))).length;
      for (const count of [1, 2]) {
        await page.click(phone('save-test'));
        await until(page, /Gespeichert/);
        await eventually(async () => (await saved()) === count, `${count} saved tests`);
      }
      await editor.close();
    });
  });

  describe('while the sidebar shows something else', () => {
    let editor: Editor;
    let page: Page;
    const asked: string[] = [];

    before(async () => {
      editor = await openEditor(browser, nodeRed);
      page = editor.page;
      if ((await nodesOf(editor, 'sipgate-webhook')).length === 0) {
        await placeExample(editor, '02 - A menu with digits');
      }
      const quiet = { announcement: '', announcementSource: 'url', timeout: 20_000 };
      for (const { id, action } of await nodesOf(editor, 'sipgate-webhook-response'))
        if (action === 'gather') await setProperties(editor, id, quiet);
      await deploy(editor);
      await openPhone(editor, '02');
      page.on('request', (request) => {
        if (request.url().includes('/sipgate/telephone/')) asked.push(request.url());
      });
    });
    after(() => editor.close());

    it('asks for nothing, though its call goes on', async () => {
      await page.locator(phone('call')).click();
      await until(page, /Press a key/);
      asked.length = 0;
      await page.evaluate('RED.sidebar.show("info")');
      await page.locator(phone('call')).waitFor({ state: 'hidden' });
      await eventually(() => asked.length > 0, 'word that it is hidden');
      await page.waitForTimeout(300); // who asked again would have done so by now
      asked.map((url) => new URL(url).pathname.split('/').at(-1)).should.deepEqual(['leave']);
      String(await display(page)).should.match(/Press a key/);
    });

    it('catches up at once when it is shown again: display, transcript, way', async () => {
      const [said = ''] = asked;
      const press = await page.request.post(said.replace(/\/leave$/, ''), { data: { press: '1' } });
      ((await press.json()) as { isOver: boolean }).isOver.should.be.false();
      await page.evaluate('RED.sidebar.show("sipgate-telephone")');
      await until(page, /^Ringing: \+49/);
      await page.locator(`${phone('transcript')} li`, { hasText: 'the caller pressed 1' }).waitFor();
      await page
        .locator(`${phone('path')} [data-node-id]`)
        .nth(5)
        .waitFor();
      await page
        .locator(`${phone('path')} button`)
        .first()
        .click();
      (await page.locator('.sipgate-telephone-path').count()).should.be.above(2);
    });

    it('asks for nothing when the call is over, and the tab is hidden', async () => {
      await page.locator(phone('hangup')).click();
      await until(page, /over/);
      await page.evaluate('RED.sidebar.show("info")');
      await page.locator(phone('call')).waitFor({ state: 'hidden' });
      asked.length = 0;
      await page.waitForTimeout(300);
      asked.should.deepEqual([]);
    });

    it('nor while its page is in the background', async () => {
      const turn = (state: 'hidden' | 'visible') =>
        page.evaluate(`Object.defineProperty(document, 'visibilityState', { value: '${state}', configurable: true });
          document.dispatchEvent(new Event('visibilitychange'));`);
      await page.evaluate('RED.sidebar.show("sipgate-telephone")');
      await page.locator(phone('call')).click();
      await until(page, /Press a key/);
      asked.length = 0;
      await turn('hidden');
      await eventually(() => asked.length > 0, 'word that it is hidden');
      asked.map((url) => new URL(url).pathname.split('/').at(-1)).should.deepEqual(['leave']);
      await turn('visible');
      await page.locator(phone('hangup')).click();
      await until(page, /over/);
    });

    it('calls again at once, and shows the new call', async () => {
      await page.evaluate('RED.sidebar.show("sipgate-telephone")');
      for (let call = 0; call < 2; call += 1) {
        await page.locator(phone('call')).click();
        await until(page, /Press a key/);
        await page.locator(phone('hangup')).click();
        await until(page, /over/);
      }
      editor.errors.should.deepEqual([]);
    });
  });

  it('talks to a voice assistant: what the caller says is typed, what they hear is read', async () => {
    const editor = await openEditor(browser, nodeRed, { language: 'de-DE', theme: 'dark' });
    const { page } = editor;
    await placeExample(editor, '27 - An assistant without AI');
    await deploy(editor);
    await openPhone(editor, '27');
    await page.click(phone('call'));
    const transcript = page.locator(phone('transcript'));
    await transcript.locator('li', { hasText: 'Assistent: ' }).waitFor();
    await page.fill(phone('sentence'), 'Goodbye');
    await page.click(phone('say'));
    await transcript.locator('li', { hasText: 'Anrufer: Goodbye' }).waitFor();
    (await axeFindings(page, '.sipgate-phone')).should.eql([]);
    // the assistant may have hung up by itself in the meantime
    await page.locator(phone('hangup')).evaluate((button) => (button as HTMLButtonElement).click());
    await until(page, /vorbei/);
    await page.locator('input[placeholder="Name des Tests"]').fill('goodbye');
    await page.click(phone('save-test'));
    await until(page, /goodbye\.json/);
    await page.locator('.sipgate-phone-section > summary').first().click();
    await page.click(phone('run-tests'));
    await page.locator('[data-phone-test="goodbye.json"][data-result="passed"]').waitFor();
    editor.errors.should.eql([]);
    await editor.close();
  });
});

/** A caller on a busy machine takes more than five seconds to press a key. */
async function waitLongForKeys(editor: Editor): Promise<void> {
  for (const { id, action } of await nodesOf(editor, 'sipgate-webhook-response'))
    if (action === 'gather') await setProperties(editor, id, { timeout: 20_000 });
}
