import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { NodeAPI } from 'node-red';
import {
  convertSound,
  createBreather,
  describe,
  invalidInput,
  mustBe,
  MOST_SOUND_BYTES,
  parseSpeechText,
  SipgateError,
  type Sound,
} from '../../../sipgate/index';
import type { VoiceNode } from './voice';

/** What a user knows a sound by. */
export type SoundTitle =
  { readonly kind: 'text'; readonly text: string } | { readonly kind: 'file'; readonly name: string };

/** Something that can be made a sound. */
export interface SoundSource {
  /** Names what it is made of: a text with its voice, or bytes. A hash. */
  readonly content: string;
  /** Bytes have none. */
  readonly title?: SoundTitle;
  /** @throws SipgateError of the engine, or `INVALID_INPUT` for what is no sound */
  make(signal: AbortSignal): Promise<Sound>;
}

const RATE_HZ = 8000;
/** Bytes that are hashed in one go: some ms on a Raspberry Pi. */
const HASH_BLOCK_BYTES = 256 * 1024;

/**
 * A text that a voice says. Engines do not say a text twice in the same way, so it is known by the text.
 * @param field names the property in errors
 * @throws SipgateError `INVALID_INPUT` where it is empty or no text, or the voice is not set up
 */
export function textSource(input: unknown, voice: VoiceNode, field: string): SoundSource {
  const text = parseSpeechText(input, field);
  const identity = voice.identity();
  return {
    content: createHash('sha256')
      .update(JSON.stringify(['text', identity, text]))
      .digest('hex'),
    title: { kind: 'text', text },
    make: async (signal) => {
      const bytes = await voice.speak(text, signal);
      return await convertSound(bytes, { rate: RATE_HZ, field, signal }).catch((error: unknown) => {
        throw ofEngine(error);
      });
    },
  };
}

/** What an engine has sent is not the user's input. */
function ofEngine(error: unknown): unknown {
  if (!(error instanceof SipgateError) || error.code !== 'INVALID_INPUT') return error;
  const words = `What the voice said cannot be played: ${error.message}`;
  return new SipgateError('SERVER', words, { cause: error });
}

/**
 * The bytes of a sound.
 * @param field names the property in errors
 * @throws SipgateError `INVALID_INPUT` for what is too long
 */
export async function bytesSource(
  bytes: Uint8Array,
  field: string,
  signal?: AbortSignal,
): Promise<SoundSource> {
  const own = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const hash = createHash('sha256').update('bytes');
  const breather = createBreather(signal);
  for (let at = 0; at < own.length && at <= MOST_SOUND_BYTES; at += HASH_BLOCK_BYTES) {
    hash.update(own.subarray(at, at + HASH_BLOCK_BYTES));
    if (breather.isDue()) await breather.pause();
  }
  return {
    content: hash.digest('hex'),
    make: (making) => convertSound(own, { rate: RATE_HZ, field, signal: making }),
  };
}

/**
 * A file with a sound, as it is now.
 * @param path a relative one counts from `fileWorkingDirectory`, else from the user directory
 * @param field names the property in errors
 * @throws SipgateError `NOT_FOUND` where there is none, `INVALID_INPUT` for a directory and what cannot be read
 */
export async function fileSource(
  RED: NodeAPI,
  path: unknown,
  field: string,
  signal?: AbortSignal,
): Promise<SoundSource> {
  const source = await bytesSource(await soundFileBytes(RED, path, field), field, signal);
  return { ...source, title: { kind: 'file', name: basename(String(path).trim()) } };
}

/** @returns the bytes of a file with a sound, as it is now; it throws what {@link fileSource} throws */
export async function soundFileBytes(RED: NodeAPI, path: unknown, field: string): Promise<Buffer> {
  return readSoundFile(pathOf(RED, path, field), field);
}

function pathOf(RED: NodeAPI, path: unknown, field: string): string {
  const remedy = 'Give the path of a sound file.';
  if (typeof path !== 'string') throw mustBe(field, 'a path', path, remedy);
  if (path.trim() === '') throw invalidInput(field, 'must be a path, got an empty text', remedy);
  if (path.includes('\0')) throw invalidInput(field, `must be a path, got ${describe(path)}`, remedy);
  return resolve(soundDirectory(RED), path.trim());
}

/** @returns where relative paths begin */
export function soundDirectory(RED: NodeAPI): string {
  const { fileWorkingDirectory, userDir } = RED.settings as {
    fileWorkingDirectory?: string;
    userDir?: string;
  };
  return fileWorkingDirectory || userDir || '.';
}

async function readSoundFile(path: string, field: string): Promise<Buffer> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) throw invalidInput(field, 'is a directory', 'Give the path of a sound file.');
    // what is no file may never end
    if (!found.isFile()) throw invalidInput(field, 'is no file', 'Give the path of a sound file.');
    if (found.size > MOST_SOUND_BYTES) {
      const mebibytes = (bytes: number) => Math.ceil(bytes / 1024 / 1024);
      throw invalidInput(
        field,
        `has ${mebibytes(found.size)} MiB`,
        `Give at most ${mebibytes(MOST_SOUND_BYTES)} MiB.`,
      );
    }
    return await readFile(path);
  } catch (error) {
    throw error instanceof SipgateError ? error : unreadable(path, field, error as NodeJS.ErrnoException);
  }
}

function unreadable(path: string, field: string, cause: NodeJS.ErrnoException): SipgateError {
  if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') {
    const message = `\`${field}\`: there is no file ${describe(path)}. Check the path; a relative one begins in Node-RED's user directory.`;
    return new SipgateError('NOT_FOUND', message, { cause, field });
  }
  return invalidInput(
    field,
    `cannot be read (${cause.code ?? cause.message})`,
    'Check the file and its permissions.',
  );
}
