import { spawn, type ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Host } from './workshop';

/** A Node-RED that runs as users start it: its own process, with a user directory. */
export interface NodeRedProcess {
  readonly url: string;
  /** What it has printed so far. */
  log(): string;
  stop(): Promise<void>;
}

const START_LIMIT_MS = 90_000;

/** @returns a port on 127.0.0.1 that was free a moment ago: Node-RED cannot tell which one it got for 0 */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/**
 * Starts it on loopback and resolves when its flows run.
 * @param flows the content of the flow file
 */
export async function startNodeRed(
  { node, redScript }: Host,
  userDir: string,
  port: number,
  flows: readonly object[],
): Promise<NodeRedProcess> {
  const settings = {
    uiHost: '127.0.0.1',
    uiPort: port,
    flowFile: 'flows.json',
    credentialSecret: 'only for this test',
    telemetry: { enabled: false, updateNotification: false },
    editorTheme: { tours: false, projects: {} }, // `enabled: false` would be a warning
    externalModules: { palette: { allowInstall: false }, modules: { allowInstall: false } },
  };
  writeFileSync(join(userDir, 'settings.js'), `module.exports = ${JSON.stringify(settings)};\n`);
  writeFileSync(join(userDir, 'flows.json'), JSON.stringify(flows));
  const child = spawn(node, [redScript, '-u', userDir], {
    cwd: userDir,
    env: { ...process.env, LANG: 'en_US.UTF-8', NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log = collect(child);
  const stop = () => end(child);
  try {
    await printed(child, log, 'Started flows');
    await printed(child, log, 'Server now running'); // Node-RED may start the flows before it listens
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `http://127.0.0.1:${port}`, log, stop };
}

function collect(child: ChildProcess): () => string {
  let text = '';
  const add = (chunk: Buffer) => (text += chunk.toString());
  child.stdout?.on('data', add);
  child.stderr?.on('data', add);
  return () => text;
}

async function printed(child: ChildProcess, log: () => string, words: string): Promise<void> {
  const limit = Date.now() + START_LIMIT_MS;
  while (!log().includes(words)) {
    if (child.exitCode !== null || Date.now() > limit) throw new Error(`Node-RED did not start:\n${log()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const hard = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(hard);
}
