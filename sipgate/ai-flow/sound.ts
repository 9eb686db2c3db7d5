import { describe, invalidInput } from '../errors';
import type { AudioAction, MixAudioAction } from './action';
import { bargeIn } from './speech';
import { defined, flagOf, numberOf, type AnswerContext, type Draft } from './values';

/** @throws SipgateError `INVALID_INPUT` that names the field, also for a sound that is not what sipgate plays */
export function audioAction(draft: Draft, { sessionId }: AnswerContext): AudioAction {
  return defined<AudioAction>({
    type: 'audio',
    session_id: sessionId,
    audio: base64Wav(draft['audio']),
    barge_in: bargeIn(draft),
  });
}

const LOUDEST = 1;
/** sipgate's own default. */
const DEFAULT_VOLUME = 0.5;

export function mixAudioAction(draft: Draft, { sessionId }: AnswerContext): MixAudioAction {
  if (flagOf(draft, 'stop')) return { type: 'mix_audio', session_id: sessionId, stop: true };
  const volume = numberOf(draft, 'volume', { least: 0, most: LOUDEST, isWhole: false });
  return {
    type: 'mix_audio',
    session_id: sessionId,
    audio: base64Wav(draft['audio']),
    volume: volume ?? DEFAULT_VOLUME,
  };
}

/** @returns how long these bytes sound, in s, where a voice assistant plays them as they are; otherwise `undefined` */
export function assistantWavDuration(bytes: Uint8Array): number | undefined {
  const format = wavFormat(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  if (format === undefined || !isWanted(format) || !format.isWhole) return undefined;
  return format.sampleBytes / BYTES_PER_SECOND;
}

/** The parts of a WAV's `fmt ` chunk that count here. */
interface WavFormat {
  readonly encoding: number;
  readonly channels: number;
  readonly rate: number;
  readonly bits: number;
  readonly sampleBytes: number;
  /** Whether all samples that it announces are there: a program that wrote into a pipe knew no length. */
  readonly isWhole: boolean;
}

function isWanted({ encoding, channels, rate, bits }: WavFormat): boolean {
  return encoding === PCM && channels === 1 && rate === RATE_HZ && bits === 16;
}

const PCM = 1;
const RATE_HZ = 16_000;
const BYTES_PER_SECOND = 2 * RATE_HZ;

function base64Wav(input: unknown): string {
  if (input === undefined || input === null || input === '')
    throw invalidInput('audio', 'is missing', 'Give a sound as a Buffer, or the path of a file.');
  if (!(input instanceof Uint8Array))
    throw invalidInput('audio', `must be a sound, got ${describe(input)}`, 'Give it as a Buffer.');
  const bytes = Buffer.from(input.buffer, input.byteOffset, input.byteLength);
  const format = wavFormat(bytes);
  if (!format) throw invalidInput('audio', `must be a WAV, got ${describe(bytes)}`, WANTED);
  if (!isWanted(format)) {
    const { channels, rate, bits } = format;
    const got = `${rate} Hz, ${bits} bit, ${channels} channel${channels === 1 ? '' : 's'}`;
    throw invalidInput('audio', `must be PCM of 16000 Hz, 16 bit, 1 channel, got ${got}`, WANTED);
  }
  return bytes.toString('base64');
}

const WANTED = 'sipgate plays WAV files only: PCM, 16 bit, mono, 16 kHz.';

/** @returns the format that a RIFF file declares before its samples; `undefined` for what is no WAV */
function wavFormat(bytes: Buffer): WavFormat | undefined {
  const isRiff = bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WAVE';
  if (!isRiff) return undefined;
  let format: WavFormat | undefined;
  for (let at = 12; at + 8 <= bytes.length;) {
    const name = bytes.toString('latin1', at, at + 4);
    const length = bytes.readUInt32LE(at + 4);
    if (name === 'data')
      return format && { ...format, sampleBytes: length, isWhole: at + 8 + length <= bytes.length };
    if (name === 'fmt ' && length >= 16 && at + 24 <= bytes.length) {
      format = {
        encoding: bytes.readUInt16LE(at + 8),
        channels: bytes.readUInt16LE(at + 10),
        rate: bytes.readUInt32LE(at + 12),
        bits: bytes.readUInt16LE(at + 22),
        sampleBytes: 0,
        isWhole: false,
      };
    }
    at += 8 + length + (length % 2); // chunks begin at even places
  }
  return undefined;
}
