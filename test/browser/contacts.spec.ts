import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import should from 'should';
import { Simulator } from '../../simulator';
import { PROJECT } from '../node-red';
import {
  closeDialog,
  debugMessages,
  deploy,
  eventually,
  markedFields,
  nodesOf,
  openBrowser,
  openDialog,
  openEditor,
  placeExample,
  setProperties,
  startNodeRed,
  type Editor,
  type EditorNode,
  type NodeRed,
} from './harness';

const EXAMPLES = [
  '12 - Import a CSV file',
  '13 - Back up all contacts every night',
  '14 - Announce who is calling by name',
  '15 - VIP calls ring the mobile',
];
const OURS = ['sipgate-contacts', 'sipgate-account', 'sipgate-webhook', 'sipgate-webhook-in'];
const CALLEE = '+493023125000';

/** The rows that each operation asks for, in the order of the dialog. */
const ROWS: Record<string, string[]> = {
  create: ['content', 'scope'],
  update: ['content'],
  delete: ['content'],
  find: ['content'],
  importCsv: ['content'],
  importVCard: ['content', 'scope'],
  list: ['scope'],
  exportCsv: ['scope', 'delimiter', 'escapeFormulas'],
  exportVCards: ['scope'],
  exportVCard: ['scope'],
};

describe('Contacts in the editor', function () {
  this.timeout(60_000);
  let browser: Browser;
  let nodeRed: NodeRed;
  let editor: Editor;
  let simulator: Simulator;

  before(async () => {
    [browser, nodeRed, simulator] = await Promise.all([
      openBrowser(),
      startNodeRed(),
      Simulator.start({ port: 0, pageFolder: join(PROJECT, 'dist/simulator/public') }),
    ]);
    editor = await openEditor(browser, nodeRed);
  });

  after(async () => {
    await browser?.close();
    await Promise.all([nodeRed?.stop(), simulator?.stop()]);
  });

  const node = async (type: string, accept: (node: EditorNode) => unknown): Promise<EditorNode> => {
    const found = (await nodesOf(editor, type)).find(accept);
    if (!found) throw new Error(`there is no such ${type}`);
    return found;
  };
  const contacts = (operation: string) => node('sipgate-contacts', (each) => each['operation'] === operation);
  const text = (selector: string) => editor.page.locator(selector).first().innerText();
  const statusOf = (id: string) =>
    editor.page
      .locator(`[id="${id}"] .red-ui-flow-node-status-label`)
      .textContent()
      .then((shown) => shown ?? '');

  /** Shows the flow of a node and presses the button of the inject node there. */
  async function press(z: string): Promise<void> {
    await editor.page.evaluate(`RED.workspaces.show("${z}")`);
    const { id } = await node('inject', (each) => each.z === z);
    await editor.page.click(`[id="${id}"] .red-ui-flow-node-button-button`);
  }

  /** What a user fills in after an import: the account's login, and where the webhook is reached. */
  async function fillIn(): Promise<void> {
    const [login] = simulator.account.credentials.tokens;
    const credentials = { tokenId: login!.id, token: login!.token, has_token: true };
    for (const { id } of await nodesOf(editor, 'sipgate-account')) {
      await setProperties(editor, id, { apiUrl: `${simulator.url}/v2`, credentials });
    }
    for (const { id, path } of await nodesOf(editor, 'sipgate-webhook')) {
      const publicUrl = `${nodeRed.nodeUrl}${String(path)}`;
      await setProperties(editor, id, { publicUrl, publicKey: simulator.publicKey });
    }
  }

  async function deployed(): Promise<void> {
    const starts = () => nodeRed.log().split('Started flows').length;
    const before = starts();
    await deploy(editor);
    await eventually(
      async () => starts(),
      (count) => count > before,
    );
  }

  async function call(example: number, from: string) {
    simulator.setWebhook(`${nodeRed.nodeUrl}/sipgate/example-${example}`);
    return simulator.call({ from, to: CALLEE }).ended;
  }

  const seen = (what: string) =>
    eventually(
      () => debugMessages(editor),
      (messages) => messages.some((message) => message.includes(what)),
    );

  it('12 is imported and deployed', async () => {
    await placeExample(editor, EXAMPLES[0]!);
    const ours = (await Promise.all(OURS.map((type) => nodesOf(editor, type)))).flat();
    ours.length.should.equal(2);
    ours.filter(({ valid }) => !valid).should.deepEqual([]);
    await fillIn();
    await deployed();
  });

  it('12 imports its small file, and says which line was left out and why', async () => {
    const { id, z } = await contacts('importCsv');
    await press(z);
    await eventually(
      () => statusOf(id),
      (status) => status.startsWith('3 imported, 1 skipped'),
    );
    await seen('skipped');
    simulator.account.contacts
      .slice(2)
      .map(({ name }) => name)
      .should.deepEqual(['Ada Beispiel', 'Jörg Müller, jun.', 'Zoë Groß']);
  });

  it('12: the simulator’s page shows the new contacts', async () => {
    const page = await browser.newPage();
    await page.goto(simulator.url);
    await page.waitForSelector('#account-contacts >> text=Zoë Groß');
    const shown = await page.locator('#account-contacts').innerText();
    shown.should.containEql('Contacts (5)').and.containEql('+4917139200021');
    await page.close();
  });

  it('12 counts along while it imports a large file', async () => {
    const { id, z } = await contacts('importCsv');
    const rows = Array.from({ length: 3000 }, (_, index) => `Max,No ${index},0171 3${3000000 + index}\n`);
    const file = await node('template', (each) => each.z === z);
    const content = `firstname,lastname,number\n${rows.join('')}`;
    await setProperties(editor, file.id, { template: content });
    await deployed();
    const delay = { kind: 'delay', ms: 700 } as const;
    simulator.account.faults.push({ match: 'POST /contacts/import', fault: delay, times: 3 });
    await press(z);
    const shown = new Set<string>();
    await eventually(
      async () => [...shown.add(await statusOf(id))],
      (all) => all.some((status) => status.startsWith('3,000 imported')),
    );
    [...shown].should.containDeep(['1,000 of 3,000', '2,000 of 3,000']);
    simulator.account.contacts.splice(5);
  });

  it('shows on the node what it does', async () => {
    await placeExample(editor, EXAMPLES[1]!);
    for (const [index, operation] of ['importCsv', 'exportVCard'].entries()) {
      const { id, z } = await contacts(operation);
      await editor.page.evaluate(`RED.workspaces.show("${z}")`);
      const label = await editor.page.locator(`[id="${id}"] .red-ui-flow-node-label`).textContent();
      should(label).equal(['Import CSV', 'Export as one vCard file (all)'][index]);
    }
  });

  it('13 writes all contacts into one vCard file', async () => {
    const { z } = await contacts('exportVCard');
    const file = await node('file', (each) => each.z === z);
    // a whole path, as the example advises, before the file's own name
    const filename = `${JSON.stringify(`${nodeRed.userDir}/`)} & ${String(file['filename'])}`;
    await setProperties(editor, file.id, { filename });
    await fillIn();
    await deployed();
    await press(z);
    await seen('contacts-backup');
    const folder = join(nodeRed.userDir, 'contacts-backup');
    const [name, ...others] = readdirSync(folder);
    should(name).match(/^contacts-(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\.vcf$/);
    others.should.deepEqual([]);
    const book = readFileSync(join(folder, name!), 'utf8');
    should(book.match(/^BEGIN:VCARD\r\nVERSION:4\.0\r\n/gm)).have.length(5 + simulator.account.users.length);
    book.should.containEql('FN:Zoë Groß');
  });

  it('14 and 15 are imported and deployed, and the address book is read at once', async () => {
    for (const example of EXAMPLES.slice(2)) await placeExample(editor, example);
    const ours = (await Promise.all(OURS.map((type) => nodesOf(editor, type)))).flat();
    ours.filter(({ valid }) => !valid).should.deepEqual([]);
    await fillIn();
    simulator.account.requests.splice(0);
    await deployed();
    const readings = () => simulator.account.requests.filter(({ path }) => path === '/contacts/internal');
    await eventually(
      async () => readings().filter(({ outcome }) => outcome === 200).length,
      (count) => count === 2,
    );
  });

  it('14 shows the name of an imported contact who calls, and the number of a stranger', async () => {
    (await call(14, '+4917139200021')).kind.should.equal('answered');
    await seen(`Ada Beispiel is calling ${CALLEE}`);
    await call(14, '+491713920009');
    await seen(`+491713920009 is calling ${CALLEE}, not in the address book`);
  });

  it('15 sends the contacts of one organization to the mobile, and nobody else', async () => {
    (await call(15, '+4917139200077')).should.containEql({ kind: 'answered', by: '+4917139200088' });
    (await call(15, '+4917139200021')).should.not.containEql({ by: '+4917139200088' });
    (await call(15, '+491713920009')).should.not.containEql({ by: '+4917139200088' });
  });

  it('shows only what the chosen operation needs', async () => {
    await openDialog(editor, (await contacts('importCsv')).id);
    (await text('.sipgate-dialog')).should.containEql('Commas, semicolons and tabs are recognised');
    for (const [operation, rows] of Object.entries(ROWS)) {
      await editor.page.selectOption('#node-input-operation', operation);
      const shown = await editor.page
        .locator('[data-operations]:visible > label')
        .evaluateAll((labels) =>
          labels.map((label) => label.getAttribute('for')?.replace('node-input-', '')),
        );
      shown.should.deepEqual(rows, operation);
      (await markedFields(editor)).should.deepEqual([]);
    }
    await editor.page.selectOption('#node-input-operation', 'exportCsv');
    (await text('.sipgate-dialog')).should.containEql('Escape formulas');
    await closeDialog(editor, 'cancel');
  });

  it('has no operation that deletes everything', async () => {
    await openDialog(editor, (await contacts('importCsv')).id);
    const operations = await editor.page
      .locator('#node-input-operation option')
      .evaluateAll((options) => options.map((option) => option.getAttribute('value')));
    operations.sort().should.deepEqual(Object.keys(ROWS).sort());
    await closeDialog(editor, 'cancel');
  });

  it('marks a scope that cannot be written, and nothing where it does not matter', async () => {
    const { id } = await contacts('exportVCard');
    await openDialog(editor, id);
    await editor.page.selectOption('#node-input-operation', 'importVCard');
    (await markedFields(editor)).should.deepEqual(['scope']);
    await closeDialog(editor);
    const [reason] = (await contacts('importVCard')).validationErrors ?? [];
    should(reason).startWith('Whose contacts: colleagues are read-only');
    await openDialog(editor, id);
    await editor.page.selectOption('#node-input-operation', 'find');
    (await markedFields(editor)).should.deepEqual([]);
    await closeDialog(editor);
    (await contacts('find')).valid.should.be.true();
  });

  it('keeps separator and formulas as they were chosen', async () => {
    const { id } = await contacts('find');
    for (const [delimiter, escapes] of [
      [';', false],
      ['\t', true],
    ] as const) {
      await openDialog(editor, id);
      await editor.page.selectOption('#node-input-operation', 'exportCsv');
      await editor.page.selectOption('#node-input-delimiter', delimiter);
      await editor.page.setChecked('#node-input-escapeFormulas', escapes);
      await closeDialog(editor);
      should(await contacts('exportCsv')).containEql({ delimiter, escapeFormulas: escapes });
    }
  });

  it('asks webhook in for an account only when the caller is to be named', async () => {
    const { id, z } = await node('sipgate-webhook-in', () => true);
    await editor.page.evaluate(`RED.workspaces.show("${z}")`);
    await openDialog(editor, id);
    const { page } = editor;
    (await text('.sipgate-dialog')).should.containEql("Look up the caller's name");
    (await page.isVisible('#sipgate-webhook-in-account')).should.be.true();
    await page.evaluate('$("#node-input-account").val("").trigger("change")');
    (await markedFields(editor)).should.deepEqual(['account']);
    await page.uncheck('#node-input-nameCaller');
    (await page.isVisible('#sipgate-webhook-in-account')).should.be.false();
    (await markedFields(editor)).should.deepEqual([]);
    await closeDialog(editor);
    const saved = await node('sipgate-webhook-in', (each) => each.id === id);
    saved.should.containEql({ nameCaller: false, valid: true });
  });

  it('explains itself in the help sidebar', async () => {
    await editor.page.evaluate('RED.sidebar.help.show("sipgate-contacts")');
    await editor.page
      .locator('.red-ui-help')
      .getByText('Reads and writes the address book of the account')
      .waitFor();
  });

  it('left no error behind', () => {
    editor.errors.should.deepEqual([]);
    nodeRed.log().should.not.match(/\[error\]/);
  });
});
