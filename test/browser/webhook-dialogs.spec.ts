import type { Browser } from 'playwright-core';
import should from 'should';
import {
  closeDialog,
  complaint,
  deploy,
  eventually,
  fillField,
  markedFields,
  nodesOf,
  openBrowser,
  openDialog,
  openEditor,
  placeExample,
  setProperties,
  setTyped,
  startNodeRed,
  type Editor,
  type EditorNode,
  type NodeRed,
} from './harness';

describe('Webhook dialogs', function () {
  this.timeout(60_000);
  let browser: Browser;
  let nodeRed: NodeRed;
  let editor: Editor;

  before(async () => {
    browser = await openBrowser();
    nodeRed = await startNodeRed();
    editor = await openEditor(browser, nodeRed);
    await placeExample(editor, '02 - A menu with digits');
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

  it('offers the nodes in a category of their own', async () => {
    const names = await editor.page
      .locator('#red-ui-palette-container-sipgate .red-ui-palette-node')
      .evaluateAll((nodes) => nodes.map((node) => node.getAttribute('data-palette-label')));
    names.should.containDeep(['webhook in', 'webhook response']);
    (await text('#red-ui-palette-header-sipgate')).should.equal('sipgate');
  });

  it('writes on each node what it does', async () => {
    const labels = await editor.page.locator('.red-ui-flow-node-label').allTextContents();
    labels.should.containDeep(['Incoming calls', 'Redirect to +49 30 23125101', 'Voicemail', 'Continue']);
  });

  it('names the outputs after the events', async () => {
    const ports = editor.page.locator(`[id="${(await entrance()).id}"] .red-ui-flow-port-output`);
    (await ports.count()).should.equal(4);
    for (const [index, event] of [
      [0, 'NEW_CALL'],
      [3, 'DATA'],
    ] as const) {
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
    await editor.page.locator('.red-ui-help').getByText('Starts a flow when a call comes in').waitFor();
  });

  it('shows only what the chosen action needs', async () => {
    await openDialog(editor, (await response('redirect')).id);
    const shown: Record<string, string[]> = {
      redirect: ['anonymous', 'callerId', 'numbers'],
      voicemail: [],
      reject: ['reason'],
      play: ['announcement', 'announcementSource'],
      gather: ['announcement', 'announcementSource', 'maxDigits', 'timeout'],
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
    }
    await closeDialog(editor, 'cancel');
  });

  it('marks only what the chosen action needs, and says why', async () => {
    const { id } = await response('redirect');
    const wrong: [action: string, fill: () => Promise<unknown>, property: string, reason: string][] = [
      ['redirect', () => setTyped(editor, 'numbers', ''), 'numbers', 'Numbers: required'],
      [
        'redirect',
        () => setTyped(editor, 'numbers', '11,12,13,14,15,16'),
        'numbers',
        'Numbers: at most 5 numbers can ring at once, got 6',
      ],
      [
        'play',
        () => setTyped(editor, 'announcement', 'welcome.wav'),
        'announcement',
        'URL: must be a full URL that starts with https:// or http://',
      ],
      [
        'gather',
        () => fillField(editor, 'node-input-maxDigits', '1.5'),
        'maxDigits',
        'Maximum digits: must be a whole number, got “1.5”',
      ],
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
      await editor.page.selectOption('#node-input-action', property === 'announcement' ? 'play' : 'redirect');
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

  it('has the webhook’s fields on three pages, for the mouse and for the keyboard', async () => {
    await openDialog(editor, (await theWebhook()).id, 'sipgate-webhook');
    const tabs = editor.page.locator('#sipgate-webhook-tabs a.red-ui-tab-label');
    const shown = editor.page.locator('#sipgate-webhook-sections > div:visible');
    should(await shown.getAttribute('id')).equal('sipgate-webhook-address');
    await tabs.nth(1).click();
    should(await shown.getAttribute('id')).equal('sipgate-webhook-security');
    await tabs.nth(2).press('Enter');
    should(await shown.getAttribute('id')).equal('sipgate-webhook-answering');
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
    should(await editor.page.locator('#sipgate-webhook-country').textContent()).match(/^Germany$/);
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
    (await hints('http://192.168.178.20/api/sipgate/example-02')).should.containEql('private network');
    (await hints('http://127.0.0.1/api/sipgate/example-02')).should.containEql('simulator');
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
      const copied = page.locator('#sipgate-webhook-copy').getByText('Copied').waitFor();
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
      await closeDialog(editor, 'cancel');
      return shown;
    };
    (await result('_ADD_')).should.containEql('Deploy first');
    const shown = await result((await theWebhook()).id);
    shown.should.containEql('It works: HTTP 200');
    shown.should.containEql('<Response');
  });

  it('left no error in the page', () => {
    // the browser itself writes a line for the one 404, that of a webhook not deployed yet
    editor.errors.filter((error) => !error.includes('404')).should.deepEqual([]);
  });
});
