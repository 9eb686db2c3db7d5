import { spawn, type ChildProcess } from 'node:child_process';

/** A program of this machine and what it is given. */
export interface ProgramRun {
  readonly command: string;
  /** Handed over as they are: no shell reads them. */
  readonly args: readonly string[];
  /** For its standard input. */
  readonly input?: Buffer | string;
  readonly timeoutMs: number;
  /** Of its standard output; one that writes more is ended. */
  readonly mostBytes: number;
  readonly signal?: AbortSignal;
}

/** How a program ended. */
export type ProgramResult =
  | { readonly kind: 'ended'; readonly exitCode: number; readonly output: Buffer; readonly complaint: string }
  | { readonly kind: 'notFound' }
  /** It is there and could not be started. */
  | { readonly kind: 'failed'; readonly cause: Error }
  | { readonly kind: 'tooSlow' }
  | { readonly kind: 'tooLong' }
  | { readonly kind: 'cancelled' };

/** Characters of what a program writes to its standard error that are kept. */
const MOST_COMPLAINT = 2000;
/** The exit code of a program that a signal has ended, as shells count. */
const ENDED_BY_SIGNAL = 128;

/** Runs a program to its end, without a shell. Never rejects; nothing of it stays behind, but for what it has started itself. */
export function runProgram(run: ProgramRun): Promise<ProgramResult> {
  if (run.signal?.aborted) return Promise.resolve({ kind: 'cancelled' });
  return new Promise((resolve) => {
    let child: ChildProcess | undefined;
    const finish = (result: ProgramResult) => {
      clearTimeout(timer);
      run.signal?.removeEventListener('abort', cancel);
      child?.kill('SIGKILL');
      child?.stdout?.destroy(); // what it has started may hold its output open
      child?.stderr?.destroy();
      resolve(result);
    };
    const cancel = () => finish({ kind: 'cancelled' });
    const timer = setTimeout(() => finish({ kind: 'tooSlow' }), run.timeoutMs);
    run.signal?.addEventListener('abort', cancel, { once: true });
    try {
      child = spawn(run.command, run.args, { stdio: 'pipe', windowsHide: true });
      listen(child, run, finish);
    } catch (error) {
      // a name or an argument with a zero byte
      finish({ kind: 'failed', cause: error as Error });
    }
  });
}

function listen(child: ChildProcess, run: ProgramRun, finish: (result: ProgramResult) => void): void {
  const chunks: Buffer[] = [];
  let length = 0;
  let complaint = '';
  child.on('error', (cause: NodeJS.ErrnoException) =>
    finish(cause.code === 'ENOENT' ? { kind: 'notFound' } : { kind: 'failed', cause }),
  );
  child.stdout?.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length > run.mostBytes) finish({ kind: 'tooLong' });
    else chunks.push(chunk);
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(0, MOST_COMPLAINT);
  });
  child.on('close', (exitCode) =>
    finish({
      kind: 'ended',
      exitCode: exitCode ?? ENDED_BY_SIGNAL,
      output: Buffer.concat(chunks),
      complaint: complaint.trim(),
    }),
  );
  child.stdin?.on('error', () => undefined); // it need not read what it is given
  child.stdin?.end(run.input ?? '');
}
