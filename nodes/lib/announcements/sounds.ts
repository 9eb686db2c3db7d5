import { join } from 'node:path';
import type { NodeAPI } from 'node-red';
import type { Sound } from '../../../sipgate/index';
import { toError } from '../errors';
import { createMakings, type Makings } from './makings';
import { createSoundFiles, type SoundFiles } from './sound-files';
import type { SoundSource, SoundTitle } from './source';

/** A sound that is there. */
export interface MadeSound extends Sound {
  /** Names what it was made of. */
  readonly content: string;
  readonly title?: SoundTitle;
}

/** All sounds of a Node-RED: each is made once, and kept in memory and on disk. */
export interface Sounds {
  /** @throws SipgateError of the making, or `NETWORK` (see `isCancelled`) when the signal aborts */
  make(source: SoundSource, signal: AbortSignal): Promise<MadeSound>;
  /** Keeps it however long nobody asks for it. @returns a function that lets it go again */
  hold(sound: MadeSound): () => void;
  /** @returns the WAV file made of that; `undefined` where it is not there (any more) */
  find(content: string): Promise<Buffer | undefined>;
  /** How often there was a new one. */
  readonly version: number;
  /** @returns the names of all that is there */
  contents(): Promise<Iterable<string>>;
}

/** Of PCM, 16 bit, mono, 8 kHz, behind a head of 44. */
const BYTES_PER_S = 16_000;
const HEAD_BYTES = 44;
const MOST_FILE_BYTES = 100 * 1024 * 1024;
/** Beside files; where there are none, it is all there is. */
const MOST_MEMORY_BYTES = 32 * 1024 * 1024;

/** Whichever node asks first. */
const CATALOGUE = '@sipgate-flows/node-red-sipgate-io/sipgate-voice:sipgate-voice';

const all = new Map<string, Sounds>();

/** @returns the sounds of this Node-RED, in `sipgate-io/announcements` of its user directory */
export function soundsOf(RED: NodeAPI): Sounds {
  const { userDir = '' } = RED.settings as { userDir?: string };
  const folder = userDir && join(userDir, 'sipgate-io', 'announcements');
  let sounds = all.get(folder);
  if (!sounds) {
    const onProblem = (error: unknown) =>
      RED.log.warn(RED._(`${CATALOGUE}.error.files`, { reason: toError(error).message } as never));
    all.set(folder, (sounds = createSounds(folder, onProblem)));
  }
  return sounds;
}

/**
 * @param folder empty: in memory only
 * @param onProblem hears of the first failure of the disk
 */
export function createSounds(folder: string, onProblem: (error: unknown) => void): Sounds {
  return new KeptSounds(folder, onProblem);
}

class KeptSounds implements Sounds {
  readonly #files: SoundFiles;
  readonly #makings: Makings;
  /** In the order in which they were used last. */
  readonly #memory = new Map<string, Buffer>();
  readonly #held = new Map<string, { readonly wav: Buffer; count: number }>();
  #memoryBytes = 0;
  #mostMemory = MOST_MEMORY_BYTES;
  #version = 0;

  constructor(folder: string, onProblem: (error: unknown) => void) {
    if (folder === '') this.#mostMemory = MOST_FILE_BYTES;
    this.#files = createSoundFiles({
      folder,
      mostBytes: MOST_FILE_BYTES,
      isHeld: (name) => this.#held.has(name),
      onProblem: (error) => {
        if (this.#mostMemory === MOST_MEMORY_BYTES) onProblem(error);
        this.#mostMemory = MOST_FILE_BYTES;
      },
    });
    this.#makings = createMakings((content, { wav }) => this.#keep(content, wav));
  }

  async make(source: SoundSource, signal: AbortSignal): Promise<MadeSound> {
    const { content, title } = source;
    const known = title ? { content, title } : { content };
    const wav = await this.find(content);
    if (wav) return { ...known, wav, duration: (wav.length - HEAD_BYTES) / BYTES_PER_S };
    return { ...known, ...(await this.#makings.join(source, signal)) };
  }

  hold({ content, wav }: MadeSound): () => void {
    const held = this.#held.get(content) ?? { wav, count: 0 };
    held.count += 1;
    this.#held.set(content, held);
    this.#version += 1;
    void this.#files.put(content, wav); // it may have had to go meanwhile
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      held.count -= 1;
      if (held.count === 0) this.#held.delete(content);
    };
  }

  async find(content: string): Promise<Buffer | undefined> {
    const held = this.#held.get(content)?.wav ?? this.#memory.get(content);
    if (held) {
      this.#files.touch(content);
      this.#remember(content, held);
      return held;
    }
    const wav = await this.#files.get(content);
    if (!wav || wav.length <= HEAD_BYTES) return undefined;
    this.#remember(content, wav);
    return wav;
  }

  get version(): number {
    return this.#version;
  }

  async contents(): Promise<Iterable<string>> {
    await this.#files.ready();
    return new Set([...this.#files.names(), ...this.#memory.keys(), ...this.#held.keys()]);
  }

  /** Nobody's answer waits for the disk. */
  #keep(content: string, wav: Buffer): void {
    this.#remember(content, wav);
    this.#version += 1;
    void this.#files.put(content, wav);
  }

  #remember(content: string, wav: Buffer): void {
    if (this.#memory.delete(content)) this.#memoryBytes -= wav.length;
    this.#memory.set(content, wav);
    this.#memoryBytes += wav.length;
    for (const [oldest, { length }] of this.#memory) {
      if (this.#memoryBytes <= this.#mostMemory || oldest === content) return;
      this.#memory.delete(oldest);
      this.#memoryBytes -= length;
    }
  }
}
