import should from 'should';
import { createCallStore, type CallStoreOptions } from '../../../../nodes/lib/calls/call-store';
import type { CallMemory } from '../../../../nodes/lib/calls/call-store';
import type { ContextStore } from '../../../../nodes/lib/calls/context-store';
import type { CallEvent } from '../../../../sipgate/index';

type Callback = (error: unknown, value?: unknown) => void;

/** A context store in memory that calls back at once or, with `delayMs`, later. */
class Store implements ContextStore {
  readonly values = new Map<string, unknown>();
  names: (string | undefined)[] = [];
  constructor(private readonly delayMs?: number) {}
  get(key: string, store: string | undefined, callback: Callback): void {
    this.names.push(store);
    this.reply(callback, structuredClone(this.values.get(key)));
  }
  set(key: string, value: unknown, store: string | undefined, callback: Callback): void {
    this.names.push(store);
    if (value === undefined) this.values.delete(key);
    else this.values.set(key, structuredClone(value));
    this.reply(callback);
  }
  keys(_store: string | undefined, callback: (error: unknown, keys?: string[]) => void): void {
    callback(null, [...this.values.keys()]);
  }
  private reply(callback: Callback, value?: unknown): void {
    if (this.delayMs === undefined) callback(null, value);
    else setTimeout(() => callback(null, value), this.delayMs);
  }
}

function start(options: Partial<CallStoreOptions> = {}) {
  const problems: string[] = [];
  const store = new Store();
  const calls = createCallStore({
    memory: new Map(),
    context: store,
    store: undefined,
    onProblem: (error) => problems.push((error as Error).message),
    ...options,
  });
  return { calls, store, problems };
}

const NEW_CALL: CallEvent = {
  event: 'NEW_CALL',
  callId: 'A1',
  direction: 'in',
  from: '+4915790000001',
  to: '+4921163553355',
  user: ['Ann'],
};
const ANSWER: CallEvent = { event: 'ANSWER', callId: 'A1', user: 'Ann', answeringNumber: '+4921163553355' };
const HANGUP: CallEvent = { event: 'HANGUP', callId: 'A1', cause: 'normalClearing' };
const press = (dtmf: string): CallEvent => ({ event: 'DATA', callId: 'A1', dtmf });

describe('what is known of a call', () => {
  it('grows with its events', async () => {
    let now = Date.parse('2026-03-01T10:00:00.000Z');
    const { calls } = start({ now: () => now });
    (await calls.track(NEW_CALL)).should.deepEqual({
      callId: 'A1',
      direction: 'in',
      from: '+4915790000001',
      to: '+4921163553355',
      user: ['Ann'],
      startedAt: '2026-03-01T10:00:00.000Z',
      digits: [],
      data: {},
      answered: false,
      openLegs: 1,
    });
    now += 2000;
    (await calls.track(press('1'))).digits.should.deepEqual(['1']);
    (await calls.track(press(''))).digits.should.deepEqual(['1', '']);
    now += 3000;
    should((await calls.track(ANSWER)).answeredAt).equal('2026-03-01T10:00:05.000Z');
    now += 61_400;
    const over = await calls.track(HANGUP);
    over.should.have.properties({
      from: '+4915790000001',
      user: ['Ann'],
      startedAt: '2026-03-01T10:00:00.000Z',
      endedAt: '2026-03-01T10:01:06.400Z',
      duration: 61,
      digits: ['1', ''],
    });
  });

  it('is nothing yet when the id of a call that is over comes again with a new one', async () => {
    const { calls } = start();
    await calls.track(NEW_CALL);
    await calls.keepNotes('A1', { level: 1 }, false);
    for (const event of [press('1'), ANSWER, HANGUP]) await calls.track(event);
    const again = await calls.track({ event: 'NEW_CALL', callId: 'A1', from: '+4930123' });
    again.should.deepEqual({
      ...{ callId: 'A1', from: '+4930123', digits: [], data: {}, answered: false, openLegs: 1 },
      startedAt: again.startedAt,
    });
  });

  it('has no duration when nobody answered', async () => {
    const { calls } = start();
    await calls.track(NEW_CALL);
    (await calls.track(HANGUP)).should.not.have.properties('duration', 'answeredAt');
  });

  it('is kept apart from other calls, and events without a call id leave nothing behind', async () => {
    const { calls, store } = start();
    await calls.track({ ...press('1'), callId: '' });
    await calls.track({ event: 'DATA', dtmf: '2' });
    should((await calls.track({ event: 'DATA', dtmf: '3' })).digits).deepEqual(['3']);
    store.values.size.should.equal(0);
    await calls.track(NEW_CALL);
    (await calls.track({ ...NEW_CALL, callId: 'A2', from: '+4930123' })).should.have.properties({
      from: '+4930123',
    });
    should((await calls.track(press('1'))).from).equal('+4915790000001');
  });

  it('is a copy: what a flow changes in a message changes nothing here', async () => {
    const { calls } = start();
    const call = await calls.track(NEW_CALL);
    call.digits.push('9');
    call.data['x'] = 1;
    should((await calls.track(press('1'))).digits).deepEqual(['1']);
    should((await calls.track(press('2'))).data).deepEqual({});
  });

  it('holds what a flow wanted to keep, but nothing that no store could keep', async () => {
    const { calls } = start();
    await calls.track(NEW_CALL);
    await calls.keepNotes('A1', { menu: 2, nested: { list: [1] }, when: new Date(0) }, false);
    should((await calls.track(press('1'))).data).deepEqual({
      menu: 2,
      nested: { list: [1] },
      when: new Date(0),
    });
    await calls.keepNotes('A1', { menu: 3, callback: () => 1 }, false);
    should((await calls.track(press('1'))).data).deepEqual({ menu: 3 });
    const circular: Record<string, unknown> = { f: () => 1 };
    circular['self'] = circular;
    await calls.keepNotes('A1', circular, false);
    await calls.keepNotes('A1', 'no object', false);
    await calls.keepNotes('unknown', { x: 1 }, false);
    should((await calls.track(press('1'))).data).deepEqual({});
  });

  it('survives a redeploy in a store that forgets, and a restart in one that keeps', async () => {
    const memory: CallMemory = new Map();
    await start({ memory }).calls.track(NEW_CALL);
    should((await start({ memory }).calls.track(HANGUP)).from).equal('+4915790000001');

    const context = new Store();
    await start({ context }).calls.track(NEW_CALL);
    should((await start({ context }).calls.track(HANGUP)).from).equal('+4915790000001');
  });

  it('is shared by two instances with one store', async () => {
    let now = 1000;
    const context = new Store(1);
    const [one, two] = [1, 2].map(() => start({ context, now: () => now }).calls) as [
      ReturnType<typeof createCallStore>,
      ReturnType<typeof createCallStore>,
    ];
    await one.track(NEW_CALL);
    now -= 1500; // clocks of two machines differ
    await two.track(press('1'));
    now += 1500;
    await one.track(press('2'));
    now -= 1500;
    should((await two.track(HANGUP)).digits).deepEqual(['1', '2']);
  });

  it('goes to the store that the user chose', async () => {
    const { calls, store } = start({ store: 'file' });
    await calls.track(NEW_CALL);
    [...new Set(store.names)].should.deepEqual(['file']);
  });

  it('loses nothing when events come in one breath and the store takes its time', async () => {
    const { calls } = start({ context: new Store(5) });
    const all = await Promise.all(
      [NEW_CALL, press('1'), ANSWER, press('2'), HANGUP].map((event) => calls.track(event)),
    );
    should(all.at(-1)).have.properties({ digits: ['1', '2'], user: ['Ann'] });
    should(all.at(-1)?.answeredAt).be.a.String();
  });

  it('keeps a flow’s data also while the next event waits for a slow store', async () => {
    const { calls } = start({ context: new Store(20) });
    await calls.track(NEW_CALL);
    const next = calls.track(press('1'));
    await new Promise((resolve) => setTimeout(resolve, 5));
    await calls.keepNotes('A1', { menu: 2 }, false);
    should((await next).data).deepEqual({ menu: 2 });
    should((await calls.track(press('2'))).data).deepEqual({ menu: 2 });
  });

  it('follows to the next leg, also when that is answered in one breath', async () => {
    const { calls } = start({ context: new Store(5) });
    await calls.track(NEW_CALL);
    await calls.keepNotes('A1', { menu: 2 }, false);
    const next = { callId: 'A2', originalCallId: 'A1' };
    const [begun, answered] = await Promise.all([
      calls.track({ event: 'NEW_CALL', ...next }),
      calls.track({ event: 'ANSWER', ...next }),
    ]);
    should(begun.data).deepEqual({ menu: 2 });
    should(answered.data).deepEqual({ menu: 2 });
  });

  it('keeps no caller waiting when two legs say that each came of the other', async () => {
    const { calls } = start({ context: new Store(1) });
    const all = await Promise.all([
      calls.track({ event: 'NEW_CALL', callId: 'A1', originalCallId: 'A2' }),
      calls.track({ event: 'NEW_CALL', callId: 'A2', originalCallId: 'A1' }),
    ]);
    all.map(({ callId }) => callId).should.deepEqual(['A1', 'A2']);
  });

  const broken: [string, ContextStore][] = [
    [
      'fails',
      {
        get: (_key, _store, callback) => callback(new Error('store is down')),
        set: (_key, _value, _store, callback) => callback(new Error('store is down')),
        keys: (_store, callback) => callback(new Error('store is down')),
      },
    ],
    [
      'throws',
      {
        get: () => {
          throw new Error('store is down');
        },
        set: () => {
          throw new Error('store is down');
        },
        keys: () => {
          throw new Error('store is down');
        },
      },
    ],
  ];
  for (const [how, context] of broken) {
    it(`is kept in memory when the store ${how}, and the user hears of it`, async () => {
      const { calls, problems } = start({ context });
      await calls.track(NEW_CALL);
      await calls.keepNotes('A1', { menu: 2 }, false);
      (await calls.track(HANGUP)).should.have.properties({ from: '+4915790000001', data: { menu: 2 } });
      await calls.expire();
      problems.should.containEql('store is down');
    });
  }

  it('does not wait long for a store that hangs', async () => {
    const context = { get: () => undefined, set: () => undefined, keys: () => undefined };
    const { calls, problems } = start({ context });
    await calls.track(NEW_CALL);
    should((await calls.track(press('1'))).from).equal('+4915790000001');
    problems.should.have.length(2);
  });

  it('does not believe a store that gives something else', async () => {
    for (const rubbish of [
      'text',
      null,
      [],
      { at: 1 },
      { at: 1, call: {} },
      { at: 1, call: { digits: 'no' } },
      { at: 1, call: { digits: [] } },
      { at: 1, version: 1, value: 'text' },
      { at: 1, version: 1, value: { startedAt: 5 } },
      { at: 1, version: 1, value: { user: 'Ann' } },
      { at: 1, version: '1', value: {} },
    ]) {
      const context = new Store();
      for (const part of ['', '_answer', '_hangup', '_digits', '_notes', '_legs'])
        context.values.set(`call_A1${part}`, rubbish);
      const { calls } = start({ context });
      should((await calls.track(press('1'))).digits).deepEqual(['1']);
    }
  });

  it('is forgotten some time after the call, and later when no hang-up ever came', async () => {
    let now = 0;
    const hours = (count: number) => (now += count * 3600_000);
    const memory: CallMemory = new Map();
    const { calls, store } = start({ memory, now: () => now });
    await calls.track(NEW_CALL);
    await calls.track({ ...NEW_CALL, callId: 'A2' });
    await calls.track(HANGUP);
    hours(2);
    await calls.expire();
    [...memory.keys()].should.deepEqual(['A2']);
    store.values.size.should.equal(1);
    hours(12);
    store.values.set('call_old', structuredClone(store.values.get('call_A2')));
    store.values.set('somebody else’s', { at: 0, call: { digits: [] } });
    await calls.expire();
    await new Promise((resolve) => setImmediate(resolve));
    memory.size.should.equal(0);
    [...store.values.keys()].should.deepEqual(['somebody else’s']);
  });

  it('does not fill the memory in a flood', async () => {
    const memory: CallMemory = new Map();
    const { calls, store } = start({ memory });
    for (let index = 0; index < 10_100; index += 1) await calls.track({ ...NEW_CALL, callId: `c${index}` });
    memory.size.should.equal(10_000);
    store.values.size.should.equal(10_000);
  });

  it('has a harmless key whatever the call id is', async () => {
    const { calls, store } = start();
    for (const callId of ['a.b["c"]', '__proto__', '#:(file)::x', '$parent.x', 'ö'.repeat(500)]) {
      await calls.track({ ...NEW_CALL, callId });
      should((await calls.track({ event: 'DATA', callId, dtmf: '1' })).from).equal('+4915790000001');
    }
    for (const key of store.values.keys()) key.should.match(/^call_\w+$/);
  });
});
