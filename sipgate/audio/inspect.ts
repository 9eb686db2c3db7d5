import { kindOf, PACKED_WAV } from './kinds';
import { readWav } from './wav';

/** What bytes would be on the telephone. */
export type SoundReport =
  /** WAV, PCM, 16 bit, mono, 8000 Hz: played as it is. */
  | { readonly kind: 'playable'; readonly duration: number }
  /** A WAV file of another format: callers hear nothing. */
  | {
      readonly kind: 'wav';
      /** Hz */
      readonly rate: number;
      readonly channels: number;
      readonly bits: number;
      readonly encoding: string;
    }
  /** A sound of another kind, such as MP3: callers hear nothing. */
  | { readonly kind: 'foreign'; readonly format: string }
  /** No sound; in words that complete "got ...". */
  | { readonly kind: 'none'; readonly words: string };

/** Says what sipgate would make of a file. It looks at the beginning only. */
export function inspectSound(bytes: Buffer): SoundReport {
  const reading = readWav(bytes);
  if (reading.kind === 'broken') return { kind: 'none', words: `a broken WAV file (${reading.problem})` };
  if (reading.kind === 'packed') return { kind: 'foreign', format: PACKED_WAV.name };
  if (reading.kind === 'other') {
    const kind = kindOf(bytes);
    return kind.kind === 'foreign' ? { kind: 'foreign', format: kind.format.name } : kind;
  }
  const { rate, channels, bits, encoding, frames } = reading.wav;
  if (frames === 0) return { kind: 'none', words: 'a WAV file without sound' };
  const isPlayable = rate === 8000 && channels === 1 && bits === 16 && encoding === 'pcm';
  return isPlayable
    ? { kind: 'playable', duration: frames / rate }
    : { kind: 'wav', rate, channels, bits, encoding };
}
