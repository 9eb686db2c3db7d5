import { mkdir, open, readFile, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { isRecord } from '../../json';
import { parseStored, type StoredTokens, type TokenStore } from './tokens';

/**
 * A store in one file of mode 0600. It is replaced as a whole, so that a crash leaves the old or the new login.
 * @param path absolute, such as a file in Node-RED's user directory
 */
export function createTokenFile(path: string): TokenStore {
  return {
    id: resolve(path),
    load: () => readTokenFile(path),
    save: (tokens) => writeTokenFile(path, tokens),
  };
}

/** @returns what a file holds; `undefined` where there is none, or nothing usable in it. @throws what the system says */
export async function readTokenFile(path: string): Promise<StoredTokens | undefined> {
  try {
    return parseStored(await readFile(path, 'utf8'));
  } catch (error) {
    if (isRecord(error) && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Writes a file so that it is there as a whole, and safe against a crash. @throws what the system says */
export async function writeTokenFile(path: string, tokens: StoredTokens): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  // One fixed name: what a crash left behind is overwritten and does not lie around with a login in it.
  const temporary = `${path}.tmp`;
  const file = await openNew(temporary);
  try {
    await file.chmod(0o600);
    await file.writeFile(`${JSON.stringify(tokens, null, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  await syncDirectory(dirname(path));
}

/** Opens a file that is not there yet: one that somebody has planted may be a link to where they can read. */
async function openNew(path: string): Promise<FileHandle> {
  await rm(path, { force: true });
  return open(path, 'wx', 0o600);
}

/** Without it the new name could be lost in a power cut. Not every file system can; the rename itself is done. */
async function syncDirectory(path: string): Promise<void> {
  try {
    const directory = await open(path, 'r');
    await directory.sync().finally(() => directory.close());
  } catch {
    return;
  }
}
