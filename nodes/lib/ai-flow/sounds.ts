import { createHash } from 'node:crypto';
import type { NodeAPI } from 'node-red';
import { assistantWavDuration, cancelled, convertSound, isRecord, type Sound } from '../../../sipgate/index';
import { soundFileBytes } from '../announcements/source';
import { createOrder } from '../calls/in-order';
import { refuseUnsetVariable, type Saved } from '../node-config';
import { typedInput } from '../resolve';

/** Turns what a flow gives as a sound into what a voice assistant plays. */
export interface AssistantSounds {
  /**
   * @param response one action or a list of them, as in `msg.response`
   * @returns the same with WAV bytes wherever an action plays a sound
   * @throws SipgateError `INVALID_INPUT` that names `audio`; `NOT_FOUND` for a file that is not there
   */
  withSounds(response: unknown): Promise<unknown>;
  /**
   * Makes what is the same for all callers, before any of them wants it. From then on a file is heard as it was now.
   * @throws SipgateError as `withSounds`; `NETWORK` (see `isCancelled`) when it is stopped
   */
  prepare(): Promise<Sound>;
  /** Ends what is being converted. */
  stop(): void;
}

const RATE_HZ = 16_000;
/** Converted sounds that a node keeps, so that a greeting is converted once and not for every caller. */
const MOST_KEPT = 16;
/** Of what is converted and kept; what is larger takes its time for every caller. */
const MOST_KEPT_BYTES = 4 * 1024 * 1024;
/** How a WAV in Base64 begins: RIFF. */
const BASE64_RIFF = 'UklGR';

/** Sounds of all nodes are prepared one after the other: a deploy must not start a converter for each at once. */
const inOrder = createOrder();

/** @returns the path or the Base64 of a sound that all callers of a node hear, if there is one */
export function fixedSoundIn(saved: Saved): string | undefined {
  const { value, type } = typedInput(saved, 'audio');
  const isFixed = playsSound(saved) && type === 'str' && typeof value === 'string' && value.trim() !== '';
  return isFixed ? value : undefined;
}

/** The sounds of one node. @param saved the node as its dialog saved it */
export function assistantSounds(RED: NodeAPI, saved: Saved): AssistantSounds {
  const stopping = new AbortController();
  const { signal } = stopping;
  const convert = createConverter(signal);
  let prepared: { readonly audio: string; readonly sound: Sound } | undefined;

  async function soundOf(audio: unknown): Promise<Sound | undefined> {
    if (prepared && audio === prepared.audio) return prepared.sound;
    const bytes = await bytesOf(RED, audio);
    if (bytes === undefined) return undefined;
    const duration = assistantWavDuration(bytes);
    return duration === undefined ? convert(bytes) : { wav: bytes, duration };
  }

  async function withSound(draft: unknown): Promise<unknown> {
    if (!isRecord(draft) || !playsSound(draft)) return draft;
    const sound = await soundOf(draft['audio']);
    return sound ? { ...draft, audio: sound.wav } : draft;
  }

  async function prepare(audio: string): Promise<Sound> {
    refuseUnsetVariable(audio, 'audio');
    const sound = signal.aborted ? undefined : await soundOf(audio);
    if (sound === undefined || signal.aborted) throw cancelled();
    prepared = { audio, sound };
    return sound;
  }

  return {
    withSounds: (response) =>
      Array.isArray(response) ? Promise.all(response.map(withSound)) : withSound(response),
    prepare: () => inOrder('prepare', () => prepare(fixedSoundIn(saved) ?? '')),
    stop: () => stopping.abort(),
  };
}

/** @returns what converts equal sounds once, also when two callers come in one breath */
function createConverter(signal: AbortSignal): (bytes: Buffer) => Promise<Sound> {
  const kept = new Map<string, Promise<Sound>>();
  const convert = (bytes: Buffer) => convertSound(bytes, { rate: RATE_HZ, field: 'audio', signal });
  return (bytes) => {
    if (bytes.length > MOST_KEPT_BYTES) return convert(bytes);
    const key = createHash('sha256').update(bytes).digest('base64');
    const known = kept.get(key);
    if (known) return known;
    const work = convert(bytes);
    kept.set(key, work);
    const forget = () => void kept.delete(key);
    work.then(({ wav }) => wav.length > MOST_KEPT_BYTES && forget(), forget);
    const [oldest] = kept.keys();
    if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
    return work;
  };
}

function playsSound({ action, stop }: Record<string, unknown>): boolean {
  return action === 'audio' || (action === 'mixAudio' && stop !== true && stop !== 'true');
}

/** @returns `undefined` for what is neither bytes nor a text: whoever checks the action says so */
async function bytesOf(RED: NodeAPI, audio: unknown): Promise<Buffer | undefined> {
  if (audio instanceof Uint8Array) return Buffer.from(audio.buffer, audio.byteOffset, audio.byteLength);
  if (typeof audio !== 'string' || audio.trim() === '') return undefined;
  return audio.startsWith(BASE64_RIFF) ? Buffer.from(audio, 'base64') : soundFileBytes(RED, audio, 'audio');
}
