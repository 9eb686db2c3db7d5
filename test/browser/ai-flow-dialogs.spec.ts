import type { Browser } from 'playwright-core';
import should from 'should';
import {
  closeDialog,
  complaint,
  deploy,
  fillField,
  markedFields,
  nodesOf,
  openBrowser,
  openDialog,
  openEditor,
  place,
  setTyped,
  startNodeRed,
  type Editor,
  type NodeRed,
} from './harness';

/** Greets, repeats what the caller says, and says goodbye. */
const FLOW = [
  { id: 'ai-tab', type: 'tab', label: 'Assistant' },
  { id: 'ai-flow', type: 'sipgate-ai-flow', name: 'Assistant', path: '/sipgate-ai/browser', publicUrl: '' },
  {
    id: 'ai-in',
    type: 'sipgate-ai-flow-in',
    z: 'ai-tab',
    x: 150,
    y: 100,
    aiFlow: 'ai-flow',
    wires: [['ai-hello'], ['ai-echo'], [], [], [], [], []],
  },
  {
    id: 'ai-hello',
    type: 'sipgate-ai-flow-response',
    z: 'ai-tab',
    x: 400,
    y: 60,
    action: 'speak',
    text: 'Good morning',
    textType: 'str',
    wires: [[]],
  },
  {
    id: 'ai-echo',
    type: 'sipgate-ai-flow-response',
    z: 'ai-tab',
    x: 400,
    y: 140,
    action: 'speak',
    text: 'payload.text',
    textType: 'msg',
    then: 'hangup',
    wires: [[]],
  },
];

describe('Dialogs of voice assistants', function () {
  this.timeout(60_000);
  let browser: Browser;
  let nodeRed: NodeRed;
  let editor: Editor;

  before(async () => {
    [browser, nodeRed] = await Promise.all([openBrowser(), startNodeRed()]);
    editor = await openEditor(browser, nodeRed);
    await place(editor, FLOW);
    await deploy(editor);
  });

  after(async () => {
    await browser?.close();
    await nodeRed?.stop();
  });

  const text = (selector: string) => editor.page.locator(selector).first().innerText();
  const rows = () =>
    editor.page
      .locator('.sipgate-dialog .form-row:visible label[for]')
      .evaluateAll((labels) => labels.map((label) => label.getAttribute('for')?.replace('node-input-', '')));

  it('ask only for what the action needs', async () => {
    await openDialog(editor, 'ai-hello');
    const choose = (id: string, value: string) => editor.page.selectOption(`#node-input-${id}`, value);
    (await rows()).should.eql([
      ...['name', 'action', 'text', 'ssml', 'then', 'inputTimeout', 'interrupt', 'bargeInStrategy'],
      ...['ttsProvider', 'silence'],
    ]);
    await choose('then', 'transfer');
    (await rows()).should.containDeep(['number', 'callerIdNumber', 'callerIdName', 'transferTimeout']);
    await choose('bargeInStrategy', 'minimum_characters');
    (await rows()).should.containDeep(['bargeInCharacters', 'bargeInAfter']);
    await choose('bargeInStrategy', 'none');
    (await rows()).should.not.containEql('bargeInAfter');
    await choose('action', 'hangup');
    (await rows()).should.eql(['name', 'action']);
    await choose('action', 'mixAudio');
    (await rows()).should.eql(['name', 'action', 'stop', 'audio', 'volume']);
    await editor.page.check('#node-input-stop');
    (await rows()).should.eql(['name', 'action', 'stop']);
    await choose('action', 'transcription');
    (await rows()).should.eql(['name', 'action', 'sttProvider', 'languages', 'vocabulary', 'silence']);
    await choose('action', 'sms');
    (await rows()).should.eql(['name', 'action', 'text', 'number']);
    await closeDialog(editor, 'cancel');
  });

  it('offer the voices of the provider, and take any other', async () => {
    await openDialog(editor, 'ai-hello');
    const voices = () =>
      editor.page
        .locator('#sipgate-ai-flow-voices option')
        .evaluateAll((all) => all.map((one) => one.getAttribute('value')));
    (await rows()).should.not.containEql('ttsVoice');
    await editor.page.fill('#node-input-ttsProvider', 'azure');
    (await voices()).should.containEql('de-DE-KatjaNeural');
    (await rows()).should.containDeep(['ttsVoice', 'ttsLanguage']);
    await editor.page.fill('#node-input-ttsProvider', 'eleven_labs');
    (await voices()).should.containEql('21m00Tcm4TlvDq8ikWAM');
    (await rows()).should.not.containEql('ttsLanguage');
    await editor.page.fill('#node-input-ttsProvider', 'somebody-new');
    (await voices()).should.eql([]);
    (await rows()).should.containDeep(['ttsVoice', 'ttsLanguage']);
    await closeDialog(editor, 'cancel');
  });

  it('say what is wrong', async () => {
    await openDialog(editor, 'ai-hello');
    await setTyped(editor, 'text', '');
    (await markedFields(editor)).should.containEql('text');
    await setTyped(editor, 'text', 'Hello');
    for (const [field, wrong, right] of [
      ['silence', '149', '150'],
      ['inputTimeout', '0', '2.5'],
    ] as const) {
      await fillField(editor, `node-input-${field}`, wrong);
      (await markedFields(editor)).should.containEql(field);
      (await complaint(editor, `node-input-${field}`)).should.match(/must be between/);
      await fillField(editor, `node-input-${field}`, right);
    }
    await editor.page.selectOption('#node-input-then', 'transfer');
    (await markedFields(editor)).should.eql(['number']);
    await setTyped(editor, 'number', '0211 63553355');
    (await markedFields(editor)).should.eql([]);
    await fillField(editor, 'node-input-transferTimeout', '121');
    (await markedFields(editor)).should.eql(['transferTimeout']);
    await editor.page.selectOption('#node-input-action', 'transcription');
    for (const languages of ['de, en, fr, it, es', 'de-DE, German!']) {
      await fillField(editor, 'node-input-languages', languages);
      (await markedFields(editor)).should.eql(['languages']);
      await fillField(editor, 'node-input-languages', '');
    }
    await fillField(editor, 'node-input-languages', 'German!');
    (await complaint(editor, 'node-input-languages')).should.match(/“German!” is not written as a language/);
    await fillField(editor, 'node-input-languages', 'de-DE, zh-Hans-CN');
    (await markedFields(editor)).should.eql([]);
    await closeDialog(editor, 'cancel');
  });

  it('keep nothing of an interruption that is not shown', async () => {
    const interruption = async () => {
      const node = (await nodesOf(editor, 'sipgate-ai-flow-response')).find(({ id }) => id === 'ai-hello');
      return [node?.['bargeInStrategy'], node?.['bargeInCharacters'], node?.['bargeInAfter']];
    };
    await openDialog(editor, 'ai-hello');
    await editor.page.selectOption('#node-input-bargeInStrategy', 'minimum_characters');
    await fillField(editor, 'node-input-bargeInCharacters', '5');
    await fillField(editor, 'node-input-bargeInAfter', '700');
    await closeDialog(editor);
    (await interruption()).should.eql(['minimum_characters', '5', '700']);
    for (const [strategy, characters, after] of [
      ['immediate', '', '700'],
      ['none', '', ''],
      ['', '', ''],
    ] as const) {
      await openDialog(editor, 'ai-hello');
      await editor.page.selectOption('#node-input-bargeInStrategy', strategy);
      await closeDialog(editor);
      (await interruption()).should.eql([strategy, characters, after]);
    }
  });

  it('make a secret for a new AI flow, show it once, and warn where there is none', async () => {
    await openDialog(editor, '_ADD_', 'sipgate-ai-flow');
    const secret = await editor.page.inputValue('#node-config-input-token');
    secret.should.match(/^[0-9a-f]{48}$/);
    should(await editor.page.locator('#sipgate-ai-flow-token-final').textContent()).equal(secret);
    (await editor.page.inputValue('#node-config-input-path')).should.match(/^\/sipgate\/[\w-]{24}$/);
    await closeDialog(editor, 'cancel');

    await openDialog(editor, 'ai-flow', 'sipgate-ai-flow');
    await editor.page.locator('#sipgate-ai-flow-tabs a.red-ui-tab-label').nth(1).press('Enter');
    (await text('#sipgate-ai-flow-token-hints')).should.match(/Without a secret/);
    await editor.page.click('#sipgate-ai-flow-token-new');
    (await editor.page.locator('#sipgate-ai-flow-token-hints').isVisible()).should.be.false();
    (await editor.page.locator('#sipgate-ai-flow-token-final').isVisible()).should.be.true();
    await editor.page.locator('#sipgate-ai-flow-tabs a.red-ui-tab-label').nth(0).press('Enter');
    await editor.page.click('#sipgate-ai-flow-suggest');
    (await text('#sipgate-ai-flow-final')).should.equal(`${nodeRed.nodeUrl}/sipgate-ai/browser`);
    await closeDialog(editor);
    await deploy(editor);
    const [saved] = await nodesOf(editor, 'sipgate-ai-flow');
    should(saved).not.have.property('token');
  });

  it('“Talk to me” asks for a deploy first, then says what the flow answered', async () => {
    const talk = async (id: string) => {
      await openDialog(editor, id, 'sipgate-ai-flow');
      await editor.page.fill('#sipgate-ai-flow-sentence', 'What time is it?');
      await editor.page.click('#sipgate-ai-flow-test');
      await editor.page.locator('#sipgate-ai-flow-test:not([disabled])').waitFor();
      const shown = await text('#sipgate-ai-flow-result');
      await closeDialog(editor, 'cancel');
      return shown;
    };
    (await talk('_ADD_')).should.containEql('Deploy first');
    const shown = await talk('ai-flow');
    shown.should.containEql('It works.');
    shown.should.match(/SESSION_START \(\d+ ms\): “Good morning”/);
    shown.should.match(/USER_SPEAK \(\d+ ms\): “What time is it\?”/);
    shown.should.match(/SESSION_END \(\d+ ms\): nothing/);
  });

  it('name what a node does', async () => {
    const labels = await editor.page.evaluate(() =>
      ['ai-hello', 'ai-echo', 'ai-in'].map((id) => {
        const node = (
          globalThis as never as { RED: { nodes: { node(id: string): { _def: { label(): string } } } } }
        ).RED.nodes.node(id);
        return node._def.label.call(node);
      }),
    );
    labels.should.eql(['Say “Good morning”', 'Say, then hang up', 'AI flow']);
  });

  it('left no error in the page', () => {
    editor.errors.filter((error) => !error.includes('404')).should.deepEqual([]);
  });
});
