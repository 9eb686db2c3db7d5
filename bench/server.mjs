// A server that is measured: a child process with the probe in it.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const require = createRequire(import.meta.url);
const START_LIMIT_MS = 60_000;
const FLOWS_RUN = 'Started flows';
const PACK = '@sipgate-flows/node-red-sipgate-io';

/** @returns a port on loopback that was free a moment ago */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/**
 * Starts one of the peers of this folder.
 * @param file in peers/
 * @param env what it needs to know
 */
export function startPeer(file, port, env) {
  return start([join(here, 'peers', file)], 'Listening', { PORT: port, ...env }, port, () => undefined);
}

/**
 * Starts Node-RED as users do, on a throw-away user directory.
 * @param withPack whether this pack is installed there
 */
export function startNodeRed({ port, withPack, flows }) {
  const userDir = mkdtempSync(join(tmpdir(), 'sipgate-bench-'));
  const settings = {
    uiHost: '127.0.0.1',
    uiPort: port,
    flowFile: 'flows.json',
    credentialSecret: 'only for the benchmark',
    telemetry: { enabled: false, updateNotification: false },
    editorTheme: { tours: false, projects: {} },
    externalModules: { palette: { allowInstall: false }, modules: { allowInstall: false } },
  };
  writeFileSync(join(userDir, 'settings.js'), `module.exports = ${JSON.stringify(settings)};\n`);
  writeFileSync(join(userDir, 'flows.json'), JSON.stringify(flows));
  writeFileSync(
    join(userDir, 'package.json'),
    JSON.stringify({ name: 'node-red-project', dependencies: withPack ? { [PACK]: '*' } : {} }),
  );
  if (withPack) {
    mkdirSync(join(userDir, 'node_modules', dirname(PACK)), { recursive: true });
    symlinkSync(root, join(userDir, 'node_modules', PACK));
  }
  const red = require.resolve('node-red/red.js');
  return start([red, '-u', userDir], FLOWS_RUN, {}, port, () => rmSync(userDir, { recursive: true }));
}

async function start(args, sign, env, port, cleanUp) {
  const begun = performance.now();
  const child = spawn(process.execPath, ['--expose-gc', '-r', join(here, 'probe.cjs'), ...args], {
    cwd: here,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, NODE_OPTIONS: '', ...env },
  });
  const startMs = await printed(child, sign, begun);
  return {
    port,
    startMs,
    ask: (question) => ask(child, question),
    stop: () => end(child).then(cleanUp),
  };
}

function printed(child, sign, begun) {
  return new Promise((resolve, reject) => {
    let log = '';
    const timer = setTimeout(() => fail('in time'), START_LIMIT_MS);
    const fail = (why) => {
      child.kill('SIGKILL');
      reject(new Error(`a server did not start ${why}:\n${log}`));
    };
    child.once('exit', () => fail('at all'));
    const listen = (chunk) => {
      log += chunk;
      // Node-RED may start the flows a moment before it listens
      if (!log.includes(sign) || (sign === FLOWS_RUN && !log.includes('Server now running'))) return;
      clearTimeout(timer);
      child.removeAllListeners('exit');
      child.stdout.removeAllListeners('data').resume();
      child.stderr.removeAllListeners('data').resume();
      resolve(performance.now() - begun);
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
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

function end(child) {
  if (child.exitCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const force = setTimeout(() => child.kill('SIGKILL'), 5000);
    child.once('exit', () => {
      clearTimeout(force);
      resolve();
    });
    child.kill('SIGTERM');
  });
}

/** Whether the libraries that only the benchmark needs are there. */
export function hasPeers() {
  return existsSync(join(here, 'node_modules/sipgateio'));
}
