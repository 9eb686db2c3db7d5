import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Locator } from 'playwright-core';
import 'should';
import manifest from '../../package.json';
import { PROJECT } from '../node-red';
import { axeFindings } from './axe';
import {
  closeDialog,
  openBrowser,
  openDialog,
  openEditor,
  place,
  startNodeRed,
  type Editor,
  type EditorOptions,
  type Language,
  type NodeRed,
} from './harness';

const TYPES = Object.keys(manifest['node-red'].nodes);
/** The properties whose choice decides what a dialog shows; a dialog has one of them or none. */
const CHOICES = ['authType', 'server', 'action', 'operation', 'resource', 'engine'];
const isConfig = (type: string) =>
  ['sipgate-account', 'sipgate-webhook', 'sipgate-voice', 'sipgate-ai-flow'].includes(type);

/** One node of each type, with what makes a dialog say more than usual. */
const FLOW = [
  { id: 'tab', type: 'tab', label: 'All nodes' },
  ...TYPES.map((type, index) => ({
    ...{ id: type, type, account: 'sipgate-account', webhook: 'sipgate-webhook', wires: [[], [], [], []] },
    ...(isConfig(type) ? {} : { z: 'tab', x: 300, y: 60 * index }),
    ...(type === 'sipgate-webhook'
      ? { publicUrl: 'http://192.168.0.2/sipgate', verifySignature: false }
      : {}),
    ...(type === 'sipgate-ai-flow' ? { publicUrl: 'http://192.168.0.2/sipgate-ai' } : {}),
    ...(type === 'sipgate-ai-flow-in' ? { aiFlow: 'sipgate-ai-flow' } : {}),
    ...(type === 'sipgate-ai-flow-response'
      ? { ttsProvider: 'azure', then: 'transfer', bargeInStrategy: 'minimum_characters' }
      : {}),
    ...(type === 'sipgate-sms' ? { sender: '+491713920001', message: 'Ж' } : {}),
    ...(type === 'sipgate-webhook-in' ? { nameCaller: true } : {}),
  })),
];

const LOOKS: readonly Required<Pick<EditorOptions, 'language' | 'theme'>>[] = [
  { language: 'en-US', theme: 'light' },
  { language: 'de-DE', theme: 'dark' },
];

/** All texts of a language that need no values, of all catalogues. */
function catalogue(language: 'en-US' | 'de'): Map<string, string> {
  const folder = join(PROJECT, 'locales', language);
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return new Map(files.flatMap((name) => texts(JSON.parse(readFileSync(join(folder, name), 'utf8')), name)));
}

function texts(value: unknown, path: string): [string, string][] {
  if (typeof value === 'string') return value.includes('__') ? [] : [[path, value]];
  return Object.entries(value as object).flatMap(([key, inner]) => texts(inner, `${path}.${key}`));
}

/** English texts that are other words in German, so that they give away what was forgotten. */
function foreignTexts(language: Language): Set<string> {
  if (language === 'en-US') return new Set();
  const german = catalogue('de');
  const english = [...catalogue('en-US')].filter(([key, text]) => german.get(key) !== text);
  return new Set(english.map(([, text]) => text));
}

for (const look of LOOKS) {
  describe(`All dialogs (${look.language}, ${look.theme})`, function () {
    this.timeout(60_000);
    const foreign = foreignTexts(look.language);
    let browser: Browser;
    let nodeRed: NodeRed;
    let editor: Editor;

    before(async () => {
      [browser, nodeRed] = await Promise.all([openBrowser(), startNodeRed()]);
      editor = await openEditor(browser, nodeRed, look);
      await place(editor, FLOW);
    });

    after(async () => {
      await browser?.close();
      await nodeRed?.stop();
    });

    /** SCREENSHOTS=folder keeps a picture of each, to look at. */
    async function picture(name: string, of: Locator): Promise<void> {
      if (!process.env.SCREENSHOTS) return;
      mkdirSync(process.env.SCREENSHOTS, { recursive: true });
      await of.screenshot({ path: join(process.env.SCREENSHOTS, `${name}-${look.language}.png`) });
    }

    it('have names in the palette that break between words only', async () => {
      const palette = editor.page.locator('#red-ui-palette-container-sipgate');
      await picture('palette', palette);
      const labels = palette.locator('.red-ui-palette-label');
      (await labels.count()).should.equal(TYPES.filter((type) => !isConfig(type)).length);
      (await labels.evaluateAll(brokenWords)).should.deepEqual([]);
    });

    for (const type of TYPES) {
      it(`${type} speaks one language, has a name for every field, room for every text, and no finding of axe`, async () => {
        await openDialog(editor, type, isConfig(type) ? type : undefined);
        const whole = isConfig(type) ? '#node-config-dialog-edit-form' : '#dialog-form';
        (await axeFindings(editor.page, whole)).should.eql([]);
        for (const choice of await choicesOf(type)) {
          await choice.choose();
          const dialog = editor.page.locator('.red-ui-tray').last();
          await picture(`${type}${choice.name}`, dialog);
          const form = dialog.locator('.sipgate-dialog');
          const shown = await form.evaluate(visibleTexts);
          shown.length.should.be.above(2);
          shown.filter((text) => foreign.has(text)).should.deepEqual([], choice.name);
          shown.filter((text) => /sipgate-[\w-]+\.|__/.test(text)).should.deepEqual([], choice.name);
          (await form.evaluate(namelessFields)).should.deepEqual([], choice.name);
          (await form.evaluate(cutOffTexts)).should.deepEqual([], choice.name);
        }
        await closeDialog(editor, 'cancel');
      });
    }

    it('are explained in the help sidebar', async () => {
      const folder = join(PROJECT, 'locales', look.language === 'en-US' ? 'en-US' : 'de');
      for (const type of TYPES) {
        const [, sentence = ''] =
          /<p>([^<]+)</.exec(readFileSync(join(folder, `${type}.html`), 'utf8')) ?? [];
        await editor.page.evaluate(`RED.sidebar.help.show("${type}")`);
        await editor.page.locator('.red-ui-help').getByText(sentence).first().waitFor();
        await picture(`help-${type}`, editor.page.locator('#red-ui-sidebar'));
      }
    });

    it('left no error in the page', () => {
      // the lists of an account that has no login
      editor.errors.filter((error) => !error.includes('404')).should.deepEqual([]);
    });

    interface Choice {
      readonly name: string;
      choose(): Promise<unknown>;
    }

    async function choicesOf(type: string): Promise<Choice[]> {
      const ids = CHOICES.map((property) => `#node-${isConfig(type) ? 'config-' : ''}input-${property}`);
      const select = editor.page.locator(ids.join(', '));
      if ((await select.count()) === 0) return [{ name: '', choose: () => Promise.resolve() }];
      const values = await select
        .locator('option')
        .evaluateAll((all) => all.map((one) => one.getAttribute('value')));
      const choices = values.map((value) => ({
        name: `-${value}`,
        choose: () => select.selectOption(value),
      }));
      return [...choices, ...(type === 'sipgate-webhook' || type === 'sipgate-ai-flow' ? pages(type) : [])];
    }

    function pages(type: string): Choice[] {
      const tabs = editor.page.locator(`#${type}-tabs a.red-ui-tab-label`);
      return [1, 2].map((index) => ({
        name: `-page-${index}`,
        choose: () => tabs.nth(index).press('Enter'),
      }));
    }
  });
}

// --- In the page --------------------------------------------------------------------------------------------------

/** Words that a narrow label breaks in two. */
function brokenWords(labels: Element[]): string[] {
  return labels.flatMap((label) => {
    const walker = document.createTreeWalker(label, NodeFilter.SHOW_TEXT);
    const broken: string[] = [];
    while (walker.nextNode()) {
      const node = walker.currentNode;
      for (const word of (node.textContent ?? '').matchAll(/\S+/g)) {
        const range = document.createRange();
        range.setStart(node, word.index);
        range.setEnd(node, word.index + word[0].length);
        const lines = new Set(Array.from(range.getClientRects(), ({ top }) => Math.round(top)));
        if (lines.size > 1) broken.push(word[0]);
      }
    }
    return broken;
  });
}

/** What a user reads in a dialog: texts, choices, placeholders, tooltips. */
function visibleTexts(form: Element): string[] {
  const elements = Array.from(form.querySelectorAll<HTMLElement>('*')).filter((each) =>
    each.checkVisibility(),
  );
  const own = elements.flatMap((each) =>
    Array.from(each.childNodes, (node) => (node.nodeType === Node.TEXT_NODE ? (node.textContent ?? '') : '')),
  );
  const attributes = elements.flatMap((each) =>
    ['placeholder', 'title', 'aria-label', 'label'].map((name) => each.getAttribute(name) ?? ''),
  );
  return [...own, ...attributes].map((text) => text.trim()).filter((text) => /\p{L}/u.test(text));
}

/** Fields and buttons that a screen reader could not name; those that Node-RED itself adds are its own matter. */
function namelessFields(form: Element): string[] {
  const fields = Array.from(form.querySelectorAll<HTMLElement>('input, select, textarea, button'));
  return fields
    .filter((field) => field.checkVisibility() && !field.matches('.red-ui-typedInput-container button, a'))
    .filter((field) => {
      const labels = (field as HTMLInputElement).labels?.length ?? 0;
      const by = document.getElementById(field.getAttribute('aria-labelledby') ?? '');
      const names = [field.getAttribute('aria-label'), by?.textContent, field.textContent, field.title];
      const isButton = field.tagName === 'BUTTON';
      return labels === 0 && !names.slice(0, isButton ? 4 : 2).some((name) => (name ?? '').trim() !== '');
    })
    .map((field) => field.outerHTML.slice(0, 120));
}

/** Choices longer than their select, placeholders longer than their input, labels of three lines or above their field. */
function cutOffTexts(form: Element): string[] {
  const canvas = document.createElement('canvas').getContext('2d') as CanvasRenderingContext2D;
  const widthOf = (text: string, element: Element) => {
    canvas.font = getComputedStyle(element).font;
    return canvas.measureText(text).width;
  };
  const visible = <T extends HTMLElement>(selector: string) =>
    Array.from(form.querySelectorAll<T>(selector)).filter((each) => each.checkVisibility());
  const selects = visible<HTMLSelectElement>('select').flatMap((select) =>
    Array.from(select.options, ({ text }) => text).filter(
      (text) => widthOf(text, select) > select.clientWidth - 30,
    ),
  );
  const inputs = visible<HTMLInputElement>('input')
    .filter((input) => widthOf(input.placeholder, input) > input.clientWidth - 10)
    .map(({ placeholder }) => placeholder);
  const labels = visible('.form-row > label:not(input[type="checkbox"] + label)').filter((label) => {
    const next = Array.from(label.parentElement?.children ?? []).find(
      (each) => label.compareDocumentPosition(each) & 4 && each.checkVisibility(),
    );
    const { height, bottom } = label.getBoundingClientRect();
    return height > 50 || (next !== undefined && next.getBoundingClientRect().top >= bottom);
  });
  return [...selects, ...inputs, ...labels.map((label) => label.innerText)];
}
