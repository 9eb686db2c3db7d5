import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import should from 'should';
import { Simulator } from '../../simulator';
import { freePort, startNodeRed, type NodeRedProcess } from '../node-red';
import { nodeRed4, nodeRed5, type Host } from './programs';
import { execute, readManifest } from './project';
import { userDirWithPack } from './tarball';

const NAME = readManifest().name;
/** On a Raspberry Pi's SD card; libphonenumber-js alone had as much. */
const MOST_INSTALLED_BYTES = 12 * 1024 * 1024;

/** An entry of Node-RED's `GET /nodes`. */
interface NodeSet {
  readonly module: string;
  readonly name: string;
  readonly types: readonly string[];
  readonly version: string;
  readonly enabled: boolean;
  readonly err?: unknown;
}

/** The shipped example with a menu, with what a user fills in after an import. */
function menuFlow(userDir: string, base: string, publicKey: string): Record<string, unknown>[] {
  const folder = join(userDir, 'node_modules', NAME, 'examples', 'English');
  const file = readdirSync(folder).find((name) => name.startsWith('02 '));
  const nodes = JSON.parse(readFileSync(join(folder, String(file)), 'utf8')) as Record<string, unknown>[];
  return nodes.map((node) =>
    node['type'] === 'sipgate-webhook'
      ? { ...node, publicKey, publicUrl: base + String(node['path']) }
      : node,
  );
}

/** Node-RED itself says this at the first start of every user directory. */
const OF_NODE_RED = '[warn] Encrypted credentials not found';

function complaints(log: string): string[] {
  const bad = /\[(warn|error)\]|not loaded|sipgate.*(Error|Warning)/i;
  return log.split('\n').filter((line) => bad.test(line) && !line.endsWith(OF_NODE_RED));
}

function describeHost(title: string, chooseHost: () => Promise<Host>): void {
  describe(`the tarball in an empty user directory, on ${title}`, function () {
    this.timeout(400_000);
    let simulator: Simulator;
    let nodeRed: NodeRedProcess;

    before(async () => {
      const host = await chooseHost();
      console.log(`      Node-RED ${host.redVersion}, Node.js ${host.nodeVersion}`);
      const [userDir, port] = [userDirWithPack(), await freePort()];
      simulator = await Simulator.start();
      const flows = menuFlow(userDir, `http://127.0.0.1:${port}`, simulator.publicKey);
      const webhook = flows.find((node) => node['type'] === 'sipgate-webhook');
      simulator.setWebhook(String(webhook?.['publicUrl']));
      const { node, redScript: program } = host;
      nodeRed = await startNodeRed({ node, program, userDir, port, flows, packRoot: undefined });
    });
    after(() => Promise.all([simulator?.stop(), nodeRed?.stop()]));

    it('starts without a warning', () => {
      complaints(nodeRed.log()).should.eql([]);
    });

    it('has every node of the pack in its palette', async () => {
      const response = await fetch(`${nodeRed.url}/nodes`, { headers: { Accept: 'application/json' } });
      const sets = ((await response.json()) as NodeSet[]).filter((set) => set.module === NAME);
      sets.filter((set) => set.err !== undefined || !set.enabled).should.eql([]);
      const types = sets.flatMap((set) => set.types).sort();
      types.should.eql(Object.keys(readManifest()['node-red'].nodes).sort());
      new Set(sets.map((set) => set.version)).should.eql(new Set([readManifest().version]));
    });

    it('serves the icons, the German texts and the examples', async () => {
      const catalogues = await (await fetch(`${nodeRed.url}/nodes/messages?lng=de`)).json();
      for (const set of Object.keys(readManifest()['node-red'].nodes)) {
        should(catalogues).have.property(`${NAME}/${set}`);
      }
      const icon = await fetch(`${nodeRed.url}/icons/${NAME}/sipgate-webhook-in.svg`);
      (await icon.text()).should.startWith('<svg');
      for (const [folder, name] of [
        ['English', '02 - A menu with digits'],
        ['Deutsch', '02 - Menü mit Ziffern'],
      ]) {
        const url = `${nodeRed.url}/library/examples/flows/${NAME}/${folder}`;
        (await (await fetch(url)).text()).should.containEql(name);
      }
    });

    it('answers a call: asks for a digit, takes it, and redirects', async () => {
      const call = simulator.call({ from: '015799912345', to: '0211635533', press: ['1'] });
      const outcome = await call.ended;
      const dialogue = call.transcript.map((entry) => entry.text).join('\n');
      outcome.kind.should.equal('answered', dialogue);
      outcome.digits.should.eql(['1']);
      const story = JSON.stringify(call.transcript);
      const parts = ['newCall', '<Gather', 'dtmf', '<Dial', 'answer', 'hangup'];
      parts.filter((part) => !story.includes(part)).should.eql([]);
    });

    it('still has nothing to complain about after the call', () => {
      complaints(nodeRed.log()).should.eql([]);
    });
  });
}

describeHost('Node-RED 4.1', nodeRed4);
describeHost('Node-RED 5', nodeRed5);

describe('the tarball without Node-RED', function () {
  this.timeout(400_000);
  let folder: string;

  before(() => {
    folder = userDirWithPack();
  });

  it('is installed where there is no Node-RED', async () => {
    const printed = await script(
      `try { require.resolve('node-red'); } catch (error) { console.log(error.code); }`,
    );
    printed.trim().should.equal('MODULE_NOT_FOUND');
  });

  it('takes less than 12 MB with all that comes with it', () => {
    const bytes = sizeOnDisk(join(folder, 'node_modules'));
    bytes.should.be.below(MOST_INSTALLED_BYTES).and.above(1024 * 1024);
  });

  it('lets a script require it', async () => {
    const printed = await script(`
      const { parseEvent, renderReply, SipgateError } = require('${NAME}');
      const { event } = parseEvent(Buffer.from('event=newCall&direction=in&from=4921163553355&to=4921199999&callId=1'));
      console.log(event.from, renderReply({ action: 'hangup' }, { onData: '' }), new SipgateError('NOT_FOUND', 'x').name);
    `);
    printed.should
      .startWith('+4921163553355 <?xml')
      .and.containEql('<Hangup/>')
      .and.endWith('SipgateError\n');
  });

  it('lets a module import its names', async () => {
    const source = `import { createClient, toE164 } from '${NAME}'; console.log(typeof createClient, toE164('0211 63553355', 'DE', 'to'));`;
    const printed = await execute(process.execPath, ['--input-type=module', '-e', source], folder);
    printed.trim().should.equal('function +4921163553355');
  });

  it('reads a national number, with the library that it brings along', async () => {
    const printed = await script(`
      const { toE164 } = require('${NAME}');
      console.log(toE164('0211 63553355', 'DE', 'to'), Object.keys(require.cache).filter((file) => file.endsWith('libphonenumber-js.js')).length);
    `);
    printed.trim().should.equal('+4921163553355 1');
  });

  it('loads neither Node-RED nor a heavy library before it is used', async () => {
    const printed = await script(`
      require('${NAME}');
      console.log(Object.keys(require.cache).filter((file) => /node_modules.(axios|csv|vcard|xmlbuilder|node-red)|libphonenumber/.test(file)).length);
    `);
    printed.trim().should.equal('0');
  });

  it('puts the simulator on the command line', async () => {
    const program = join(folder, 'node_modules/.bin/sipgate-simulator');
    (await execute(program, ['--help'], folder)).should.containEql('sipgate-simulator call');
  });

  function script(source: string): Promise<string> {
    return execute(process.execPath, ['-e', source], folder);
  }
});

/** As `du` counts. */
function sizeOnDisk(path: string): number {
  const entry = lstatSync(path);
  const inside = entry.isDirectory() ? readdirSync(path).map((name) => join(path, name)) : [];
  return inside.reduce((sum, file) => sum + sizeOnDisk(file), entry.blocks * 512);
}
