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
export function createTally(options: TallyOptions): SpendingTally {
  return new Tally(options);
}

class Tally implements SpendingTally {
  readonly #dayOf: (ms: number) => string;
  readonly #store: DayCountStore;
  #minute: readonly Counted[] = [];
  #today: DayCount = { day: '', count: 0 };
  /** The store is used from the first limit of the day on. */
  #loading: Promise<void> | undefined;
  #isUnsaved = false;

  constructor({ dayOf, store = NO_STORE }: TallyOptions) {
    this.#dayOf = dayOf;
    this.#store = store;
  }

  async count(limits: SpendingLimits, now: () => number, onWarning: OnWarning): Promise<Counted> {
    const { maxPerMinute = Infinity, maxPerDay = Infinity } = limits;
    if (maxPerDay !== Infinity) this.#loading ??= this.#load(onWarning);
    await this.#loading;
    const at = now();
    const counted = { at, day: this.#dayOf(at) };
    // a clock that was set back has entries of the future
    this.#minute = this.#minute.filter((entry) => entry.at <= at && at - entry.at < MINUTE_MS);
    if (this.#today.day !== counted.day) this.#today = { day: counted.day, count: 0 };
    this.#refuseBeyond(maxPerMinute, maxPerDay, at);
    if (maxPerMinute !== Infinity) this.#minute = [...this.#minute, counted];
    await this.#add(1, onWarning);
    return counted;
  }

  async giveBack(counted: Counted, onWarning: OnWarning): Promise<void> {
    await this.#loading;
    this.#minute = this.#minute.filter((entry) => entry !== counted);
    if (this.#today.day === counted.day) await this.#add(-1, onWarning);
  }

  #refuseBeyond(maxPerMinute: number, maxPerDay: number, now: number): void {
    const { length } = this.#minute;
    if (length >= maxPerMinute)
      throw minuteIsFull(maxPerMinute, freeInMs(this.#minute[length - maxPerMinute], now));
    if (this.#today.count >= maxPerDay) throw dayIsFull(maxPerDay);
  }

  async #add(more: number, onWarning: OnWarning): Promise<void> {
    this.#today = { ...this.#today, count: this.#today.count + more };
    if (this.#loading === undefined) return;
    try {
      await this.#store.save(this.#today);
      this.#isUnsaved = false;
    } catch (error) {
      const why = messageOf(error);
      if (!this.#isUnsaved)
        onWarning(`The count of the day cannot be stored (${why}): a restart begins at zero. ${LOOK}`);
      this.#isUnsaved = true;
    }
  }

  async #load(onWarning: OnWarning): Promise<void> {
    try {
      const stored = await this.#store.load();
      if (this.#today.day === '') this.#today = stored ?? this.#today;
      // what was counted before the day was limited stands in memory only
      else if (stored?.day === this.#today.day)
        this.#today = { ...stored, count: stored.count + this.#today.count };
    } catch (error) {
      onWarning(`The count of the day cannot be read (${messageOf(error)}), so it begins at zero. ${LOOK}`);
    }
  }
}

const LOOK = "Check the space and the permissions of Node-RED's user directory.";

/** @param leaving the last that has to leave: of a limit that was lowered, it is not the oldest */
function freeInMs(leaving: Counted | undefined, now: number): number | undefined {
  return leaving && leaving.at + MINUTE_MS - now;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown reason';
}
