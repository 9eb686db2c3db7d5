import { chunk, makeWav, type TestFile } from './wav-files';

/** Amplitude of the tone that each file holds, unless it is loud. */
export const AMPLITUDE = 0.5;
export const TONE_HZ = 440;

const DURATION_S = 0.4;

const tone = (time: number) => AMPLITUDE * Math.sin(2 * Math.PI * TONE_HZ * time);
const list = (bytes: number) => chunk('LIST', Buffer.alloc(bytes, 'INFO'));

const RATES = [
  4000, 6000, 7350, 8000, 8001, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 44_101, 48_000,
  96_000, 176_400, 192_000,
];

const FORMATS: readonly (readonly [string, Partial<TestFile>])[] = [
  ['PCM 8 bit', { bits: 8 }],
  ['PCM 12 bit', { bits: 12 }],
  ['PCM 16 bit', { bits: 16 }],
  ['PCM 20 bit', { bits: 20 }],
  ['PCM 24 bit', { bits: 24 }],
  ['PCM 32 bit', { bits: 32 }],
  ['float 32', { encoding: 'float', bits: 32 }],
  ['float 64', { encoding: 'float', bits: 64 }],
  ['A-law', { encoding: 'alaw' }],
  ['mu-law', { encoding: 'mulaw' }],
];

const FRAMES: readonly (readonly [string, Partial<TestFile>])[] = [
  ['a list before the data', { between: [list(26)] }],
  ['a list of odd length before the data', { between: [list(27)] }],
  [
    'chunks of odd lengths before the format',
    { before: [chunk('bext', Buffer.alloc(603)), chunk('junk', Buffer.alloc(1))] },
  ],
  [
    'fifty chunks before the data',
    { between: Array.from({ length: 50 }, (_none, index) => chunk('note', Buffer.alloc(index))) },
  ],
  ['lists behind the data', { after: [list(27), chunk('id3 ', Buffer.alloc(10))] }],
  ['a length of data of 0xFFFFFFFF, as into a pipe', { dataLength: 0xffffffff, riffLength: 0xffffffff }],
  ['a length of data of 0x7FFFF000, as into a pipe', { dataLength: 0x7ffff000, riffLength: 0x7ffff024 }],
  ['a length of data of 0, as of a header that was never completed', { dataLength: 0, riffLength: 36 }],
  ['RF64 in front', { id: 'RF64', before: [chunk('ds64', Buffer.alloc(28))], dataLength: 0xffffffff }],
  ['an empty chunk before the data', { between: [chunk('fact', Buffer.alloc(0))] }],
];

function named(name: string, more: Partial<TestFile>): { name: string; file: Buffer } {
  return { name, file: makeWav({ rate: 44_100, duration: DURATION_S, sample: tone, ...more }) };
}

/** A chunk of odd length without the byte that belongs behind it. */
function unpadded(): { name: string; file: Buffer } {
  const [name, file] = ['a chunk of odd length without its filling', named('', { between: [list(27)] }).file];
  const at = file.indexOf('LIST') + 8 + 27;
  return { name, file: Buffer.concat([file.subarray(0, at), file.subarray(at + 1)]) };
}

/** Files with one tone each, in every way in which programs write them. */
export const CORPUS: readonly { readonly name: string; readonly file: Buffer }[] = [
  ...FORMATS.map(([name, more]) => named(`${name}, 44.1 kHz, mono`, more)),
  ...FORMATS.map(([name, more]) =>
    named(`${name}, 48 kHz, stereo, extensible`, { rate: 48_000, channels: 2, isExtensible: true, ...more }),
  ),
  ...RATES.map((rate) => named(`${rate} Hz`, { rate })),
  ...RATES.map((rate) => named(`${rate} Hz, float, stereo`, { rate, channels: 2, encoding: 'float' })),
  ...Array.from({ length: 8 }, (_none, index) =>
    named(`${index + 1} channels, 24 bit`, { channels: index + 1, bits: 24 }),
  ),
  ...FRAMES.map(([name, more]) => named(name, more)),
  unpadded(),
];
