import type { Browser } from 'playwright-core';
import 'should';
import { Simulator } from '../../simulator';
import {
  closeDialog,
  openBrowser,
  openDialog,
  openEditor,
  startNodeRed,
  type Editor,
  type NodeRed,
} from './harness';

/** A subflow with an account of its own, of which `name` is a part of all ids. */
function subflow(name: string, credentials: object, apiUrl: string): object[] {
  return [
    { id: name, type: 'subflow', name, in: [], out: [] },
    { id: `${name}-account`, type: 'sipgate-account', z: name, name: 'Inside', apiUrl, credentials },
    {
      id: `${name}-fax`,
      type: 'sipgate-fax',
      z: name,
      account: `${name}-account`,
      x: 100,
      y: 100,
      wires: [[]],
    },
  ];
}

describe('Dialogs inside the template of a subflow', function () {
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
    const [login] = simulator.account.credentials.tokens;
    const credentials = { tokenId: login!.id, token: login!.token };
    const flow = [
      { id: 'tab', type: 'tab' },
      ...subflow('used', credentials, `${simulator.url}/v2`),
      ...subflow('unused', credentials, `${simulator.url}/v2`),
      { id: 'instance', type: 'subflow:used', z: 'tab', x: 100, y: 100, wires: [] },
    ];
    await fetch(`${nodeRed.editorUrl}flows`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(flow),
    });
    editor = await openEditor(browser, nodeRed);
  });

  after(async () => {
    await browser?.close();
    await Promise.all([nodeRed?.stop(), simulator?.stop()]);
  });

  const list = () => editor.page.locator('[data-list="node-input-faxlineId"]');
  const openTemplate = (name: string) => editor.page.evaluate(`RED.workspaces.show("${name}")`);

  it('list what the account has, which runs only where the subflow is used', async () => {
    await openTemplate('used');
    await openDialog(editor, 'used-fax');
    await list().locator('option[value="f2"]').waitFor({ state: 'attached' });
    await closeDialog(editor, 'cancel');
  });

  it('test the connection with the stored token', async () => {
    await openDialog(editor, 'used-account', 'sipgate-account');
    await editor.page.click('#sipgate-account-test');
    await editor.page.getByText('Connected: user w0, account 1234567.').waitFor();
    await closeDialog(editor, 'cancel');
  });

  it('say why an account does not run in a subflow that nobody uses', async () => {
    await openTemplate('unused');
    await openDialog(editor, 'unused-fax');
    await list().getByText('The account is inside a subflow that no flow uses').waitFor();
    await closeDialog(editor, 'cancel');
    await openDialog(editor, 'unused-account', 'sipgate-account');
    await editor.page.click('#sipgate-account-test');
    const result = editor.page.locator('#sipgate-account-result');
    await result.getByText('The account is inside a subflow that no flow uses').waitFor();
    await closeDialog(editor, 'cancel');
  });
});
