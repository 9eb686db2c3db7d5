import { setMaxListeners } from 'node:events';
import type { Node, NodeAPI } from 'node-red';
import { SipgateError } from '../../../sipgate/index';
import { savedText, type Saved } from '../node-config';
import { resolveField, typedInput } from '../resolve';
import { plannedInDialog, type Planned } from './planned';
import { bytesSource, fileSource, textSource, type SoundSource } from './source';
import { soundsOf, type MadeSound } from './sounds';
import { findVoice } from './voice';

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
   * @returns what is heard; `undefined` for nothing
   * @throws SipgateError of the sound's source, `TIMEOUT` where it is not ready in time
   */
  announce(planned: Planned, urls: SoundUrls): Promise<Heard | undefined>;
  /** Lets go of what is fixed, and gives up what is being made. */
  stop(): void;
}

/** @param saved `voice`, and for what is fixed `announcement` and its source */
export function createAnnouncer(RED: NodeAPI, node: Node, saved: Saved): Announcer {
  const sounds = soundsOf(RED);
  const stopping = new AbortController();
  const { signal } = stopping;
  setMaxListeners(0, signal); // as many as there are callers
  let prepared: { readonly planned: Planned; readonly sound: MadeSound } | undefined;
  let letGo = () => {};

  function sourceFor(planned: Exclude<Planned, { kind: 'nothing' | 'url' }>): Promise<SoundSource> {
    switch (planned.kind) {
      case 'bytes':
        return bytesSource(planned.bytes, planned.field, signal);
      case 'file':
        return fileSource(RED, planned.path, planned.field, signal);
      case 'text':
        return Promise.resolve(
          textSource(planned.text, findVoice(RED, savedText(saved, 'voice')), planned.field),
        );
    }
  }

  async function make(planned: Planned): Promise<MadeSound> {
    if (planned.kind === 'nothing' || planned.kind === 'url') throw new TypeError('not a sound that is made');
    return sounds.make(await sourceFor(planned), signal);
  }

  async function prepare(): Promise<MadeSound> {
    const input = { name: 'announcement', input: typedInput(saved, 'announcement') };
    const planned = plannedInDialog(saved, await resolveField(RED, node, input, {}), false);
    const sound = await make(planned);
    if (signal.aborted) return sound;
    letGo();
    letGo = sounds.hold(sound);
    prepared = { planned, sound };
    return sound;
  }

  return {
    prepare,
    async announce(planned, urls) {
      if (planned.kind === 'nothing') return undefined;
      if (planned.kind === 'url') return { url: planned.url };
      const fixed = prepared && isSame(prepared.planned, planned) ? prepared.sound : undefined;
      const sound = fixed ?? (await inTime(make(planned), urls.timeForSound()));
      return { url: await urls.hostSound(sound, fixed === undefined), duration: sound.duration };
    },
    stop() {
      stopping.abort();
      letGo();
    },
  };
}

/** A text or file of the dialog is the same for every message. */
function isSame(one: Planned, other: Planned): boolean {
  if (one.kind === 'text' && other.kind === 'text') return one.text === other.text;
  return one.kind === 'file' && other.kind === 'file' && one.path === other.path;
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
