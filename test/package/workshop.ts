/** What the package specs share: the tarball, packed once, and programs that are too heavy for a dev dependency. */
import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

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

/** A folder that is gone when the tests end. Its path has no link in it: programs print and compare it. */
export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'sipgate-package-')));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** @returns what the program printed; rejects with its output when it ends with a code other than 0 */
export async function execute(program: string, args: readonly string[], cwd: string): Promise<string> {
  // the variables that npm sets for its scripts would turn a nested npm to this project
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(npm_|INIT_CWD|NODE_OPTIONS)/.test(name)),
  );
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

let packed: Promise<Tarball> | undefined;

/** @returns the tarball that `npm publish` would upload; packed once for all specs */
export function tarball(): Promise<Tarball> {
  return (packed ??= pack());
}

/** Packs a copy, so that a build of dist/ that runs meanwhile does not disturb it: `prepack` builds in there. */
async function pack(): Promise<Tarball> {
  const folder = temporaryFolder();
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

/** @returns an empty Node-RED user directory into which only the tarball was installed */
export async function userDirWithPack(): Promise<string> {
  const { file } = await tarball();
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'package.json'), '{ "name": "node-red-project", "private": true }');
  await execute(
    'npm',
    ['install', file, '--no-audit', '--no-fund', '--omit=dev', '--prefer-offline'],
    folder,
  );
  return folder;
}

/**
 * Installs packages below `.cache/`, once for each name.
 * Two runs may do it at the same time: each works in a folder of its own, and the first to end gives it its name.
 * @returns the folder that holds their node_modules
 */
export async function cached(name: string, packages: readonly string[]): Promise<string> {
  const home = join(PROJECT, '.cache', name);
  if (existsSync(home)) return home;
  mkdirSync(dirname(home), { recursive: true });
  const work = mkdtempSync(`${home}-`);
  try {
    writeFileSync(join(work, 'package.json'), '{ "private": true }');
    // no install script is needed by any of them, and a Node for another program is no reason to refuse
    const options = [
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--no-package-lock',
      '--engine-strict=false',
    ];
    await execute('npm', ['install', ...packages, ...options], work);
    renameSync(work, home);
  } catch (error) {
    if (!existsSync(home)) throw error;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return home;
}

/** A Node-RED and the Node.js that shall run it. */
export interface Host {
  readonly node: string;
  readonly nodeVersion: string;
  readonly redScript: string;
  readonly redVersion: string;
}

/** Node-RED 4.1 with the Node.js of this run; the dev dependency if it is one. */
export async function nodeRed4(): Promise<Host> {
  return host(await nodeRedHome('4.1'), process.execPath);
}

/** Node-RED 5 with the Node.js of this run, or with Node.js 22 where this one is too old for it. */
export async function nodeRed5(): Promise<Host> {
  return host(await nodeRedHome('5'), isNewEnough() ? process.execPath : await node22());
}

async function nodeRedHome(line: string): Promise<string> {
  const installed = join(PROJECT, 'node_modules/node-red');
  if (existsSync(installed) && readManifest(installed).version.startsWith(`${line}.`)) return installed;
  return join(await cached(`node-red-${line}`, [`node-red@${line}`]), 'node_modules/node-red');
}

/** Node-RED 5 refuses to start with less than Node.js 22.9. */
function isNewEnough(): boolean {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 9);
}

/** The package `node` fetches the one for this machine in an install script; this takes it by its own name. */
async function node22(): Promise<string> {
  const name = `node-${process.platform}-${process.arch}`;
  return join(await cached('node-22', [`${name}@22`]), 'node_modules', name, 'bin/node');
}

async function host(redHome: string, node: string): Promise<Host> {
  return {
    node,
    nodeVersion: (await execute(node, ['--version'], PROJECT)).trim(),
    redScript: join(redHome, 'red.js'),
    redVersion: readManifest(redHome).version,
  };
}
