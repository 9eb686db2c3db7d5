import { dayIsFull, minuteIsFull, type SpendingLimits } from './limits';

/** How many SMS, faxes and calls there were on a day. */
export interface DayCount {
  /** `2026-01-31` */
  readonly day: string;
  readonly count: number;
}

/** Keeps the day's count over restarts. */
export interface DayCountStore {
  load(): Promise<DayCount | undefined>;
  /** Resolves when the end of the process does not undo it. */
  save(count: DayCount): Promise<void>;
}

/** One that was counted. */
export interface Counted {
  /** ms since 1970 */
  readonly at: number;
  readonly day: string;
}

/** The counts of one account. There is one for all its clients: that of before a deploy and that of after it. */
export interface SpendingTally {
  /**
   * Counts one more. Where the day is limited, its count is stored before this resolves.
   * @param now gives ms since 1970
   * @throws SipgateError `RATE_LIMITED` when that were one too many
   */
  count(limits: SpendingLimits, now: () => number, onWarning: OnWarning): Promise<Counted>;
  /** Takes one back that was not carried out. */
  giveBack(counted: Counted, onWarning: OnWarning): Promise<void>;
}

type OnWarning = (message: string) => void;

interface TallyOptions {
  /** @returns the day of a moment, `2026-01-31`; for a moment in ms since 1970 */
  readonly dayOf: (ms: number) => string;
  /** Without it a restart begins anew. */
  readonly store?: DayCountStore;
}

const MINUTE_MS = 60_000;
const NO_STORE: DayCountStore = { load: async () => undefined, save: async () => {} };

/** @returns counts that begin at zero, but for what the store holds of today */
export function createTally({ dayOf, store = NO_STORE }: TallyOptions): SpendingTally {
  let minute: readonly Counted[] = [];
  let today: DayCount = { day: '', count: 0 };
  /** The store is used from the first limit of the day on. */
  let loading: Promise<void> | undefined;
  let isUnsaved = false;

  async function load(onWarning: OnWarning): Promise<void> {
    try {
      const stored = await store.load();
      if (today.day === '') today = stored ?? today;
      // what was counted before the day was limited stands in memory only
      else if (stored?.day === today.day) today = { ...today, count: stored.count + today.count };
    } catch (error) {
      onWarning(`The count of the day cannot be read (${messageOf(error)}), so it begins at zero. ${LOOK}`);
    }
  }

  async function save(onWarning: OnWarning): Promise<void> {
    try {
      await store.save(today);
      isUnsaved = false;
    } catch (error) {
      const why = messageOf(error);
      if (!isUnsaved)
        onWarning(`The count of the day cannot be stored (${why}): a restart begins at zero. ${LOOK}`);
      isUnsaved = true;
    }
  }

  return {
    async count({ maxPerMinute = Infinity, maxPerDay = Infinity }, now, onWarning) {
      if (maxPerDay !== Infinity) loading ??= load(onWarning);
      await loading;
      const at = now();
      const counted = { at, day: dayOf(at) };
      // a clock that was set back has entries of the future
      minute = minute.filter((entry) => entry.at <= at && at - entry.at < MINUTE_MS);
      if (today.day !== counted.day) today = { day: counted.day, count: 0 };
      if (minute.length >= maxPerMinute)
        throw minuteIsFull(maxPerMinute, freeInMs(minute[minute.length - maxPerMinute], at));
      if (today.count >= maxPerDay) throw dayIsFull(maxPerDay);
      if (maxPerMinute !== Infinity) minute = [...minute, counted];
      today = { ...today, count: today.count + 1 };
      if (loading !== undefined) await save(onWarning);
      return counted;
    },
    async giveBack(counted, onWarning) {
      await loading;
      minute = minute.filter((entry) => entry !== counted);
      if (today.day !== counted.day) return;
      today = { ...today, count: today.count - 1 };
      if (loading !== undefined) await save(onWarning);
    },
  };
}

const LOOK = "Check the space and the permissions of Node-RED's user directory.";

/** @param leaving the last that has to leave: of a limit that was lowered, it is not the oldest */
function freeInMs(leaving: Counted | undefined, now: number): number | undefined {
  return leaving && leaving.at + MINUTE_MS - now;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown reason';
}
