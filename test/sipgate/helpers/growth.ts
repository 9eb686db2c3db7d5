import { SipgateError } from '../../../sipgate/index';

/** The larger input is so many times the smaller one. */
const TIMES = 8;
/** Linear work grows 8-fold, quadratic 64-fold; between them there is room for a machine that does other things, too. */
const MOST_GROWTH = 24;
const ROUNDS = 3;
const MOST_ATTEMPTS = 3;
/** ms; what takes less is lost among compilations and collections. */
const LEAST_MS = 2;

/**
 * Does work of one size and of 8 times that size, and takes the least processor time of three rounds of each, so that
 * neither another process nor a garbage collection decides.
 * @param size of the smaller input, so large that quadratic work on the other would take a second or so
 * @param work does something with an input of this size; it may refuse it (SipgateError), as long as that is quick
 * @throws an assertion error when the larger takes more than 24 times as long, and what else `work` throws
 */
export async function shouldGrowLinearly(size: number, work: (size: number) => unknown): Promise<void> {
  await done(() => work(size));
  for (let attempt = 1; ; attempt += 1) {
    const small = await leastCpu(() => work(size));
    const large = await leastCpu(() => work(size * TIMES));
    const growth = large / Math.max(small, LEAST_MS);
    // one that grows with the square does so each time
    if (growth >= MOST_GROWTH && attempt < MOST_ATTEMPTS) continue;
    growth.should.be.below(MOST_GROWTH, `${small.toFixed(1)} ms became ${large.toFixed(1)} ms`);
    return;
  }
}

/** @returns ms of processor time */
async function leastCpu(work: () => unknown): Promise<number> {
  let least = Infinity;
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = process.cpuUsage();
    await done(work);
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}

async function done(work: () => unknown): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof SipgateError)) throw error;
  }
}
