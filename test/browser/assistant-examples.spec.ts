import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import 'should';
import { deploy, nodesOf, openBrowser, openEditor, placeExample, startNodeRed } from './harness';
import type { Editor, NodeRed } from './harness';

const EXAMPLES = [
  '27 - An assistant without AI',
  '28 - An assistant with a language model',
  '29 - Take a message',
  '30 - A PIN, then the status of the house',
];
const OURS = ['sipgate-ai-flow', 'sipgate-ai-flow-in', 'sipgate-ai-flow-response', 'sipgate-sms'];

describe('Examples of voice assistants in the editor', function () {
  this.timeout(60_000);
  let browser: Browser;
  let nodeRed: NodeRed;
  let editor: Editor;

  before(async () => {
    [browser, nodeRed] = await Promise.all([openBrowser(), startNodeRed()]);
    editor = await openEditor(browser, nodeRed);
  });
  after(async () => {
    await browser?.close();
    await nodeRed?.stop();
  });

  it('are imported side by side, and nothing is red', async () => {
    for (const example of EXAMPLES) {
      await placeExample(editor, example);
      const folder = process.env.SCREENSHOTS;
      if (folder === undefined) continue;
      mkdirSync(folder, { recursive: true });
      await editor.page.screenshot({ path: join(folder, `example-${example.slice(0, 2)}.png`) });
    }
    const ours = (await Promise.all(OURS.map((type) => nodesOf(editor, type)))).flat();
    ours.filter((node) => !node.valid).should.deepEqual([]);
    (await nodesOf(editor, 'sipgate-ai-flow')).length.should.equal(EXAMPLES.length);
  });

  it('are deployed together, without an error in the page or in Node-RED', async () => {
    await deploy(editor);
    editor.errors.should.deepEqual([]);
    nodeRed.log().should.not.match(/\[error\]/);
  });
});
