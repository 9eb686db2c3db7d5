import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import 'should';
import { startNodeRed, type NodeRedProcess } from '../node-red';
import { readManifest } from './project';
import { userDirWithPack } from './tarball';

const HOOK = { id: 'hook', type: 'sipgate-webhook', name: 'Front door', path: '/sipgate/front' };
const CALL = { webhook: HOOK.id, from: '+4915799912345', to: '+493023125000' };

describe('An installation that lacks the telephone network', function () {
  this.timeout(60_000);
  let nodeRed: NodeRedProcess;

  before(async () => {
    const userDir = userDirWithPack();
    const simulator = join(userDir, 'node_modules', readManifest().name, 'dist/simulator');
    rmSync(join(simulator, 'index.js'));
    readdirSync(simulator).should.containEql('cli.js');
    const tests = join(userDir, 'sipgate-io/call-tests');
    mkdirSync(tests, { recursive: true });
    writeFileSync(join(tests, 'menu.json'), JSON.stringify({ call: CALL, steps: [] }));
    nodeRed = await startNodeRed({ userDir, flows: [HOOK], packRoot: undefined });
  });
  after(() => nodeRed?.stop());

  async function ask(path: string, body?: object): Promise<{ status: number; text: string }> {
    const method = body ? 'POST' : 'GET';
    const headers = { 'content-type': 'application/json' };
    const url = `${nodeRed.url}/sipgate/telephone/${path}`;
    const answer = await fetch(url, { method, headers, body: body ? JSON.stringify(body) : null });
    return { status: answer.status, text: await answer.text() };
  }

  it('still lists the webhooks', async () => {
    JSON.parse((await ask('lines')).text).should.eql({
      lines: [{ id: HOOK.id, name: HOOK.name, kind: 'webhook' }],
    });
  });

  for (const [what, path, body] of [
    ['calls one', 'calls', CALL],
    ['saves a test', 'tests', { name: 'mine', call: CALL, steps: [] }],
    ['runs one', 'tests/run', {}],
    ['looks at them', 'tests', undefined],
  ] as const)
    it(`says what to do to who ${what}`, async () => {
      const { status, text } = await ask(path, body);
      status.should.equal(500);
      JSON.parse(text).should.have.property('problem', 'noSimulator');
      text.should.match(/Install the pack again and restart Node-RED/);
      text.should.not.match(/\bat \/|\.js:\d|Cannot find/);
    });

  it('goes on, and leaves no trace in the log', () => {
    nodeRed.log().should.not.match(/Cannot find module|\n\s+at /);
    nodeRed.isAlive().should.be.true();
  });
});
