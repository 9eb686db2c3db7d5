import { mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import should from 'should';
import { Simulator, type WireEvent } from '../../simulator';
import { PROJECT, startNodeRed, type NodeRedProcess } from '../node-red';
import { wav } from '../simulator/ai-flow/flow';
import { buildPage } from '../simulator/page/built-page';
import { openBrowser } from './harness';

const EXAMPLE = '27 - An assistant without AI';
const SECRET = 'the secret of this test';

type Node = Readonly<Record<string, unknown>>;

describe('a conversation on the simulator’s page', function () {
  this.timeout(90_000);
  let browser: Browser;
  let nodeRed: NodeRedProcess;
  let simulator: Simulator;
  let builtPage: Awaited<ReturnType<typeof buildPage>> | undefined;
  const complaints: string[] = [];

  before(async () => {
    [browser, nodeRed, builtPage] = await Promise.all([
      openBrowser(),
      startNodeRed({ packRoot: PROJECT }),
      buildPage(),
    ]);
    simulator = await Simulator.start({ pageFolder: builtPage.folder });
    const nodes = JSON.parse(
      readFileSync(join(PROJECT, 'examples', 'English', `${EXAMPLE}.json`), 'utf8'),
    ) as Node[];
    await nodeRed.deploy(
      nodes.map((node) =>
        node['type'] === 'sipgate-ai-flow' ? { ...node, credentials: { token: SECRET } } : node,
      ),
    );
    const flow = nodes.find(({ type }) => type === 'sipgate-ai-flow');
    simulator.setAiFlow({ url: `${nodeRed.url}${String(flow?.['path'])}`, secret: SECRET });
  });
  after(async () => {
    await browser?.close();
    await Promise.all([simulator?.stop(), nodeRed?.stop()]);
    builtPage?.remove();
  });

  /** Opens the page; what it reads aloud is kept in `window.spoken`. */
  async function open(locale: string): Promise<Page> {
    const context = await browser.newContext({ locale, viewport: { width: 1280, height: 900 } });
    await context.addInitScript(`
      window.spoken = [];
      window.speechSynthesis.speak = (utterance) => window.spoken.push(utterance.lang + ' ' + utterance.text);
      window.speechSynthesis.cancel = () => window.spoken.push('silence');
    `);
    const page = await context.newPage();
    complaints.length = 0;
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(simulator.url);
    await page.waitForFunction(() => document.querySelector<HTMLInputElement>('#talk-url')?.value !== '');
    return page;
  }

  const spoken = (page: Page) => page.evaluate('window.spoken') as Promise<string[]>;
  const assistantSays = (page: Page, text: string) =>
    page.waitForSelector(`#turns .assistant:has-text("${text}")`);
  const say = async (page: Page, text: string) => {
    await page.fill('#sentence', text);
    await page.click('#say');
    await page.waitForSelector(`#turns .caller:has-text("${text}")`);
  };
  /** SCREENSHOTS=folder keeps pictures for eyes. */
  const picture = async (page: Page, name: string) => {
    const folder = process.env.SCREENSHOTS;
    if (folder === undefined) return;
    mkdirSync(folder, { recursive: true });
    await page.locator('#assistant').scrollIntoViewIfNeeded();
    await page.locator('#assistant').screenshot({ path: join(folder, `${name}.png`) });
  };

  it('hears the greeting read aloud, interrupts it, asks, and says goodbye', async () => {
    const page = await open('en-US');
    should(await page.isDisabled('#say')).be.true();
    await page.click('#talk-call');
    await assistantSays(page, 'Good day, this is Example Limited');
    (await spoken(page)).should.match([/^en-GB Good day/]);
    await page.fill('#sentence', 'When are you open?');
    await page.click('#interrupt');
    await page.waitForSelector('#turns .assistant.cut');
    should((await spoken(page)).at(-1)).equal('silence');
    await assistantSays(page, 'Monday to Friday');
    await picture(page, 'conversation-en');
    await page.click('#interrupt');
    await page.waitForSelector('#turns .caller:has-text("One moment!")');
    await say(page, 'Thank you');
    await assistantSays(page, 'Goodbye.');
    await page.waitForSelector('#turns .note:has-text("the conversation is over")');
    should(await page.textContent('#assistant-state')).equal('over');
    should(await page.isDisabled('#say')).be.true();
    should(await page.locator('#turns .problem, #turns .warning').count()).equal(0);
    complaints.should.be.empty();
    await page.context().close();
  });

  it('speaks German with a German browser, presses keys and hangs up', async () => {
    const page = await open('de-DE');
    should(await page.textContent('#assistant-title')).equal('Mit einem Sprachassistenten reden');
    should(await page.getAttribute('#sentence', 'placeholder')).equal('Was der Anrufer sagt');
    await page.click('#talk-call');
    await assistantSays(page, 'Good day');
    await page.click('#talk-keys button[aria-label="5"]');
    await page.waitForSelector('#turns .note:has-text("Der Anrufer drückt 5")');
    await page.fill('#sentence', 'Einen Menschen, verbinden Sie mich');
    await page.click('#interrupt');
    await assistantSays(page, 'connecting you');
    await picture(page, 'conversation-de');
    await page.waitForSelector('#turns .note:has-text("Verbindet den Anruf mit 493023125101")');
    await page.waitForSelector('#turns .note:has-text("Das Gespräch ist nach")');
    await page.click('#talk-call');
    await page.waitForSelector('#turns .note:has-text("Der Assistent nimmt ab")');
    await page.click('#talk-hang-up');
    await page.waitForSelector('#turns .note:has-text("Der Anrufer legt auf")');
    should(await page.locator('#turns .problem').count()).equal(0);
    complaints.should.be.empty();
    await page.context().close();
  });

  it('lets sounds be heard', async () => {
    const flow = await startFlow({ type: 'audio', audio: wav(16_000, 2000) });
    const page = await open('en-US');
    await page.evaluate(`
      window.started = [];
      const { start } = AudioBufferSourceNode.prototype;
      AudioBufferSourceNode.prototype.start = function () {
        window.started.push(this.buffer.duration);
        start.call(this);
      };
    `);
    await page.fill('#talk-url', flow.url);
    await page.click('#talk-call');
    await page.waitForSelector('#turns .note:has-text("plays a sound (2.0 s)")');
    await page.waitForFunction('window.started.length > 0');
    ((await page.evaluate('window.started')) as number[]).should.eql([2]);
    await page.click('#talk-hang-up');
    complaints.should.be.empty();
    await page.context().close();
    flow.close();
  });

  it('shows what sipgate would not take: here a wrong secret', async () => {
    const page = await open('de-DE');
    await page.fill('#talk-secret', 'wrong');
    await page.click('#talk-call');
    const problem = 'sipgate würde das nicht annehmen: HTTP 401: Erwartet wird 200 oder 204';
    await page.waitForSelector(`#turns .problem:has-text("${problem}")`);
    await picture(page, 'conversation-refused');
    await page.click('#talk-hang-up');
    await page.context().close();
  });

  it('says why a conversation cannot be begun', async () => {
    const page = await open('en-US');
    await page.fill('#talk-url', 'somewhere');
    await page.click('#talk-call');
    await page.waitForSelector('#talk-problem:has-text("must start with http://")');
    should(await page.isEnabled('#talk-call')).be.true();
    await page.context().close();
  });
});

/** An AI flow that answers the start with this, and nothing else. */
async function startFlow(action: object): Promise<{ url: string; close(): void }> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      const { type, session } = JSON.parse(body) as WireEvent;
      if (type !== 'session_start') return void response.writeHead(204).end();
      response.writeHead(200, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify({ ...action, session_id: session.id }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close };
}
