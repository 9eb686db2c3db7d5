import { chmod, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readTokenFile, writeTokenFile } from './token-file';
import { fingerprintOf, isOf, loginOf, type StoredTokens, type TokenStore, type TypedPair } from './tokens';

/** The renewed logins of all accounts of a Node-RED, each kept once, however many accounts use it. */
export interface LoginDirectory {
  /** @returns the one store of a login */
  storeOf(credentials: TypedPair): TokenStore;
  /**
   * Deletes what belongs to nobody any more, also what a crash left half-written.
   * @param logins those that are still used
   */
  sweep(logins: readonly TypedPair[]): Promise<void>;
}

const FILE = /^tokens-(.+)\.json$/;

/**
 * @param path where the files are; it is closed for everybody else. With an empty one logins are kept in memory only.
 * @param owner whose they are where several share the directory; files of others are left alone
 */
export function createLoginDirectory(path: string, owner: string): LoginDirectory {
  // what cannot be written is lost with the process, but not to the other accounts of the login, or the next deploy
  const latest = new Map<string, StoredTokens>();
  return {
    storeOf(credentials) {
      const login = loginOf(credentials);
      return {
        id: login,
        async load() {
          const remembered = latest.get(login);
          if (path === '') return remembered;
          try {
            return newest([remembered, await find(path, credentials)]);
          } catch (error) {
            if (remembered === undefined) throw error;
            return remembered;
          }
        },
        async save(tokens) {
          latest.set(login, { ...tokens, owner });
          if (path !== '') await write(path, credentials, { ...tokens, owner });
        },
      };
    },
    async sweep(logins) {
      const used = new Set(logins.map(loginOf));
      for (const login of latest.keys()) if (!used.has(login)) latest.delete(login);
      if (path !== '') await deleteUnused(path, owner, logins);
    },
  };
}

async function write(path: string, credentials: TypedPair, tokens: StoredTokens): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  // an older version has left it open; not every file system can close it, and the files are closed themselves
  await chmod(path, 0o700).catch(() => undefined);
  await writeTokenFile(join(path, fileOf(loginOf(credentials))), tokens);
  const fingerprint = fingerprintOf(credentials);
  for (const { name, stored } of await olderFiles(path))
    if (stored?.fingerprint === fingerprint) await rm(join(path, name), { force: true });
}

function fileOf(login: string): string {
  return `tokens-${login}.json`;
}

/** Looks in the login's file, or in those that an older version has named by the account's node. */
async function find(path: string, credentials: TypedPair): Promise<StoredTokens | undefined> {
  const own = await readTokenFile(join(path, fileOf(loginOf(credentials))));
  if (own !== undefined) return own;
  const older = await olderFiles(path);
  return newest(older.map(({ stored }) => stored).filter((stored) => stored && isOf(credentials, stored)));
}

/** Of those whose number of renewals is the same, or not known, the one that lives longest. */
function newest(all: readonly (StoredTokens | undefined)[]): StoredTokens | undefined {
  return all
    .filter((stored) => stored !== undefined)
    .sort((a, b) => (b.generation ?? 1) - (a.generation ?? 1) || b.expiresAt - a.expiresAt)[0];
}

interface OlderFile {
  readonly name: string;
  readonly stored: StoredTokens | undefined;
}

/** Files that an older version has named by the account's node. */
async function olderFiles(path: string): Promise<OlderFile[]> {
  const names = (await namesIn(path)).filter((name) => FILE.test(name) && !isNamedByLogin(name));
  return Promise.all(
    names.map(async (name) => ({
      name,
      stored: await readTokenFile(join(path, name)).catch(() => undefined),
    })),
  );
}

function isNamedByLogin(name: string): boolean {
  return /^[0-9a-f]{64}$/.test(FILE.exec(name)?.[1] ?? '');
}

async function deleteUnused(path: string, owner: string, logins: readonly TypedPair[]): Promise<void> {
  for (const name of await namesIn(path)) {
    const main = name.replace(/\.tmp$/, '');
    if (!FILE.test(main) || logins.some((login) => main === fileOf(loginOf(login)))) continue;
    const stored = await readTokenFile(join(path, main)).catch(() => undefined);
    const isOthers = stored?.owner !== undefined && stored.owner !== owner;
    const isUsed = stored !== undefined && logins.some((login) => isOf(login, stored));
    // one that cannot be deleted keeps no other from it
    if (!isOthers && !isUsed) await rm(join(path, name), { force: true }).catch(() => undefined);
  }
}

async function namesIn(path: string): Promise<string[]> {
  return readdir(path).catch(() => []);
}
