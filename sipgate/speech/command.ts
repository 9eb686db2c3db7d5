import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { cancelled, SipgateError } from '../errors';
import { printable } from '../printable';
import { runProgram, type ProgramResult } from '../run-program';
import { MOST_SPEECH_BYTES, type OfferedVoice, type SpeechEngine, type Voice } from './engine';
import { rubbish, tooSlow } from './failures';

type CommandVoice = Voice & { readonly engine: Extract<SpeechEngine, { kind: 'command' }> };

/** espeak-ng's own speed, in words per minute. */
const NORMAL_WPM = 175;
/** Characters of a program's complaint that an error repeats. */
const MOST_WORDS = 300;

/**
 * Has a program say a text: by its standard output, or, where its arguments hold `{file}`, by a file that it writes.
 * @returns what it wrote, which may be anything
 * @throws SipgateError `NOT_FOUND` where it is not installed, `SERVER` where it fails or says nothing, `TIMEOUT`, `NETWORK`
 */
export async function speakByCommand(
  voice: CommandVoice,
  text: string,
  signal?: AbortSignal,
): Promise<Buffer> {
  if (!voice.engine.args.includes('{file}')) return run(voice, text, '', signal);
  const folder = await mkdtemp(join(tmpdir(), 'sipgate-speech-')); // mode 0700
  try {
    const file = join(folder, 'speech.wav'); // some programs write only into what is called .wav
    await run(voice, text, file, signal);
    return await writtenTo(file, printable(voice.engine.command));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @param file empty: its standard output is wanted */
async function run(voice: CommandVoice, text: string, file: string, signal?: AbortSignal): Promise<Buffer> {
  const { command, args } = voice.engine;
  const { timeoutMs } = voice;
  const result = await runProgram({
    command,
    args: argumentsOf(args, voice, { text, file }),
    input: text,
    timeoutMs,
    mostBytes: MOST_SPEECH_BYTES,
    signal,
  });
  return outputOf(result, { command, timeoutMs, mayBeSilent: file !== '' });
}

async function writtenTo(file: string, who: string): Promise<Buffer> {
  const { size } = await stat(file).catch(() => ({ size: 0 }));
  if (size === 0) throw rubbish(who, 'said nothing');
  if (size > MOST_SPEECH_BYTES) throw rubbish(who, `wrote more than ${MOST_SPEECH_BYTES / 1024 / 1024} MiB`);
  return readFile(file);
}

/** The blanks are those of the template: a name of a voice may hold some. */
function argumentsOf(
  template: string,
  { name, language, speed }: Voice,
  more: { readonly text: string; readonly file: string },
): string[] {
  const values: Readonly<Record<string, string>> = {
    ...more,
    voice: name || language,
    language,
    speed: String(speed),
    wpm: String(Math.round(NORMAL_WPM * speed)),
  };
  return template
    .split(/\s+/)
    .filter((part) => part !== '')
    .map((part) =>
      part.replace(/\{(voice|language|speed|wpm|text|file)\}/g, (_all, key: string) => values[key] as string),
    );
}

/** How a program was started. */
interface Started {
  readonly command: string;
  readonly timeoutMs: number;
  /** It need not write to its standard output. */
  readonly mayBeSilent: boolean;
}

function outputOf(result: ProgramResult, { command, timeoutMs, mayBeSilent }: Started): Buffer {
  const who = printable(command);
  switch (result.kind) {
    case 'ended': {
      if (result.exitCode !== 0)
        throw rubbish(who, `failed with exit code ${result.exitCode}${saying(result.complaint)}`);
      if (result.output.length === 0 && !mayBeSilent)
        throw rubbish(who, `said nothing${saying(result.complaint)}`);
      return result.output;
    }
    case 'notFound':
      throw new SipgateError(
        'NOT_FOUND',
        `${who} is not installed. ${installationOf(command)}, or choose another engine.`,
      );
    case 'failed':
      throw new SipgateError(
        'SERVER',
        `${who} could not be started (${result.cause.message}). Check the command in the voice's node.`,
        {
          cause: result.cause,
        },
      );
    case 'tooSlow':
      throw tooSlow(who, timeoutMs);
    case 'tooLong':
      throw rubbish(who, `wrote more than ${MOST_SPEECH_BYTES / 1024 / 1024} MiB`);
    case 'cancelled':
      throw cancelled();
  }
}

function installationOf(command: string): string {
  return basename(command) === 'espeak-ng'
    ? 'Install it (apt install espeak-ng)'
    : 'Install it, or give its whole path';
}

function saying(complaint: string): string {
  const words = printable(complaint.replaceAll('\n', ' ')).slice(0, MOST_WORDS);
  return words && `: ${words}`;
}

/** eSpeak's list has a line for each voice: priority, language, age and gender, name, file. */
const VOICE_LINE = /^ *\d+ +(\S+) +\S+ +\S+ +(\S+)/;

/**
 * @returns the voices of eSpeak; none where the program is another one, which nobody can ask
 * @throws SipgateError as `speakByCommand`
 */
export async function voicesOfCommand(voice: CommandVoice, signal?: AbortSignal): Promise<OfferedVoice[]> {
  const { command } = voice.engine;
  if (!/^espeak(?:-ng)?$/.test(basename(command))) return [];
  const { timeoutMs } = voice;
  const listing = { command, args: ['--voices'], timeoutMs, mostBytes: 1024 * 1024, signal };
  const started = { command, timeoutMs, mayBeSilent: false };
  const lines = outputOf(await runProgram(listing), started)
    .toString()
    .split('\n');
  return lines.flatMap((line) => {
    const [, language] = VOICE_LINE.exec(line) ?? [];
    return language === undefined ? [] : [{ name: language, languages: [language] }];
  });
}
