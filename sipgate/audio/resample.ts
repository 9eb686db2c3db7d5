import type { Samples } from './samples';

/** A low-pass filter: what it lets through, and from where on nothing is left; Hz. */
export interface LowPass {
  readonly pass: number;
  readonly stop: number;
}

/** dB by which a filter weakens what it stops: 16 bits of a telephone carry no more. */
const ATTENUATION_DB = 60;
/** Kaiser's formulas for that attenuation (Oppenheim and Schafer, Discrete-Time Signal Processing, 7.5). */
const BETA = 0.1102 * (ATTENUATION_DB - 8.7);
const WIDTH = (ATTENUATION_DB - 7.95) / 2.285;
/** Places between two samples for which there are coefficients; a rate that needs more takes the nearest one. */
const MOST_PHASES = 1024;

/** Share of the highest frequency which a sound keeps unchanged. */
const KEPT = 0.9;

/**
 * The sound at another rate. In two steps, which cost a third of one: a short filter brings it to twice the rate and keeps
 * away what would fold below the highest frequency, a sharp one takes the rest and every other sample.
 * @param rate Hz
 */
export function resampled(source: Samples, rate: number): Samples {
  if (source.rate === rate) return source;
  const doubled = atRate(source, 2 * rate, { pass: rate / 2, stop: (3 * rate) / 2 });
  const highest = Math.min(rate, source.rate) / 2;
  return atRate(doubled, rate, { pass: KEPT * highest, stop: highest });
}

function atRate(source: Samples, rate: number, filter: LowPass): Samples {
  if (source.rate === rate) return source;
  const divisor = greatestCommonDivisor(rate, source.rate);
  const [up, down] = [rate / divisor, source.rate / divisor];
  const bank = createFilterBank(filter, source.rate, Math.min(up, MOST_PHASES));
  let scratch = new Float32Array(0);
  return {
    rate,
    length: Math.max(1, Math.round((source.length * up) / down)),
    read(from, into) {
      const start = Math.floor((from * down) / up) - bank.before;
      const needed = Math.floor(((from + into.length) * down) / up) - start + bank.taps + 1;
      if (scratch.length < needed) scratch = new Float32Array(needed);
      const heard = scratch.subarray(0, needed);
      source.read(start, heard);
      for (let index = 0; index < into.length; index += 1) {
        const place = (from + index) * down;
        const whole = Math.floor(place / up);
        const phase = Math.round(((place - whole * up) * bank.phases) / up);
        into[index] = weigh(heard, whole - bank.before - start, bank, phase);
      }
    },
  };
}

/** The filter's coefficients for each place between two samples. */
interface FilterBank {
  readonly phases: number;
  /** How many coefficients a place has. */
  readonly taps: number;
  /** How many of the weighed samples stand before the place. */
  readonly before: number;
  /** One place after the other, and the first once more behind the last, one sample on. */
  readonly coefficients: Float32Array;
}

function createFilterBank({ pass, stop }: LowPass, rate: number, phases: number): FilterBank {
  const width = WIDTH / ((2 * Math.PI * (stop - pass)) / rate);
  const half = Math.max(1, Math.ceil((width + 1) / 2));
  const taps = 2 * half + 1;
  const cutoff = (pass + stop) / rate; // twice the cut-off frequency in cycles per sample
  const coefficients = new Float32Array((phases + 1) * taps);
  for (let phase = 0; phase <= phases; phase += 1) {
    const row = coefficients.subarray(phase * taps, (phase + 1) * taps);
    for (let tap = 0; tap < taps; tap += 1) {
      const distance = phase / phases + half - tap;
      row[tap] = cutoff * sinc(cutoff * distance) * kaiser(distance / (half + 1));
    }
  }
  return { phases, taps, before: half, coefficients };
}

/** Four sums at once: the processor need not wait for one to be ready, which halves the time. */
function weigh(heard: Float32Array, at: number, { taps, coefficients }: FilterBank, phase: number): number {
  const row = phase * taps;
  let one = 0;
  let two = 0;
  let three = 0;
  let four = 0;
  let tap = 0;
  for (; tap + 3 < taps; tap += 4) {
    one += (heard[at + tap] as number) * (coefficients[row + tap] as number);
    two += (heard[at + tap + 1] as number) * (coefficients[row + tap + 1] as number);
    three += (heard[at + tap + 2] as number) * (coefficients[row + tap + 2] as number);
    four += (heard[at + tap + 3] as number) * (coefficients[row + tap + 3] as number);
  }
  for (; tap < taps; tap += 1) one += (heard[at + tap] as number) * (coefficients[row + tap] as number);
  return one + two + three + four;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** @param x from -1 to 1; outside there is nothing */
function kaiser(x: number): number {
  return Math.abs(x) >= 1 ? 0 : bessel(BETA * Math.sqrt(1 - x * x)) / bessel(BETA);
}

/** The modified Bessel function of the first kind and order 0, by its power series. */
function bessel(x: number): number {
  let [sum, term] = [1, 1];
  for (let k = 1; term > 1e-12 * sum; k += 1) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

function greatestCommonDivisor(a: number, b: number): number {
  let [high, low] = [a, b];
  while (low !== 0) [high, low] = [low, high % low];
  return high;
}
