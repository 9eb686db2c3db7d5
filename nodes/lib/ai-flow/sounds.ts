import { createHash } from 'node:crypto';
import type { NodeAPI } from 'node-red';
import { convertSound, isAssistantWav, isRecord } from '../../../sipgate/index';
import { soundFileBytes } from '../announcements/source';

/** Turns what a flow gives as a sound into what a voice assistant plays. */
export interface AssistantSounds {
  /**
   * @param response one action or a list of them, as in `msg.response`
   * @returns the same with WAV bytes wherever an action plays a sound
   * @throws SipgateError `INVALID_INPUT` that names `audio`; `NOT_FOUND` for a file that is not there
   */
  withSounds(response: unknown): Promise<unknown>;
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

/** The sounds of one node. */
export function assistantSounds(RED: NodeAPI): AssistantSounds {
  const stopping = new AbortController();
  const kept = new Map<string, Promise<Buffer>>();

  async function convert(bytes: Buffer): Promise<Buffer> {
    const { wav } = await convertSound(bytes, { rate: RATE_HZ, field: 'audio', signal: stopping.signal });
    return wav;
  }

  /** Equal sounds are converted once, also when two callers come in one breath. */
  function convertOnce(bytes: Buffer): Promise<Buffer> {
    const key = createHash('sha256').update(bytes).digest('base64');
    const known = kept.get(key);
    if (known) return known;
    const work = convert(bytes);
    kept.set(key, work);
    const forget = () => void kept.delete(key);
    work.then((wav) => wav.length > MOST_KEPT_BYTES && forget(), forget);
    const [oldest] = kept.keys();
    if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
    return work;
  }

  async function withSound(draft: unknown): Promise<unknown> {
    if (!isRecord(draft) || !playsSound(draft)) return draft;
    const bytes = await bytesOf(RED, draft['audio']);
    if (bytes === undefined) return draft;
    if (isAssistantWav(bytes)) return { ...draft, audio: bytes };
    const wav = bytes.length > MOST_KEPT_BYTES ? convert(bytes) : convertOnce(bytes);
    return { ...draft, audio: await wav };
  }

  return {
    withSounds: (response) =>
      Array.isArray(response) ? Promise.all(response.map(withSound)) : withSound(response),
    stop: () => stopping.abort(),
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
