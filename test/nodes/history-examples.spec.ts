import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Simulator } from '../../simulator/index';
import { eventually } from '../eventually';
import { PROJECT, startRuntime, type NodeModule, type Runtime } from '../node-red';
import { pdf } from '../sipgate/helpers/pdf';
import { TOKEN } from './helpers/action-runtime';
import { type FlowNode } from './helpers/flow';
import { removeFolder } from '../remove-folder';

const load = createRequire(require.resolve('@node-red/nodes/package.json'));
const CORE = [
  'function/10-switch.js',
  'function/15-change.js',
  'function/80-template.js',
  'storage/10-file.js',
  'network/21-httprequest.js',
].map((file) => `@node-red/nodes/core/${file}`);
const OURS = ['sipgate-account', 'sipgate-history', 'sipgate-history-in'].map((name) =>
  path.join(PROJECT, 'nodes', name),
);
const FROM = '+4915799912345';

/** An example's nodes, set up for a simulator; what it shows in the debug sidebar is kept. */
function exampleFlow(number: string, simulator: Simulator, env: Record<string, string>): FlowNode[] {
  const folder = path.join(PROJECT, 'examples', 'English');
  const file = readdirSync(folder).find((name) => name.startsWith(number)) ?? '';
  const nodes = JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as FlowNode[];
  nodes.find(({ type }) => type === 'comment')!['info']!.should.match(/# .*Before the first try/s);
  return nodes
    .filter(({ type }) => type !== 'comment')
    .map((node) => {
      if (node.type === 'debug') return { ...node, id: String(node['name']), type: 'helper' };
      if (node.type === 'sipgate-account') return { ...node, apiUrl: `${simulator.url}/v2` };
      if (node.type === 'sipgate-history-in') return { ...node, interval: 1 };
      if (node.type !== 'tab') return node;
      return { ...node, env: Object.entries(env).map(([name, value]) => ({ name, value, type: 'str' })) };
    });
}

/** Debug nodes have their names for ids, and whoever is wired to them, too. */
function rewired(flow: FlowNode[], original: readonly FlowNode[]): FlowNode[] {
  const names = new Map(
    original.filter(({ type }) => type === 'debug').map(({ id, name }) => [id, String(name)]),
  );
  return flow.map((node) => {
    const wires = node['wires'] as string[][] | undefined;
    return wires ? { ...node, wires: wires.map((ids) => ids.map((id) => names.get(id) ?? id)) } : node;
  });
}

describe('The examples of the history', () => {
  let simulator: Simulator;
  let runtime: Runtime;
  let folder: string;
  let accountId: string;

  beforeEach(async () => {
    simulator = await Simulator.start({ speed: Infinity });
    folder = mkdtempSync(path.join(tmpdir(), 'sipgate-example-'));
  });
  afterEach(async () => {
    await runtime.stop();
    await simulator.stop();
    await removeFolder(folder);
  });

  const start = async (number: string, env: Record<string, string> = {}) => {
    const file =
      readdirSync(path.join(PROJECT, 'examples', 'English')).find((name) => name.startsWith(number)) ?? '';
    const original = JSON.parse(
      readFileSync(path.join(PROJECT, 'examples', 'English', file), 'utf8'),
    ) as FlowNode[];
    const flow = rewired(exampleFlow(number, simulator, env), original);
    accountId = flow.find(({ type }) => type === 'sipgate-account')!.id;
    runtime = await startRuntime(flow, {
      nodes: [...CORE, ...OURS].map((module) => load(module) as NodeModule),
      credentials: { [accountId]: TOKEN },
      settings: { fileWorkingDirectory: folder },
    });
  };
  const looked = async () => {
    const looks = () => simulator.account.requests.filter(({ outcome }) => outcome === 200).length;
    const before = looks();
    await eventually(() => looks() > before, 'a look');
  };

  it('17 writes every fax into a file', async () => {
    simulator.receiveFax({ from: FROM, document: pdf() });
    await start('17');
    await looked();
    const document = Buffer.concat([pdf(), Buffer.from('\xff\xfe', 'latin1')]);
    const id = simulator.receiveFax({ from: FROM, document });
    const written = await runtime.message('Written to');
    const day = new Date().toISOString().slice(0, 10);
    written['filename']!.should.equal(`fax-inbox/${day}-${id}.pdf`);
    (written['fax'] as { source: string }).source.should.equal(FROM);
    readdirSync(path.join(folder, 'fax-inbox')).should.deepEqual([`${day}-${id}.pdf`]);
    readFileSync(path.join(folder, String(written['filename'])))
      .equals(document)
      .should.be.true();
  });

  it('17 says so when a fax has no PDF', async () => {
    await start('17');
    await looked();
    simulator.account.faults.push({ match: 'GET /files', fault: { kind: 'status', status: 403 } });
    simulator.receiveFax({ from: FROM });
    (await runtime.message('No PDF came with it')).topic.should.equal('FAX');
    existsSync(path.join(folder, 'fax-inbox')).should.be.false();
  });

  it('18 shows what was said as long as it has no address, and pushes it to one', async () => {
    await start('18');
    await looked();
    simulator.receiveVoicemail({ from: FROM, transcription: 'Call me <b>back</b> & soon', durationS: 7 });
    const { payload } = await runtime.message('Set PUSH_URL to push this');
    String(payload).should.equal(`Voicemail from ${FROM}, 7 s:\nCall me <b>back</b> & soon`);
    await runtime.stop();
    const pushed = await listen();
    try {
      await start('18', { PUSH_URL: pushed.url });
      await looked();
      simulator.receiveVoicemail({ from: 'anonymous', transcription: '', durationS: 0 });
      Number((await runtime.message('It was pushed'))['statusCode']).should.equal(200);
      pushed.bodies.should.deepEqual(['Voicemail from anonymous:\n(nothing was understood)']);
    } finally {
      pushed.server.close();
    }
  });

  it('20 shows the calls of the day as a page, and nothing of yesterday', async () => {
    const call = simulator.call({ from: FROM, to: '+492214710100' });
    await call.ended;
    const missed = simulator.call({
      from: '<b>',
      verbatim: true,
      to: '+492214710100',
      callees: { default: 'busy' },
    });
    await missed.ended;
    const [old] = simulator.account.history.entries;
    simulator.account.history.entries.push({
      ...old!,
      id: 'old',
      createdMs: Date.now() - 86_400_000,
      source: 'OLD',
    });
    await start('20');
    const response = await fetch(`${runtime.url.replace(/\/$/, '')}/example-20/calls`);
    const page = await response.text();
    response.headers.get('content-type')!.should.match(/^text\/html/);
    page.should.match(/<p>2 calls, 1 missed, \d+:\d\d minutes on the phone\.<\/p>/);
    page.should.containEql(FROM).and.containEql('&lt;b&gt;');
    page.should.not.containEql('<b>').and.not.containEql('OLD');
    (page.match(/<rect /g) ?? []).should.have.length(48);
    (page.match(/<tr class/g) ?? []).should.have.length(2);
  });

  it('20 tells the browser why it cannot', async () => {
    await start('20');
    simulator.account.faults.push({ match: 'GET /history', fault: { kind: 'status', status: 403 } });
    const response = await fetch(`${runtime.url.replace(/\/$/, '')}/example-20/calls`);
    response.status.should.equal(502);
    (await response.text()).should.match(/lacks the scope history:read/);
  });
});

/** A server that keeps what is posted to it. */
async function listen(): Promise<{ url: string; bodies: string[]; server: Server }> {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      bodies.push(body);
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/topic`, bodies, server };
}
