import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { isRecord } from '../../json';
import { writePrivateFile } from '../private-file';
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
  await writePrivateFile(path, `${JSON.stringify(tokens, null, 2)}\n`);
}
