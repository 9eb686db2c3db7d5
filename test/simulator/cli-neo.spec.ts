import { spawn } from 'node:child_process';
import should from 'should';
import { builtCli } from './built-cli';
import type { AccountView } from '../../simulator/page/account-view';

const CLI = builtCli();

/** Starts the simulator, asks its page for the account, and ends it. */
async function accountOf(...args: string[]): Promise<AccountView> {
  const child = spawn(process.execPath, [CLI, 'serve', '--port', '0', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.on('close', resolve));
  try {
    const url = await new Promise<string>((resolve, reject) => {
      let out = '';
      child.stdout.on('data', (chunk) => {
        out += chunk;
        const [found] = /http:\/\/127\.0\.0\.1:\d+/.exec(out) ?? [];
        if (found) resolve(found);
      });
      child.on('close', () => reject(new Error(`it ended, having said ${out}`)));
    });
    return (await (await fetch(`${url}/api/account`)).json()) as AccountView;
  } finally {
    child.kill('SIGINT');
    await ended;
  }
}

describe('sipgate-simulator serve', function () {
  this.timeout(30_000);

  it('plays an account of the classic platform', async () => {
    should((await accountOf()).platform).equal('classic');
  });

  it('plays one of the new platform with --neo', async () => {
    should((await accountOf('--neo')).platform).equal('neo');
  });
});
