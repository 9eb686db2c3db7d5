const RATE_HZ = 8000;
const TONE_HZ = 440;
const AMPLITUDE = 8000;
const HEAD_BYTES = 44;
const LONGEST_S = 60;

/** @returns a quiet tone as sipgate's recordings are: WAV, PCM 16 bit, mono, 8000 Hz. @param durationS at most 60 */
export function toneWav(durationS: number): Buffer {
  const sampleCount = Math.round(Math.min(Math.max(durationS, 0), LONGEST_S) * RATE_HZ);
  const file = Buffer.alloc(HEAD_BYTES + 2 * sampleCount);
  file.write('RIFF', 0);
  file.writeUInt32LE(file.length - 8, 4);
  file.write('WAVEfmt ', 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(RATE_HZ, 24);
  file.writeUInt32LE(2 * RATE_HZ, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36);
  file.writeUInt32LE(2 * sampleCount, 40);
  for (let index = 0; index < sampleCount; index += 1) {
    const sample = AMPLITUDE * Math.sin((2 * Math.PI * TONE_HZ * index) / RATE_HZ);
    file.writeInt16LE(Math.round(sample), HEAD_BYTES + 2 * index);
  }
  return file;
}
