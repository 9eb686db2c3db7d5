import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import should from 'should';
import type { Leg } from '../../../../nodes/lib/calls/call';
import { BoundedMemory } from '../../../../nodes/lib/calls/bounded-memory';
import type { CallMemory } from '../../../../nodes/lib/calls/call-store';
import { roughBytes } from '../../../../nodes/lib/calls/rough-bytes';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const MiB = 1024 * 1024;
/** Counted for each leg that holds it, and there once. */
const large = new Uint8Array(16 * MiB);
const small: Leg = { start: { version: 1, at: 0, value: {} } };
const heavy: Leg = { notes: { version: 1, at: 0, value: { data: { large } } } };

/** Takes out what is too much, as a call store does. */
function surplusOf(memory: BoundedMemory<Leg>): string[] {
  const ids: string[] = [];
  for (let id = memory.dropSurplus(); id !== undefined; id = memory.dropSurplus()) ids.push(id);
  return ids;
}

describe('Legs in memory', () => {
  it('are in the map that outlives the node', () => {
    const legs: CallMemory = new Map([['A1', small]]);
    const memory = new BoundedMemory(legs);
    memory.set('A2', heavy);
    memory.all().should.deepEqual([
      ['A1', small],
      ['A2', heavy],
    ]);
    should(memory.get('A2')).equal(heavy);
    memory.delete('A1');
    should(memory.get('A1')).be.undefined();
    [...legs.keys()].should.deepEqual(['A2']);
  });

  it('are ten thousand at most, and the one that changed longest ago goes first', () => {
    const memory = new BoundedMemory(new Map());
    for (let index = 0; index < 10_000; index += 1) memory.set(`c${index}`, small);
    surplusOf(memory).should.deepEqual([]);
    memory.set('c0', small);
    surplusOf(memory).should.deepEqual([]);
    memory.set('new', small);
    surplusOf(memory).should.deepEqual(['c1']);
    memory.all().length.should.equal(10_000);
    memory
      .all()
      .slice(-2)
      .map(([id]) => id)
      .should.deepEqual(['c0', 'new']);
  });

  it('take 64 MiB at most', () => {
    const memory = new BoundedMemory(new Map());
    for (const id of ['A1', 'A2', 'A3']) memory.set(id, heavy);
    surplusOf(memory).should.deepEqual([]);
    memory.set('A4', heavy); // four times 16 MiB, and what is around it
    surplusOf(memory).should.deepEqual(['A1']);
    memory.set('A5', heavy);
    surplusOf(memory).should.deepEqual(['A2']);
  });

  it('take what the last change of each takes, also those that were there before', () => {
    const memory = new BoundedMemory(
      new Map([
        ['A1', heavy],
        ['A2', heavy],
      ]),
    );
    for (let count = 0; count < 9; count += 1) memory.set('A3', heavy);
    surplusOf(memory).should.deepEqual([]);
    for (let count = 0; count < 9; count += 1) memory.delete('unknown');
    memory.set('A1', small);
    memory.set('A4', heavy);
    surplusOf(memory).should.deepEqual([]);
    memory.set('A1', heavy);
    surplusOf(memory).should.deepEqual(['A2']);
    memory.delete('A3');
    memory.set('A2', heavy);
    surplusOf(memory).should.deepEqual([]);
  });

  it('are taken out once', () => {
    const memory = new BoundedMemory(new Map());
    for (const id of ['A1', 'A2', 'A3']) memory.set(id, heavy);
    memory.delete('A1');
    memory.delete('A1');
    for (const id of ['A4', 'A5', 'A6']) memory.set(id, heavy);
    surplusOf(memory).should.deepEqual(['A2', 'A3']);
  });

  it('go in order of age also after all were forgotten and came again', () => {
    const memory = new BoundedMemory(new Map());
    for (const round of ['A', 'B', 'C']) {
      const ids = [1, 2, 3, 4, 5, 6].map((count) => `${round}${count}`);
      for (const id of ids) memory.set(id, heavy);
      surplusOf(memory).should.deepEqual(ids.slice(0, 3));
      for (const [id] of memory.all()) memory.delete(id);
      surplusOf(memory).should.deepEqual([]);
    }
  });

  it('may fill exactly 64 MiB', () => {
    const around = roughBytes(heavy, 64 * MiB) - large.byteLength;
    const rest = new Uint8Array(64 * MiB - 3 * (large.byteLength + around) - around);
    const legWith = (data: Uint8Array): Leg => ({
      notes: { version: 1, at: 0, value: { data: { large: data } } },
    });
    const memory = new BoundedMemory(new Map());
    for (const id of ['A1', 'A2', 'A3']) memory.set(id, heavy);
    memory.set('A4', legWith(rest));
    surplusOf(memory).should.deepEqual([]);
    memory.set('A4', legWith(new Uint8Array(rest.byteLength + 1)));
    surplusOf(memory).should.deepEqual(['A1']);
  });

  for (const surplus of [0, 1])
    it(`leave nothing behind of what they were before, after ${surplus} had to go`, async () => {
      const memory = new BoundedMemory<Leg>(new Map());
      for (let count = 0; count < 3 + surplus; count += 1) memory.set(`A${count}`, heavy);
      surplusOf(memory).length.should.equal(surplus);
      const earlier = Array.from({ length: 1000 }, (_, count) => {
        const leg: Leg = { ...small };
        memory.set(`A${count % 5}`, leg);
        return new WeakRef(leg);
      });
      await new Promise((resolve) => setImmediate(resolve)); // until then what was seen is kept
      collectGarbage();
      earlier.filter((leg) => leg.deref() !== undefined).length.should.be.belowOrEqual(10);
    });

  it('may be one that is larger than all of them may be', () => {
    const memory = new BoundedMemory(new Map());
    const data = { a: large, b: large, c: large, d: large };
    memory.set('A1', { notes: { version: 1, at: 0, value: { data } } });
    surplusOf(memory).should.deepEqual([]);
    memory.set('A2', small);
    surplusOf(memory).should.deepEqual(['A1']);
  });
});

describe('What a value takes in memory, roughly', () => {
  const most = 1e6;
  const values: [value: unknown, bytes: number][] = [
    [undefined, 8],
    [null, 8],
    [5, 8],
    [true, 8],
    ['', 8],
    ['abc', 14],
    [[], 8],
    [['abc', 5], 8 + 14 + 8],
    [{ a: { b: 'abc' }, c: null }, 8 + 8 + 14 + 8],
    [new Uint8Array(100), 108],
    [Buffer.alloc(100), 108],
    [new Float64Array(100), 808],
    [() => 1, 8],
  ];
  for (const [value, bytes] of values)
    it(`is ${bytes} bytes of ${typeof value} ${JSON.stringify(value)?.slice(0, 40)}`, () =>
      roughBytes(value, most).should.equal(bytes));

  it('is not looked at further than to the bound, so that a circle ends', () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    roughBytes(circle, 800).should.equal(808);
    roughBytes([1, 2, 3], 32).should.equal(32);
    roughBytes([1, 2, 3], 24).should.equal(32);
    roughBytes([1, 2, 3], 23).should.equal(24);
  });

  it('may have a million entries', () => {
    roughBytes(Array(1_000_000).fill(0), 1e9).should.equal(8_000_008);
  });
});
