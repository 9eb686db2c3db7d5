import type { Browser } from 'playwright-core';
import should from 'should';
import { createClient, isNotOnNeo, lookup } from '../../sipgate';
import { Simulator } from '../../simulator';
import { buildPage } from '../simulator/page/built-page';
import { eventually, openBrowser } from './harness';

describe('the platform on the simulator’s page', function () {
  this.timeout(60_000);
  let browser: Browser;
  let simulator: Simulator;
  let builtPage: Awaited<ReturnType<typeof buildPage>> | undefined;

  before(async () => {
    browser = await openBrowser();
    builtPage = await buildPage();
    simulator = await Simulator.start({ platform: 'neo', pageFolder: builtPage.folder });
  });
  after(async () => {
    await browser?.close();
    await simulator?.stop();
    builtPage?.remove();
  });

  /** Whether the REST API refuses what only the classic platform has. */
  async function isOnNeo(): Promise<boolean> {
    const [{ id, token } = { id: '', token: '' }] = simulator.account.credentials.tokens;
    const credentials = { type: 'token', tokenId: id, token } as const;
    const client = createClient({ credentials, apiUrl: `${simulator.url}/v2` });
    try {
      await lookup(client, 'phonelines');
      return false;
    } catch (error) {
      return isNotOnNeo(error);
    } finally {
      await client.close();
    }
  }

  it('is shown, and changes with a choice', async () => {
    const page = await (await browser.newContext({ locale: 'en-US' })).newPage();
    await page.goto(simulator.url);
    const shown = () => page.inputValue('#platform');
    await eventually(shown, (platform) => platform === 'neo');
    should(await isOnNeo()).be.true();
    for (const platform of ['classic', 'neo'] as const) {
      await page.evaluate((value) => {
        const select = document.querySelector('#platform') as HTMLSelectElement;
        select.value = value;
        select.dispatchEvent(new Event('change'));
      }, platform);
      await eventually(isOnNeo, (isNeo) => isNeo === (platform === 'neo'));
    }
    const other = await (await browser.newContext({ locale: 'de-DE' })).newPage();
    await other.goto(simulator.url);
    await eventually(
      () => other.inputValue('#platform'),
      (platform) => platform === 'neo',
    );
  });
});
