import { isCancelled } from '../errors';
import { createBreather } from '../breather';
import type { Country } from '../country';
import { readNumber } from '../number-reading';
import { splitPause } from '../number-text';

/** Somebody who can call. */
export interface Listed {
  readonly numbers: readonly { readonly number: string }[];
}

/** How the directory is filled and kept. */
export interface CallerDirectoryOptions<T extends Listed> {
  /** Reads the whole address book; the directory calls it at most once per refresh. */
  readonly load: () => Promise<readonly T[]>;
  /** Completes national numbers. */
  readonly country: Country;
  /** ms after which the book is read again in the background, when somebody asks. Default 10 min. */
  readonly refreshMs?: number;
  /** So many numbers are kept at most, the first of the book. Default 200,000, some 60 MB. */
  readonly maxNumbers?: number;
  /** @returns ms since any fixed time */
  readonly now?: () => number;
  /** Hears when the book could not be read; the old one stays in use. */
  readonly onError?: (error: unknown) => void;
}

/** Who has which number, known without a request. */
export interface CallerDirectory<T> {
  /**
   * Below 1 ms and without waiting; an old book is read again in the background.
   * @returns who has the number, `null` when nobody has, `undefined` when the book was not read yet
   */
  lookup(number: unknown): T | null | undefined;
  /** Like `lookup`, but waits for the first reading. @throws what the reading threw */
  find(number: unknown): Promise<T | null>;
  /** Says that the book has changed: the next `find` waits for a new reading. */
  invalidate(): void;
}

const REFRESH_MS = 600_000;
/** After a failure, or a change of the book, the next reading in the background is no sooner: no request per call. */
const RETRY_MS = 60_000;
const MOST_NUMBERS = 200_000;

interface Book<T> {
  readonly byNumber: ReadonlyMap<string, T>;
  readonly readAt: number;
}

interface State<T extends Listed> {
  readonly options: CallerDirectoryOptions<T>;
  readonly now: () => number;
  book?: Book<T>;
  /** Changes whenever a reading that is under way would no longer be true. */
  generation: number;
  isOutdated: boolean;
  reading?: Promise<void> | undefined;
  triedAt?: number;
}

/** A directory that is empty until somebody asks, and holds no timer. */
export function createCallerDirectory<T extends Listed>(
  options: CallerDirectoryOptions<T>,
): CallerDirectory<T> {
  const state: State<T> = { options, now: options.now ?? Date.now, generation: 0, isOutdated: false };
  return {
    lookup(number) {
      refreshIfDue(state);
      return state.book && entryOf(state.book, number, options.country);
    },
    async find(number) {
      const key = numberKey(number, options.country);
      if (key === '') return null;
      await readIfOutdated(state);
      refreshIfDue(state);
      return state.book?.byNumber.get(key) ?? null;
    },
    invalidate() {
      state.generation += 1;
      state.isOutdated = true;
    },
  };
}

function entryOf<T>(book: Book<T>, number: unknown, country: Country): T | null {
  const key = numberKey(number, country);
  return key === '' ? null : (book.byNumber.get(key) ?? null);
}

/** @throws what the reading threw, when there is no older book to fall back on */
async function readIfOutdated<T extends Listed>(state: State<T>): Promise<void> {
  // a reading that began before the change tells nothing of it: then once more
  for (let attempt = 0; attempt < 2 && (state.book === undefined || state.isOutdated); attempt += 1) {
    try {
      await read(state);
    } catch (error) {
      if (state.book === undefined) throw error;
      report(state, error);
      return;
    }
  }
}

function refreshIfDue<T extends Listed>(state: State<T>): void {
  if (state.reading !== undefined) return;
  const { refreshMs = REFRESH_MS } = state.options;
  const soon = Math.min(refreshMs, RETRY_MS);
  const sinceTry = state.now() - (state.triedAt ?? -Infinity);
  const age = state.now() - (state.book?.readAt ?? -Infinity);
  const isDue = state.isOutdated || age >= refreshMs;
  if (isDue && sinceTry >= soon) read(state).catch((error: unknown) => report(state, error));
}

function report<T extends Listed>(state: State<T>, error: unknown): void {
  if (!isCancelled(error)) state.options.onError?.(error);
}

/** One reading at a time, shared by all who wait for it. */
function read<T extends Listed>(state: State<T>): Promise<void> {
  state.reading ??= readNow(state).finally(() => (state.reading = undefined));
  return state.reading;
}

async function readNow<T extends Listed>(state: State<T>): Promise<void> {
  const { load, country, maxNumbers = MOST_NUMBERS } = state.options;
  const { generation } = state;
  state.triedAt = state.now();
  const byNumber = await indexByNumber(await load(), country, maxNumbers);
  state.book = { byNumber, readAt: state.now() };
  if (state.generation === generation) state.isOutdated = false;
}

async function indexByNumber<T extends Listed>(
  entries: readonly T[],
  country: Country,
  maxNumbers: number,
): Promise<Map<string, T>> {
  const byNumber = new Map<string, T>();
  const breather = createBreather();
  for (const entry of entries) {
    for (const { number } of entry.numbers) {
      const key = numberKey(number, country);
      if (key !== '' && !byNumber.has(key)) byNumber.set(key, entry);
      if (byNumber.size >= maxNumbers) return byNumber;
    }
    if (breather.isDue()) await breather.pause();
  }
  return byNumber;
}

/**
 * What a number is found by: E.164, or the digits of a short code or internal number. A pause behind a stored number is
 * dialled later, so it does not count.
 * @returns an empty text for `anonymous` and whatever else is no number
 */
export function numberKey(number: unknown, country: Country): string {
  const text = typeof number === 'number' ? String(number) : number;
  if (typeof text !== 'string') return '';
  // nearly all of them have nothing behind, and this is asked for every call
  const isPlain = /^[+\d][\d ()/-]*$/.test(text);
  const reading = readNumber(isPlain ? text : splitPause(text).number, country);
  if (reading.kind === 'none') return '';
  return reading.kind === 'number' ? reading.e164 : reading.digits;
}
