import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cancelled, invalidInput, SipgateError } from '../errors';
import { printable } from '../printable';
import { runProgram, type ProgramResult } from '../run-program';
import type { ForeignFormat } from './kinds';

/** Twice what AI flows want: what ffmpeg's own filter lets fold lies above all that is kept. */
const RATE_HZ = 32_000;
/** For ten minutes; Raspberry Pis take some seconds. */
const TIMEOUT_MS = 30_000;
const MOST_BYTES = 64 * 1024 * 1024;
/** Characters of ffmpeg's complaint that an error repeats. */
const MOST_WORDS = 200;

/** What is to be read. */
export interface ForeignSound {
  readonly bytes: Buffer;
  readonly format: ForeignFormat;
  /** s; what is longer is cut off behind it */
  readonly longestS: number;
  /** Names the property in errors. */
  readonly field: string;
  readonly signal?: AbortSignal;
}

/**
 * Has ffmpeg turn a sound into WAV. It gets a file of its own, for M4A may have its contents at the end, and the name of
 * the format, so that it takes nothing for a playlist.
 * @returns a WAV file, mono, 32 kHz
 * @throws SipgateError `INVALID_INPUT` where ffmpeg is not there or cannot read it, `TIMEOUT`, `NETWORK` (see `isCancelled`)
 */
export async function readForeign(sound: ForeignSound): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'sipgate-sound-')); // mode 0700
  try {
    const file = join(folder, 'sound');
    await writeFile(file, sound.bytes, { mode: 0o600 });
    const result = await runProgram({
      command: 'ffmpeg',
      args: argumentsFor(sound, file),
      timeoutMs: TIMEOUT_MS,
      mostBytes: MOST_BYTES,
      signal: sound.signal,
    });
    return wavOf(result, sound);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function argumentsFor({ format, longestS }: ForeignSound, file: string): string[] {
  const input = ['-protocol_whitelist', 'file,pipe', '-f', format.ffmpegName, '-i', file];
  const output = ['-vn', '-ac', '1', '-ar', String(RATE_HZ), '-c:a', 'pcm_s16le', '-t', String(longestS + 1)];
  return ['-nostdin', '-hide_banner', '-v', 'error', ...input, ...output, '-f', 'wav', 'pipe:1'];
}

function wavOf(result: ProgramResult, { format, field }: ForeignSound): Buffer {
  switch (result.kind) {
    case 'ended':
      if (result.exitCode === 0 && result.output.length > 0) return result.output;
      throw invalidInput(
        field,
        `is ${format.name} that ffmpeg cannot read${saying(result.complaint)}`,
        'Give another file.',
      );
    case 'notFound':
      throw invalidInput(
        field,
        `is ${format.name}, which takes ffmpeg, and ffmpeg is not installed`,
        'Install it (apt install ffmpeg), or give a WAV file.',
      );
    case 'failed':
      throw new SipgateError(
        'SERVER',
        `ffmpeg could not be started (${printable(result.cause.message)}). Give a WAV file.`,
        {
          cause: result.cause,
        },
      );
    case 'tooSlow':
      throw new SipgateError(
        'TIMEOUT',
        `ffmpeg took longer than ${TIMEOUT_MS / 1000} s. Give a shorter sound, or a WAV file.`,
      );
    case 'tooLong':
      throw new SipgateError('SERVER', 'ffmpeg made more sound than it was asked for. Give a WAV file.');
    case 'cancelled':
      throw cancelled();
  }
}

function saying(complaint: string): string {
  const words = printable(complaint.split('\n').pop() ?? '').slice(0, MOST_WORDS);
  return words && ` (${words})`;
}
