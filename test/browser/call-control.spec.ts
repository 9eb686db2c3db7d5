import type { Browser } from 'playwright-core';
import { Simulator, type SimulatedCall } from '../../simulator';
import {
  closeDialog,
  eventually,
  markedFields,
  nodesOf,
  openBrowser,
  openDialog,
  openEditor,
  place,
  placeExample,
  setProperties,
  setTyped,
  startNodeRed,
  type Editor,
  type NodeRed,
} from './harness';

const FLOW = [
  { id: 'tab', type: 'tab', label: 'Calls' },
  { id: 'account', type: 'sipgate-account', name: 'Ours' },
  { id: 'control', type: 'sipgate-call-control', z: 'tab', account: 'account', x: 200, y: 80, wires: [[]] },
];
const EXAMPLES = [
  '16 - Answer an SMS by keyword',
  '19 - Hang up after the announcement',
  '31 - Press 2, then transfer',
];
const CALL_ID = '#node-input-callId';

describe('The dialog of call control', function () {
  this.timeout(60_000);
  let browser: Browser;
  let nodeRed: NodeRed;
  let simulator: Simulator;
  let editor: Editor;

  before(async () => {
    [browser, nodeRed, simulator] = await Promise.all([
      openBrowser(),
      startNodeRed(),
      Simulator.start({ port: 0 }),
    ]);
    editor = await openEditor(browser, nodeRed);
    await place(editor, FLOW);
    const [login] = simulator.account.credentials.tokens;
    const credentials = { tokenId: login!.id, token: login!.token, has_token: true };
    await setProperties(editor, 'account', { apiUrl: `${simulator.url}/v2`, credentials });
  });

  after(async () => {
    await browser?.close();
    await Promise.all([nodeRed?.stop(), simulator?.stop()]);
  });

  const choose = (operation: string) => editor.page.selectOption('#node-input-operation', operation);
  const shownRows = () =>
    editor.page.evaluate(() =>
      Array.from(
        document.querySelectorAll<HTMLElement>(
          '.sipgate-dialog [data-operations], .sipgate-dialog [data-sources]',
        ),
      )
        .filter((row) => row.offsetParent !== null)
        .map((row) => row.querySelector('label')?.getAttribute('for')?.replace('node-input-', '')),
    );
  const offered = () => editor.page.locator('[data-list="node-input-callId"] option').allTextContents();

  it('shows for each operation what belongs to it, and nothing else', async () => {
    const rows: Record<string, string[]> = {
      list: [],
      hangup: ['callId'],
      mute: ['callId'],
      startRecording: ['callId', 'recordingAnnouncement'],
      stopRecording: ['callId', 'recordingAnnouncement'],
      announce: ['callId', 'announcementSource', 'announcement'],
      dtmf: ['callId', 'sequence'],
      transfer: ['callId', 'number', 'attended'],
    };
    await openDialog(editor, 'control');
    for (const [operation, expected] of Object.entries(rows)) {
      await choose(operation);
      (await shownRows()).should.deepEqual(expected, operation);
    }
    await choose('announce');
    await editor.page.selectOption('#node-input-announcementSource', 'text');
    (await shownRows()).should.deepEqual([
      'callId',
      'announcementSource',
      'announcement',
      'voice',
      'webhook',
    ]);
    await closeDialog(editor, 'cancel');
  });

  it('offers the live calls before the first deploy, by who takes part, and takes the one that is chosen', async () => {
    const call = await talk();
    await openDialog(editor, 'control');
    await choose('hangup');
    await setTyped(editor, 'callId', '');
    (await markedFields(editor)).should.containEql('callId');
    const [, label] = await eventually(offered, (texts) => texts.length > 1);
    label!.should.startWith('+4915799912345 – +4921163553355 (');
    await editor.page.locator('[data-list="node-input-callId"] select').selectOption({ label: label! });
    (await markedFields(editor)).should.not.containEql('callId');
    const chosen = await editor.page.inputValue(CALL_ID);
    label!.should.endWith(`(${chosen})`);
    await closeDialog(editor);
    const [saved] = await nodesOf(editor, 'sipgate-call-control');
    saved!.should.containEql({ operation: 'hangup', callId: chosen, callIdType: 'str', valid: true });
    call.hangUp();
    await call.ended;
  });

  it('asks anew when it is opened again: a call is over soon', async () => {
    await openDialog(editor, 'control');
    await eventually(offered, (texts) => texts.includes('none'));
    await closeDialog(editor, 'cancel');
  });

  it('its examples are imported side by side, and nothing of them is red', async () => {
    for (const example of EXAMPLES) await placeExample(editor, example);
    const red = await editor.page.evaluate(
      '(() => { const red = []; RED.nodes.eachNode((n) => n.valid === false && red.push(n.type + " " + n.name)); return red; })()',
    );
    (red as string[]).should.deepEqual([]);
    (await nodesOf(editor, 'sipgate-call-control')).length.should.equal(5);
    const labels = await editor.page.locator('.red-ui-flow-node-label').allTextContents();
    labels.should.containEql('Transfer to +49 40 66969102');
  });

  it('left no error in the page', () => {
    editor.errors.should.deepEqual([]);
  });

  /** A call that is going on. */
  async function talk(): Promise<SimulatedCall> {
    const script = { from: '+4915799912345', to: '+4921163553355', ringMs: 1, hangUpAfterMs: Infinity };
    const call = simulator.call(script);
    await eventually(
      async () => call.transcript,
      (entries) => entries.some((entry) => entry.kind === 'network' && entry.code === 'answered'),
    );
    return call;
  }
});
