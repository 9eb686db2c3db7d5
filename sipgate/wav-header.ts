/** What a WAV file says of its samples. */
export interface WavFormat {
  readonly channels: number;
  /** Hz */
  readonly rate: number;
  /** 8 (without sign), 16, 24 or 32, as PCM */
  readonly bits: number;
}

/** Of a file with PCM and nothing else. */
export const WAV_HEADER_BYTES = 44;

/**
 * The head of a WAV file with PCM.
 * @param dataBytes of the samples that follow
 */
export function wavHeader({ channels, rate, bits }: WavFormat, dataBytes: number): Buffer {
  const header = Buffer.alloc(WAV_HEADER_BYTES);
  const frameBytes = (channels * bits) / 8;
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(WAV_HEADER_BYTES - 8 + dataBytes, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(channels, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate * frameBytes, 28);
  header.writeUInt16LE(frameBytes, 32);
  header.writeUInt16LE(bits, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(dataBytes, 40);
  return header;
}
