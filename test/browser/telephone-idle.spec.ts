import type { Browser, Page } from 'playwright-core';
import 'should';
import { openBrowser, PACK, startNodeRed, type NodeRed } from './harness';
import { part } from './phone';

/** What an editor does while nobody touches it. */
interface Idle {
  readonly timers: Readonly<Record<'setTimeout' | 'setInterval' | 'requestAnimationFrame', number>>;
  readonly requests: readonly string[];
  readonly heapBytes: number;
}

const LOOKED_AT_MS = 2000;
/** Beside a heap of some 18 MB. */
const MOST_HEAP_BYTES = 1_500_000;

/** From before the editor's first script on. */
const COUNT = `globalThis.timersOf = (() => {
  const counts = { setTimeout: 0, setInterval: 0, requestAnimationFrame: 0 };
  for (const name of Object.keys(counts)) {
    const original = globalThis[name];
    globalThis[name] = (...all) => {
      counts[name] += 1;
      return original(...all);
    };
  }
  return counts;
})();`;

/** In the page that Node-RED serves for all plugins, that of the telephone begins with this. */
const PLUGIN = new RegExp(
  `<!-- --- \\[red-plugin:${PACK}/sipgate-telephone\\][^]*?(?=<!-- --- \\[red-plugin:|$)`,
);

describe('An editor whose telephone nobody opens', function () {
  this.timeout(90_000);
  let browser: Browser;
  let nodeRed: NodeRed;

  before(async () => {
    [browser, nodeRed] = await Promise.all([openBrowser(), startNodeRed()]);
  });
  after(() => Promise.all([browser?.close(), nodeRed?.stop()]));

  async function idle(withTelephone: boolean): Promise<Idle> {
    const context = await browser.newContext();
    await context.addInitScript(COUNT);
    const page = await context.newPage();
    if (!withTelephone) await withoutPlugin(page);
    await page.goto(nodeRed.editorUrl);
    await page.waitForSelector('.red-ui-palette-node');
    await page.waitForSelector('#red-ui-loading-progress', { state: 'hidden' });
    await page.waitForTimeout(LOOKED_AT_MS);
    ((await page.evaluate('Boolean(RED.plugins.getPlugin("sipgate-telephone"))')) as boolean).should.equal(
      withTelephone,
    );
    const requests: string[] = [];
    page.on('request', (request) => requests.push(new URL(request.url()).pathname));
    await page.evaluate('for (const name in timersOf) timersOf[name] = 0;');
    await page.waitForTimeout(LOOKED_AT_MS);
    const timers = (await page.evaluate('timersOf')) as Idle['timers'];
    ((await page.evaluate('setTimeout(() => 0, 0); timersOf.setTimeout')) as number).should.be.above(
      timers.setTimeout,
    );
    const session = await context.newCDPSession(page);
    await session.send('HeapProfiler.collectGarbage');
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    (await page.locator(part('call')).count()).should.equal(0);
    await context.close();
    return { timers, requests, heapBytes: usedSize };
  }

  it('does nothing for it: no request, no timer, hardly any memory', async () => {
    const without = await idle(false);
    const withIt = await idle(true);
    withIt.requests.should.eql(without.requests);
    withIt.timers.should.eql(without.timers);
    (withIt.heapBytes - without.heapBytes).should.be.below(MOST_HEAP_BYTES);
  });
});

/** Node-RED without the part of the pack that is looked at. */
async function withoutPlugin(page: Page): Promise<void> {
  await page.route(/\/admin\/plugins(\?|$)/, async (route) => {
    const response = await route.fetch();
    const body = await response.text();
    await route.fulfill({ response, body: body.replace(PLUGIN, '') });
  });
}
