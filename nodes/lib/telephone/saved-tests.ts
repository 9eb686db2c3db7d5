import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { describe, SipgateError } from '../../../sipgate/index';
import type { InvalidTest, SavedTest as Test } from '../../../simulator/index';
import { TelephoneProblem } from './problem';
import { loadSimulator } from './simulator';

/** A test as it lies in its file. */
export type SavedTest =
  | { readonly file: string; readonly test: Test }
  /** A file that holds no test, and why. */
  | { readonly file: string; readonly problem: InvalidTest };

const MOST_FILES = 500;
const MOST_BYTES = 1024 * 1024;
const LONGEST_NAME = 60;

/** Call tests in a folder of the user's: files, so that they lie in git beside the flow. */
export class SavedTests {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @returns all of them, by the name of their file */
  async list(): Promise<SavedTest[]> {
    const names = await readdir(this.#folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    const files = names.filter(isTestFile).sort().slice(0, MOST_FILES);
    return await Promise.all(files.map((file) => this.read(file)));
  }

  /** @param file the name of a file in the folder. @throws SipgateError `NOT_FOUND` for a name that leads elsewhere */
  async read(file: string): Promise<SavedTest> {
    const path = this.#path(file);
    const { InvalidTest, readTest } = loadSimulator();
    try {
      if ((await stat(path)).size > MOST_BYTES) throw new InvalidTest('tooLarge');
      return { file, test: readTest(await readFile(path, 'utf8'), file.replace(/\.json$/, '')) };
    } catch (error) {
      return { file, problem: error instanceof InvalidTest ? error : InvalidTest.unreadable(error) };
    }
  }

  /**
   * Writes a test; one of the same name is replaced.
   * @param keepsOthers whether it gets another name then: the user has chosen none
   * @returns the name of its file
   */
  async save(test: Readonly<Record<string, unknown>>, keepsOthers = false): Promise<string> {
    const name = typeof test['name'] === 'string' ? test['name'].trim() : '';
    const base = name
      .normalize('NFC')
      .replace(/[^\p{L}\p{N} _-]+/gu, '-')
      .slice(0, LONGEST_NAME)
      .trim();
    if (!/[\p{L}\p{N}]/u.test(base))
      throw new TelephoneProblem(
        'INVALID_INPUT',
        'testName',
        '`name` must have letters or digits. Give the test a name.',
      );
    loadSimulator().parseSavedTest(test);
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const count = keepsOthers ? await this.#freeNumber(base) : 1;
    const file = `${numbered(base, count)}.json`;
    const draft = join(this.#folder, `.${randomBytes(6).toString('hex')}.tmp`);
    await writeFile(draft, `${JSON.stringify({ ...test, name: numbered(name, count) }, undefined, 2)}\n`, {
      mode: 0o600,
      flag: 'wx',
    });
    await rename(draft, this.#path(file));
    return file;
  }

  async #freeNumber(base: string): Promise<number> {
    const names = new Set((await this.list()).map(({ file }) => file));
    let count = 1;
    while (names.has(`${numbered(base, count)}.json`)) count += 1;
    return count;
  }

  async remove(file: string): Promise<void> {
    await rm(this.#path(file), { force: true });
  }

  /** @throws SipgateError `NOT_FOUND` for a name that leads elsewhere */
  #path(file: string): string {
    if (!isTestFile(file)) throw new SipgateError('NOT_FOUND', `There is no test ${describe(file)}.`);
    return join(this.#folder, file);
  }
}

function numbered(name: string, count: number): string {
  return count === 1 ? name : `${name} ${count}`;
}

function isTestFile(name: string): boolean {
  return /^[^./\\\0][^/\\\0]{0,120}\.json$/.test(name);
}
