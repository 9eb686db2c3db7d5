import { setMaxListeners } from 'node:events';
import type { Node, NodeAPI } from 'node-red';
import { SipgateError } from '../../../sipgate/index';
import type { Saved } from '../node-config';
import { resolveField, typedInput } from '../resolve';
import { plannedInDialog, type Planned, type PlannedSound } from './planned';
import { sourceFor } from './source-for';
import { soundsOf, type MadeSound } from './sounds';

/** What a caller hears. */
export interface Heard {
  /** Checked where it is sent. */
  readonly url: unknown;
  /** s; only of a sound that this Node-RED hosts */
  readonly duration?: number;
}

/** Whoever gives a sound its URL. */
export interface SoundUrls {
  /** @returns how long the making may take, ms */
  timeForSound(): number;
  /** @returns the URL of a sound, when sipgate can have it */
  hostSound(sound: MadeSound, isComputed: boolean): Promise<string>;
}

/** Makes the sounds of one node. */
export interface Announcer {
  /** Makes what is fixed, before any caller wants it. @returns it. @throws SipgateError */
  prepare(): Promise<MadeSound>;
  /**
   * @param plan says what to play; it is not asked where that is fixed and made
   * @returns what is heard; `undefined` for nothing
   * @throws SipgateError of the sound's source, `TIMEOUT` where it is not ready in time
   */
  announce(plan: () => Planned, urls: SoundUrls): Promise<Heard | undefined>;
  /** Lets go of what is fixed, and gives up what is being made. */
  stop(): void;
}

/** @param saved `voice`, and for what is fixed `announcement` and its source */
export function createAnnouncer(RED: NodeAPI, node: Node, saved: Saved): Announcer {
  return new NodeAnnouncer(RED, node, saved);
}

class NodeAnnouncer implements Announcer {
  readonly #RED: NodeAPI;
  readonly #node: Node;
  readonly #saved: Saved;
  readonly #stopping = new AbortController();
  #fixed: MadeSound | undefined;
  #letGo = () => {};

  constructor(RED: NodeAPI, node: Node, saved: Saved) {
    this.#RED = RED;
    this.#node = node;
    this.#saved = saved;
    setMaxListeners(0, this.#stopping.signal); // as many as there are callers
  }

  async prepare(): Promise<MadeSound> {
    const field = { name: 'announcement', input: typedInput(this.#saved, 'announcement') };
    const value = await resolveField(this.#RED, this.#node, field, {});
    const planned = plannedInDialog(this.#saved, value, false);
    if (planned.kind === 'nothing' || planned.kind === 'url') throw new TypeError('nothing is to be made');
    const sound = await this.#make(planned);
    if (this.#stopping.signal.aborted) return sound;
    this.#letGo();
    this.#letGo = soundsOf(this.#RED).hold(sound);
    this.#fixed = sound;
    return sound;
  }

  async announce(plan: () => Planned, urls: SoundUrls): Promise<Heard | undefined> {
    if (this.#fixed) return hosted(this.#fixed, urls, false);
    const planned = plan();
    if (planned.kind === 'nothing') return undefined;
    if (planned.kind === 'url') return { url: planned.url };
    return hosted(await inTime(this.#make(planned), urls.timeForSound()), urls, true);
  }

  stop(): void {
    this.#stopping.abort();
    this.#letGo();
  }

  async #make(planned: PlannedSound): Promise<MadeSound> {
    const { signal } = this.#stopping;
    return soundsOf(this.#RED).make(await sourceFor(this.#RED, this.#saved, planned, signal), signal);
  }
}

async function hosted(sound: MadeSound, urls: SoundUrls, isComputed: boolean): Promise<Heard> {
  return { url: await urls.hostSound(sound, isComputed), duration: sound.duration };
}

/** What is not ready then goes on being made: the next caller gets it. */
async function inTime<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const words =
      'The sound was not ready in time for the caller. Use a fixed text, a faster voice, or a longer deadline of the webhook.';
    timer = setTimeout(() => reject(new SipgateError('TIMEOUT', words)), Math.max(0, ms));
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined);
  }
}
