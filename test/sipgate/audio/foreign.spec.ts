import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { convertSound, isCancelled } from '../../../sipgate/index';
import { decibels, levelAt, makeWav, middleOf, samplesOf } from './wav-files';
import { removeFolder } from '../../remove-folder';

const TONE_HZ = 600;
const AMPLITUDE = 0.4;

/** The tone in another format, as Debian's ffmpeg makes it. */
function encoded(folder: string, name: string, options: readonly string[] = []): Buffer {
  const source = join(folder, 'tone.wav');
  const sample = (time: number) => AMPLITUDE * Math.sin(2 * Math.PI * TONE_HZ * time);
  writeFileSync(source, makeWav({ rate: 44_100, channels: 2, duration: 1, sample }));
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-i', source, ...options, join(folder, name)]);
  return readFileSync(join(folder, name));
}

async function errorOf(work: Promise<unknown>): Promise<Error & { code: string; field?: string }> {
  return work.then(
    () => {
      throw new Error('it succeeded');
    },
    (error: unknown) => error as Error & { code: string },
  );
}

describe('A sound that is no WAV', () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'formats-'))));
  after(() => removeFolder(folder));

  for (const [name, options] of [
    ['tone.mp3', ['-id3v2_version', '3']],
    ['bare.mp3', ['-id3v2_version', '0', '-write_xing', '0']],
    ['tone.ogg', ['-c:a', 'libvorbis']],
    ['tone.opus', ['-c:a', 'libopus']],
    ['tone.flac', []],
    ['tone.m4a', ['-c:a', 'aac']],
    ['tone.aac', ['-c:a', 'aac']],
    ['tone.aiff', []],
    ['tone.au', []],
    ['tone.webm', ['-c:a', 'libopus']],
    ['adpcm.wav', ['-c:a', 'adpcm_ima_wav']],
  ] as const)
    it(`is read by ffmpeg: ${name}`, async () => {
      const { wav, duration } = await convertSound(encoded(folder, name, options), { rate: 8000 });
      duration.should.be.approximately(1, 0.15);
      const level = levelAt(middleOf(samplesOf(wav)), TONE_HZ, 8000);
      decibels(level / (AMPLITUDE / Math.SQRT2)).should.be.within(-1, 1);
    });

  it('leaves nothing behind on the disk', async () => {
    const mp3 = encoded(folder, 'tone.mp3');
    const own = mkdtempSync(join(folder, 'tmp-'));
    const before = process.env['TMPDIR'];
    process.env['TMPDIR'] = own;
    await convertSound(mp3, { rate: 8000 });
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
    readdirSync(own).should.deepEqual([]);
  });

  it('says what it is and what to do where ffmpeg is not installed', async () => {
    const mp3 = encoded(folder, 'tone.mp3');
    const path = process.env['PATH'];
    process.env['PATH'] = folder;
    const error = await errorOf(convertSound(mp3, { rate: 8000 })).finally(
      () => (process.env['PATH'] = path),
    );
    error.code.should.equal('INVALID_INPUT');
    error.message.should.equal(
      '`announcement` is MP3, which takes ffmpeg, and ffmpeg is not installed. Install it (apt install ffmpeg), or give a WAV file.',
    );
  });

  it('that ffmpeg cannot read is refused with its words', async () => {
    const error = await errorOf(convertSound(Buffer.from('fLaC and nothing more'), { rate: 8000 }));
    error.code.should.equal('INVALID_INPUT');
    error.message.should.match(
      /^`announcement` is FLAC that ffmpeg cannot read \(.+\)\. Give another file\.$/,
    );
  });

  it('that is a playlist never has ffmpeg read other files', async () => {
    const secret = join(folder, 'tone.wav');
    for (const list of [`ffconcat version 1.0\nfile ${secret}\n`, `#EXTM3U\n#EXTINF:1,\n${secret}\n`])
      (await errorOf(convertSound(Buffer.from(list), { rate: 8000 }))).message.should.containEql(
        'got a text',
      );
  });

  it('is given up at a deploy', async () => {
    const stopping = new AbortController();
    const work = convertSound(encoded(folder, 'tone.mp3'), { rate: 8000, signal: stopping.signal });
    stopping.abort();
    isCancelled(await errorOf(work)).should.be.true();
  });
});

describe('What is no sound', () => {
  const REMEDY = 'Give the bytes of a WAV file, or of MP3, Ogg, FLAC or M4A.';
  for (const [bytes, words] of [
    [Buffer.alloc(0), 'nothing'],
    [Buffer.from('<!DOCTYPE html><html>'), 'a web page'],
    [Buffer.from('%PDF-1.7'), 'a PDF'],
    [Buffer.from('\x89PNG\r\n', 'latin1'), 'a picture'],
    [Buffer.from('Grüß Gott'), 'a text'],
    [Buffer.from([0, 1, 2, 3, 4, 5, 6, 7]), '8 bytes that are no sound'],
  ] as const)
    it(`is named: ${words}`, async () => {
      const error = await errorOf(convertSound(bytes, { rate: 8000, field: 'file' }));
      error.should.containEql({ code: 'INVALID_INPUT', field: 'file' });
      error.message.should.equal(`\`file\` must be a sound, got ${words}. ${REMEDY}`);
    });

  it('may be no bytes at all', async () => {
    (await errorOf(convertSound('hello', { rate: 8000 }))).message.should.equal(
      '`announcement` must be a Buffer with a sound, got "hello". A Read File node makes one.',
    );
    (await errorOf(convertSound(undefined, { rate: 8000 }))).message.should.containEql('is missing');
  });
});

describe('A WAV file that cannot be played', () => {
  const silence = () => 0;
  const refused = async (file: Buffer) => (await errorOf(convertSound(file, { rate: 8000 }))).message;

  it('is empty', async () => {
    (await refused(makeWav({ rate: 8000, duration: 0, sample: silence }))).should.equal(
      '`announcement` is a broken sound: it holds no sound. Give another file.',
    );
  });

  it('has lost its format or its data', async () => {
    const file = makeWav({ rate: 8000, duration: 0.1, sample: silence });
    (await refused(file.subarray(0, 36))).should.containEql('it holds no sound');
    (await refused(file.subarray(0, 12))).should.containEql('its format is missing');
  });

  it('has too many channels, or an odd rate', async () => {
    (await refused(makeWav({ rate: 8000, channels: 9, duration: 0.1, sample: silence }))).should.equal(
      '`announcement` has 9 channels. Give at most 8.',
    );
    (await refused(makeWav({ rate: 3999, duration: 0.1, sample: silence }))).should.equal(
      '`announcement` has 3999 Hz. Give 4000 to 192000 Hz.',
    );
  });

  it('is longer than ten minutes, or than 50 MiB', async () => {
    (await refused(makeWav({ rate: 4000, bits: 8, duration: 601, sample: silence }))).should.equal(
      '`announcement` lasts 601 s. Give at most 10 minutes.',
    );
    (await refused(Buffer.alloc(50 * 1024 * 1024 + 1))).should.equal(
      '`announcement` has 51 MiB. Give at most 50 MiB.',
    );
  });

  it('is cut off: what is there is played', async () => {
    const file = makeWav({ rate: 8000, duration: 1, sample: silence });
    (await convertSound(file.subarray(0, 44 + 8001), { rate: 8000 })).duration.should.equal(0.5);
  });
});

describe('A long conversion', () => {
  it('lets others work, and ends at a deploy', async () => {
    const file = makeWav({
      rate: 48_000,
      channels: 2,
      duration: 20,
      sample: (time) => Math.sin(3000 * time),
    });
    let turns = 0;
    const count = setInterval(() => (turns += 1), 0);
    await convertSound(file, { rate: 8000 });
    clearInterval(count);
    turns.should.be.above(1);
    const stopping = new AbortController();
    setTimeout(() => stopping.abort(), 1);
    isCancelled(await errorOf(convertSound(file, { rate: 8000, signal: stopping.signal }))).should.be.true();
  });
});
