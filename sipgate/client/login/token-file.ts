import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { isRecord, parseJson } from '../../json';

/** A renewed login, and which typed-in one it came from. */
export interface StoredTokens {
  /** SHA-256 of the tokens that the user typed in; when they type in others, the stored ones are void. */
  readonly fingerprint: string;
  readonly accessToken: string;
  readonly refreshToken: string;
  /** ms since 1970 */
  readonly expiresAt: number;
  /** ms since 1970; from here on it is renewed. */
  readonly renewAt: number;
}

/** Keeps a renewed login over restarts. sipgate changes the refresh token at every use: losing it is a log-out. */
export interface TokenStore {
  /** Stores with one id hold the same login, whoever made them. */
  readonly id: string;
  load(): Promise<StoredTokens | undefined>;
  /** Resolves when it is safe against a crash. */
  save(tokens: StoredTokens): Promise<void>;
}

/**
 * A store in one file of mode 0600. It is replaced as a whole, so that a crash leaves the old or the new login.
 * @param path absolute, such as a file in Node-RED's user directory
 */
export function createTokenFile(path: string): TokenStore {
  return { id: resolve(path), load: () => load(path), save: (tokens) => save(path, tokens) };
}

async function load(path: string): Promise<StoredTokens | undefined> {
  try {
    return toTokens(parseJson(await readFile(path, 'utf8')));
  } catch (error) {
    if (isRecord(error) && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function toTokens(value: unknown): StoredTokens | undefined {
  if (!isRecord(value)) return undefined;
  const { fingerprint, accessToken, refreshToken, expiresAt, renewAt } = value;
  if (typeof fingerprint !== 'string' || typeof accessToken !== 'string' || typeof refreshToken !== 'string')
    return undefined;
  if (typeof expiresAt !== 'number' || typeof renewAt !== 'number') return undefined;
  return { fingerprint, accessToken, refreshToken, expiresAt, renewAt };
}

async function save(path: string, tokens: StoredTokens): Promise<void> {
  // One fixed name: what a crash left behind is overwritten and does not lie around with a login in it.
  const temporary = `${path}.tmp`;
  await mkdir(dirname(path), { recursive: true });
  const file = await open(temporary, 'w', 0o600);
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

/** Without it the new name could be lost in a power cut. Not every file system can; the rename itself is done. */
async function syncDirectory(path: string): Promise<void> {
  try {
    const directory = await open(path, 'r');
    await directory.sync().finally(() => directory.close());
  } catch {
    return;
  }
}
