import type { Browser, Page } from 'playwright-core';
import should from 'should';
import { nodesOf, openBrowser, openEditor, startNodeRed, type Editor, type NodeRed } from './harness';
import { heard, part } from './phone';

const POPOVER = '.red-ui-tourGuide-popover';
const NEXT = `${POPOVER} .red-ui-tourGuide-toolbar button`;
const CLOSE = `${POPOVER} .red-ui-button-small`;
/** As low as a small laptop shows it. */
const LOW_WINDOW = { width: 1280, height: 640 };

describe('The tour of the telephone', function () {
  this.timeout(90_000);
  let browser: Browser;
  let nodeRed: NodeRed;
  let editor: Editor;
  let page: Page;

  before(async () => {
    browser = await openBrowser();
    nodeRed = await startNodeRed();
  });
  after(() => Promise.all([browser?.close(), nodeRed?.stop()]));
  afterEach(() => editor.close());

  const isAt = (step: number) => page.locator(`${POPOVER}:visible`, { hasText: `${step}/6` }).waitFor();

  async function begin(language: 'en-US' | 'de-DE' = 'en-US'): Promise<void> {
    editor = await openEditor(browser, nodeRed, { language });
    page = editor.page;
    await page.setViewportSize(LOW_WINDOW);
    await page.evaluate('RED.sidebar.show("sipgate-telephone")');
    await page.click('.sipgate-phone p > button');
    await isAt(1);
    await page.click(NEXT);
    await isAt(2);
  }

  /** From the second step to the last one. */
  async function goOn(): Promise<void> {
    await page.click(NEXT);
    await isAt(3);
    await page.click('#red-ui-header-button-deploy');
    await isAt(4);
    await page.click(part('call'));
    await isAt(5);
    await heard(page);
    await page.click(part('key-1'));
    await isAt(6);
    // the guide looks at its step for a tenth of a second, then moves the focus
    await page.evaluate('new Promise((resolve) => setTimeout(resolve, 150))');
  }

  async function end(): Promise<void> {
    await page.locator(NEXT).last().click();
    await page.click(part('hangup'));
    await page.locator(`${part('call')}:enabled`).waitFor();
  }

  const chosen = () =>
    page
      .locator(part('webhook'))
      .evaluate((select) => (select as HTMLSelectElement).selectedOptions[0]?.text);

  it('places nothing where it is closed before', async () => {
    await begin();
    await page.click(CLOSE);
    await page.locator(POPOVER).waitFor({ state: 'detached' });
    (await nodesOf(editor, 'sipgate-webhook')).should.be.empty();
  });

  it('shows the way of the call, and moves nothing but the tab', async () => {
    await begin();
    await goOn();
    (await page.locator('.sipgate-phone-way').isVisible()).should.be.true();
    for (const selector of ['#red-ui-header', '.sipgate-phone-way', POPOVER]) {
      const { y = -1, height = 0 } = (await page.locator(selector).last().boundingBox()) ?? {};
      y.should.be.aboveOrEqual(0, selector);
      (y + height).should.be.belowOrEqual(LOW_WINDOW.height, selector);
    }
    await end();
  });

  it('calls the example that it has placed, also where another one is there', async () => {
    await begin('de-DE');
    await goOn();
    should(await chosen()).equal('Beispiel 02');
    await end();
  });

  it('places no example twice', async () => {
    await begin('de-DE');
    await goOn();
    should(await chosen()).equal('Beispiel 02');
    await end();
    (await nodesOf(editor, 'sipgate-webhook')).length.should.equal(2);
    editor.errors.should.deepEqual([]);
  });
});
