/** Programs that are too heavy for a dev dependency: other versions of Node-RED and Node.js, the scorecard. */
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execute, PROJECT, readManifest } from './project';

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
