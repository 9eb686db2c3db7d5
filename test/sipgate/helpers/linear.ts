/** How much larger the second size is. */
const FACTOR = 8;
/** A quadratic one takes 64 times as long; the rest is room for a busy machine. */
const MOST_GROWTH = 28;
/** Below it a measurement says nothing. */
const LEAST_MS = 0.5;
const TRIES = 5;

/**
 * Runs work on an input of a size and on one that is eight times as large, and fails when the time it takes the
 * processor grows as that of quadratic work does. It asks how time grows, not how much it is, so that it holds on any
 * machine.
 * @param work does it once; it makes its input outside of what is measured
 * @param size of the smaller input, so large that quadratic work on the other would take a second or so
 */
export function shouldBeLinear(work: (size: number) => () => unknown, size: number): void {
  const small = quickest(work(size));
  const large = quickest(work(size * FACTOR));
  const growth = large / Math.max(small, LEAST_MS);
  if (growth > MOST_GROWTH)
    throw new Error(
      `${FACTOR} times the input took ${growth.toFixed(0)} times as long: ${large.toFixed(1)} ms`,
    );
}

function quickest(run: () => unknown): number {
  let best = Infinity;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const before = process.cpuUsage();
    try {
      run();
    } catch {
      // to be refused is fine, as long as it is quick
    }
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1000);
  }
  return best;
}
