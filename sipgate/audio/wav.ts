/** How a WAV file writes its samples. */
export type Encoding = 'pcm' | 'float' | 'alaw' | 'mulaw';

/** A WAV file that was looked into, not yet judged. */
export interface Wav {
  readonly channels: number;
  /** Hz */
  readonly rate: number;
  readonly encoding: Encoding;
  /** Of one sample as it is stored: 1 to 8. */
  readonly sampleBytes: number;
  /** Of one sample of each channel. */
  readonly frameBytes: number;
  /** Bits that a sample has by the file's own word; its bytes may hold more. */
  readonly bits: number;
  /** How many samples each channel has. */
  readonly frames: number;
  /** The samples, without what follows them. */
  readonly data: Buffer;
}

/** What looking into bytes has found. */
export type WavReading =
  | { readonly kind: 'wav'; readonly wav: Wav }
  /** A WAV file in which something else is packed, such as MP3 or ADPCM: the number of its format. */
  | { readonly kind: 'packed'; readonly format: number }
  | { readonly kind: 'broken'; readonly problem: string }
  | { readonly kind: 'other' };

/** An honest file has some ten; more would only cost time. */
const MOST_CHUNKS = 1000;
const HEAD_BYTES = 12;
/** RF64 and BW64 are WAV for more than 4 GiB; recorders write them for any length (EBU Tech 3306). */
const FILE_IDS = new Set(['RIFF', 'RF64', 'BW64']);
/** Programs that write into a pipe do not know the length yet; they write this, or one that is too long. */
const UNKNOWN_LENGTH = 0xffffffff;

/** Format tags of the WAVE format (RFC 2361). */
const ENCODINGS: Readonly<Record<number, Encoding>> = { 1: 'pcm', 3: 'float', 6: 'alaw', 7: 'mulaw' };
const EXTENSIBLE = 0xfffe;
/** Where WAVE_FORMAT_EXTENSIBLE keeps the tag that counts: the first two bytes of its GUID. */
const SUBFORMAT_AT = 24;

/**
 * Looks into a WAV file: chunks in any order and of odd lengths, lists before the data, and a length of the data that
 * nobody knew yet when it was written. Reads only as much as there are chunks.
 */
export function readWav(file: Buffer): WavReading {
  const isWav =
    file.length >= HEAD_BYTES &&
    FILE_IDS.has(file.toString('latin1', 0, 4)) &&
    file.toString('latin1', 8, HEAD_BYTES) === 'WAVE';
  if (!isWav) return { kind: 'other' };
  const { format, data } = findChunks(file);
  if (format === undefined || format.length < 16) return { kind: 'broken', problem: 'its format is missing' };
  if (data === undefined) return { kind: 'broken', problem: 'it holds no sound' };
  return readSamples(format, data);
}

function readSamples(format: Buffer, data: Buffer): WavReading {
  const tag = tagOf(format);
  const encoding = ENCODINGS[tag];
  if (encoding === undefined) return { kind: 'packed', format: tag };
  const channels = format.readUInt16LE(2);
  const bits = format.readUInt16LE(14);
  if (channels === 0 || bits === 0) return { kind: 'broken', problem: 'its format says nothing' };
  const frameBytes = format.readUInt16LE(12) || Math.ceil(bits / 8) * channels;
  const sampleBytes = frameBytes / channels;
  if (!isPossible(encoding, sampleBytes, bits))
    return { kind: 'broken', problem: `it has ${bits} bits per sample, which nobody can read` };
  const frames = Math.floor(data.length / frameBytes);
  const rate = format.readUInt32LE(4);
  return { kind: 'wav', wav: { channels, rate, encoding, sampleBytes, frameBytes, bits, frames, data } };
}

function tagOf(format: Buffer): number {
  const tag = format.readUInt16LE(0);
  return tag === EXTENSIBLE && format.length >= SUBFORMAT_AT + 2 ? format.readUInt16LE(SUBFORMAT_AT) : tag;
}

function isPossible(encoding: Encoding, sampleBytes: number, bits: number): boolean {
  if (bits > sampleBytes * 8) return false;
  if (encoding === 'pcm') return [1, 2, 3, 4].includes(sampleBytes);
  return encoding === 'float' ? [4, 8].includes(sampleBytes) : sampleBytes === 1;
}

interface Chunks {
  format?: Buffer;
  data?: Buffer;
}

/** The first format and the first data; a length that points behind the file's end is cut, as players do. */
function findChunks(file: Buffer): Chunks {
  const found: Chunks = {};
  let at = HEAD_BYTES;
  for (let count = 0; count < MOST_CHUNKS && at + 8 <= file.length; count += 1) {
    const id = file.toString('latin1', at, at + 4);
    const length = file.readUInt32LE(at + 4);
    const start = at + 8;
    if (id === 'fmt ') found.format ??= file.subarray(start, start + length);
    if (id === 'data') found.data = file.subarray(start, endOfData(file, start, length));
    if (found.format && found.data) break;
    at = nextChunk(file, start + length);
  }
  return found;
}

/** A header that nobody has completed says 0, and that the file ends there. */
function endOfData(file: Buffer, start: number, length: number): number {
  const isUnfinished = length === 0 && file.readUInt32LE(4) <= start - 8;
  return isUnfinished || length === UNKNOWN_LENGTH ? file.length : start + length;
}

/** A chunk of odd length is followed by a byte that does not count; some programs forget it. */
function nextChunk(file: Buffer, end: number): number {
  if (end % 2 === 0) return end;
  return isChunkId(file, end) && !isChunkId(file, end + 1) ? end : end + 1;
}

function isChunkId(file: Buffer, at: number): boolean {
  return at + 8 <= file.length && /^[\x20-\x7e]{4}$/.test(file.toString('latin1', at, at + 4));
}
