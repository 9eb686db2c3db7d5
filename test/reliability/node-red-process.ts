import { fork, type ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { FlowNode } from '../nodes/helpers/runtime';

/** What the child says of itself. */
export interface Health {
  /** Bytes in use after a garbage collection. */
  readonly heap: number;
  /** How often a Function node has called `global.get("stats").seen += 1`. */
  readonly seen: number;
  /** What was logged at warn and above. */
  readonly log: string[];
}

/** A whole Node-RED in a process of its own, with a throw-away user directory. */
export interface NodeRedProcess {
  readonly url: string;
  readonly isAlive: () => boolean;
  deploy(flow: FlowNode[]): Promise<void>;
  health(): Promise<Health>;
  /** Node-RED stops as it does before its process ends. */
  halt(): Promise<void>;
  /** Ends the process. */
  stop(): Promise<void>;
}

const ROOT = path.resolve(__dirname, '../..');
const TYPES = ['sipgate-webhook', 'sipgate-webhook-in', 'sipgate-webhook-response'];

/** Starts one with the call path's nodes from their sources. */
export async function startNodeRed(flow: FlowNode[]): Promise<NodeRedProcess> {
  const userDir = mkdtempSync(path.join(tmpdir(), 'sipgate-reliability-'));
  writeModule(path.join(userDir, 'node_modules', 'sipgate-sources'));
  writeFileSync(path.join(userDir, 'flows.json'), JSON.stringify(flow));
  const child = fork(path.join(__dirname, 'node-red-child.ts'), [userDir], {
    execArgv: ['--expose-gc', '-r', 'tsx/cjs'],
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const { url } = await ask<{ url: string }>(child, 'start');
  return {
    url,
    isAlive: () => child.exitCode === null && child.signalCode === null,
    deploy: async (next) => void (await ask(child, 'deploy', next)),
    health: () => ask<Health>(child, 'health'),
    halt: async () => void (await ask(child, 'halt')),
    stop: async () => {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await gone;
      rmSync(userDir, { recursive: true, force: true });
    },
  };
}

/** A module as Node-RED finds it in a user directory; the sources stay where they are. */
function writeModule(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const nodes = Object.fromEntries(TYPES.map((type) => [type, `${type}.js`]));
  const manifest = { name: path.basename(folder), version: '1.0.0', 'node-red': { nodes } };
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify(manifest));
  for (const type of TYPES) {
    const source = path.join(ROOT, 'nodes', type);
    writeFileSync(
      path.join(folder, `${type}.js`),
      `module.exports = require(${JSON.stringify(`${source}.ts`)});`,
    );
    cpSync(`${source}.html`, path.join(folder, `${type}.html`));
  }
  cpSync(path.join(ROOT, 'locales'), path.join(folder, 'locales'), { recursive: true });
}

let asked = 0;

function ask<T>(child: ChildProcess, what: string, value?: unknown): Promise<T> {
  const id = ++asked;
  return new Promise((resolve, reject) => {
    const end = (finish: () => void) => {
      child.off('message', listen);
      child.off('exit', died);
      finish();
    };
    const died = () => end(() => reject(new Error(`Node-RED ended while it was asked: ${what}`)));
    const listen = (answer: { id: number; value: T }) => {
      if (answer.id === id) end(() => resolve(answer.value));
    };
    child.on('message', listen).on('exit', died);
    child.send({ id, what, value });
  });
}
