import type { SimulatedAccount } from '../../account/account';
import type { HistoryEntry, HistoryMarks } from '../../account/history';
import { marksOf, readHistory } from '../../account/read-history';
import { done, refuse, refuseByName } from '../answers';
import { isRecord } from '../body';
import type { Context } from '../context';
import type { RestAnswer } from '../types';

/** The API takes fewer than 150 entries in one request. */
const MOST_CHANGES = 149;
const FLAGS = ['read', 'archived', 'starred'] as const;

/** `PUT /history/{id}`: changes what is named. @throws Refusal 404, 400 */
export function updateEntry({ account, params, body, now }: Context): RestAnswer {
  change(account, findEntry(account, params.entryId, now), body, ['note'], now);
  return done();
}

/** `PUT /history`: a list, without notes. All or nothing. @throws Refusal 404, 400 */
export function updateEntries({ account, list, now }: Context): RestAnswer {
  if (list.length > MOST_CHANGES) {
    throw refuseByName(400, 'PARAMETER_INVALID', `at most ${MOST_CHANGES} entries can be changed at once`);
  }
  const changes = list.map((item) => {
    if (!isRecord(item) || typeof item.id !== 'string') {
      throw refuseByName(400, 'PARAMETER_INVALID', 'each entry must have an id');
    }
    return { entry: findEntry(account, item.id, now), fields: item };
  });
  for (const { fields } of changes) readChanges(fields, ['id']);
  for (const { entry, fields } of changes) change(account, entry, fields, ['id'], now);
  return done();
}

/** `PUT /history/{id}/archive` and `/read` (deprecated): `{value}`. */
export function updateFlag(flag: 'archived' | 'read') {
  return ({ account, params, body, now }: Context): RestAnswer => {
    change(
      account,
      findEntry(account, params.entryId, now),
      { ...body, [flag]: body.value },
      ['value', flag],
      now,
    );
    return done();
  };
}

/** `DELETE /history/{id}`. @throws Refusal 404 */
export function deleteEntry({ account, params, now }: Context): RestAnswer {
  remove(account, [findEntry(account, params.entryId, now)]);
  return done();
}

/** `DELETE /history?id=a&id=b`; without an id everything goes, as the specification has it. Unknown ids are passed over. */
export function deleteEntries({ account, query, now }: Context): RestAnswer {
  const ids = query.getAll('id');
  const all = readHistory(account, now);
  if (ids.length === 0) account.history.deletedAll += 1;
  remove(account, ids.length === 0 ? all : all.filter(({ id }) => ids.includes(id)));
  return done();
}

/** @throws Refusal 404 */
export function findEntry(account: SimulatedAccount, id: string | undefined, nowMs: number): HistoryEntry {
  const entry = readHistory(account, nowMs).find((candidate) => candidate.id === id);
  if (entry === undefined) throw refuse(404);
  return entry;
}

function change(
  account: SimulatedAccount,
  entry: HistoryEntry,
  fields: Readonly<Record<string, unknown>>,
  others: readonly string[],
  nowMs: number,
): void {
  const changes = readChanges(fields, others);
  account.history.marks.set(entry.id, { ...marksOf(account, entry), ...changes, modifiedMs: nowMs });
}

/** @param others fields that may stand beside the flags */
function readChanges(
  fields: Readonly<Record<string, unknown>>,
  others: readonly string[],
): Partial<HistoryMarks> {
  const changes: Partial<HistoryMarks> = {};
  for (const flag of FLAGS) {
    const value = fields[flag];
    if (value === undefined) continue;
    if (typeof value !== 'boolean')
      throw refuseByName(400, 'PARAMETER_INVALID', `${flag} must be true or false`);
    changes[flag] = value;
  }
  const { note } = fields;
  if (note !== undefined && others.includes('note')) {
    if (typeof note !== 'string') throw refuseByName(400, 'PARAMETER_INVALID', 'note must be a text');
    changes.note = note;
  }
  return changes;
}

function remove({ history }: SimulatedAccount, entries: readonly HistoryEntry[]): void {
  const ids = new Set(entries.map(({ id }) => id));
  history.entries = history.entries.filter(({ id }) => !ids.has(id));
  for (const id of ids) {
    history.deletedIds.add(id);
    history.marks.delete(id);
  }
}
