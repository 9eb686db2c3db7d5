import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import should from 'should';
import { Simulator } from '../../simulator';
import { buildPage } from '../simulator/page/built-page';
import type { FlowNode } from '../nodes/helpers/flow';
import { makeWav } from '../sipgate/audio/wav-files';
import {
  closeDialog,
  deploy,
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

const PATH = '/sipgate/spoken-menu';
const TEXT = 'Guten Tag.\nSie haben das Büro erreicht.';

describe('Announcements in the editor', function () {
  this.timeout(60_000);
  let browser: Browser;
  let nodeRed: NodeRed;
  let editor: Editor;
  let simulator: Simulator;
  let builtPage: Awaited<ReturnType<typeof buildPage>>;
  let files: Server;

  before(async () => {
    [browser, nodeRed, builtPage] = await Promise.all([openBrowser(), startNodeRed(), buildPage()]);
    simulator = await Simulator.start({
      webhookUrl: `${nodeRed.nodeUrl}${PATH}`,
      pageFolder: builtPage.folder,
      speed: 1,
    });
    const wrong = makeWav({
      rate: 44_100,
      channels: 2,
      duration: 0.5,
      sample: (time) => 0.5 * Math.sin(3000 * time),
    });
    files = createServer((_request, response) => response.setHeader('content-type', 'audio/wav').end(wrong));
    await new Promise<void>((resolve) => files.listen(0, '127.0.0.1', resolve));
    editor = await openEditor(browser, nodeRed);
    await place(editor, [
      { id: 'a1', type: 'tab', label: 'Spoken' },
      {
        id: 'a2',
        type: 'sipgate-webhook-in',
        z: 'a1',
        webhook: 'a4',
        x: 120,
        y: 80,
        wires: [['a3'], [], [], []],
      },
      { id: 'a3', type: 'sipgate-webhook-response', z: 'a1', action: 'play', x: 360, y: 80, wires: [[]] },
      {
        id: 'a4',
        type: 'sipgate-webhook',
        path: PATH,
        publicUrl: `${nodeRed.nodeUrl}${PATH}`,
        publicKey: simulator.publicKey,
      },
    ] as FlowNode[]);
  });
  after(async () => {
    await browser?.close();
    await Promise.all([nodeRed?.stop(), simulator?.stop()]);
    builtPage?.remove();
    files?.close();
  });

  const node = async () => {
    const [found] = await nodesOf(editor, 'sipgate-webhook-response');
    return found!;
  };
  const result = () => editor.page.locator('#sipgate-announcement-result');
  /** Waits until an audio element has played to its end. */
  const playedToItsEnd = (page: Editor['page'], selector: string) =>
    page.waitForFunction((where) => {
      const player = document.querySelector<HTMLAudioElement>(where);
      return player?.ended === true && player.currentTime > 0;
    }, selector);

  it('are a text with a voice, which is made with two clicks, and can be listened to before the first deploy', async () => {
    const { page } = editor;
    await openDialog(editor, (await node()).id);
    await page.selectOption('#node-input-announcementSource', 'text');
    await page.fill('#sipgate-announcement-text', TEXT);
    (await markedFields(editor)).should.containEql('voice');
    await page.click('#node-input-btn-voice-add, #node-input-lookup-voice');
    await page.locator('#node-config-dialog-edit-form').waitFor();
    await closeDialog(editor);
    await page.locator('#sipgate-announcement-listen').click();
    await playedToItsEnd(page, '#sipgate-announcement-result audio');
    (await result().innerText()).should.match(/^\d\.\d s$/m);
    await closeDialog(editor);
    const { announcement, announcementSource, valid } = await node();
    should([announcement, announcementSource, valid]).deepEqual([TEXT, 'text', true]);
  });

  it('keep their lines when the dialog is opened again', async () => {
    await openDialog(editor, (await node()).id);
    (await editor.page.inputValue('#sipgate-announcement-text')).should.equal(TEXT);
    await closeDialog(editor);
    should((await node())['announcement']).equal(TEXT);
  });

  it('are heard by whoever calls', async () => {
    await deploy(editor);
    const context = await browser.newContext({ locale: 'de-DE' });
    const page = await context.newPage();
    await page.goto(simulator.url);
    await page.waitForSelector('#line:not(:empty)');
    await page.click('#call');
    await playedToItsEnd(page, '#player');
    const [entry = ''] = await page.locator('.network:has(audio) .what').allInnerTexts();
    entry.should.match(
      /^Spielt http:\/\/.+\/api\/sipgate\/spoken-menu\/announcements\/[\da-f]{40}\.wav \(\d[.,]\d s\)/,
    );
    await page.click('#hang-up');
    await context.close();
  });

  it('at a URL are checked, and a copy that can be heard is hosted', async () => {
    const { page } = editor;
    await openDialog(editor, (await node()).id);
    await page.selectOption('#node-input-announcementSource', 'url');
    await setTyped(
      editor,
      'announcement',
      `http://127.0.0.1:${(files.address() as AddressInfo).port}/hello.wav`,
    );
    await page.click('#sipgate-announcement-check');
    await result().getByText('44.1 kHz stereo, 16 bit: callers would hear nothing').waitFor();
    await page.click('#sipgate-announcement-copy');
    await result().getByText('A converted copy is kept in sipgate-io/sounds/hello-').waitFor();
    (await page.inputValue('#node-input-announcementSource')).should.equal('file');
    await page.click('#sipgate-announcement-listen');
    await playedToItsEnd(page, '#sipgate-announcement-result audio');
    await closeDialog(editor);
    should((await node())['announcement']).match(/^sipgate-io\/sounds\/hello-[\da-f]{8}\.wav$/);
  });

  it('need a text, and a voice for it', async () => {
    const { page } = editor;
    await openDialog(editor, (await node()).id);
    await page.selectOption('#node-input-announcementSource', 'text');
    await page.fill('#sipgate-announcement-text', '');
    (await markedFields(editor)).should.containEql('announcement');
    await closeDialog(editor, 'cancel');
  });

  it('offer voices, and say what they cost', async () => {
    const { page } = editor;
    const [voice] = await nodesOf(editor, 'sipgate-voice');
    await openDialog(editor, voice!.id, 'sipgate-voice');
    await page.click('#sipgate-voice-list');
    await page.locator('#sipgate-voice-list-result').getByText('voices to choose from').waitFor();
    (await page.locator('#sipgate-voice-names option[value="de"]').count()).should.equal(1);
    await page.fill('#sipgate-voice-sentence', 'Eins.');
    await page.click('#sipgate-voice-listen');
    await playedToItsEnd(page, '#sipgate-voice-result audio');
    await page.selectOption('#sipgate-voice-preset', 'piper');
    (await page.inputValue('#node-config-input-command')).should.equal('piper');
    await page.click('#sipgate-voice-listen');
    await page.locator('#sipgate-voice-result').getByText('piper is not installed.').waitFor();
    await page.selectOption('#node-config-input-engine', 'wyoming');
    (await markedFields(editor)).should.deepEqual(['host']);
    await page.selectOption('#node-config-input-engine', 'http');
    (await markedFields(editor)).should.deepEqual(['url']);
    await closeDialog(editor, 'cancel');
  });

  it('left no error behind', () => {
    // the browser itself writes down that a request was refused: that of the voice that is not installed
    editor.errors.filter((error) => !error.includes('502')).should.deepEqual([]);
    nodeRed.log().should.not.match(/\[error\]/);
  });
});
