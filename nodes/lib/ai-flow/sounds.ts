import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { NodeAPI } from 'node-red';
import { describe, invalidInput, isAssistantWav, isRecord, SipgateError } from '../../../sipgate/index';

/** Turns what a flow gives as a sound into what a voice assistant plays. */
export interface Sounds {
  /**
   * @param response one action or a list of them, as in `msg.response`
   * @returns the same with WAV bytes wherever an action plays a sound
   * @throws SipgateError `INVALID_INPUT` that names `audio`; `NOT_FOUND` for a file that is not there
   */
  withSounds(response: unknown): Promise<unknown>;
}

const MOST_FILE_BYTES = 50 * 1024 * 1024;
/** Converted sounds that are kept, so that a greeting is converted once and not for every caller. */
const MOST_KEPT = 16;
const MOST_KEPT_BYTES = 4 * 1024 * 1024;

/** The sounds of one node. */
export function assistantSounds(RED: NodeAPI): Sounds {
  return createSounds(RED, (bytes) => Promise.resolve(bytes));
}

/** @param convert makes what a voice assistant plays of any sound */
function createSounds(RED: NodeAPI, convert: (bytes: Buffer) => Promise<Buffer>): Sounds {
  const kept = new Map<string, Buffer>();

  async function converted(bytes: Buffer): Promise<Buffer> {
    if (isAssistantWav(bytes)) return bytes;
    const key = createHash('sha256').update(bytes).digest('base64');
    const known = kept.get(key);
    if (known) return known;
    const wav = await convert(bytes);
    if (wav.length > MOST_KEPT_BYTES) return wav;
    kept.set(key, wav);
    const [oldest] = kept.keys();
    if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
    return wav;
  }

  async function withSound(draft: unknown): Promise<unknown> {
    if (!isRecord(draft) || !playsSound(draft)) return draft;
    const bytes = await bytesOf(RED, draft['audio']);
    return bytes ? { ...draft, audio: await converted(bytes) } : draft;
  }

  return {
    withSounds: (response) =>
      Array.isArray(response) ? Promise.all(response.map(withSound)) : withSound(response),
  };
}

function playsSound({ action, stop }: Record<string, unknown>): boolean {
  return action === 'audio' || (action === 'mixAudio' && stop !== true && stop !== 'true');
}

/** @returns `undefined` for what is neither bytes nor a text: whoever checks the action says so */
async function bytesOf(RED: NodeAPI, audio: unknown): Promise<Buffer | undefined> {
  if (audio instanceof Uint8Array) return Buffer.from(audio.buffer, audio.byteOffset, audio.byteLength);
  if (typeof audio !== 'string' || audio.trim() === '') return undefined;
  // a WAV in Base64 begins with RIFF
  return audio.startsWith('UklGR') ? Buffer.from(audio, 'base64') : readSoundFile(RED, audio.trim());
}

async function readSoundFile(RED: NodeAPI, path: string): Promise<Buffer> {
  const { fileWorkingDirectory, userDir = '.' } = RED.settings as unknown as Record<
    string,
    string | undefined
  >;
  const file = resolve(fileWorkingDirectory || userDir, path);
  try {
    const { size } = await stat(file);
    if (size > MOST_FILE_BYTES)
      throw invalidInput('audio', 'is a file of more than 50 MiB', 'Give a shorter one.');
    return await readFile(file);
  } catch (thrown) {
    throw thrown instanceof SipgateError ? thrown : fileError(path, thrown);
  }
}

function fileError(path: string, cause: unknown): SipgateError {
  const { code } = (cause ?? {}) as { code?: unknown };
  const given = describe(path);
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new SipgateError('NOT_FOUND', `The sound file ${given} is not there. Check \`audio\`.`, {
      cause,
      field: 'audio',
    });
  const problem =
    code === 'EISDIR' ? `is a directory: ${given}` : `cannot be read: ${given} (${String(code)})`;
  return new SipgateError('INVALID_INPUT', `\`audio\` ${problem}. Give the path of a sound file.`, {
    cause,
    field: 'audio',
  });
}
