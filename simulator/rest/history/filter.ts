import type { SimulatedAccount } from '../../account/account';
import type { HistoryEntry } from '../../account/history';
import { marksOf } from '../../account/read-history';
import { refuse, refuseByName } from '../answers';

const TYPES = ['CALL', 'VOICEMAIL', 'SMS', 'FAX'];
const DIRECTIONS = ['INCOMING', 'OUTGOING', 'MISSED_INCOMING', 'MISSED_OUTGOING'];
const STARS = ['STARRED', 'UNSTARRED'];

/**
 * @returns whether an entry is wanted
 * @throws Refusal 400 for a value that the API does not know, 403 for the id of a device (reported behaviour)
 */
export function readFilter(
  account: SimulatedAccount,
  query: URLSearchParams,
): (entry: HistoryEntry) => boolean {
  const types = choices(query, 'types', TYPES);
  const directions = choices(query, 'directions', DIRECTIONS);
  const stars = choices(query, 'starred', STARS);
  const connectionIds = query.getAll('connectionIds');
  if (connectionIds.some((id) => /^[exy]\d+$/.test(id))) throw refuse(403);
  const isArchived = flag(query, 'archived');
  const fromMs = time(query, 'from', -Infinity);
  const toMs = time(query, 'to', Infinity);
  const digits = digitsOf(query.get('phonenumber') ?? '');
  return (entry) => {
    const isFitting =
      has(types, entry.type) &&
      has(directions, entry.direction) &&
      entry.createdMs >= fromMs &&
      entry.createdMs <= toMs &&
      (connectionIds.length === 0 || entry.connectionIds.some((id) => connectionIds.includes(id))) &&
      (digits === '' || [entry.source, entry.target].some((number) => digitsOf(number) === digits));
    if (!isFitting) return false;
    const { archived, starred } = marksOf(account, entry);
    return archived === isArchived && has(stars, starred ? 'STARRED' : 'UNSTARRED');
  };
}

function choices(query: URLSearchParams, name: string, known: readonly string[]): string[] {
  const given = query.getAll(name);
  if (given.every((choice) => known.includes(choice))) return given;
  throw refuseByName(400, 'PARAMETER_INVALID', `${name} must be one of ${known.join(', ')}`);
}

function has(wanted: readonly string[], value: string): boolean {
  return wanted.length === 0 || wanted.includes(value);
}

function flag(query: URLSearchParams, name: string): boolean {
  const text = query.get(name) ?? 'false';
  if (text === 'true' || text === 'false') return text === 'true';
  throw refuseByName(400, 'PARAMETER_INVALID', `${name} must be true or false`);
}

function time(query: URLSearchParams, name: string, unsetMs: number): number {
  const text = query.get(name);
  if (text === null) return unsetMs;
  const ms = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(ms)) throw refuseByName(400, 'PARAMETER_INVALID', `${name} must be ISO 8601`);
  return ms;
}

function digitsOf(number: string): string {
  return number.replace(/\D/g, '');
}
