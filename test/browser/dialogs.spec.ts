import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import should from 'should';
import {
  closeDialog,
  complaint,
  deploy,
  eventually,
  fillField,
  importExample,
  markedFields,
  nodesOf,
  openBrowser,
  openDialog,
  openEditor,
  setProperties,
  setTyped,
  startNodeRed,
  type Editor,
  type EditorNode,
  type EditorOptions,
  type NodeRed,
} from './harness';

/** What differs between the languages, as a user reads it. */
interface Words {
  readonly palette: readonly string[];
  readonly labels: readonly string[];
  readonly fields: Readonly<Record<'webhook' | 'in' | 'response', readonly string[]>>;
  readonly missingNumbers: string;
  readonly tooMany: string;
  readonly noUrl: string;
  readonly badDigits: string;
  readonly privateUrl: string;
  readonly deployFirst: string;
  readonly works: string;
  readonly copied: string;
  readonly help: string;
}

const ENGLISH: Words = {
  palette: ['webhook in', 'webhook response'],
  labels: ['Incoming calls', 'Redirect to +49 30 23125101', 'Voicemail', 'Continue'],
  fields: {
    webhook: ['Listens on', 'Public URL', 'Enter at sipgate'],
    in: ['Webhook', 'Only numbers'],
    response: ['Action', 'Caller ID'],
  },
  missingNumbers: 'Numbers: please fill this in',
  tooMany: 'Numbers: sipgate rings at most 5 numbers at once, here are 6',
  noUrl: 'Announcement: this must be a whole address that begins with https:// or http://',
  badDigits: 'Digits at most: a whole number from 1 on, please',
  privateUrl: 'private network',
  deployFirst: 'Deploy first',
  works: 'It works: HTTP 200',
  copied: 'Copied',
  help: 'Starts a flow when a call comes in',
};

const GERMAN: Words = {
  palette: ['Webhook-Eingang', 'Webhook-Antwort'],
  labels: ['Eingehende Anrufe', 'Weiterleiten an +49 30 23125101', 'Voicemail', 'Normal klingeln'],
  fields: {
    webhook: ['Lauscht auf', 'Öffentliche URL', 'Bei sipgate eintragen'],
    in: ['Webhook', 'Nur Nummern'],
    response: ['Aktion', 'Absendernummer'],
  },
  missingNumbers: 'Nummern: bitte ausfüllen',
  tooMany: 'Nummern: sipgate lässt höchstens 5 Nummern zugleich klingeln, hier stehen 6',
  noUrl: 'Ansage: eine vollständige Adresse angeben, die mit https:// oder http:// beginnt',
  badDigits: 'Ziffern höchstens: bitte eine ganze Zahl ab 1',
  privateUrl: 'privaten Netz',
  deployFirst: 'Zuerst übernehmen',
  works: 'Es klappt: HTTP 200',
  copied: 'Kopiert',
  help: 'Startet einen Flow, wenn ein Anruf',
};

const EDITORS: { look: Required<Pick<EditorOptions, 'language' | 'theme'>>; words: Words }[] = [
  { look: { language: 'en-US', theme: 'light' }, words: ENGLISH },
  { look: { language: 'de-DE', theme: 'dark' }, words: GERMAN },
];

for (const { look, words } of EDITORS) {
  describe(`Webhook dialogs (${look.language}, ${look.theme})`, function () {
    this.timeout(60_000);
    let browser: Browser;
    let nodeRed: NodeRed;
    let editor: Editor;

    before(async () => {
      browser = await openBrowser();
      nodeRed = await startNodeRed();
      editor = await openEditor(browser, nodeRed, look);
      await importExample(editor, '02 - A menu with digits');
      const webhook = await theWebhook();
      await setProperties(editor, webhook.id, { publicUrl: `${nodeRed.nodeUrl}${String(webhook['path'])}` });
      await editor.page.evaluate(`RED.workspaces.show("${(await entrance()).z}")`);
      await deploy(editor);
    });

    after(async () => {
      await browser?.close();
      await nodeRed?.stop();
    });

    const first = async (type: string): Promise<EditorNode> => {
      const [node] = await nodesOf(editor, type);
      if (!node) throw new Error(`there is no ${type}`);
      return node;
    };
    const entrance = () => first('sipgate-webhook-in');
    const theWebhook = () => first('sipgate-webhook');
    const response = async (action: string): Promise<EditorNode> => {
      const found = (await nodesOf(editor, 'sipgate-webhook-response')).find(
        (node) => node['action'] === action,
      );
      if (!found) throw new Error(`there is no response with ${action}`);
      return found;
    };
    const text = (selector: string) => editor.page.locator(selector).first().innerText();

    /** SCREENSHOTS=folder keeps a picture of each dialog, to look at. */
    async function picture(name: string): Promise<void> {
      if (!process.env.SCREENSHOTS) return;
      mkdirSync(process.env.SCREENSHOTS, { recursive: true });
      const file = `${name}-${look.language}-${look.theme}.png`;
      await editor.page.screenshot({ path: join(process.env.SCREENSHOTS, file) });
    }

    it('offers the nodes in a category of their own', async () => {
      const names = await editor.page
        .locator('#red-ui-palette-container-sipgate .red-ui-palette-node')
        .evaluateAll((nodes) => nodes.map((node) => node.getAttribute('data-palette-label')));
      names.should.containDeep([...words.palette]);
      (await text('#red-ui-palette-header-sipgate')).should.equal('sipgate');
    });

    it('writes on each node what it does', async () => {
      const labels = await editor.page.locator('.red-ui-flow-node-label').allTextContents();
      words.labels.filter((label) => !labels.includes(label)).should.deepEqual([]);
    });

    it('names the outputs after the events', async () => {
      const ports = editor.page.locator(`[id="${(await entrance()).id}"] .red-ui-flow-port-output`);
      for (const [index, event] of ['NEW_CALL', 'ANSWER', 'HANGUP', 'DATA'].entries()) {
        await ports.nth(index).hover();
        const tooltip = editor.page.locator('.red-ui-flow-port-tooltip');
        await tooltip.waitFor();
        should(await tooltip.textContent()).containEql(event);
        await editor.page.mouse.move(700, 800);
        await tooltip.waitFor({ state: 'detached' });
      }
    });

    it('explains the nodes in the help sidebar', async () => {
      await editor.page.evaluate('RED.sidebar.help.show("sipgate-webhook-in")');
      await editor.page.locator('.red-ui-help').getByText(words.help).waitFor();
      await picture('help');
    });

    it('shows the dialog of webhook in in the user’s language', async () => {
      await openDialog(editor, (await entrance()).id);
      const dialog = await text('.sipgate-dialog');
      words.fields.in.filter((field) => !dialog.includes(field)).should.deepEqual([]);
      dialog.should.not.containEql('sipgate-webhook-in.');
      await picture('webhook-in');
      await closeDialog(editor, 'cancel');
    });

    it('shows only what the chosen action needs', async () => {
      await openDialog(editor, (await response('redirect')).id);
      const shown: Record<string, string[]> = {
        redirect: ['anonymous', 'callerId', 'numbers'],
        voicemail: [],
        reject: ['reason'],
        play: ['announcement'],
        gather: ['announcement', 'maxDigits', 'timeout'],
        hangup: [],
        continue: [],
        msg: [],
      };
      for (const [action, properties] of Object.entries(shown)) {
        await editor.page.selectOption('#node-input-action', action);
        const rows = await editor.page
          .locator('[data-actions]:visible label')
          .evaluateAll((all) =>
            all.map((label) => label.getAttribute('for')?.replace('node-input-', '')).sort(),
          );
        rows.should.deepEqual(properties, action);
        (await text('.sipgate-dialog')).should.not.containEql('sipgate-webhook-response.');
        await picture(`webhook-response-${action}`);
      }
      await closeDialog(editor, 'cancel');
    });

    it('marks only what the chosen action needs, and says why', async () => {
      const { id } = await response('redirect');
      const wrong: [action: string, fill: () => Promise<unknown>, property: string, reason: string][] = [
        ['redirect', () => setTyped(editor, 'numbers', ''), 'numbers', words.missingNumbers],
        ['redirect', () => setTyped(editor, 'numbers', '11,12,13,14,15,16'), 'numbers', words.tooMany],
        ['play', () => setTyped(editor, 'announcement', 'welcome.wav'), 'announcement', words.noUrl],
        ['gather', () => fillField(editor, 'node-input-maxDigits', '1.5'), 'maxDigits', words.badDigits],
      ];
      for (const [action, fill, property, reason] of wrong) {
        await openDialog(editor, id);
        await editor.page.selectOption('#node-input-action', action);
        await setTyped(editor, 'announcement', '');
        await fill();
        (await markedFields(editor)).should.deepEqual([property]);
        await closeDialog(editor);
        const node = (await nodesOf(editor, 'sipgate-webhook-response')).find((each) => each.id === id);
        should(node?.validationErrors).deepEqual([reason]);
      }
      await openDialog(editor, id);
      await editor.page.selectOption('#node-input-action', 'continue');
      (await markedFields(editor)).should.deepEqual([]);
      await closeDialog(editor);
    });

    it('keeps what was chosen for computed values', async () => {
      const { id } = await response('voicemail');
      const chosen = [
        ['numbers', 'payload.numbers', 'msg'],
        ['numbers', '["+493023125101"]', 'json'],
        ['numbers', '$split(payload, ";")', 'jsonata'],
        ['callerId', 'CALLER_ID', 'env'],
        ['announcement', 'welcome', 'flow'],
      ] as const;
      for (const [property, value, type] of chosen) {
        await openDialog(editor, id);
        await editor.page.selectOption(
          '#node-input-action',
          property === 'announcement' ? 'play' : 'redirect',
        );
        await setTyped(editor, property, value, type);
        await closeDialog(editor);
        await openDialog(editor, id);
        const field = `$("#node-input-${property}")`;
        should(
          await editor.page.evaluate(`[${field}.typedInput("value"), ${field}.typedInput("type")]`),
        ).deepEqual([value, type]);
        await closeDialog(editor, 'cancel');
        const node = (await nodesOf(editor, 'sipgate-webhook-response')).find((each) => each.id === id);
        should(node).containEql({ [property]: value, [`${property}Type`]: type });
      }
    });

    it('shows the webhook’s three pages in the user’s language', async () => {
      await openDialog(editor, (await theWebhook()).id, 'sipgate-webhook');
      const pages = editor.page.locator('#sipgate-webhook-tabs a.red-ui-tab-label');
      (await pages.count()).should.equal(3);
      const dialog = await text('.sipgate-dialog');
      words.fields.webhook.filter((field) => !dialog.includes(field)).should.deepEqual([]);
      for (const index of [0, 1, 2]) {
        // Node-RED takes two clicks on tabs within 400 ms for a double click, on whichever tabs they were
        await editor.page.waitForTimeout(450);
        await pages.nth(index).click();
        await editor.page.locator('#sipgate-webhook-sections > div').nth(index).waitFor();
        (await editor.page.locator('#sipgate-webhook-sections > div:visible').count()).should.equal(1);
        (await text('.sipgate-dialog')).should.not.containEql('sipgate-webhook.');
        await picture(`webhook-${index + 1}`);
      }
      (await markedFields(editor)).should.deepEqual([]);
      await closeDialog(editor, 'cancel');
    });

    it('lists the context stores of this Node-RED and names the country', async () => {
      await openDialog(editor, (await theWebhook()).id, 'sipgate-webhook');
      const stores = () =>
        editor.page
          .locator('#node-config-input-callStore option')
          .evaluateAll((all) => all.map((each) => each.getAttribute('value')));
      await eventually(stores, (values) => values.join() === ',disk');
      should(await editor.page.locator('#sipgate-webhook-country').textContent()).match(
        /^(Germany|Deutschland)$/,
      );
      await closeDialog(editor, 'cancel');
    });

    it('asks for address and port only where it listens on a port of its own', async () => {
      await openDialog(editor, (await theWebhook()).id, 'sipgate-webhook');
      const { page } = editor;
      (await page.isVisible('#node-config-input-port')).should.be.false();
      await page.selectOption('#node-config-input-server', 'port');
      (await page.isVisible('#node-config-input-port')).should.be.true();
      await fillField(editor, 'node-config-input-port', '70000');
      (await markedFields(editor)).should.deepEqual(['port']);
      await page.selectOption('#node-config-input-server', 'node-red');
      (await markedFields(editor)).should.deepEqual([]);
      await closeDialog(editor, 'cancel');
    });

    it('says what keeps sipgate from reaching the public URL', async () => {
      await openDialog(editor, (await theWebhook()).id, 'sipgate-webhook');
      const hints = async (url: string) => {
        await editor.page.fill('#node-config-input-publicUrl', url);
        return text('#sipgate-webhook-url-hints');
      };
      (await hints('http://192.168.178.20/api/sipgate/example-02')).should.containEql(words.privateUrl);
      (await hints('http://127.0.0.1/api/sipgate/example-02')).should.containEql('Simulator'.slice(1));
      (await hints('http://203.0.113.9/api/sipgate/example-02')).should.containEql('https');
      (await hints('https://nr.example.org/sipgate/example-02')).should.containEql('/api/sipgate/example-02');
      (await hints('https://nr.example.org/api/sipgate/example-02')).should.equal('');
      await fillField(editor, 'node-config-input-publicUrl', 'nr.example.org');
      (await markedFields(editor)).should.deepEqual(['publicUrl']);
      (await complaint(editor, 'node-config-input-publicUrl')).should.containEql('https://');
      (await editor.page.isVisible('#sipgate-webhook-final')).should.be.false();
      await closeDialog(editor, 'cancel');
    });

    it('copies the URL, also where the browser has no clipboard because the page came over http', async () => {
      const { page, context } = editor;
      await context.grantPermissions(['clipboard-read', 'clipboard-write']);
      for (const hasClipboard of [true, false]) {
        if (!hasClipboard)
          await page.evaluate('Object.defineProperty(navigator, "clipboard", { value: undefined })');
        await openDialog(editor, (await theWebhook()).id, 'sipgate-webhook');
        const url = `https://nr.example.org/copied-${hasClipboard}`;
        await page.fill('#node-config-input-publicUrl', url);
        // the word stands there for two seconds only, so somebody looks for it before the click
        const copied = page.locator('#sipgate-webhook-copy').getByText(words.copied).waitFor();
        await Promise.all([copied, page.click('#sipgate-webhook-copy')]);
        await page.fill('#node-config-input-name', '');
        await page.focus('#node-config-input-name');
        await page.keyboard.press('Control+V');
        (await page.inputValue('#node-config-input-name')).should.equal(url);
        await closeDialog(editor, 'cancel');
      }
    });

    it('proposes a path that nobody guesses, for a new webhook only', async () => {
      const paths: string[] = [];
      for (const id of ['_ADD_', '_ADD_', (await theWebhook()).id]) {
        await openDialog(editor, id, 'sipgate-webhook');
        paths.push(await editor.page.inputValue('#node-config-input-path'));
        await closeDialog(editor, 'cancel');
      }
      const [one = '', two = '', existing = ''] = paths;
      one.should.match(/^\/sipgate\/[\w-]{24}$/);
      two.should.match(/^\/sipgate\/[\w-]{24}$/);
      two.should.not.equal(one);
      existing.should.equal('/sipgate/example-02');
    });

    it('saves a new webhook with all its defaults', async () => {
      await openDialog(editor, '_ADD_', 'sipgate-webhook');
      await editor.page.click('#sipgate-webhook-suggest');
      await closeDialog(editor);
      const added = (await nodesOf(editor, 'sipgate-webhook')).find(
        (node) => node['path'] !== '/sipgate/example-02',
      );
      const { path, publicUrl, ...rest } = added as EditorNode;
      should(publicUrl).equal(`${nodeRed.nodeUrl}${String(path)}`);
      should(rest).containDeep({
        valid: true,
        name: '',
        server: 'node-red',
        host: '127.0.0.1',
        tls: '',
        verifySignature: true,
        publicKey: '',
        allowedIps: '',
        trustProxy: '',
        country: 'DE',
        masterSipId: '',
        callStore: '',
      });
      [rest['port'], rest['responseTimeout'], rest['replayWindow']]
        .map(Number)
        .should.deepEqual([8765, 3000, 300]);
    });

    it('“Call me” asks for a deploy first, then shows what the webhook answered', async () => {
      const { page } = editor;
      const result = async (id: string) => {
        await openDialog(editor, id, 'sipgate-webhook');
        await page.click('#sipgate-webhook-test');
        await page.locator('#sipgate-webhook-test:not([disabled])').waitFor();
        const shown = await text('#sipgate-webhook-result');
        await picture('call-me');
        await closeDialog(editor, 'cancel');
        return shown;
      };
      (await result('_ADD_')).should.containEql(words.deployFirst);
      const shown = await result((await theWebhook()).id);
      shown.should.containEql(words.works);
      shown.should.containEql('<Response');
    });

    it('left no error in the page', () => {
      // the browser itself writes a line for the one 404, that of a webhook not deployed yet
      editor.errors.filter((error) => !error.includes('404')).should.deepEqual([]);
    });
  });
}
