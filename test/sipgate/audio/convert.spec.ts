import fc from 'fast-check';
import { convertSound } from '../../../sipgate/index';
import { CORPUS, TONE_HZ, AMPLITUDE } from './corpus';
import { decibels, levelAt, levelOf, makeWav, middleOf, samplesOf, type TestFile } from './wav-files';

const RATES = [8000, 16_000] as const;

const sine = (frequency: number, amplitude: number) => (time: number) =>
  amplitude * Math.sin(2 * Math.PI * frequency * time);

/** Whatever went in: WAV, PCM, 16 bit, mono, at the rate that was asked for, and nothing else in the file. */
function expectPlain(wav: Buffer, rate: number): void {
  wav.toString('latin1', 0, 4).should.equal('RIFF');
  wav.readUInt32LE(4).should.equal(wav.length - 8);
  wav.toString('latin1', 8, 16).should.equal('WAVEfmt ');
  [wav.readUInt32LE(16), wav.readUInt16LE(20), wav.readUInt16LE(22)].should.deepEqual([16, 1, 1]);
  [wav.readUInt32LE(24), wav.readUInt32LE(28)].should.deepEqual([rate, 2 * rate]);
  [wav.readUInt16LE(32), wav.readUInt16LE(34)].should.deepEqual([2, 16]);
  wav.toString('latin1', 36, 40).should.equal('data');
  wav.readUInt32LE(40).should.equal(wav.length - 44);
}

describe('Any WAV file becomes what sipgate plays', () => {
  CORPUS.length.should.be.aboveOrEqual(60);

  for (const { name, file } of CORPUS)
    for (const rate of RATES)
      it(`${name}, at ${rate} Hz`, async () => {
        const { wav, duration } = await convertSound(file, { rate });
        expectPlain(wav, rate);
        const samples = samplesOf(wav);
        duration.should.equal(samples.length / rate);
        duration.should.be.approximately(0.4, 0.001);
        const middle = middleOf(samples);
        decibels(levelAt(middle, TONE_HZ, rate) / (AMPLITUDE / Math.SQRT2)).should.be.within(-0.2, 0.2);
        // all that is heard is the tone: eight bits and the laws of telephones add a little noise
        decibels(levelOf(middle) / (AMPLITUDE / Math.SQRT2)).should.be.within(-0.2, 0.2);
      });

  it('keeps the samples of a file that is right already', async () => {
    const file = makeWav({ rate: 8000, duration: 0.5, sample: (time) => Math.sin(1e9 * time) });
    (await convertSound(file, { rate: 8000 })).wav.should.deepEqual(file);
  });

  it('keeps silence, and what is on one side of it', async () => {
    for (const level of [0, 0.5, -0.5]) {
      const { wav } = await convertSound(makeWav({ rate: 44_100, duration: 0.2, sample: () => level }), {
        rate: 8000,
      });
      for (const sample of middleOf(samplesOf(wav))) sample.should.be.approximately(level, 0.001);
    }
  });

  it('takes the bytes of a typed array, too', async () => {
    const file = makeWav({ rate: 8000, duration: 0.1, sample: sine(440, 0.5) });
    (await convertSound(Uint8Array.from(file), { rate: 8000 })).wav.should.deepEqual(file);
  });
});

describe('A tone', () => {
  const convertTone = async (frequency: number, rate: number, to: 8000 | 16_000) => {
    const file = makeWav({ rate, duration: 0.3, sample: sine(frequency, 0.5) });
    return middleOf(samplesOf((await convertSound(file, { rate: to })).wav));
  };

  it('keeps its pitch and its level, whatever the rate of its file', async () => {
    for (const rate of [11_025, 16_000, 22_050, 32_000, 44_100, 48_000, 96_000, 192_000])
      for (const frequency of [100, 300, 1000, 2000, 3000, 3400, 3500]) {
        const level = levelAt(await convertTone(frequency, rate, 8000), frequency, 8000);
        decibels(level / (0.5 / Math.SQRT2)).should.be.within(-1, 1, `${frequency} Hz at ${rate} Hz`);
      }
  });

  it('above 4 kHz is weakened by 40 dB and more, and does not come back as another', async () => {
    for (const rate of [11_025, 12_000, 16_000, 22_050, 32_000, 44_100, 48_000, 96_000, 192_000])
      for (const frequency of [4001, 4100, 4500, 5000, 6000, 7000, 9000, 12_000, 15_500, 17_000, 20_000]) {
        if (frequency >= rate / 2) continue;
        const level = levelOf(await convertTone(frequency, rate, 8000));
        decibels(level / (0.5 / Math.SQRT2)).should.be.below(-40, `${frequency} Hz at ${rate} Hz`);
      }
  });

  it('of a slow file gets no mirror image in the upper half of what a telephone carries', async () => {
    for (const rate of [4000, 5000, 6000, 7350])
      for (const frequency of [500, 1000, 0.44 * rate]) {
        const samples = await convertTone(frequency, rate, 8000);
        const [all, tone] = [levelOf(samples), levelAt(samples, frequency, 8000)];
        decibels(tone / (0.5 / Math.SQRT2)).should.be.within(-1, 1, `${frequency} Hz at ${rate} Hz`);
        decibels(Math.sqrt(Math.abs(all ** 2 - tone ** 2)) / all).should.be.below(-35);
      }
  });

  it('keeps up to 7 kHz for an assistant, and nothing above 8', async () => {
    for (const rate of [22_050, 44_100, 48_000]) {
      const kept = levelAt(await convertTone(7000, rate, 16_000), 7000, 16_000);
      decibels(kept / (0.5 / Math.SQRT2)).should.be.within(-1, 1);
      decibels(levelOf(await convertTone(9000, rate, 16_000)) / (0.5 / Math.SQRT2)).should.be.below(-40);
    }
  });
});

describe('A loud sound', () => {
  it('is made quieter as a whole instead of being clipped', async () => {
    const sample = sine(300, 4);
    const { wav } = await convertSound(makeWav({ rate: 44_100, encoding: 'float', duration: 0.3, sample }), {
      rate: 8000,
    });
    const samples = middleOf(samplesOf(wav));
    decibels(levelAt(samples, 300, 8000) / Math.SQRT1_2).should.be.within(-1, 0.1);
    decibels(levelAt(samples, 900, 8000)).should.be.below(-60, 'clipping would add the third harmonic');
  });

  it('that a filter makes louder still is not clipped either', async () => {
    const sample = (time: number) => (Math.sin(2 * Math.PI * 700 * time) >= 0 ? 1 : -1);
    const { wav } = await convertSound(makeWav({ rate: 48_000, duration: 0.3, sample }), { rate: 8000 });
    const samples = samplesOf(wav);
    const peaks = samples.filter((value) => Math.abs(value) > 0.9999).length;
    peaks.should.be.below(20, 'only the highest peaks reach full scale');
  });

  it('may hold what is no number', async () => {
    const sample = (time: number) =>
      time === 0.1 ? NaN : time === 0.2 ? Infinity : 0.1 * Math.sin(3000 * time);
    const { wav } = await convertSound(makeWav({ rate: 8000, encoding: 'float', duration: 0.3, sample }), {
      rate: 8000,
    });
    levelOf(samplesOf(wav)).should.be.approximately(0.1 / Math.SQRT2, 0.01);
  });
});

describe('Whatever the format', () => {
  const files = fc.record({
    rate: fc.integer({ min: 4000, max: 192_000 }),
    channels: fc.integer({ min: 1, max: 8 }),
    format: fc.constantFrom<Pick<TestFile, 'encoding' | 'bits'>>(
      { bits: 16 },
      { bits: 24 },
      { bits: 32 },
      { encoding: 'float', bits: 32 },
      { encoding: 'float', bits: 64 },
    ),
    isExtensible: fc.boolean(),
    amplitude: fc.double({ min: 0.05, max: 0.99, noNaN: true }),
    share: fc.double({ min: 0.02, max: 0.85, noNaN: true }),
    to: fc.constantFrom(...RATES),
  });

  it('a tone stays that tone', async function () {
    this.timeout(60_000);
    const check = fc.asyncProperty(
      files,
      async ({ rate, channels, format, isExtensible, amplitude, share, to }) => {
        const frequency = (share * Math.min(rate, to)) / 2;
        const sample = sine(frequency, amplitude);
        const file = makeWav({ rate, channels, isExtensible, ...format, duration: 0.15, sample });
        const { wav } = await convertSound(file, { rate: to });
        expectPlain(wav, to);
        const middle = middleOf(samplesOf(wav));
        decibels(levelAt(middle, frequency, to) / (amplitude / Math.SQRT2)).should.be.within(-1, 1);
      },
    );
    await fc.assert(check, { numRuns: 100 });
  });

  it('rubbish is refused, and never breaks anything', async function () {
    this.timeout(60_000);
    const wav = makeWav({ rate: 8000, duration: 0.01, sample: sine(440, 0.5) });
    const bytes = fc
      .array(fc.record({ at: fc.nat(wav.length - 1), value: fc.nat(255) }), { minLength: 1, maxLength: 8 })
      .map((changes) => {
        const changed = Buffer.from(wav);
        for (const { at, value } of changes) changed[at % 60] = value;
        return changed;
      });
    const check = fc.asyncProperty(fc.oneof(bytes, fc.uint8Array({ maxLength: 200 })), async (input) => {
      const outcome = await convertSound(input, { rate: 8000 }).catch(
        (error: unknown) => error as { code: string },
      );
      if ('wav' in outcome) expectPlain(outcome.wav, 8000);
      else outcome.code.should.equal('INVALID_INPUT');
    });
    await fc.assert(check, { numRuns: 500 });
  });
});
