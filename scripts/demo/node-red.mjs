// Starts the demo's Node-RED on a throw-away user directory and gives it the examples.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const require = createRequire(import.meta.url);

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 5000;
const PORT_INTERVAL_MS = 50;
/** So much of what Node-RED has said last is shown when it fails. */
const MOST_LOG_CHARACTERS = 20_000;

/**
 * Starts Node-RED; resolves when its flows run and its port is open.
 * @param root the folder of the pack
 * @param onCleanUp takes functions that undo what was done, for the end of the demo
 * @param onFailure is called when Node-RED ends later, for then nothing on the printed addresses works any more
 */
export async function startNodeRed(root, port, onCleanUp, onFailure) {
  const userDir = mkdtempSync(join(tmpdir(), 'sipgate-demo-'));
  onCleanUp(() => rmSync(userDir, { recursive: true, force: true }));
  writeSettings(root, userDir, port);
  const nodeRed = spawn(process.execPath, [require.resolve('node-red/red.js'), '-u', userDir], {
    cwd: userDir, // example 13 writes its backup below it
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onCleanUp(() => stopChild(nodeRed));
  await waitForFlows(nodeRed, onFailure);
  await waitForPort(port);
}

/** Replaces all flows. Rejects with what Node-RED says when it refuses them. */
export async function deploy(editor, flows) {
  const response = await fetch(`${editor}/flows`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Node-RED-Deployment-Type': 'full' },
    body: JSON.stringify(flows),
  });
  if (response.ok) return;
  throw new Error(`Node-RED refused the examples: HTTP ${response.status} ${await response.text()}`);
}

function writeSettings(root, userDir, port) {
  const settings = {
    uiHost: '127.0.0.1',
    uiPort: port,
    flowFile: 'flows.json',
    credentialSecret: 'only for this demo',
    nodesDir: [root],
    telemetry: { enabled: false, updateNotification: false },
    editorTheme: { tours: false, projects: { enabled: false } },
    externalModules: { palette: { allowInstall: false }, modules: { allowInstall: false } },
  };
  writeFileSync(join(userDir, 'settings.js'), `module.exports = ${JSON.stringify(settings)};\n`);
  writeFileSync(join(userDir, 'flows.json'), '[]');
}

function waitForFlows(nodeRed, onFailure) {
  return new Promise((resolve, reject) => {
    let log = '';
    let fail = reject;
    const failWith = (reason) => fail(new Error(`${reason}. Node-RED said:\n${log}`));
    const timer = setTimeout(() => failWith('Node-RED did not start in time'), START_TIMEOUT_MS);
    const listen = (chunk) => {
      log = (log + chunk).slice(-MOST_LOG_CHARACTERS);
      if (!/Started flows|Flows gestartet/.test(log)) return;
      clearTimeout(timer);
      fail = onFailure;
      resolve();
    };
    nodeRed.stdout.on('data', listen);
    nodeRed.stderr.on('data', listen);
    nodeRed.on('exit', (code, signal) => failWith(`Node-RED ended with ${signal ?? `code ${code}`}`));
  });
}

/** Node-RED may start the flows a moment before it listens. */
async function waitForPort(port) {
  const endMs = Date.now() + START_TIMEOUT_MS;
  while (!(await isListening(port)) && Date.now() < endMs) await pause(PORT_INTERVAL_MS);
}

function isListening(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

function stopChild(child) {
  if (child.exitCode !== null || child.signalCode !== null) return undefined;
  return new Promise((resolve) => {
    const force = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    child.removeAllListeners('exit').on('exit', () => {
      clearTimeout(force);
      resolve();
    });
    child.kill();
  });
}
