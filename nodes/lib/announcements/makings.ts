import { unlessAborted, type Sound } from '../../../sipgate/index';
import type { SoundSource } from './source';

/** Sounds that are being made, each once, whoever else asks for it meanwhile. */
export interface Makings {
  /**
   * @param signal takes only this caller away; when nobody is left, the making ends
   * @throws SipgateError of the making, or `NETWORK` (see `isCancelled`) when the signal aborts
   */
  join(source: SoundSource, signal: AbortSignal): Promise<Sound>;
}

/** So many are made at once: an engine is a program, and a flood of callers must not start hundreds. */
const MOST_AT_ONCE = 8;

interface Making {
  readonly work: Promise<Sound>;
  readonly ending: AbortController;
  users: number;
}

/** @param keep gets each sound when it is made, before those who asked for it */
export function createMakings(keep: (content: string, sound: Sound) => void): Makings {
  const makings = new Map<string, Making>();
  const slots = createSlots(MOST_AT_ONCE);

  function begin(source: SoundSource): Making {
    const ending = new AbortController();
    const make = async () => {
      ending.signal.throwIfAborted(); // all who wanted it are gone
      const sound = await source.make(ending.signal);
      keep(source.content, sound);
      return sound;
    };
    const work = slots(make).finally(() => makings.delete(source.content));
    work.catch(() => undefined); // whoever waits hears of it
    const making = { work, ending, users: 0 };
    makings.set(source.content, making);
    return making;
  }

  return {
    async join(source, signal) {
      const making = makings.get(source.content) ?? begin(source);
      making.users += 1;
      try {
        return await unlessAborted(making.work, signal);
      } finally {
        making.users -= 1;
        if (making.users === 0 && signal.aborted) making.ending.abort();
      }
    },
  };
}

/** First come, first served. @returns a function that runs a task when less than `most` others run */
function createSlots(most: number): <T>(task: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (task) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
