import type { Timing } from '../timing';
import { checkPrefix, type Expense, type SpendingLimits } from './limits';
import type { SpendingTally } from './tally';

/** What holds an account to its limits. */
export interface SpendingGuard {
  readonly limits: SpendingLimits;
  /** Its counts, which outlive the client. */
  readonly tally: SpendingTally;
}

/** What spending takes. */
interface Surroundings {
  readonly timing: Timing;
  /** Makes the closing of the client wait for work. */
  readonly hold: <T>(work: Promise<T>) => Promise<T>;
  /** Hears of a count that cannot be kept. */
  readonly onWarning: (message: string) => void;
}

/**
 * Counts an expense before the task, and gives it back when the task ends without having called `carriedOut`.
 * @param guard without one, nothing is limited
 * @param task calls `carriedOut` when sipgate has carried it out, or may have
 * @returns what the task returns
 * @throws SipgateError `INVALID_INPUT` for a number that does not begin as allowed, `RATE_LIMITED` at a limit, both before
 *   the task; and what the task throws
 */
export async function spend<T>(
  guard: SpendingGuard | undefined,
  expense: Expense,
  task: (carriedOut: () => void) => Promise<T>,
  { timing, hold, onWarning }: Surroundings,
): Promise<T> {
  if (guard === undefined) return task(() => {});
  const { limits, tally } = guard;
  checkPrefix(limits, expense);
  const counted = await hold(tally.count(limits, timing.now, onWarning));
  let isCarriedOut = false;
  try {
    return await task(() => (isCarriedOut = true));
  } finally {
    if (!isCarriedOut) await hold(tally.giveBack(counted, onWarning));
  }
}
