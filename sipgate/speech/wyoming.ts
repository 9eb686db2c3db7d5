import { connect } from 'node:net';
import { createEnding } from '../ending';
import { cancelled } from '../errors';
import { isRecord } from '../json';
import { printable } from '../printable';
import { wavHeader, type WavFormat } from '../wav-header';
import { MOST_SPEECH_BYTES, type OfferedVoice, type SpeechEngine, type Voice } from './engine';
import { rubbish, tooSlow, unreachable } from './failures';
import { createWyomingReader, type WyomingEvent } from './wyoming-wire';

type WyomingVoice = Voice & { readonly engine: Extract<SpeechEngine, { kind: 'wyoming' }> };

/** Takes the events of a conversation until it has what it wants. @throws Error for what makes no sense */
type Listener<T> = (event: WyomingEvent) => { readonly done: T } | undefined;

/** Characters of a server's complaint that an error repeats. */
const MOST_WORDS = 300;

/**
 * Has a Wyoming server say a text. The protocol has no speed.
 * @returns a WAV file
 * @throws SipgateError `NETWORK` where it cannot be reached, `SERVER` where it speaks rubbish or nothing, `TIMEOUT`
 */
export function speakByWyoming(voice: WyomingVoice, text: string, signal?: AbortSignal): Promise<Buffer> {
  const { name, language } = voice;
  const wanted = name === '' ? { language } : { name };
  let format: WavFormat | undefined;
  const chunks: Buffer[] = [];
  let length = 0;
  return converse(
    voice,
    { type: 'synthesize', data: { text, voice: wanted } },
    signal,
    ({ type, data, payload }) => {
      if (type === 'audio-start') format = formatOf(data);
      if (type === 'audio-chunk') {
        format ??= formatOf(data);
        chunks.push(payload);
        length += payload.length;
        if (length > MOST_SPEECH_BYTES) throw new Error('too much sound');
      }
      if (type !== 'audio-stop') return undefined;
      if (format === undefined || length === 0) throw new Error('no sound');
      return { done: Buffer.concat([wavHeader(format, length), ...chunks]) };
    },
  );
}

/** @returns the voices of a Wyoming server. @throws SipgateError as `speakByWyoming` */
export function voicesOfWyoming(voice: WyomingVoice, signal?: AbortSignal): Promise<OfferedVoice[]> {
  return converse(voice, { type: 'describe' }, signal, ({ type, data }) =>
    type === 'info'
      ? { done: recordsIn(data['tts']).flatMap((program) => recordsIn(program['voices']).flatMap(offered)) }
      : undefined,
  );
}

function offered(voice: Record<string, unknown>): OfferedVoice[] {
  const { name, languages } = voice;
  if (typeof name !== 'string' || name === '') return [];
  const known = Array.isArray(languages) ? languages.filter((language) => typeof language === 'string') : [];
  return [{ name, languages: known }];
}

function recordsIn(list: unknown): Record<string, unknown>[] {
  return Array.isArray(list) ? list.filter(isRecord) : [];
}

function formatOf({ rate, width, channels }: Readonly<Record<string, unknown>>): WavFormat {
  const isFormat =
    Number.isInteger(rate) &&
    (rate as number) > 0 &&
    [1, 2, 3, 4].includes(width as number) &&
    Number.isInteger(channels) &&
    (channels as number) > 0;
  if (!isFormat || (rate as number) > 192_000 || (channels as number) > 8)
    throw new Error('a sound of an unknown format');
  return { rate: rate as number, bits: (width as number) * 8, channels: channels as number };
}

function converse<T>(
  { engine: { host, port }, timeoutMs }: WyomingVoice,
  question: object,
  signal: AbortSignal | undefined,
  listen: Listener<T>,
): Promise<T> {
  const who = `The Wyoming server ${printable(host)}:${port}`;
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    const end = (settle: () => void) => {
      ending.dispose();
      socket.destroy();
      settle();
    };
    const fail = (error: Error) => end(() => reject(error));
    const ending = createEnding(timeoutMs, signal, (reason) =>
      fail(reason === 'timeout' ? tooSlow(who, timeoutMs) : cancelled()),
    );
    const reader = createWyomingReader(MOST_SPEECH_BYTES);
    socket.on('error', (error) => fail(unreachable(who, error)));
    socket.on('close', () => fail(rubbish(who, 'hung up before it had spoken')));
    socket.on('data', (chunk) => {
      try {
        for (const event of reader.add(chunk)) {
          if (event.type === 'error') return fail(rubbish(who, `failed${saying(event.data)}`));
          const heard = listen(event);
          if (heard) return end(() => resolve(heard.done));
        }
      } catch (error) {
        fail(rubbish(who, `does not speak as it is agreed (${(error as Error).message})`));
      }
    });
    socket.write(`${JSON.stringify(question)}\n`);
  });
}

function saying({ text }: Readonly<Record<string, unknown>>): string {
  return typeof text === 'string' && text !== '' ? `: ${printable(text).slice(0, MOST_WORDS)}` : '';
}
