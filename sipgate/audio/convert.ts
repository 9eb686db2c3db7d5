import { createBreather, type Breather } from '../breather';
import { describe, invalidInput, mustBe, type SipgateError } from '../errors';
import { WAV_HEADER_BYTES, wavHeader } from '../wav-header';
import { readForeign } from './foreign';
import { kindOf, PACKED_WAV } from './kinds';
import { resampled } from './resample';
import { monoOf, type Samples } from './samples';
import { readWav, type Wav } from './wav';

/** A sound as sipgate takes it: a WAV file with PCM, 16 bit, mono. */
export interface Sound {
  readonly wav: Buffer;
  /** s */
  readonly duration: number;
}

/** What is wanted of a sound. */
export interface ConvertOptions {
  /** Hz: 8,000 on the telephone, 16,000 in AI flows. */
  readonly rate: 8000 | 16_000;
  /** Names the property in errors; `announcement` by default. */
  readonly field?: string;
  readonly signal?: AbortSignal;
}

export const LONGEST_SOUND_S = 600;
export const MOST_SOUND_BYTES = 50 * 1024 * 1024;
const MOST_CHANNELS = 8;
const RATES_HZ = [4000, 192_000] as const;
/** Samples that are made in one go: a few ms, even from eight channels at 192 kHz. */
const BLOCK = 2048;
const FULL_SCALE = 0x8000;

/**
 * Turns any sound into what sipgate plays: channels mixed into one, resampled without anything that folds back, and made
 * quieter as a whole where it would be clipped. It gives way to others every 10 ms.
 * @param sound bytes of a WAV file, or of another format where ffmpeg is installed; 50 MiB at most
 * @throws SipgateError `INVALID_INPUT` that names the field; `TIMEOUT` and `SERVER` of ffmpeg; `NETWORK` (see `isCancelled`)
 */
export async function convertSound(sound: unknown, options: ConvertOptions): Promise<Sound> {
  const { rate, field = 'announcement', signal } = options;
  const bytes = bytesOf(sound, field);
  const breather = createBreather(signal);
  const wav = checked(await wavIn(bytes, field, signal), field);
  return write(resampled(monoOf(wav), rate), breather);
}

function bytesOf(sound: unknown, field: string): Buffer {
  if (!(sound instanceof Uint8Array))
    throw mustBe(field, 'a Buffer with a sound', sound, 'A Read File node makes one.');
  if (sound.length > MOST_SOUND_BYTES)
    throw invalidInput(
      field,
      `has ${Math.ceil(sound.length / 1024 / 1024)} MiB`,
      `Give at most ${MOST_SOUND_BYTES / 1024 / 1024} MiB.`,
    );
  return Buffer.from(sound.buffer, sound.byteOffset, sound.byteLength);
}

async function wavIn(bytes: Buffer, field: string, signal: AbortSignal | undefined): Promise<Wav> {
  const reading = readWav(bytes);
  if (reading.kind === 'wav') return reading.wav;
  if (reading.kind === 'broken') throw broken(field, reading.problem);
  const kind = reading.kind === 'packed' ? ({ kind: 'foreign', format: PACKED_WAV } as const) : kindOf(bytes);
  if (kind.kind === 'none') {
    const remedy = 'Give the bytes of a WAV file, or of MP3, Ogg, FLAC or M4A.';
    throw invalidInput(field, `must be a sound, got ${kind.words}`, remedy);
  }
  const { format } = kind;
  const made = readWav(await readForeign({ bytes, format, longestS: LONGEST_SOUND_S, field, signal }));
  if (made.kind === 'wav') return made.wav;
  throw broken(field, 'ffmpeg found no sound in it');
}

function broken(field: string, problem: string): SipgateError {
  return invalidInput(field, `is a broken sound: ${problem}`, 'Give another file.');
}

function checked(wav: Wav, field: string): Wav {
  const { frames, rate, channels } = wav;
  const [lowest, highest] = RATES_HZ;
  if (frames === 0) throw broken(field, 'it holds no sound');
  if (channels > MOST_CHANNELS)
    throw invalidInput(field, `has ${channels} channels`, `Give at most ${MOST_CHANNELS}.`);
  if (rate < lowest || rate > highest)
    throw invalidInput(field, `has ${describe(rate)} Hz`, `Give ${lowest} to ${highest} Hz.`);
  if (frames / rate > LONGEST_SOUND_S)
    throw invalidInput(
      field,
      `lasts ${Math.ceil(frames / rate)} s`,
      `Give at most ${LONGEST_SOUND_S / 60} minutes.`,
    );
  return wav;
}

async function write(samples: Samples, breather: Breather): Promise<Sound> {
  const heard = new Float32Array(samples.length);
  let lowest = 0;
  let highest = 0;
  for (let from = 0; from < heard.length; from += BLOCK) {
    const block = heard.subarray(from, from + BLOCK);
    samples.read(from, block);
    for (const sample of block) {
      if (sample > highest) highest = sample;
      else if (sample < lowest) lowest = sample;
    }
    if (breather.isDue()) await breather.pause();
  }
  const scale = Math.min(FULL_SCALE, (FULL_SCALE - 1) / highest, FULL_SCALE / Math.abs(lowest));
  const wav = await toWav(heard, samples.rate, scale, breather);
  return { wav, duration: heard.length / samples.rate };
}

async function toWav(heard: Float32Array, rate: number, scale: number, breather: Breather): Promise<Buffer> {
  const wav = Buffer.allocUnsafe(WAV_HEADER_BYTES + 2 * heard.length);
  wavHeader({ channels: 1, rate, bits: 16 }, 2 * heard.length).copy(wav);
  for (let index = 0; index < heard.length; index += 1) {
    wav.writeInt16LE(Math.round((heard[index] as number) * scale), WAV_HEADER_BYTES + 2 * index);
    if (index % BLOCK === 0 && breather.isDue()) await breather.pause();
  }
  return wav;
}
