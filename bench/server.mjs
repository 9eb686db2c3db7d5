// A server that is measured: a child process with the probe in it.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, PROJECT, startNodeRed as startProcess } from '../scripts/node-red.cjs';

export { freePort };

const here = dirname(fileURLToPath(import.meta.url));
const PROBE = ['--expose-gc', '-r', join(here, 'probe.cjs')];
const START_LIMIT_MS = 60_000;

/**
 * Starts one of the peers of this folder.
 * @param file in peers/; it prints "Listening" when it listens
 * @param env what it needs to know
 */
export async function startPeer(file, port, env) {
  const child = spawn(process.execPath, [...PROBE, join(here, 'peers', file)], {
    cwd: here,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, NODE_OPTIONS: '', PORT: port, ...env },
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  await printed(child, 'Listening');
  const stop = () => {
    child.kill('SIGTERM');
    return ended;
  };
  return { port, ask: (question) => ask(child, question), stop };
}

/**
 * Starts Node-RED as users do, on a throw-away user directory.
 * @param withPack whether this pack is installed there
 * @param pack another folder with it than the project's, or another pack's
 * @param env more of its environment
 */
export async function startNodeRed({ port, withPack, flows, pack = PROJECT, env }) {
  const packRoot = withPack ? pack : undefined;
  const options = { port, flows, packRoot, nodeOptions: PROBE, env };
  const { child, startMs, deploy, stop } = await startProcess(options);
  return { port, startMs, deploy, ask: (question) => ask(child, question), stop };
}

function printed(child, sign) {
  return new Promise((resolve, reject) => {
    let log = '';
    const fail = () => {
      child.kill('SIGKILL');
      reject(new Error(`a server did not start:\n${log}`));
    };
    const timer = setTimeout(fail, START_LIMIT_MS);
    child.once('exit', fail);
    const listen = (chunk) => {
      log += chunk;
      if (!log.includes(sign)) return;
      clearTimeout(timer);
      child.off('exit', fail);
      for (const stream of [child.stdout, child.stderr]) stream.removeAllListeners('data').resume();
      resolve();
    };
    for (const stream of [child.stdout, child.stderr]) stream.on('data', listen);
  });
}

function ask(child, question) {
  return new Promise((resolve, reject) => {
    const gone = () => reject(new Error('a server died'));
    child.once('exit', gone);
    const listen = (message) => {
      if (message.question !== question) return;
      child.off('message', listen);
      child.off('exit', gone);
      resolve(message.answer);
    };
    child.on('message', listen);
    child.send({ question });
  });
}

/** Installs the libraries that only the benchmark needs, when it is first run. */
export function installPeers() {
  if (existsSync(join(here, 'node_modules/sipgateio'))) return;
  console.log('Installing what the benchmark compares with ...');
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'];
  execFileSync('npm', ['install', ...flags], { cwd: here, stdio: 'inherit' });
}
