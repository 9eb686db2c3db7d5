import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import should from 'should';
import { parseConversationTest } from '../../simulator/call-test/conversation-test';
import { parseTest } from '../../simulator/call-test/parse-test';
import { freePort } from '../node-red';
import { PROJECT, readManifest, temporaryFolder } from './project';

const page = readFileSync(join(PROJECT, 'docs/call-tests.md'), 'utf8');
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, 'g'))].map((match) => match[1] ?? '');

/** A user's project: one of the examples as its flows, the test of the page, and the script of the page. */
function project(script: string, test: string, change = (flows: string) => flows): string {
  const folder = temporaryFolder();
  const { name } = readManifest();
  const bin = join(folder, 'node_modules/.bin');
  mkdirSync(bin, { recursive: true });
  mkdirSync(dirname(join(folder, 'node_modules', name)), { recursive: true });
  symlinkSync(PROJECT, join(folder, 'node_modules', name), 'junction');
  symlinkSync(require.resolve('node-red/red.js'), join(bin, 'node-red'));
  // npm makes a program of it when it installs the pack
  const cli = readFileSync(join(PROJECT, 'dist/simulator/cli.js'), 'utf8');
  writeFileSync(join(bin, 'sipgate-simulator'), cli.replaceAll('require("../', `require("${PROJECT}/dist/`));
  chmodSync(join(bin, 'sipgate-simulator'), 0o755);
  const examples = join(PROJECT, 'examples/English');
  const menu = readdirSync(examples).find((file) => file.startsWith('02')) ?? '';
  writeFileSync(join(folder, 'flows.json'), change(readFileSync(join(examples, menu), 'utf8')));
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'mine', dependencies: { [name]: '*' } }),
  );
  mkdirSync(join(folder, 'call-tests'));
  writeFileSync(join(folder, 'call-tests/1 rings the sales team.json'), test);
  writeFileSync(join(folder, 'test-calls.mjs'), script);
  return folder;
}

function run(folder: string): Promise<{ code: number; printed: string }> {
  return new Promise((resolve) => {
    const options = { cwd: folder, timeout: 90_000 };
    const child = execFile(process.execPath, ['test-calls.mjs'], options, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, printed: stdout + stderr }),
    );
  });
}

describe('The page about calls that are tests', function () {
  this.timeout(120_000);

  const steps = (part: string) => {
    const rows = [...part.matchAll(/^\| (`\{.*?) \| /gm)].flatMap(([, cell]) => (cell ?? '').split('`, `'));
    return rows.map((step) => JSON.parse(step.replaceAll('`', '')) as unknown);
  };
  const call = { from: '+49 171 39200001', to: '+49 30 23125000' };
  const [ofWebhooks = '', ofAiFlows = ''] = page.split(/^## A conversation.*$/m);

  it('shows a file and steps that are valid', () => {
    const [file = ''] = blocks('json');
    parseTest(JSON.parse(file)).name.should.equal('1 rings the sales team');
    steps(ofWebhooks).length.should.equal(8);
    parseTest({ call, steps: steps(ofWebhooks) }).steps.length.should.equal(8);
  });

  it('shows a conversation and steps that are valid', () => {
    const [, file = ''] = blocks('json');
    parseConversationTest(JSON.parse(file)).name.should.equal('tells the opening hours');
    steps(ofAiFlows).length.should.equal(4);
    parseConversationTest({ call, steps: steps(ofAiFlows) }).steps.length.should.equal(4);
  });

  it('has a script that plays the calls, and ends as they do', async () => {
    const [test = ''] = blocks('json');
    const [script = ''] = blocks('js');
    const withPort = async () => script.replace('port = 1880', `port = ${await freePort()}`);
    const good = await run(project(await withPort(), test));
    should(good.code).equal(0, good.printed);
    good.printed.should.containEql('1 passed, 0 failed');
    const mistyped = (flows: string) => flows.replace('+49 30 23125101', '+49 30 23125110');
    const folder = project(await withPort(), test, mistyped);
    const bad = await run(folder);
    should(bad.code).equal(1, bad.printed);
    const [, printed = ''] = blocks('text')[0]?.split('\n') ?? [];
    bad.printed.should.containEql(printed);
    readFileSync(join(folder, 'calls.xml'), 'utf8').should.containEql('failures="1"');
  });
});
