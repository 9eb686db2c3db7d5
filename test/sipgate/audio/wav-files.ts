/** Makes WAV files of all kinds, and measures what is in them; written apart from what it tests. */

/** A file to be made. */
export interface TestFile {
  readonly rate: number;
  readonly channels?: number;
  readonly encoding?: 'pcm' | 'float' | 'alaw' | 'mulaw';
  /** Of a sample as it is stored. */
  readonly bits?: number;
  /** As WAVE_FORMAT_EXTENSIBLE, with its tag in a GUID. */
  readonly isExtensible?: boolean;
  /** Chunks before the format, between it and the data, and behind that. */
  readonly before?: readonly Buffer[];
  readonly between?: readonly Buffer[];
  readonly after?: readonly Buffer[];
  /** What is written as length of the data, where that is not the truth. */
  readonly dataLength?: number;
  readonly riffLength?: number;
  /** `RIFF`, or what stands there instead. */
  readonly id?: string;
  /** @returns the sample of a channel at a moment (s), from -1 to 1 */
  readonly sample: (time: number, channel: number) => number;
  /** s */
  readonly duration: number;
}

const TAGS = { pcm: 1, float: 3, alaw: 6, mulaw: 7 };
const GUID_END = Buffer.from('000000001000800000aa00389b71', 'hex');

export function makeWav(file: TestFile): Buffer {
  const {
    rate,
    channels = 1,
    encoding = 'pcm',
    bits = encoding === 'float' ? 32 : encoding === 'pcm' ? 16 : 8,
  } = file;
  const bytes = Math.ceil(bits / 8);
  const frames = Math.round(file.duration * rate);
  const data = Buffer.alloc(frames * channels * bytes);
  for (let index = 0; index < frames; index += 1)
    for (let channel = 0; channel < channels; channel += 1)
      put(data, (index * channels + channel) * bytes, file.sample(index / rate, channel), encoding, bits);
  const format = Buffer.alloc(file.isExtensible ? 40 : encoding === 'pcm' ? 16 : 18);
  format.writeUInt16LE(file.isExtensible ? 0xfffe : TAGS[encoding], 0);
  format.writeUInt16LE(channels, 2);
  format.writeUInt32LE(rate, 4);
  format.writeUInt32LE(rate * channels * bytes, 8);
  format.writeUInt16LE(channels * bytes, 12);
  format.writeUInt16LE(bits, 14);
  if (file.isExtensible) {
    format.writeUInt16LE(22, 16);
    format.writeUInt16LE(bits, 18);
    format.writeUInt16LE(TAGS[encoding], 24);
    GUID_END.copy(format, 26);
  }
  const { before = [], between = [], after = [] } = file;
  const body = Buffer.concat([
    Buffer.from('WAVE'),
    ...before,
    chunk('fmt ', format),
    ...between,
    chunk('data', data, file.dataLength),
    ...after,
  ]);
  return Buffer.concat([head(file.id ?? 'RIFF', file.riffLength ?? body.length), body]);
}

/** @param length what is written, where that is not the truth */
export function chunk(id: string, content: Buffer, length = content.length): Buffer {
  return Buffer.concat([head(id, length), content, Buffer.alloc(content.length % 2)]);
}

function head(id: string, length: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.write(id, 'latin1');
  bytes.writeUInt32LE(length, 4);
  return bytes;
}

function put(data: Buffer, at: number, sample: number, encoding: string, bits: number): void {
  if (encoding === 'alaw') data[at] = encodeAlaw(sample);
  else if (encoding === 'mulaw') data[at] = encodeMulaw(sample);
  else if (encoding === 'float' && bits === 32) data.writeFloatLE(sample, at);
  else if (encoding === 'float') data.writeDoubleLE(sample, at);
  else if (bits <= 8) data[at] = Math.min(255, Math.round(sample * 128) + 128);
  else {
    const bytes = Math.ceil(bits / 8);
    const full = 2 ** (bytes * 8 - 1);
    const step = 2 ** (bytes * 8 - bits); // what has fewer bits stands in the upper ones
    const value = Math.min(full - step, Math.max(-full, Math.round((sample * full) / step) * step));
    data.writeIntLE(value, at, bytes);
  }
}

/** G.711 by search: the code whose value, by the standard's tables of decision values, is nearest. */
function encodeAlaw(sample: number): number {
  const size = Math.min(Math.abs(sample) * 4096, 4095);
  let segment = 7;
  while (segment > 0 && size < 16 << segment) segment -= 1;
  const step = Math.floor(segment === 0 ? size / 2 : size / 2 ** segment) & 15;
  return ((sample >= 0 ? 0x80 : 0) | (segment << 4) | step) ^ 0x55;
}

function encodeMulaw(sample: number): number {
  const size = Math.min(Math.abs(sample) * 8192, 8158) + 33;
  let segment = 7;
  while (segment > 0 && size < 32 << segment) segment -= 1;
  const step = Math.floor(size / 2 ** (segment + 1)) & 15;
  return ~((sample >= 0 ? 0 : 0x80) | (segment << 4) | step) & 0xff;
}

/** The samples of a plain WAV file with 16 bits, from -1 to 1. */
export function samplesOf(wav: Buffer): Float64Array {
  const count = wav.readUInt32LE(40) / 2;
  return Float64Array.from({ length: count }, (_none, index) => wav.readInt16LE(44 + 2 * index) / 32768);
}

/** Without the beginning and the end, where a filter has not yet heard all. */
export function middleOf(samples: Float64Array): Float64Array {
  const edge = Math.min(Math.floor(samples.length / 4), 400);
  return samples.subarray(edge, samples.length - edge);
}

/** Root of the mean square. */
export function levelOf(samples: Float64Array): number {
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
}

export function decibels(ratio: number): number {
  return 20 * Math.log10(ratio);
}

/** How much of a sound is one frequency: its level as a sine of that frequency, by correlation. */
export function levelAt(samples: Float64Array, frequency: number, rate: number): number {
  let real = 0;
  let imaginary = 0;
  let weight = 0;
  samples.forEach((sample, index) => {
    const window = Math.sin((Math.PI * (index + 0.5)) / samples.length) ** 2;
    const angle = (2 * Math.PI * frequency * index) / rate;
    real += window * sample * Math.cos(angle);
    imaginary += window * sample * Math.sin(angle);
    weight += window;
  });
  return (Math.SQRT2 * Math.hypot(real, imaginary)) / weight;
}
