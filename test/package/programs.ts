/** Other versions of Node-RED than the dev dependency, and what Node.js runs them. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cached, node22 } from '../../scripts/cached.cjs';
import { execute, PROJECT, readManifest } from './project';

/** A Node-RED and the Node.js that runs it. */
export interface Host {
  readonly node: string;
  readonly nodeVersion: string;
  readonly redScript: string;
  readonly redVersion: string;
}

/** Node-RED 4.1 with the Node.js of this run; the dev dependency if it is one. */
export async function nodeRed4(): Promise<Host> {
  return host(nodeRedHome('4.1'), process.execPath);
}

/** Node-RED 5 with the Node.js of this run, or with Node.js 22 where this one is too old for it. */
export async function nodeRed5(): Promise<Host> {
  return host(nodeRedHome('5'), node22());
}

function nodeRedHome(line: string): string {
  const installed = join(PROJECT, 'node_modules/node-red');
  if (existsSync(installed) && readManifest(installed).version.startsWith(`${line}.`)) return installed;
  return join(cached(`node-red-${line}`, [`node-red@${line}`]), 'node_modules/node-red');
}

async function host(redHome: string, node: string): Promise<Host> {
  return {
    node,
    nodeVersion: (await execute(node, ['--version'], PROJECT)).trim(),
    redScript: join(redHome, 'red.js'),
    redVersion: readManifest(redHome).version,
  };
}
