import { isRecord } from '../../../sipgate/index';
import type { BoundedStore } from '../calls/context-store';

/** Sounds that several Node-REDs have in common, in a context store. Never rejects. */
export interface SharedSounds {
  /** @returns when the others can have it */
  put(id: string, wav: Buffer): Promise<void>;
  get(id: string): Promise<Buffer | undefined>;
  /** Deletes what is too old. */
  expire(): Promise<void>;
}

/** An hour, and as long as a sound is not written again. */
const KEPT_MS = 3600_000 + 60_000;
const WRITE_EVERY_MS = 60_000;
/** Sounds of which it is remembered when they were written. */
const MOST_WRITTEN = 1000;
const MOST_BYTES = 1024 * 1024;
/** Keys are property expressions, so they are plain words. */
const SOUND_PREFIX = 'sound_';
/** Beside each sound, so that its age can be had without it. */
const END_PREFIX = 'soundEnd_';

/** For a webhook without a named call store, whose sounds are its own. */
export const NOT_SHARED: SharedSounds = {
  put: () => Promise.resolve(),
  get: () => Promise.resolve(undefined),
  expire: () => Promise.resolve(),
};

/** @param now ms since 1970 */
export function createSharedSounds(store: BoundedStore, now: () => number = Date.now): SharedSounds {
  const written = new Map<string, number>();
  return {
    async put(id, wav) {
      if (wav.length > MOST_BYTES || now() - (written.get(id) ?? -Infinity) < WRITE_EVERY_MS) return;
      if (written.size >= MOST_WRITTEN) written.clear();
      written.set(id, now());
      const end = now() + KEPT_MS;
      const value = { wav: wav.toString('base64'), end };
      await store.set(
        new Map<string, unknown>([
          [SOUND_PREFIX + id, value],
          [END_PREFIX + id, end],
        ]),
      );
    },
    async get(id) {
      const [value] = (await store.get([SOUND_PREFIX + id])) ?? [];
      if (!isRecord(value)) return undefined;
      const { wav, end } = value;
      if (typeof wav !== 'string' || typeof end !== 'number' || end < now()) return undefined;
      return Buffer.from(wav, 'base64');
    },
    async expire() {
      const keys = (await store.keys()).filter((key) => key.startsWith(END_PREFIX));
      for (const key of keys) {
        const [end] = (await store.get([key])) ?? [];
        if (typeof end !== 'number' || end >= now()) continue;
        const id = key.slice(END_PREFIX.length);
        await store.set(
          new Map([
            [SOUND_PREFIX + id, undefined],
            [key, undefined],
          ]),
        );
      }
    },
  };
}
