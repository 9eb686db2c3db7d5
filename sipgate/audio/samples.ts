import { lazy } from '../lazy';
import type { Encoding, Wav } from './wav';

/** One channel of sound, from -1 to 1, whose samples are made when they are asked for: a long file is never there as a whole. */
export interface Samples {
  /** Hz */
  readonly rate: number;
  readonly length: number;
  /** Fills `into` with the samples from `from` on; before the first and behind the last there is silence. */
  read(from: number, into: Float32Array): void;
}

type Decoder = (data: Buffer, at: number) => number;

/** PCM by the bytes of a sample: what has fewer bits fills them from above. */
const PCM: Readonly<Record<number, Decoder>> = {
  1: (data, at) => ((data[at] as number) - 128) / 128,
  2: (data, at) => data.readInt16LE(at) / 0x8000,
  3: (data, at) => data.readIntLE(at, 3) / 0x800000,
  4: (data, at) => data.readInt32LE(at) / 0x80000000,
};

/** All channels of a WAV file as one: their mean, so that what is the same in all of them keeps its level. */
export function monoOf(wav: Wav): Samples {
  const { rate, frames, channels, frameBytes, sampleBytes, data } = wav;
  const decode = decoderOf(wav.encoding, sampleBytes);
  return {
    rate,
    length: frames,
    read(from, into) {
      const first = Math.max(0, -from);
      const end = Math.min(into.length, frames - from);
      into.fill(0);
      for (let index = first; index < end; index += 1) {
        let at = (from + index) * frameBytes;
        let sum = 0;
        for (let channel = 0; channel < channels; channel += 1, at += sampleBytes) sum += decode(data, at);
        into[index] = sum / channels;
      }
    },
  };
}

function decoderOf(encoding: Encoding, sampleBytes: number): Decoder {
  switch (encoding) {
    case 'pcm':
      return PCM[sampleBytes] as Decoder;
    case 'float':
      return sampleBytes === 4
        ? (data, at) => soundOf(data.readFloatLE(at))
        : (data, at) => soundOf(data.readDoubleLE(at));
    case 'alaw':
    case 'mulaw': {
      const table = encoding === 'alaw' ? alawTable() : mulawTable();
      return (data, at) => table[data[at] as number] as number;
    }
  }
}

/** 60 dB above full scale is no sound any more. */
const LOUDEST_FLOAT = 1000;

/** A broken file may hold NaN, infinity or any number. */
function soundOf(value: number): number {
  return Math.abs(value) <= LOUDEST_FLOAT ? value : 0;
}

/** ITU-T G.711: a sign, three bits for the segment, four for the step in it; every other bit is inverted. */
const alawTable = lazy(() =>
  Float32Array.from({ length: 256 }, (_none, code) => {
    const bits = code ^ 0x55;
    const [segment, step] = [(bits >> 4) & 7, bits & 15];
    const size = segment === 0 ? 16 * step + 8 : (16 * step + 264) << (segment - 1);
    return (bits & 0x80 ? size : -size) / 0x8000;
  }),
);

/** ITU-T G.711: as A-law, with all bits inverted and an offset of 132. */
const mulawTable = lazy(() =>
  Float32Array.from({ length: 256 }, (_none, code) => {
    const bits = ~code & 0xff;
    const [segment, step] = [(bits >> 4) & 7, bits & 15];
    const size = ((8 * step + 132) << segment) - 132;
    return (bits & 0x80 ? -size : size) / 0x8000;
  }),
);
