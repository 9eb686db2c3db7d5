import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import 'should';
import { axeFindings } from './axe';
import {
  deploy,
  openBrowser,
  openEditor,
  placeExample,
  setProperties,
  startNodeRed,
  type Editor,
  type Language,
  type NodeRed,
  type Theme,
} from './harness';
import { openPhone, part } from './phone';

const CALL = { from: '+49 1579 9912345', to: '+49 211 63553355' };
const MENU = { expect: { action: 'gather', maxDigits: 1 } };
const GREEN = '1 rings the sales team';
const MISTYPED = '2 rings a mistyped number';
const UNASKED = 'nobody asks twice';
const VOICEMAIL = 'the voicemail';
const ELSEWHERE = 'another webhook';
const REDIRECT = { expect: { action: 'redirect' } };
const TESTS: Readonly<Record<string, readonly object[]>> = {
  [GREEN]: [MENU, { press: '1' }, { expect: { action: 'redirect', numbers: '030 23125101' } }],
  [MISTYPED]: [MENU, { press: '2' }, { expect: { action: 'redirect', numbers: '030 23125120' } }],
  [UNASKED]: [MENU, { press: '1' }, REDIRECT, { press: '1' }],
  [VOICEMAIL]: [MENU, { press: '1' }, { expect: { action: 'voicemail' } }],
  [ELSEWHERE]: [MENU],
};
/** The node of the example that asks for a digit. */
const ASKS = '51b9a7e200000003';

interface Words {
  readonly language: Language;
  readonly theme: Theme;
  readonly webhook: string;
  readonly run: string;
  readonly passed: string;
  readonly mistyped: string;
  readonly unasked: string;
  readonly voicemail: string;
  readonly notRun: string;
  readonly summary: string;
}

const BOTH: readonly Words[] = [
  {
    language: 'en-US',
    theme: 'light',
    webhook: 'Example 02',
    run: 'Run',
    passed: 'passed',
    mistyped: 'Step 3: expected the number 030 23125120, got +494066969102',
    unasked: 'Step 4: expected a question for keys (gather), got ringing +493023125101',
    voicemail: 'Step 3: expected the answer send to the voicemail (voicemail), got redirect',
    notRun: 'could not be run: there is no running webhook "Shop"',
    summary: '1 of 5 passed',
  },
  {
    language: 'de-DE',
    theme: 'dark',
    webhook: 'Beispiel 02',
    run: 'Ausführen',
    passed: 'bestanden',
    mistyped: 'Schritt 3: Erwartet war: die Nummer 030 23125120. Gekommen ist: +494066969102',
    unasked:
      'Schritt 4: Erwartet war: eine Frage nach Tasten (gather). Gekommen ist: Es klingelt bei +493023125101',
    voicemail:
      'Schritt 3: Erwartet war: die Antwort zur Voicemail (voicemail). Gekommen ist: weiterleiten (redirect)',
    notRun: 'konnte nicht ausgeführt werden: es läuft kein Webhook „Shop“',
    summary: '1 von 5 bestanden',
  },
];

describe('Saved calls in the sidebar', function () {
  this.timeout(90_000);
  let browser: Browser;
  let nodeRed: NodeRed;

  before(async () => {
    [browser, nodeRed] = await Promise.all([openBrowser(), startNodeRed()]);
    const editor = await openEditor(browser, nodeRed);
    await placeExample(editor, '02 - A menu with digits');
    await placeExample(editor, '02 - Menü mit Ziffern', 'Deutsch');
    await deploy(editor);
    await editor.close();
  });
  after(() => Promise.all([browser?.close(), nodeRed?.stop()]));

  function keep(webhook: string): void {
    const folder = join(nodeRed.userDir, 'sipgate-io/call-tests');
    mkdirSync(folder, { recursive: true });
    for (const [name, steps] of Object.entries(TESTS)) {
      const test = { name, webhook: name === ELSEWHERE ? 'Shop' : webhook, call: CALL, steps };
      writeFileSync(join(folder, `${name}.json`), JSON.stringify(test));
    }
  }

  for (const words of BOTH) {
    describe(`(${words.language})`, () => {
      let editor: Editor;

      before(async () => {
        keep(words.webhook);
        editor = await openEditor(browser, nodeRed, words);
        await openPhone(editor, words.webhook);
        await editor.page.locator('.sipgate-phone-section > summary').first().click();
        await row(GREEN).waitFor();
      });
      after(() => editor.close());

      const row = (name: string) => editor.page.locator(`[data-phone-test="${name}.json"]`);
      const verdictOf = (name: string) => row(name).locator('.sipgate-phone-note').innerText();
      const run = async (name: string, result: 'passed' | 'failed') => {
        await row(name).getByRole('button', { name: words.run, exact: true }).click();
        await editor.page.locator(`[data-phone-test="${name}.json"][data-result=${result}]`).waitFor();
      };
      const colour = (name: string) =>
        row(name)
          .locator('> span')
          .evaluate((span) => getComputedStyle(span).color);

      it('runs the one that is asked for, and no other one', async () => {
        await run(GREEN, 'passed');
        (await verdictOf(GREEN)).should.equal(words.passed);
        (await editor.page.locator('[data-result]').count()).should.equal(1);
      });

      it('says in a sentence what was different where a number is mistyped', async () => {
        await run(MISTYPED, 'failed');
        (await verdictOf(MISTYPED)).should.equal(words.mistyped);
        (await colour(MISTYPED)).should.not.equal(await colour(GREEN));
      });

      it('runs all, and tells of each what happened', async () => {
        await editor.page.locator(part('run-tests')).click();
        await editor.page.locator('.sipgate-phone-note', { hasText: words.summary }).waitFor();
        (await verdictOf(GREEN)).should.equal(words.passed);
        (await verdictOf(MISTYPED)).should.equal(words.mistyped);
        (await verdictOf(UNASKED)).should.equal(words.unasked);
        (await verdictOf(VOICEMAIL)).should.equal(words.voicemail);
        (await verdictOf(ELSEWHERE)).should.equal(words.notRun);
        (await axeFindings(editor.page, '.sipgate-phone')).should.eql([]);
        editor.errors.should.eql([]);
      });
    });
  }

  it('are deleted with a second click only', async () => {
    keep('Example 02');
    const editor = await openEditor(browser, nodeRed);
    await openPhone(editor, 'Example 02');
    await editor.page.locator('.sipgate-phone-section > summary').first().click();
    const row = editor.page.locator(`[data-phone-test="${ELSEWHERE}.json"]`);
    const file = join(nodeRed.userDir, 'sipgate-io/call-tests', `${ELSEWHERE}.json`);
    await row.getByRole('button').last().click();
    await row.locator('button', { hasText: 'Delete?' }).waitFor();
    existsSync(file).should.be.true();
    await row.getByRole('button').last().click();
    await row.waitFor({ state: 'detached' });
    existsSync(file).should.be.false();
    await editor.close();
  });

  describe('of a flow that is broken', () => {
    it('says what it does instead', async () => {
      const editor = await openEditor(browser, nodeRed);
      keep('Example 02');
      await setProperties(editor, ASKS, { action: 'hangup' });
      await deploy(editor);
      await openPhone(editor, 'Example 02');
      // who clicks before the list is there means what is in it
      await editor.page.route(/telephone\/tests(\?|$)/, async (route) => {
        await setTimeout(500);
        await route.continue();
      });
      await editor.page.locator('.sipgate-phone-section > summary').first().click();
      await editor.page.locator(part('run-tests')).click();
      await editor.page.locator('.sipgate-phone-note', { hasText: '0 of 5 passed' }).waitFor();
      const texts = await editor.page.locator(`${part('tests')} .sipgate-phone-note`).allInnerTexts();
      const wrong = 'Step 1: expected the answer ask for digits (gather), got hang up (hangup)';
      texts.filter((text) => text === wrong).length.should.equal(4);
      await editor.close();
    });
  });
});
