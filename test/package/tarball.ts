/** The tarball of this project, packed and installed once for all specs. */
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execute, PROJECT, projectFiles, temporaryFolder } from './project';

/** The packed project. */
export interface Tarball {
  readonly file: string;
  /** Path and size of each file in it. */
  readonly entries: readonly { readonly path: string; readonly size: number }[];
  /** Its content, unpacked; nothing is installed there. */
  readonly unpacked: string;
  /** Where it was packed: a path that must not be found in it. */
  readonly origin: string;
}

/** The environment variable that names the folder with the tarball of this run. */
const FOLDER = 'SIPGATE_TARBALL_FOLDER';
const REPORT = 'report.json';
const USER_DIR = 'user-directory';

/** Mocha calls this once, before all specs, whichever processes run them: one tarball for all of them. */
export async function mochaGlobalSetup(): Promise<void> {
  const folder = temporaryFolder();
  process.env[FOLDER] = folder;
  const packed = await pack(folder);
  await installInto(join(folder, USER_DIR), packed.file);
  writeFileSync(join(folder, REPORT), JSON.stringify(packed));
}

/** @returns the tarball that `npm publish` would upload */
export function tarball(): Tarball {
  return JSON.parse(readFileSync(join(folderOfRun(), REPORT), 'utf8')) as Tarball;
}

/** @returns a Node-RED user directory of one's own into which only the tarball was installed */
export function userDirWithPack(): string {
  const folder = temporaryFolder();
  cpSync(join(folderOfRun(), USER_DIR), folder, { recursive: true, verbatimSymlinks: true });
  return folder;
}

function folderOfRun(): string {
  const folder = process.env[FOLDER];
  if (folder === undefined)
    throw new Error('Nothing was packed: run this spec as `npm run test:package` does');
  return folder;
}

/** Packs a copy, so that a build of dist/ that runs meanwhile does not disturb it: `prepack` builds in there. */
async function pack(folder: string): Promise<Tarball> {
  const origin = join(folder, 'project');
  for (const file of await projectFiles()) cpSync(join(PROJECT, file), join(origin, file));
  symlinkSync(join(PROJECT, 'node_modules'), join(origin, 'node_modules'));
  const printed = await execute('npm', ['pack', '--json', '--pack-destination', folder], origin);
  const [report] = JSON.parse(printed.slice(printed.indexOf('[\n'))) as [
    { filename: string; files: { path: string; size: number }[] },
  ];
  await execute('tar', ['-xzf', report.filename], folder);
  return {
    file: join(folder, report.filename),
    entries: report.files,
    unpacked: join(folder, 'package'),
    origin,
  };
}

async function installInto(userDir: string, file: string): Promise<void> {
  mkdirSync(userDir);
  writeFileSync(join(userDir, 'package.json'), '{ "name": "node-red-project", "private": true }');
  const options = ['--no-audit', '--no-fund', '--omit=dev', '--prefer-offline'];
  await execute('npm', ['install', file, ...options], userDir);
}
