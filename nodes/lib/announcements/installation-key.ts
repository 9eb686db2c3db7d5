import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { NodeAPI } from 'node-red';

const KEY_BYTES = 32;
const KEY = /^[\da-f]{64}$/;

const keys = new Map<string, Promise<string>>();

/**
 * The key of this installation, for webhooks that have none of their own: sounds keep their URLs over restarts.
 * @returns a secret; a new one for each start where it cannot be kept
 */
export function installationKey(RED: NodeAPI): Promise<string> {
  const { userDir = '' } = RED.settings as { userDir?: string };
  const key = keys.get(userDir) ?? keptKey(userDir && join(userDir, 'sipgate-io', 'sound-key'));
  keys.set(userDir, key);
  return key;
}

async function keptKey(file: string): Promise<string> {
  const fresh = randomBytes(KEY_BYTES).toString('hex');
  if (file === '') return fresh;
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(file, fresh, { mode: 0o600, flag: 'wx' });
    return fresh;
  } catch {
    const kept = await readFile(file, 'utf8').catch(() => '');
    return KEY.test(kept) ? kept : fresh;
  }
}
