import type { Browser } from 'playwright-core';
import should from 'should';
import { Simulator } from '../../simulator';
import {
  closeDialog,
  deploy,
  eventually,
  markedFields,
  nodesOf,
  openBrowser,
  openDialog,
  openEditor,
  placeExample,
  setProperties,
  setTyped,
  startNodeRed,
  statusOf,
  verdict,
  type Editor,
  type EditorNode,
  type NodeRed,
} from './harness';

const EXAMPLES = [
  '17 - Fax inbox to a file',
  '18 - Voicemail as a push message',
  '20 - Calls of the day as a page',
];
const FILTERS = ['types', 'directions', 'from', 'to', 'connectionIds', 'starred', 'archived', 'limit'];
const ROWS: Readonly<Record<string, readonly string[]>> = {
  list: ['types', 'directions', 'from', 'to', 'phonenumber', ...FILTERS.slice(4)],
  get: ['entryId'],
  update: ['entryId', 'changes'],
  delete: ['entryId'],
  exportCsv: FILTERS,
};

describe('The dialogs of the history', function () {
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
    simulator.receiveSms({ from: '+4915799912345', text: 'Hello' });
    editor = await openEditor(browser, nodeRed);
    for (const example of EXAMPLES) await placeExample(editor, example);
    const [login] = simulator.account.credentials.tokens;
    const credentials = { tokenId: login!.id, token: login!.token, has_token: true };
    for (const { id } of await nodesOf(editor, 'sipgate-account'))
      await setProperties(editor, id, { apiUrl: `${simulator.url}/v2`, credentials });
  });
  after(async () => {
    await browser?.close();
    await Promise.all([nodeRed?.stop(), simulator?.stop()]);
  });

  const node = async (type: string, name?: string): Promise<EditorNode> => {
    const found = (await nodesOf(editor, type)).find((each) => name === undefined || each['name'] === name);
    if (!found) throw new Error(`there is no ${type} ${name}`);
    return found;
  };
  const open = async (found: EditorNode) => {
    await editor.page.evaluate(`RED.workspaces.show("${found.z}")`);
    await openDialog(editor, found.id);
  };
  const box = (label: string) => editor.page.locator('.sipgate-choices').getByLabel(label, { exact: true });

  it('are of examples that are imported and deployed without a complaint', async () => {
    const types = ['sipgate-history', 'sipgate-history-in', 'sipgate-account'];
    const ours = (await Promise.all(types.map((type) => nodesOf(editor, type)))).flat();
    ours.should.have.length(6);
    ours.filter(({ valid }) => !valid).should.deepEqual([]);
    await deploy(editor);
    const { id } = await node('sipgate-history-in', 'New faxes');
    await eventually(
      () => statusOf(editor, id),
      (shown) => shown === 'watching',
    );
  });

  it('history in: ticks what is saved, and saves what is ticked', async () => {
    const faxes = await node('sipgate-history-in', 'New faxes');
    await open(faxes);
    const ticked = () => editor.page.locator('.sipgate-choices input:checked').count();
    (await ticked()).should.equal(2);
    (await box('fax').isChecked()).should.be.true();
    (await box('incoming').isChecked()).should.be.true();
    await box('SMS').check();
    await box('incoming').uncheck();
    await closeDialog(editor);
    const saved = await node('sipgate-history-in', 'New faxes');
    saved.should.containEql({ withFile: true, store: '', valid: true });
    should(saved['types']).deepEqual(['SMS', 'FAX']);
    should(saved['directions']).deepEqual([]);
    should(String(saved['interval'])).equal('60');
  });

  it('history in: takes a text with commas for the same, and wants whole seconds', async () => {
    const { id } = await node('sipgate-history-in', 'New voicemails');
    await setProperties(editor, id, { types: 'SMS, CALL' });
    await open(await node('sipgate-history-in', 'New voicemails'));
    (await box('call').isChecked()).should.be.true();
    (await box('fax').isChecked()).should.be.false();
    await closeDialog(editor);
    should((await node('sipgate-history-in', 'New voicemails'))['types']).deepEqual(['CALL', 'SMS']);
    (await verdict(editor, id, 'interval', '0'))!.should.equal('Look every: must be between 1 and 86400');
    (await verdict(editor, id, 'interval', '1.5'))!.should.match(/whole number/);
    (await verdict(editor, id, 'interval', '1'))!.should.be.true();
  });

  it('history: shows what the action needs, and nothing is marked', async () => {
    await open(await node('sipgate-history'));
    for (const [operation, rows] of Object.entries(ROWS)) {
      await editor.page.selectOption('#node-input-operation', operation);
      const shown = await editor.page
        .locator('[data-operations]:visible > label')
        .evaluateAll((labels) => labels.map((label) => label.id || (label.getAttribute('for') ?? '')));
      const properties = new Set(shown.map((id) => id.split('-')[2]));
      [...properties].sort().should.deepEqual([...rows].sort(), operation);
      (await markedFields(editor)).should.deepEqual([], operation);
    }
    await closeDialog(editor, 'cancel');
  });

  it('history: offers the entries and the lines of the account', async () => {
    await open(await node('sipgate-history'));
    await editor.page.selectOption('#node-input-operation', 'get');
    await setTyped(editor, 'entryId', '');
    const entries = editor.page.locator('[data-list="node-input-entryId"] select');
    await entries.locator('option', { hasText: 'SMS +4915799912345' }).waitFor({ state: 'attached' });
    await entries.selectOption({ index: 1 });
    await editor.page.selectOption('#node-input-operation', 'list');
    const lines = editor.page.locator('[data-list="node-input-connectionIds"] select');
    await lines.locator('option[value="f1"]').waitFor({ state: 'attached' });
    await lines.selectOption('p0');
    await lines.selectOption('f1');
    await box('fax').check();
    await closeDialog(editor);
    const saved = await node('sipgate-history');
    saved.should.containEql({ connectionIds: 'p0, f1', entryIdType: 'str', valid: true });
    should(saved['entryId']).match(/^\d+$/);
    should(saved['types']).deepEqual(['CALL', 'FAX']);
  });

  it('history: says what is wrong', async () => {
    const { id } = await node('sipgate-history');
    const typed = (property: string, value: unknown, others = {}) =>
      verdict(editor, id, property, value, { [`${property}Type`]: 'str', ...others });
    (await typed('connectionIds', 'p0, e0'))!.should.match(/^Lines: must be extensions such as p0/);
    (await typed('connectionIds', ['p0', 'g1']))!.should.be.true();
    (await typed('from', 'yesterday'))!.should.match(/^From: must be a time/);
    (await typed('phonenumber', '12345678'))!.should.match(/^Number: has no area code/);
    (await typed('phonenumber', 'anonymous'))!.should.be.true();
    (await verdict(editor, id, 'limit', '-1'))!.should.equal('At most: must be at least 0');
    (await typed('entryId', '', { operation: 'delete' }))!.should.equal('Entry: required');
    (await verdict(editor, id, 'changes', '{', {
      operation: 'update',
      changesType: 'json',
    }))!.should.not.be.true();
  });

  it('left no error behind', () => {
    editor.errors.should.deepEqual([]);
    nodeRed.log().should.not.match(/\[error\]/);
  });
});
