import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Browser } from 'playwright-core';
import should from 'should';
import { PROJECT } from '../node-red';
import {
  deploy,
  importExample,
  nodesOf,
  openBrowser,
  openEditor,
  placeExample,
  startNodeRed,
  type Editor,
  type ExampleFolder,
  type NodeRed,
} from './harness';

const FOLDERS: readonly ExampleFolder[] = ['English', 'Deutsch'];
const namesIn = (folder: ExampleFolder) =>
  readdirSync(join(PROJECT, 'examples', folder)).map((file) => basename(file, '.json'));

interface RedNode {
  readonly type: string;
  readonly name?: string;
  readonly valid?: boolean;
  readonly validationErrors?: readonly string[];
}

/** @returns what is wrong with the nodes of the workspace, those of Node-RED as well */
function redNodes(editor: Editor): Promise<string[]> {
  return editor.page.evaluate(() => {
    const { nodes } = (
      window as unknown as { RED: { nodes: Record<string, (visit: (node: RedNode) => void) => void> } }
    ).RED;
    const red: string[] = [];
    const look = ({ type, name, valid, validationErrors }: RedNode) => {
      if (valid === false) red.push(`${type} ${name}: ${String(validationErrors)}`);
    };
    nodes['eachNode']?.(look);
    nodes['eachConfig']?.(look);
    return red;
  });
}

describe('The examples in the import menu, in a German editor', function () {
  this.timeout(60_000);
  let browser: Browser;
  let nodeRed: NodeRed;
  let editor: Editor;

  before(async () => {
    [browser, nodeRed] = await Promise.all([openBrowser(), startNodeRed()]);
    editor = await openEditor(browser, nodeRed, { language: 'de-DE' });
  });

  after(async () => {
    await browser?.close();
    await nodeRed?.stop();
  });

  it('have the same numbers in both languages', () => {
    const numbers = FOLDERS.map((folder) =>
      namesIn(folder)
        .map((name) => name.slice(0, 2))
        .sort(),
    );
    should(numbers[1]).deepEqual(numbers[0]);
    new Set(numbers[0]).size.should.equal(namesIn('English').length);
  });

  it('lie in English and Deutsch; one of each is imported by clicks', async () => {
    await importExample(editor, '11 - Missed call, SMS to the caller', 'English');
    await importExample(editor, '03 - Öffnungszeiten', 'Deutsch');
    const names = (await nodesOf(editor, 'comment')).map(({ name }) => name);
    names.should.deepEqual(['Missed call: SMS to the caller. Read me first', 'Öffnungszeiten. Zuerst lesen']);
  });

  it('are imported side by side in both languages, and nothing is red', async () => {
    const clicked = ['11 - Missed call, SMS to the caller', '03 - Öffnungszeiten'];
    for (const folder of FOLDERS) {
      const others = namesIn(folder).filter((name) => !clicked.includes(name));
      for (const name of others) await placeExample(editor, name, folder);
    }
    (await redNodes(editor)).should.deepEqual([]);
    const webhooks = (await nodesOf(editor, 'sipgate-webhook')).map(({ path }) => String(path));
    webhooks.should.containEql('/sipgate/example-02').and.containEql('/sipgate/beispiel-02');
    new Set(webhooks).size.should.equal(webhooks.length);
  });

  it('are deployed, without an error in the page', async () => {
    await deploy(editor);
    const deployed = await fetch(`${nodeRed.editorUrl}flows`);
    const tabs = ((await deployed.json()) as { type: string }[]).filter(({ type }) => type === 'tab');
    // Node-RED itself begins with an empty one
    tabs.length.should.equal(FOLDERS.flatMap(namesIn).length + 1);
    editor.errors.should.deepEqual([]);
  });
});
