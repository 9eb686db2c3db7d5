import should from 'should';
import { assistantWavDuration, parseAiFlowAnswer } from '../../../sipgate/index';
import { SESSION, SILENCE } from './vectors';

interface Chunk {
  readonly name: string;
  readonly bytes: Buffer;
  /** What it says of its length, where that is not true. */
  readonly length?: number;
}

function chunk(name: string, bytes: Buffer, length = bytes.length): Chunk {
  return { name, bytes, length };
}

/** A RIFF file of these chunks, each at an even place. */
function riff(chunks: readonly Chunk[], form = 'WAVE', magic = 'RIFF'): Buffer {
  const parts = chunks.map(({ name, bytes, length = bytes.length }) => {
    const head = Buffer.alloc(8);
    head.write(name, 'latin1');
    head.writeUInt32LE(length, 4);
    return Buffer.concat([head, bytes, Buffer.alloc(bytes.length % 2)]);
  });
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(12);
  head.write(magic, 'latin1');
  head.writeUInt32LE(4 + body.length, 4);
  head.write(form, 8, 'latin1');
  return Buffer.concat([head, body]);
}

function format({ encoding = 1, channels = 1, rate = 16_000, bits = 16, more = 0 } = {}): Chunk {
  const bytes = Buffer.alloc(16 + more);
  bytes.writeUInt16LE(encoding, 0);
  bytes.writeUInt16LE(channels, 2);
  bytes.writeUInt32LE(rate, 4);
  bytes.writeUInt16LE(bits, 14);
  return chunk('fmt ', bytes);
}
const samples = (seconds: number, length?: number) => chunk('data', Buffer.alloc(32_000 * seconds), length);

const PLAYED: [what: string, wav: Buffer, seconds: number][] = [
  ['the silence of the vectors', SILENCE, 8 / 32_000],
  ['a second', riff([format(), samples(1)]), 1],
  ['half a second', riff([format(), samples(0.5)]), 0.5],
  ['no sample at all', riff([format(), samples(0)]), 0],
  ['a longer description of its format', riff([format({ more: 2 }), samples(1)]), 1],
  ['a title of an odd length before it', riff([chunk('LIST', Buffer.alloc(7)), format(), samples(1)]), 1],
  ['something after its samples', riff([format(), samples(1), chunk('id3 ', Buffer.alloc(9))]), 1],
];
const REFUSED: [what: string, bytes: Buffer][] = [
  ['nothing', Buffer.alloc(0)],
  ['RIFF alone', Buffer.from('RIFF')],
  ['another RIFF file', riff([format(), samples(1)], 'AVI ')],
  ['a WAVE that is no RIFF', riff([format(), samples(1)], 'WAVE', 'RIFX')],
  ['a file without a format', riff([samples(1)])],
  ['a format that comes too late', riff([samples(1), format()])],
  ['a file without samples', riff([format()])],
  ['a format that is too short', riff([chunk('fmt ', format().bytes.subarray(0, 14)), samples(1)])],
  ['a format that is cut off', riff([format()]).subarray(0, 30)],
  ['a chunk that ends behind the file', riff([chunk('LIST', Buffer.alloc(4), 5000), format(), samples(1)])],
];
const OTHERS: [got: string, wav: Buffer][] = [
  ['8000 Hz, 16 bit, 1 channel', riff([format({ rate: 8000 }), samples(1)])],
  ['16000 Hz, 8 bit, 1 channel', riff([format({ bits: 8 }), samples(1)])],
  ['16000 Hz, 16 bit, 2 channels', riff([format({ channels: 2 }), samples(1)])],
  ['16000 Hz, 16 bit, 1 channel', riff([format({ encoding: 3 }), samples(1)])],
];

function play(audio: unknown) {
  const context = { sessionId: SESSION.id, country: 'DE', warn: () => undefined } as const;
  return parseAiFlowAnswer({ action: 'audio', audio }, context).actions[0];
}

describe('A sound of a voice assistant', () => {
  for (const [what, wav, seconds] of PLAYED)
    it(`is played as it is: ${what}`, () => {
      should(assistantWavDuration(wav)).equal(seconds);
      should(play(wav)).have.property('audio', wav.toString('base64'));
    });

  for (const [what, bytes] of REFUSED)
    it(`is not ${what}`, () => {
      should(assistantWavDuration(bytes)).equal(undefined);
      should(() => play(bytes)).throw(
        `\`audio\` must be a WAV, got a buffer of ${bytes.length} bytes. sipgate plays WAV files only: PCM, 16 bit, mono, 16 kHz.`,
      );
    });

  for (const [got, wav] of OTHERS)
    it(`is not one of another format: ${got}`, () => {
      should(assistantWavDuration(wav)).equal(undefined);
      should(() => play(wav)).throw(
        `\`audio\` must be PCM of 16000 Hz, 16 bit, 1 channel, got ${got}. sipgate plays WAV files only: PCM, 16 bit, mono, 16 kHz.`,
      );
    });

  for (const length of [32_002, 0xffffffff])
    it(`is mended where it announces ${length} bytes and has fewer`, () => {
      should(assistantWavDuration(riff([format(), samples(1, length)]))).equal(undefined);
    });

  it('may be a part of a larger buffer', () => {
    const large = Buffer.concat([Buffer.from('before'), SILENCE, Buffer.from('after')]);
    const part = new Uint8Array(large.buffer, large.byteOffset + 6, SILENCE.length);
    should(play(part)).have.property('audio', SILENCE.toString('base64'));
    should(assistantWavDuration(part)).equal(8 / 32_000);
  });

  for (const [what, audio] of [
    ['undefined', undefined],
    ['null', null],
    ['an empty text', ''],
  ] as const)
    it(`is missing where it is ${what}`, () => {
      should(() => play(audio)).throw('`audio` is missing. Give a sound as a Buffer, or the path of a file.');
    });

  it('is bytes, whoever reads them from files', () => {
    should(() => play('hello.wav')).throw('`audio` must be a sound, got "hello.wav". Give it as a Buffer.');
  });
});
