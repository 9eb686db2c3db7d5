/** What a look into a WAV file says: it can be played, or why sipgate would skip it in silence. */
export type WavCheck =
  | { readonly playable: true; readonly durationMs: number }
  | { readonly playable: false; readonly why: string };

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
    return { playable: false, why: 'it is not a WAV file' };
  }
  const format = findChunk(file, 'fmt ');
  const data = findChunk(file, 'data');
  if (format === undefined || format.length < 16) return { playable: false, why: 'its format is missing' };
  const why = complaint(format, rateHz);
  if (why !== undefined) return { playable: false, why };
  if (data === undefined || data.length === 0) return { playable: false, why: 'it holds no sound' };
  return { playable: true, durationMs: Math.round((data.length / (rateHz * BYTES_PER_SAMPLE)) * 1000) };
}

function complaint(format: Buffer, rateHz: number): string | undefined {
  if (format.readUInt16LE(0) !== PCM) return 'it is compressed, not PCM';
  if (format.readUInt16LE(2) !== 1) return `it has ${format.readUInt16LE(2)} channels, not 1`;
  if (format.readUInt32LE(4) !== rateHz) return `it has ${format.readUInt32LE(4)} Hz, not ${rateHz}`;
  if (format.readUInt16LE(14) !== 16) return `it has ${format.readUInt16LE(14)} bits per sample, not 16`;
  return undefined;
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
