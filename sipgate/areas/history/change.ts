import { apiPath } from '../../client/api-path';
import type { SipgateClient } from '../../client/client';
import { describe, invalidInput, mustBe } from '../../errors';
import { isRecord } from '../../json';
import { entryIds } from './ids';

/** sipgate takes fewer than 150 entries in one request; the ids of a deletion must fit into a URL as well. */
const MOST_AT_ONCE = 100;
const SCOPES = ['history:write'];
const FLAGS = ['read', 'starred', 'archived'] as const;
const REMEDY = 'Give an object with what is to change: { read, starred, archived, note }.';
/** Characters that sipgate's own web app would hardly show. */
const LONGEST_NOTE = 10_000;

interface Options {
  readonly signal?: AbortSignal | undefined;
}

/** What is to change; the rest stays as it is. */
type Changes = Readonly<Partial<Record<(typeof FLAGS)[number], boolean>> & { readonly note?: string }>;

/**
 * Changes entries, in requests of less than 150. A note can only be set one by one.
 * @param which an id, an entry, or a list of either
 * @param input `{ note?, read?, starred?, archived? }`
 * @throws SipgateError `INVALID_INPUT` before any request; `NOT_FOUND`, …
 */
export async function updateHistory(
  client: SipgateClient,
  which: unknown,
  input: unknown,
  { signal }: Options = {},
): Promise<{ ids: string[] }> {
  const ids = entryIds(which);
  const changes = readChanges(input);
  const options = { what: 'change entries of the history', scopes: SCOPES, signal };
  if (ids.length === 1 || changes.note !== undefined) {
    for (const id of ids) await client.put(apiPath`/history/${id}`, changes, options);
  } else {
    for (const chunk of chunksOf(ids)) {
      const body = chunk.map((id) => ({ id, ...changes }));
      await client.put(apiPath`/history`, body, options);
    }
  }
  return { ids };
}

/**
 * Deletes entries. Without any id sipgate would delete everything: that is refused here.
 * @param which an id, an entry, or a list of either
 * @throws SipgateError `INVALID_INPUT` before any request; `NOT_FOUND` for a single one that is not there, …
 */
export async function deleteHistory(
  client: SipgateClient,
  which: unknown,
  { signal }: Options = {},
): Promise<{ ids: string[] }> {
  const ids = entryIds(which);
  const options = { what: 'delete entries of the history', scopes: SCOPES, signal };
  const [only = ''] = ids;
  if (ids.length === 1) await client.delete(apiPath`/history/${only}`, options);
  else
    for (const chunk of chunksOf(ids))
      await client.delete(apiPath`/history`, { ...options, query: { id: chunk } });
  return { ids };
}

function chunksOf(ids: readonly string[]): string[][] {
  const chunks: string[][] = [];
  for (let start = 0; start < ids.length; start += MOST_AT_ONCE)
    chunks.push(ids.slice(start, start + MOST_AT_ONCE));
  return chunks;
}

function readChanges(input: unknown): Changes {
  if (!isRecord(input)) throw mustBe('changes', 'an object', input, REMEDY);
  const known: readonly string[] = [...FLAGS, 'note'];
  const names = Object.keys(input).filter((name) => input[name] !== undefined);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw invalidInput('changes', `must not hold ${describe(unknown)}`, REMEDY);
  if (names.length === 0) throw invalidInput('changes', 'must hold something, got an empty object', REMEDY);
  const changes: Record<string, boolean | string> = {};
  for (const flag of FLAGS) if (input[flag] !== undefined) changes[flag] = flagOf(input[flag], flag);
  if (input.note !== undefined) changes['note'] = noteOf(input.note);
  return changes;
}

function flagOf(value: unknown, name: string): boolean {
  if (typeof value === 'boolean') return value;
  throw mustBe('changes', `true or false in ${name}`, value, 'Give true or false, without quotes.');
}

function noteOf(value: unknown): string {
  if (typeof value === 'string' && value.length <= LONGEST_NOTE) return value;
  const wanted = `a text of at most ${LONGEST_NOTE} characters in note`;
  throw mustBe('changes', wanted, value, 'An empty text takes the note away.');
}
