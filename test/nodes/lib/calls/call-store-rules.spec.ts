import should from 'should';
import { createCallStore } from '../../../../nodes/lib/calls/call-store';
import type { ContextStore } from '../../../../nodes/lib/calls/context-store';
import type { CallEvent } from '../../../../sipgate/index';

type Callback = (error: unknown, value?: never) => void;

/** A context store in memory that can be made to wait with its answers for some keys. */
class Store implements ContextStore {
  readonly values = new Map<string, unknown>();
  readonly read: string[] = [];
  readonly written: string[] = [];
  /** Answers for keys that match are kept back until `release`. */
  holds: RegExp | undefined;
  #held: (() => void)[] = [];

  get(key: string, _store: string | undefined, callback: Callback): void {
    this.read.push(key);
    this.#answer(key, () => callback(null, structuredClone(this.values.get(key)) as never));
  }
  set(key: string, value: unknown, _store: string | undefined, callback: Callback): void {
    this.written.push(key);
    if (value === undefined) this.values.delete(key);
    else this.values.set(key, structuredClone(value));
    this.#answer(key, () => callback(null));
  }
  keys(_store: string | undefined, callback: Callback): void {
    callback(null, [...this.values.keys()] as never);
  }
  #answer(key: string, answer: () => void): void {
    if (this.holds?.test(key)) this.#held.push(answer);
    else answer();
  }
  release(): void {
    this.holds = undefined;
    for (const answer of this.#held.splice(0)) answer();
  }
  valueOf(key: string): unknown {
    return (this.values.get(key) as { value: unknown } | undefined)?.value;
  }
}

const HOUR_MS = 3600_000;
const newCall = (callId: string, originalCallId?: string): CallEvent => ({
  event: 'NEW_CALL',
  callId,
  ...(originalCallId === undefined ? {} : { originalCallId }),
});
const press = (callId: string, dtmf = '1'): CallEvent => ({ event: 'DATA', callId, dtmf });
const answer = (callId: string): CallEvent => ({ event: 'ANSWER', callId });
const hangup = (callId: string): CallEvent => ({ event: 'HANGUP', callId });
const soon = () => new Promise((resolve) => setImmediate(resolve));

describe('A call store', () => {
  let store: Store;
  let problems: string[];
  let nowMs: number;
  let calls: ReturnType<typeof createCallStore>;
  beforeEach(() => {
    store = new Store();
    problems = [];
    nowMs = Date.parse('2026-03-01T10:00:00.000Z');
    calls = open(store);
  });

  const open = (context: ContextStore | undefined) =>
    createCallStore({
      memory: new Map(),
      context,
      store: undefined,
      onProblem: (error) => problems.push((error as Error).message),
      now: () => nowMs,
    });

  async function hasEnded(work: Promise<unknown>): Promise<boolean> {
    let isOver = false;
    void work.then(() => (isOver = true));
    for (let turn = 0; turn < 5; turn += 1) await soon();
    return isOver;
  }

  it('tells of an event without a call id what the event tells', async () => {
    const call = await calls.track({ event: 'NEW_CALL', from: '+4930123' });
    call.should.deepEqual({
      ...{ callId: '', from: '+4930123', startedAt: '2026-03-01T10:00:00.000Z' },
      ...{ digits: [], data: {}, answered: false, openLegs: 1 },
    });
  });

  it('lets no call wait for another one', async () => {
    store.holds = /A1/;
    const held = [calls.track(press('A1')), calls.track(press('A2', '0'))];
    (await hasEnded(held[0]!)).should.be.false();
    (await hasEnded(held[1]!)).should.be.true();
    store.release();
    await Promise.all(held);
  });

  it('lets no call wait that has the same id at another webhook', async () => {
    store.holds = /A1/;
    const held = calls.track(press('A1'));
    (await hasEnded(open(new Store()).track(press('A1')))).should.be.true();
    (await hasEnded(held)).should.be.false();
    store.release();
    await held;
  });

  it('lets no call wait while legs of another one are put together', async () => {
    await calls.track(newCall('A1'));
    store.holds = /A1/;
    const held = calls.track(newCall('A2', 'A1'));
    await soon();
    const other = calls.track(newCall('B2', 'B1'));
    (await hasEnded(other)).should.be.true();
    (await hasEnded(held)).should.be.false();
    store.release();
    await held;
  });

  it('keeps the events of a leg in their order, also while another leg joins its call', async () => {
    store.holds = /A1_digits/;
    const all = [
      calls.track(press('A1', '1')),
      calls.track(newCall('A2', 'A1')),
      calls.track(press('A1', '2')),
    ];
    await soon();
    store.release();
    const [, second, third] = await Promise.all(all);
    should(third).have.properties({ digits: ['1', '2'], openLegs: 2 });
    should(second).have.properties({ openLegs: 2 });
    (store.valueOf('call_A1_digits') as { pressed: string[] }).pressed.should.deepEqual(['1', '2']);
    should(store.valueOf('call_A1_legs')).deepEqual(['A2']);
  });

  it('tells of the notes that a flow has kept while the store was slow', async () => {
    store.holds = /A2$/;
    const call = calls.track(newCall('A2', 'A1'));
    store.release();
    store.holds = /A1/;
    for (let turn = 0; turn < 5; turn += 1) await soon();
    await calls.keepNotes('A2', { menu: 2 }, false);
    store.release();
    (await call).data.should.deepEqual({ menu: 2 });
  });

  it('names the legs of a call with its first one, each once and fifty at most', async () => {
    for (let count = 2; count <= 60; count += 1) await calls.track(newCall(`A${count}`, 'A1'));
    await calls.track({ event: 'HANGUP', callId: 'A2', originalCallId: 'A1' });
    const legs = store.valueOf('call_A1_legs') as string[];
    legs.should.deepEqual(Array.from({ length: 50 }, (_, index) => `A${index + 2}`));
  });

  it('counts the legs of a call, whichever of them the event tells of', async () => {
    await calls.track(newCall('A1'));
    (await calls.track(newCall('A2', 'A1'))).openLegs.should.equal(2);
    (await calls.track(answer('A2'))).should.have.properties({ openLegs: 2, answered: true });
    (await calls.track(hangup('A1'))).should.have.properties({ openLegs: 1, answered: true });
    (await calls.track(hangup('A2'))).should.have.properties({ openLegs: 0, answered: true });
  });

  it('counts no leg that it does not know', async () => {
    (await calls.track(newCall('A2', 'A1'))).should.have.properties({ openLegs: 1, answered: false });
  });

  it('lets a leg begin with the notes of the latest one that it knows', async () => {
    await calls.track(newCall('A1'));
    await calls.keepNotes('A1', { menu: 1 }, true);
    await calls.track(newCall('A2', 'A1'));
    const other = open(store); // another instance, which has never seen A2
    for (const key of [...store.values.keys()]) if (key.startsWith('call_A2')) store.values.delete(key);
    (await other.track(newCall('A3', 'A1'))).should.have.properties({ data: { menu: 1 }, openLegs: 2 });
    should(store.valueOf('call_A3_notes')).deepEqual({ data: { menu: 1 } });
    (await other.track({ event: 'ANSWER', callId: 'B2', originalCallId: 'A1' })).data.should.deepEqual({});
  });

  it('lets a call that begins twice not begin with the notes of a leg that came after it', async () => {
    await calls.track(newCall('A1'));
    await calls.track(newCall('A2', 'A1'));
    await calls.keepNotes('A2', { menu: 1 }, false);
    (await calls.track(newCall('A1'))).should.have.properties({ data: {}, openLegs: 2 });
  });

  it('knows a call as before when a leg has joined it, also where it is kept in memory alone', async () => {
    const alone = open(undefined);
    await alone.track({ event: 'NEW_CALL', callId: 'A1', from: '+4930123' });
    await alone.track(newCall('A2', 'A1'));
    should((await alone.track(press('A1'))).from).equal('+4930123');
  });

  describe('of a flow’s notes', () => {
    beforeEach(async () => {
      await calls.track(newCall('A1'));
      store.written.length = 0;
    });
    const notes = () => store.valueOf('call_A1_notes');

    it('writes nothing where there is nothing', async () => {
      for (const data of [{}, undefined, 'text', null]) await calls.keepNotes('A1', data, false);
      store.written.should.be.empty();
    });

    it('writes what is there, what is there no more, and what is there again', async () => {
      await calls.keepNotes('A1', { menu: 1 }, false);
      should(notes()).deepEqual({ data: { menu: 1 }, isMailbox: false });
      await calls.keepNotes('A1', {}, false);
      should(notes()).deepEqual({ data: {}, isMailbox: false });
      store.written.length = 0;
      await calls.keepNotes('A1', {}, false);
      store.written.should.be.empty();
      await calls.keepNotes('A1', { menu: 2 }, false);
      store.written.should.deepEqual(['call_A1_notes']);
    });

    it('writes that the caller went to a mailbox, once, and does not forget it', async () => {
      await calls.keepNotes('A1', undefined, true);
      should(notes()).deepEqual({ data: {}, isMailbox: true });
      store.written.length = 0;
      await calls.keepNotes('A1', undefined, true);
      await calls.keepNotes('A1', {}, false);
      store.written.should.be.empty();
      await calls.keepNotes('A1', { menu: 1 }, false);
      should(notes()).deepEqual({ data: { menu: 1 }, isMailbox: true });
      await calls.keepNotes('A1', undefined, false);
      should(notes()).deepEqual({ data: { menu: 1 }, isMailbox: true });
    });

    it('keeps 64 KiB, and of more than that what was there before', async () => {
      const text = 'x'.repeat((64 * 1024 - 16) / 2);
      await calls.keepNotes('A1', { text }, false);
      should(notes()).deepEqual({ data: { text }, isMailbox: false });
      problems.should.be.empty();
      await calls.keepNotes('A1', { text: `${text}x` }, false);
      should(notes()).deepEqual({ data: { text }, isMailbox: false });
      problems.should.deepEqual(['msg.call.data is larger than 64 KiB and is not kept']);
    });
  });

  describe('forgets', () => {
    it('a call that is over after an hour, and an open one after twelve', async () => {
      await calls.track(newCall('A1'));
      await calls.track(hangup('A1'));
      await calls.track(newCall('A2'));
      const kept = () => [...new Set([...store.values.keys()].map((key) => key.slice(0, 7)))];
      const expireAfter = async (ms: number) => {
        nowMs += ms;
        await calls.expire();
        return kept();
      };
      (await expireAfter(HOUR_MS)).should.deepEqual(['call_A1', 'call_A2']);
      (await expireAfter(1)).should.deepEqual(['call_A2']);
      (await expireAfter(11 * HOUR_MS - 1)).should.deepEqual(['call_A2']);
      (await expireAfter(1)).should.deepEqual([]);
    });

    it('what another instance has left, by the last event of each call', async () => {
      await calls.track(newCall('A1'));
      nowMs += 11 * HOUR_MS;
      await calls.track(press('A1'));
      nowMs += 2 * HOUR_MS;
      await open(store).expire();
      store.values.size.should.equal(2);
      nowMs += 11 * HOUR_MS;
      await open(store).expire();
      store.values.size.should.equal(0);
    });

    it('nothing that is somebody else’s, and does not even read what has no name of ours', async () => {
      store.values.set('temperature', { at: 0, version: 1, value: {} });
      store.values.set('call_me', { at: 0, call: {} });
      await calls.expire();
      store.read.filter((key) => !key.startsWith('call_me')).should.be.empty();
      [...store.values.keys()].should.deepEqual(['temperature', 'call_me']);
    });

    it('nothing in a store that cannot be read', async () => {
      store.values.set('call_A1', { at: 0, version: 1, value: {} });
      const broken = open({
        get: (_key, _store, callback) => callback(new Error('it is down')),
        set: store.set.bind(store),
        keys: store.keys.bind(store),
      });
      await broken.expire();
      store.values.size.should.equal(1);
      problems.should.deepEqual(['it is down']);
    });
  });

  it('is settled when the store has all that it was given', async () => {
    store.holds = /A1/;
    const call = calls.track(newCall('A1'));
    await soon();
    const settled = calls.settled();
    (await hasEnded(settled)).should.be.false();
    store.release();
    await Promise.all([settled, call]);
  });
});
