import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Simulator } from '../../simulator/index';
import { removeFolder } from '../remove-folder';

const root = resolve(__dirname, '../..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const { name } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { name: string };

describe('The README', () => {
  it('shows a script that sends an SMS as it stands there', async () => {
    const script = /```js\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
    const folder = mkdtempSync(join(tmpdir(), 'readme-'));
    const simulator = await Simulator.start({ port: 0 });
    try {
      const [{ id, token } = { id: '', token: '' }] = simulator.account.credentials.tokens;
      // the one thing that differs from a user's script: where sipgate is
      const here = script
        .replace(`'${name}'`, JSON.stringify(join(root, 'dist/sipgate/index.js')))
        .replace('credentials: {', `apiUrl: '${simulator.url}/v2',\n    credentials: {`);
      writeFileSync(join(folder, 'script.js'), here);
      const env = { ...process.env, SIPGATE_TOKEN_ID: id, SIPGATE_TOKEN: token };
      const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'script.js')], { env });
      stdout.should.equal('Sent from s0 to +4915799912345\n');
      simulator.account.sentSms.map(({ message }) => message).should.deepEqual(['The cellar is wet.']);
    } finally {
      await simulator.stop();
      await removeFolder(folder);
    }
  });

  it('links to files that are there', () => {
    const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, link]) => link ?? '');
    links.should.not.be.empty();
    links.filter((link) => !existsSync(join(root, link))).should.be.empty();
  });
});
