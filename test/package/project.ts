/** What the package specs ask of this project. */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { withoutNpm } from '../../scripts/cached.cjs';

const run = promisify(execFile);
const MOST_OUTPUT = 64 * 1024 * 1024;
const LONGEST_MS = 300_000;

export const PROJECT = resolve(__dirname, '../..');

/** package.json, as far as these specs read it. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly main: string;
  readonly types: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly files: readonly string[];
  readonly keywords: readonly string[];
  readonly license: string;
  readonly engines: { readonly node: string };
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly scripts: Readonly<Record<string, string>>;
  readonly 'node-red': {
    readonly version: string;
    readonly nodes: Readonly<Record<string, string>>;
    readonly plugins: Readonly<Record<string, string>>;
  };
}

export function readManifest(folder = PROJECT): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

/** @returns a folder that is gone when the tests end. Its path has no link in it: programs print and compare it. */
export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'sipgate-package-')));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** @returns what the program printed; rejects with its output when it ends with a code other than 0 */
export async function execute(program: string, args: readonly string[], cwd: string): Promise<string> {
  const env = withoutNpm(process.env);
  try {
    return (await run(program, [...args], { cwd, env, maxBuffer: MOST_OUTPUT, timeout: LONGEST_MS })).stdout;
  } catch (error) {
    const { message, stdout } = error as Error & { stdout?: string };
    throw new Error(`${message}\n${stdout ?? ''}`, { cause: error });
  }
}

/** The files of this project: those that git tracks, and new ones that it does not ignore. */
export async function projectFiles(): Promise<string[]> {
  const listed = await execute(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    PROJECT,
  );
  return listed.split('\0').filter((file) => file !== '' && existsSync(join(PROJECT, file)));
}
