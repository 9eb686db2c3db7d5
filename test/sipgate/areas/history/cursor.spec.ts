import should from 'should';
import {
  createCursor,
  LATEST_MS,
  OLDEST_MS,
  readStoredCursor,
} from '../../../../sipgate/areas/history/cursor';
import type { HistoryEntry } from '../../../../sipgate/areas/history/entry';

const NOW = Date.UTC(2026, 10, 27, 12);
const HOUR_MS = 3600_000;

const entry = (id: string, atMs?: number): HistoryEntry => ({
  id,
  type: 'SMS',
  ...(atMs === undefined ? {} : { created: new Date(atMs).toISOString() }),
});
const ids = (entries: readonly HistoryEntry[]) => entries.map(({ id }) => id);

/** A cursor that has had its first look, at nothing. */
function begun(nowMs = NOW) {
  const cursor = createCursor(nowMs);
  cursor.look([], nowMs);
  return cursor;
}

/** What a cursor goes on with that has seen this. */
function stored(seen: readonly (readonly [string, number])[], floorMs = NOW - LATEST_MS) {
  return { version: 1, floorMs, seen } as const;
}

describe('The cursor of the history', () => {
  it('never gives what was too old for its first look, also when a clock that ran ahead is set right', () => {
    const [offMs, passedMs] = [40 * HOUR_MS, 78 * HOUR_MS];
    const cursor = createCursor(NOW + offMs);
    const older = entry('older', NOW + offMs + passedMs - OLDEST_MS - 1);
    cursor.look([older, entry('old', NOW)], NOW + offMs + passedMs).should.be.empty();
    ids(cursor.look([older, entry('new', NOW + passedMs)], NOW + passedMs)).should.deepEqual(['new']);
  });

  it('still gives what came since its start and was too old for a first look by a clock that ran ahead', () => {
    const cursor = createCursor(NOW);
    const came = entry('came', NOW + 1);
    cursor.look([came], NOW + OLDEST_MS + HOUR_MS).should.be.empty();
    ids(cursor.look([came], NOW + HOUR_MS)).should.deepEqual(['came']);
  });

  it('takes all that is there at the first look for old, and what came since the start for new', () => {
    const cursor = createCursor(NOW);
    cursor.isFirst.should.be.true();
    const there = [entry('old', NOW - 1), entry('same moment', NOW), entry('undated'), entry('new', NOW + 1)];
    ids(cursor.look(there, NOW + 5)).should.deepEqual(['new']);
    cursor.isFirst.should.be.false();
    ids(
      cursor.look([...there, entry('late', NOW - HOUR_MS), entry('undated too')], NOW + 6),
    ).should.deepEqual(['late', 'undated too']);
  });

  it('remembers the start of one that was stopped before its first look', () => {
    const cursor = createCursor(NOW + HOUR_MS, createCursor(NOW).stored(NOW));
    cursor.isFirst.should.be.true();
    ids(cursor.look([entry('old', NOW), entry('new', NOW + 1)], NOW + HOUR_MS)).should.deepEqual(['new']);
  });

  it('gives the oldest first, each once, also while it is under way', () => {
    const cursor = begun();
    const page = [entry('c', NOW + 3), entry('a', NOW + 1), entry('b', NOW + 2), entry('a', NOW + 1)];
    ids(cursor.look(page, NOW + 9)).should.deepEqual(['a', 'b', 'c']);
    cursor.look(page, NOW + 9).should.be.empty();
    for (const { id } of page) cursor.delivered(id);
    cursor.look(page, NOW + 9).should.be.empty();
  });

  it('keeps what was delivered and not what was under way', () => {
    const cursor = begun();
    cursor.look([entry('done', NOW + 1), entry('under way', NOW + 2)], NOW + 9);
    cursor.delivered('done');
    cursor.delivered('never heard of');
    const kept = cursor.stored(NOW + 9);
    kept.seen.should.deepEqual([['done', NOW + 1]]);
    ids(
      createCursor(NOW + 9, kept).look([entry('done', NOW + 1), entry('under way', NOW + 2)], NOW + 9),
    ).should.deepEqual(['under way']);
  });

  it('is kept as plain JSON, with the begin only before the first look', () => {
    createCursor(NOW)
      .stored(NOW)
      .should.deepEqual({
        version: 1,
        begunMs: NOW,
        floorMs: NOW - OLDEST_MS,
        seen: [],
      });
    begun()
      .stored(NOW)
      .should.deepEqual({ version: 1, floorMs: NOW - OLDEST_MS, seen: [] });
  });

  it('looks back from the newest that it has seen, so far as an entry may come late', () => {
    const cursor = createCursor(NOW, stored([['a', NOW - HOUR_MS]], NOW - 30 * HOUR_MS));
    cursor.stored(NOW).floorMs.should.equal(NOW - HOUR_MS - LATEST_MS);
    cursor.fromMs(NOW).should.equal(NOW - HOUR_MS - LATEST_MS);
    // whatever the clock says
    cursor.fromMs(NOW + 100 * HOUR_MS).should.equal(NOW - HOUR_MS - LATEST_MS);
  });

  it('never looks back less than before', () => {
    const cursor = createCursor(NOW, stored([['a', NOW]], NOW - HOUR_MS));
    cursor.stored(NOW).floorMs.should.equal(NOW - HOUR_MS);
  });

  it('looks back to what is under way', () => {
    const cursor = createCursor(NOW, stored([], NOW - 30 * HOUR_MS));
    cursor.look([entry('slow', NOW - 20 * HOUR_MS), entry('quick', NOW), entry('also slow', NOW - 1)], NOW);
    cursor.delivered('quick');
    cursor.stored(NOW).floorMs.should.equal(NOW - 20 * HOUR_MS);
  });

  it('takes an entry of the future for one of now', () => {
    const cursor = createCursor(NOW, stored([['a', NOW + 100 * HOUR_MS]], 0));
    cursor.stored(NOW).floorMs.should.equal(NOW - LATEST_MS);
  });

  it('looks back seven days at the most', () => {
    const cursor = createCursor(NOW, stored([], 0));
    cursor.fromMs(NOW).should.equal(NOW - OLDEST_MS);
    const there = [entry('too old', NOW - OLDEST_MS - 1), entry('just', NOW - OLDEST_MS)];
    ids(cursor.look(there, NOW)).should.deepEqual(['just']);
  });

  it('forgets what it does not look back to, and does not take it for new', () => {
    const old = entry('old', NOW - LATEST_MS - 1);
    const edge = entry('edge', NOW - LATEST_MS);
    const cursor = createCursor(
      NOW,
      stored([
        ['old', NOW - LATEST_MS - 1],
        ['edge', NOW - LATEST_MS],
        ['new', NOW],
      ]),
    );
    ids(cursor.look([old, edge], NOW)).should.be.empty();
    cursor
      .stored(NOW)
      .seen.map(([id]) => id)
      .should.deepEqual(['edge', 'new']);
    ids(cursor.look([old, edge], NOW)).should.be.empty();
  });

  it('forgets the oldest of very many', () => {
    const most = 100_000;
    const many = (count: number) =>
      Array.from({ length: count }, (_, index) => [`${index}`, NOW - index] as const);
    createCursor(NOW, stored(many(most)))
      .stored(NOW)
      .seen.should.have.length(most);
    const cursor = createCursor(NOW, stored(many(most + 2)));
    const { seen, floorMs } = cursor.stored(NOW);
    seen.should.have.length(most);
    seen.at(-1)!.should.deepEqual([`${most - 1}`, NOW - most + 1]);
    floorMs.should.equal(NOW - most + 1);
    cursor.look([entry(`${most}`, NOW - most)], NOW).should.be.empty();
  });

  it('goes on with nothing but what a cursor has kept', () => {
    const good = { version: 1, begunMs: 5, floorMs: 4, seen: [['a', 1]] };
    readStoredCursor(JSON.parse(JSON.stringify(good)))!.should.deepEqual(good);
    readStoredCursor({ version: 1, floorMs: 4, seen: [] })!.should.deepEqual({
      version: 1,
      floorMs: 4,
      seen: [],
    });
    const odd = [['b', 'x'], ['c'], 'd', [1, 1], null, ['e', NaN], { 0: 'f', 1: 1 }];
    readStoredCursor({ ...good, seen: [...odd, ...good.seen] })!.should.deepEqual(good);
    for (const bad of [
      undefined,
      null,
      'x',
      [],
      {},
      { ...good, version: 2 },
      { ...good, floorMs: 'x' },
      { ...good, floorMs: Infinity },
      { ...good, begunMs: null },
      { ...good, seen: {} },
      { ...good, seen: undefined },
    ])
      should(readStoredCursor(bad)).be.undefined();
  });
});
