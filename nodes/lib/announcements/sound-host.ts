import { createHmac } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { serveSound } from './serve-sound';
import type { SharedSounds } from './shared-sounds';
import type { SoundTitle } from './source';
import type { MadeSound, Sounds } from './sounds';

/** Where the sounds of a webhook are fetched. */
export interface SoundHost {
  /**
   * @param isComputed whether it was made for a message, so that no other instance has made it
   * @returns the last part of its URL, when whoever gets it can have the sound
   */
  publish(sound: MadeSound, isComputed: boolean): Promise<string>;
  /** @returns what a user knows a sound by that was published lately, by its id */
  titleOf(id: string): SoundTitle | undefined;
  serve(id: string, request: IncomingMessage, response: ServerResponse): Promise<void>;
}

/** Hexadecimal digits: more than anybody guesses. */
const ID_DIGITS = 40;
const ID = /^[\da-f]{40}$/;
/** Ids that are remembered; after that they are found anew. */
const MOST_IDS = 20_000;
/** Titles that are remembered: of the sounds that were published last. */
const MOST_TITLES = 1000;

/** @param key makes the ids: whoever does not know it cannot tell where a sound is, even one that he knows */
export function createSoundHost(sounds: Sounds, shared: SharedSounds, key: Promise<string>): SoundHost {
  const contents = new Map<string, string>();
  const ids = new Map<string, string>();
  const titles = createTitles();
  let version = -1;

  async function idOf(content: string): Promise<string> {
    const known = ids.get(content);
    if (known !== undefined) return known;
    const id = createHmac('sha256', await key)
      .update(content)
      .digest('hex')
      .slice(0, ID_DIGITS);
    if (ids.size >= MOST_IDS) {
      ids.clear();
      contents.clear();
      version = -1;
    }
    ids.set(content, id);
    contents.set(id, content);
    return id;
  }

  /** What was made before a restart, or for another webhook, is found by its content. */
  async function contentOf(id: string): Promise<string | undefined> {
    const known = contents.get(id);
    if (known !== undefined || version === sounds.version) return known;
    const now = sounds.version;
    for (const content of await sounds.contents()) await idOf(content);
    version = now;
    return contents.get(id);
  }

  async function find(id: string): Promise<Buffer | undefined> {
    if (!ID.test(id)) return undefined;
    const content = await contentOf(id);
    return (content !== undefined && (await sounds.find(content))) || (await shared.get(id));
  }

  return {
    async publish(sound, isComputed) {
      const id = await idOf(sound.content);
      titles.keep(id, sound.title);
      if (isComputed) await shared.put(id, sound.wav);
      return `${id}.wav`;
    },
    titleOf: titles.of,
    serve: (id, request, response) => serveSound(request, response, id, find),
  };
}

/** By the ids of their sounds. */
function createTitles() {
  const titles = new Map<string, SoundTitle>();
  return {
    of: (id: string) => titles.get(id),
    keep(id: string, title: SoundTitle | undefined): void {
      if (!title) return;
      titles.delete(id);
      titles.set(id, title);
      const [oldest] = titles.keys();
      if (titles.size > MOST_TITLES && oldest !== undefined) titles.delete(oldest);
    },
  };
}
