/** Redis and nginx, for the tests alone: on loopback, on a free port, nothing of them stays. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eventually } from '../eventually';
import { freePort } from '../node-red';
import { removeFolder } from '../remove-folder';

export interface Program {
  readonly url: string;
  stop(): Promise<void>;
}

const START_LIMIT_MS = 10_000;

/** @returns an empty Redis that keeps nothing on disk */
export async function startRedis(): Promise<Program> {
  const program = find('redis-server', process.env.REDIS_SERVER, ['/usr/bin', '/usr/local/bin']);
  const port = await freePort();
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const stop = await start(program, args, port);
  return { url: `redis://127.0.0.1:${port}`, stop };
}

/** @returns an nginx that shares the requests out to these addresses, `HOST:PORT`, as its documentation shows it */
export async function startNginx(backends: readonly string[]): Promise<Program> {
  const program = find('nginx', process.env.NGINX, ['/usr/sbin', '/usr/bin', '/usr/local/sbin']);
  const port = await freePort();
  const folder = mkdtempSync(path.join(tmpdir(), 'sipgate-nginx-'));
  const config = path.join(folder, 'nginx.conf');
  mkdirSync(path.join(folder, 'temporary'));
  writeFileSync(config, nginxConfig(folder, port, backends));
  const stop = await start(program, ['-p', folder, '-c', config, '-e', 'stderr'], port);
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      await stop();
      await removeFolder(folder);
    },
  };
}

function nginxConfig(folder: string, port: number, backends: readonly string[]): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (what) => `${what}_temp_path ${folder}/temporary/${what};`,
  );
  return `
    daemon off;
    master_process off;
    pid ${folder}/nginx.pid;
    error_log stderr error;
    events {}
    http {
      access_log off;
      ${temporary.join('\n      ')}
      upstream webhooks { ${backends.map((address) => `server ${address};`).join(' ')} }
      server {
        listen 127.0.0.1:${port};
        location / { proxy_pass http://webhooks; }
      }
    }
  `;
}

function find(name: string, named: string | undefined, folders: readonly string[]): string {
  const places = named ? [named] : folders.map((folder) => path.join(folder, name));
  const found = places.find((place) => existsSync(place));
  if (found === undefined) throw new Error(`No ${name} found: install it (apt-get install ${name}).`);
  return found;
}

async function start(program: string, args: readonly string[], port: number): Promise<() => Promise<void>> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => (printed = `${printed}${chunk}`.slice(-5000)));
  const killWithUs = () => child.kill('SIGKILL');
  process.once('exit', killWithUs);
  const stop = async () => {
    process.off('exit', killWithUs);
    await end(child);
  };
  try {
    const answers = async () => isAlive(child) && (await isListening(port));
    await eventually(answers, () => `${program}, which printed\n${printed}\n,`, START_LIMIT_MS);
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}

function isAlive({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}

async function end(child: ChildProcess): Promise<void> {
  if (!isAlive(child)) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL'); // it has nothing to lose
  await ended;
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    }).on('error', () => resolve(false));
  });
}
