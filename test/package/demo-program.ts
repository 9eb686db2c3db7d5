import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { removeFolder } from '../remove-folder';

export const root = resolve(__dirname, '../..');
export const LONGEST_WAIT_MS = 90_000;
/** Else the buttons of the examples are called otherwise on some machines. */
export const ENGLISH = { LC_ALL: 'en_US.UTF-8' };

/** What `npm start` prints, once it is built. */
export class Demo {
  readonly #child: ChildProcess;
  readonly ended: Promise<number | null>;
  printed = '';

  /** What it leaves in the folder for temporary files. */
  readonly #temporary = mkdtempSync(join(tmpdir(), 'sipgate-demo-test-'));

  constructor(...options: string[]) {
    const env = { ...process.env, ...ENGLISH, TMPDIR: this.#temporary };
    this.#child = spawn(process.execPath, ['scripts/demo.mjs', ...options], { cwd: root, env });
    this.#child.stdout?.on('data', (chunk) => (this.printed += chunk));
    this.#child.stderr?.on('data', (chunk) => (this.printed += chunk));
    this.ended = new Promise((end) => this.#child.on('exit', end));
  }

  /** Waits until it has printed this. */
  async prints(wanted: RegExp): Promise<string> {
    const deadline = Date.now() + LONGEST_WAIT_MS;
    for (;;) {
      const found = wanted.exec(this.printed);
      if (found) return found[1] ?? found[0];
      if (Date.now() > deadline || this.#child.exitCode !== null)
        throw new Error(`The demo printed:\n${this.printed}`);
      await pause(100);
    }
  }

  stop(): Promise<number | null> {
    this.#child.kill('SIGTERM');
    return this.ended;
  }

  /** Kills its Node-RED, the one program that it has started. Linux tells which that is. */
  killNodeRed(): void {
    const isChild = (pid: string) => statOf(pid).split(') ').at(-1)?.split(' ')[1] === `${this.#child.pid}`;
    const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && isChild(name));
    for (const pid of children) process.kill(Number(pid), 'SIGKILL');
  }

  hasFolder(): boolean {
    return readdirSync(this.#temporary).some((name) => name.startsWith('sipgate-demo-'));
  }

  /** @returns the demo's folders that are still there, once it has ended; removes what is around them */
  async leftovers(): Promise<string[]> {
    const left = readdirSync(this.#temporary).filter((name) => name.startsWith('sipgate-demo-'));
    await removeFolder(this.#temporary);
    return left;
  }
}

/** @returns what Linux says of a process: `pid (name) state parent …`; nothing of one that has just ended */
function statOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return '';
  }
}

export const pause = (ms: number) => new Promise((resume) => setTimeout(resume, ms));
