/** What a look into a WAV file says: it can be played, or why sipgate would skip it in silence. */
export type WavCheck =
  | { readonly playable: true; readonly durationMs: number }
  | ({ readonly playable: false; readonly why: string } & WavProblem);

/** What is wrong with it, and in which number. */
interface WavProblem {
  readonly fault: 'none' | 'format' | 'compressed' | 'channels' | 'rate' | 'bits' | 'empty';
  readonly values?: { readonly got: number; readonly wanted: number };
}

const PCM = 1;
/** What announcements of a webhook must have (sipgate.io docs: Play). */
const RATE_HZ = 8000;
const BYTES_PER_SAMPLE = 2;

/**
 * Checks for the one format that sipgate plays: WAV, PCM 16 bit, mono.
 * @param rateHz samples per second; default 8000
 */
export function checkWav(file: Buffer, rateHz = RATE_HZ): WavCheck {
  if (
    file.length < 12 ||
    file.toString('latin1', 0, 4) !== 'RIFF' ||
    file.toString('latin1', 8, 12) !== 'WAVE'
  ) {
    return { playable: false, fault: 'none', why: 'it is not a WAV file' };
  }
  const format = findChunk(file, 'fmt ');
  const data = findChunk(file, 'data');
  if (format === undefined || format.length < 16)
    return { playable: false, fault: 'format', why: 'its format is missing' };
  const other = otherFormat(format, rateHz);
  if (other !== undefined) return { playable: false, ...other };
  if (data === undefined || data.length === 0)
    return { playable: false, fault: 'empty', why: 'it holds no sound' };
  return { playable: true, durationMs: Math.round((data.length / (rateHz * BYTES_PER_SAMPLE)) * 1000) };
}

function otherFormat(format: Buffer, rateHz: number): (WavProblem & { readonly why: string }) | undefined {
  if (format.readUInt16LE(0) !== PCM) return { fault: 'compressed', why: 'it is compressed, not PCM' };
  const [channels, rate, bits] = [format.readUInt16LE(2), format.readUInt32LE(4), format.readUInt16LE(14)];
  if (channels !== 1) return differing('channels', { got: channels, wanted: 1 }, 'channels');
  if (rate !== rateHz) return differing('rate', { got: rate, wanted: rateHz }, 'Hz');
  if (bits !== 16) return differing('bits', { got: bits, wanted: 16 }, 'bits per sample');
  return undefined;
}

function differing(
  fault: WavProblem['fault'],
  values: { readonly got: number; readonly wanted: number },
  unit: string,
): WavProblem & { readonly why: string } {
  return { fault, values, why: `it has ${values.got} ${unit}, not ${values.wanted}` };
}

/** A chunk's bytes; a length that points behind the file's end is cut, as players do. */
function findChunk(file: Buffer, id: string): Buffer | undefined {
  for (let at = 12; at + 8 <= file.length;) {
    const length = file.readUInt32LE(at + 4);
    if (file.toString('latin1', at, at + 4) === id) return file.subarray(at + 8, at + 8 + length);
    at += 8 + length + (length % 2);
  }
  return undefined;
}
