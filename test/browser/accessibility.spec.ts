import type { Browser } from 'playwright-core';
import 'should';
import { readManifest } from '../package/project';
import { axeFindings } from './axe';
import {
  closeDialog,
  openBrowser,
  openDialog,
  openEditor,
  place,
  startNodeRed,
  type Editor,
  type NodeRed,
} from './harness';

const CONFIG_TYPES = ['sipgate-account', 'sipgate-ai-flow', 'sipgate-voice', 'sipgate-webhook'];
const TYPES = Object.keys(readManifest()['node-red'].nodes).filter((type) => !CONFIG_TYPES.includes(type));

for (const [language, theme] of [
  ['en-US', 'light'],
  ['de-DE', 'dark'],
] as const) {
  describe(`For users of assistive technology (${language}, ${theme})`, function () {
    this.timeout(120_000);
    let browser: Browser;
    let nodeRed: NodeRed;
    let editor: Editor;

    before(async () => {
      [browser, nodeRed] = await Promise.all([openBrowser(), startNodeRed()]);
      editor = await openEditor(browser, nodeRed, { language, theme });
      const nodes = TYPES.map((type, nth) => ({
        id: `axe-${type}`,
        type,
        z: 'axe',
        x: 200,
        y: 40 * nth,
        wires: [],
      }));
      await place(editor, [{ id: 'axe', type: 'tab', label: 'Axe' } as { id: string }, ...nodes]);
    });
    after(() => Promise.all([browser?.close(), nodeRed?.stop()]));

    for (const type of [...TYPES, ...CONFIG_TYPES]) {
      it(`nothing in the dialog of ${type} is in the way`, async () => {
        const isConfig = CONFIG_TYPES.includes(type);
        await openDialog(editor, isConfig ? '_ADD_' : `axe-${type}`, isConfig ? type : undefined);
        const form = isConfig ? '#node-config-dialog-edit-form' : '#dialog-form';
        const findings = await axeFindings(editor.page, form);
        await closeDialog(editor, 'cancel');
        findings.should.eql([]);
      });
    }
  });
}
