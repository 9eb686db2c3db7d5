import type { Browser } from 'playwright-core';
import should from 'should';
import {
  nodesOf,
  openBrowser,
  openEditor,
  place,
  startNodeRed,
  type Editor,
  type Language,
  type NodeRed,
} from './harness';

const FLOW = [
  { id: 'tab', type: 'tab', label: 'Calls' },
  { id: 'hook', type: 'sipgate-webhook', name: 'Front door', path: '/sipgate/front-door' },
  {
    id: 'in',
    type: 'sipgate-webhook-in',
    z: 'tab',
    x: 200,
    y: 200,
    webhook: 'hook',
    wires: [[], [], [], []],
  },
];
const LABELS: Readonly<Record<Language, readonly string[]>> = {
  'en-US': ['Ask for a digit', 'Office hours', 'Send to voicemail', 'Reject as busy'],
  'de-DE': ['Nach einer Ziffer fragen', 'Öffnungszeiten', 'Zur Voicemail', 'Als besetzt ablehnen'],
};

/** As much of the editor as the tests ask. */
interface Page {
  readonly RED: {
    readonly nodes: { node(id: string): object };
    readonly plugins: {
      getPluginsByType(type: string): {
        readonly id: string;
        getSuggestions(context: object): Promise<{ label: string; nodes: object[] }[]>;
      }[];
    };
  };
}

describe('Behind a webhook in, the editor suggests answers', function () {
  this.timeout(60_000);
  let browser: Browser;
  let nodeRed: NodeRed;
  let editor: Editor;

  before(async () => {
    browser = await openBrowser();
    nodeRed = await startNodeRed();
  });
  after(() => Promise.all([browser?.close(), nodeRed?.stop()]));
  afterEach(() => editor.close());

  async function open(language: Language = 'en-US'): Promise<void> {
    editor = await openEditor(browser, nodeRed, { language });
    await place(editor, FLOW);
  }

  const suggested = (sourcePort: number, sourcePortType = 0) =>
    editor.page.evaluate(
      async ([port, kind]) => {
        const { RED } = window as unknown as Page;
        const [source] = RED.plugins.getPluginsByType('node-red-flow-suggestion-source');
        const context = { source: RED.nodes.node('in'), sourcePort: port, sourcePortType: kind };
        return (await source?.getSuggestions(context)) ?? [];
      },
      [sourcePort, sourcePortType] as const,
    );

  for (const language of ['en-US', 'de-DE'] as const) {
    it(`at NEW_CALL and DATA, for which sipgate waits (${language})`, async () => {
      await open(language);
      for (const output of [0, 3])
        (await suggested(output)).map(({ label }) => label).should.deepEqual(LABELS[language]);
      for (const output of [1, 2]) (await suggested(output)).should.be.empty();
      (await suggested(0, 1)).should.be.empty();
    });
  }

  it('that can be deployed as they are, but for the number that only the user knows', async () => {
    await open();
    for (const { nodes } of await suggested(0))
      await editor.page.evaluate(
        `RED.view.importNodes(${JSON.stringify(nodes)}, { generateIds: true, touchImport: true, notify: false })`,
      );
    const answers = await nodesOf(editor, 'sipgate-webhook-response');
    const invalid = answers.filter(({ valid }) => !valid);
    should(answers.map(({ action }) => action).sort()).deepEqual([
      'gather',
      'redirect',
      'reject',
      'voicemail',
      'voicemail',
    ]);
    should(invalid.map(({ action }) => action)).deepEqual(['redirect']);
    editor.errors.should.deepEqual([]);
  });
});
