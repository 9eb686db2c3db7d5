import type { Browser, Page } from 'playwright-core';
import should from 'should';
import { Simulator } from '../../simulator';
import { demoToken } from '../simulator/rest/rest-server';
import { startWebhook, subscribing } from '../simulator/webhook';
import type { TestWebhook } from '../simulator/webhook';
import { buildPage } from '../simulator/page/built-page';
import { openBrowser } from './harness';

describe('the simulator’s page in a browser', function () {
  this.timeout(60_000);
  let browser: Browser;
  let simulator: Simulator;
  let builtPage: Awaited<ReturnType<typeof buildPage>> | undefined;
  let webhook: TestWebhook;
  const complaints: string[] = [];

  before(async () => {
    browser = await openBrowser();
    webhook = await startWebhook(({ event }) => {
      if (event === 'newCall') {
        return subscribing(webhook, `<Gather onData="${webhook.url}/data?a=1&amp;b=2" timeout="60000"/>`);
      }
      return event === 'dtmf'
        ? subscribing(webhook, '<Dial><Number>4915700000001</Number></Dial>')
        : undefined;
    });
    builtPage = await buildPage();
    simulator = await Simulator.start({ webhookUrl: webhook.url, pageFolder: builtPage.folder });
  });
  after(async () => {
    await browser?.close();
    await simulator?.stop();
    await webhook?.close();
    builtPage?.remove();
  });

  async function open(locale: string): Promise<Page> {
    const context = await browser.newContext({ locale });
    const page = await context.newPage();
    complaints.length = 0;
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(simulator.url);
    await page.waitForSelector('#line:not(:empty)');
    return page;
  }

  it('places a call, presses a key, hangs up, and shows each event and its XML', async () => {
    const page = await open('en-US');
    await page.click('#call');
    await page.waitForSelector('text=waits 60.0 s for a digit');
    await page.click('[data-key="1"]');
    await page.waitForSelector('.event:has-text("ANSWER")');
    should(await page.textContent('#display-digits')).equal('1');
    await page.click('#hang-up');
    await page.waitForSelector('.event:has-text("HANGUP")');
    await page.waitForSelector('.network.ended');
    const events = await page.locator('.event b').allTextContents();
    events.should.eql(['NEW_CALL', 'DATA', 'ANSWER', 'HANGUP']);
    should(await page.locator('.answer pre').first().textContent()).containEql('data?a=1&amp;b=2"');
    should(await page.isEnabled('#call')).be.true();
    complaints.should.be.empty();
    await page.context().close();
  });

  it('shows what call control does to its call', async () => {
    const page = await open('en-US');
    const state = (words: RegExp) =>
      page.waitForFunction(
        (pattern) => new RegExp(pattern).test(document.getElementById('display-state')?.textContent ?? ''),
        words.source,
      );
    await page.click('#call');
    await state(/^press a key$/);
    await page.click('[data-key="1"]');
    await state(/^connected/);
    const callId = webhook.all('newCall').at(-1)?.form.get('callId') ?? '';
    const put = (what: string, body: object) =>
      fetch(`${simulator.url}/v2/calls/${callId}/${what}`, {
        method: 'PUT',
        headers: { authorization: demoToken, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    await put('hold', { value: true });
    await put('recording', { value: true, announcement: true });
    await state(/^connected \d+:\d\d · on hold · recording$/);
    await put('hold', { value: false });
    await put('muted', { value: true });
    await state(/· recording · muted$/);
    await fetch(`${simulator.url}/v2/calls/${callId}`, {
      method: 'DELETE',
      headers: { authorization: demoToken },
    });
    await page.waitForSelector('text=call control hangs up');
    await page.waitForSelector('#account-history >> text=Listen to the recording');
    complaints.should.be.empty();
    await page.context().close();
  });

  it('speaks German to a German browser, and shows the calls that were before', async () => {
    const page = await open('de-DE');
    should((await page.textContent('#call'))?.trim()).equal('Anrufen');
    should(await page.getAttribute('html', 'lang')).equal('de');
    await page.waitForSelector('text=Der Anruf ist nach');
    await page.selectOption('#callee', 'busy', { force: true });
    await page.fill('#from', '12x');
    await page.click('#call');
    await page.waitForSelector('text=Wartet 60,0 s');
    await page.click('#hang-up');
    await page.waitForFunction(() => /vor der Annahme aufgelegt/.test(document.body.innerText));
    complaints.should.be.empty();
    await page.context().close();
  });
});
