import type { SipgateClient } from '../../client/client';
import { describe, invalidInput, mustBe } from '../../errors';
import { isExtension, isSipId } from '../../extension';
import { toMilliseconds } from '../../moment';
import { toDialable } from '../../phone-number';
import type { HistoryQuery } from './pages';

/** Which entries are wanted. Values may come from a message and are checked; what is left out counts as any. */
export interface HistoryFilters {
  /** CALL, VOICEMAIL, SMS, FAX: a list, or a text with commas. */
  readonly types?: unknown;
  /** INCOMING, OUTGOING, MISSED_INCOMING, MISSED_OUTGOING. */
  readonly directions?: unknown;
  /** Extensions such as `p0`, `g1`, `f0`, `s0`, `v0`; of phones (`e0`) sipgate wants to hear nothing. */
  readonly connectionIds?: unknown;
  /** ISO 8601, ms since 1970 or a `Date`. */
  readonly from?: unknown;
  /** As `from`; default now. */
  readonly to?: unknown;
  /** The other side's number, or one's own. */
  readonly phonenumber?: unknown;
  readonly starred?: unknown;
  readonly archived?: unknown;
  /** The most entries, the newest ones; 0 is all. Default 0. */
  readonly limit?: unknown;
}

/** Filters as requests need them. */
export interface ReadFilters {
  /** One for each list that is to be read: sipgate keeps archived entries apart. */
  readonly queries: readonly HistoryQuery[];
  readonly most: number;
}

const TYPES = ['CALL', 'VOICEMAIL', 'SMS', 'FAX'];
const DIRECTIONS = ['INCOMING', 'OUTGOING', 'MISSED_INCOMING', 'MISSED_OUTGOING'];
/** Longer is no list of extensions. */
const LONGEST_LIST = 1000;

/**
 * @returns what to ask for. `to` is fixed, so that new entries move no pages while they are read
 * @throws SipgateError `INVALID_INPUT` that names the filter
 */
export function readFilters({ timing, country }: SipgateClient, filters: HistoryFilters): ReadFilters {
  const query: HistoryQuery = {
    types: words(filters.types, 'types', TYPES),
    directions: words(filters.directions, 'directions', DIRECTIONS),
    connectionIds: extensions(filters.connectionIds),
    from: moment(filters.from, 'from'),
    to: moment(filters.to, 'to') ?? new Date(timing.now()).toISOString(),
    phonenumber: isEmpty(filters.phonenumber) ? undefined : number(filters.phonenumber, country),
    starred: stars(flag(filters.starred, 'starred')),
  };
  const archived = flag(filters.archived, 'archived');
  const lists = archived === undefined ? [false, true] : [archived];
  return { queries: lists.map((each) => ({ ...query, archived: each })), most: count(filters.limit) };
}

function isEmpty(input: unknown): boolean {
  return input === undefined || input === null || (typeof input === 'string' && input.trim() === '');
}

/** @returns the words of a list or of a text with commas; `undefined` where there are none */
function listed(input: unknown, field: string, wanted: string): string[] | undefined {
  if (isEmpty(input)) return undefined;
  const list: unknown[] =
    typeof input === 'string' ? input.split(',') : Array.isArray(input) ? input : [input];
  if (list.length > LONGEST_LIST)
    throw invalidInput(
      field,
      `must have at most ${LONGEST_LIST} entries, got ${describe(input)}`,
      'Give fewer.',
    );
  const texts = list.map((word) => {
    if (typeof word !== 'string') throw mustBe(field, wanted, word, 'Give a list of texts.');
    return word.trim();
  });
  const given = texts.filter((word) => word !== '');
  return given.length > 0 ? given : undefined;
}

function words(input: unknown, field: string, known: readonly string[]): string[] | undefined {
  const wanted = `one or more of ${known.join(', ')}`;
  return listed(input, field, wanted)?.map((word) => {
    const upper = word.toUpperCase();
    if (known.includes(upper)) return upper;
    throw mustBe(field, wanted, word, 'Leave it empty for all.');
  });
}

/** Of phones, too: that sipgate refuses those is reported, not documented, and its refusal is told in our words. */
function extensions(input: unknown): string[] | undefined {
  const wanted = 'extensions';
  return listed(input, 'connectionIds', wanted)?.map((word) => {
    if (isExtension(word) || isSipId(word)) return word;
    throw mustBe(
      'connectionIds',
      wanted,
      word,
      'Give phone lines, groups, fax lines and the like: p0, g0, f0.',
    );
  });
}

function moment(input: unknown, field: string): string | undefined {
  if (isEmpty(input)) return undefined;
  const ms = toMilliseconds(input);
  if (ms !== undefined) return new Date(ms).toISOString();
  throw mustBe(
    field,
    'a time',
    input,
    'Write it in ISO 8601 (2026-01-31T08:00:00+01:00), as ms since 1970 or as a Date.',
  );
}

function number(input: unknown, country: SipgateClient['country']): string {
  return typeof input === 'string' && input.trim() === 'anonymous'
    ? 'anonymous'
    : toDialable(input, country, 'phonenumber');
}

function flag(input: unknown, field: string): boolean | undefined {
  if (isEmpty(input)) return undefined;
  if (input === true || input === 'true') return true;
  if (input === false || input === 'false') return false;
  throw mustBe(field, 'true or false', input, 'Leave it empty for either.');
}

function stars(isStarred: boolean | undefined): string[] | undefined {
  return isStarred === undefined ? undefined : [isStarred ? 'STARRED' : 'UNSTARRED'];
}

function count(input: unknown): number {
  if (isEmpty(input)) return Infinity;
  const most = typeof input === 'string' || typeof input === 'number' ? Number(input) : NaN;
  if (Number.isInteger(most) && most >= 0) return most === 0 ? Infinity : most;
  throw mustBe('limit', 'a whole number', input, 'Leave it empty, or give 0, for all entries.');
}
