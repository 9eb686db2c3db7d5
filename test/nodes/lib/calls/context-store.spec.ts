import { stat } from 'node:fs';
import should from 'should';
import { boundedStore, type ContextStore } from '../../../../nodes/lib/calls/context-store';

type Callback = (error: unknown, value?: never) => void;

/** A store that answers when the test says so. */
class Slow implements ContextStore {
  readonly asked: string[] = [];
  readonly #callbacks: Callback[] = [];

  get(key: string, store: string | undefined, callback: Callback): void {
    this.#ask(`get ${key} of ${store}`, callback);
  }
  set(key: string, value: unknown, store: string | undefined, callback: Callback): void {
    this.#ask(`set ${key} to ${String(value)} in ${store}`, callback);
  }
  keys(store: string | undefined, callback: Callback): void {
    this.#ask(`keys of ${store}`, callback);
  }
  #ask(what: string, callback: Callback): void {
    this.asked.push(what);
    this.#callbacks.push(callback);
  }

  /** Answers what has been asked first of all that is not answered yet. */
  answer(error: unknown, value?: unknown): void {
    this.#callbacks.shift()!(error, value as never);
  }
  /** Never answers what has been asked so far. */
  hang(): void {
    this.#callbacks.length = 0;
  }
}

/** As a flow does that computes for long. */
function blockFor(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

const soon = () => new Promise((resolve) => setImmediate(resolve));
const TIMED_OUT = 'no answer in 400 ms';

describe('A context store', () => {
  let slow: Slow;
  let problems: string[];
  let store: ReturnType<typeof boundedStore>;
  beforeEach(() => {
    slow = new Slow();
    problems = [];
    store = boundedStore(slow, 'redis', (error) => problems.push((error as Error).message));
  });

  /** @returns a function that tells whether it has ended by now */
  function watch(work: Promise<unknown>): () => Promise<boolean> {
    let hasEnded = false;
    void work.then(() => (hasEnded = true));
    return async () => {
      await soon();
      return hasEnded;
    };
  }

  /** Asks for a value that never comes. */
  async function timeOut(): Promise<void> {
    const value = store.get(['a']);
    slow.hang();
    should(await value).be.undefined();
    problems.should.deepEqual([TIMED_OUT]);
    problems.length = 0;
  }

  it('gives values in the order in which they are asked for, and takes them', async () => {
    const values = store.get(['a', 'b']);
    slow.answer(null, 1);
    slow.answer(undefined, 2);
    should(await values).deepEqual([1, 2]);
    const written = store.set(
      new Map<string, unknown>([
        ['a', 3],
        ['b', undefined],
      ]),
    );
    slow.answer(null);
    slow.answer(null);
    await written;
    const keys = store.keys();
    slow.answer(null, ['a', 5, 'b']);
    (await keys).should.deepEqual(['a', 'b']);
    slow.asked.should.deepEqual([
      'get a of redis',
      'get b of redis',
      'set a to 3 in redis',
      'set b to undefined in redis',
      'keys of redis',
    ]);
    problems.should.be.empty();
  });

  it('that has answered while the process was busy is not late', async () => {
    const ofDisk: ContextStore = {
      get: (_key, _store, callback) => stat(__filename, (error) => callback(error, 'there')),
      set: (_key, _value, _store, callback) => stat(__filename, callback),
      keys: (_store, callback) => stat(__filename, (error) => callback(error, ['a'])),
    };
    const asked = boundedStore(ofDisk, undefined, (error) => problems.push((error as Error).message));
    for (const [ask, answer] of [
      [() => asked.get(['a']), ['there']],
      [() => asked.set(new Map([['a', 1]])), undefined],
      [() => asked.keys(), ['a']],
    ] as const) {
      const answered = ask();
      blockFor(450);
      should(await answered).deepEqual(answer);
    }
    problems.should.be.empty();
  });

  it('has no keys where it gives something else', async () => {
    for (const rubbish of ['a', { a: 1 }, undefined]) {
      const keys = store.keys();
      slow.answer(null, rubbish);
      (await keys).should.deepEqual([]);
    }
  });

  it('that fails gives nothing, and its user hears why', async () => {
    const value = store.get(['a']);
    slow.answer(new Error('it is down'));
    should(await value).be.undefined();
    const written = store.set(new Map([['a', 1]]));
    slow.answer('a text');
    await written;
    const keys = store.keys();
    slow.answer({ toString: () => 'an object' });
    (await keys).should.deepEqual([]);
    problems.should.deepEqual(['it is down', 'a text', 'an object']);
  });

  it('that throws instead counts as one that fails', async () => {
    const fail = () => {
      throw new Error('it threw');
    };
    const broken = boundedStore({ get: fail, set: fail, keys: fail }, undefined, (error) =>
      problems.push((error as Error).message),
    );
    should(await broken.get(['a'])).be.undefined();
    await broken.set(new Map([['a', 1]]));
    (await broken.keys()).should.deepEqual([]);
    problems.should.deepEqual(['it threw', 'it threw', 'it threw']);
  });

  it('is waited for when it writes', async () => {
    const hasEnded = watch(store.set(new Map([['a', 1]])));
    (await hasEnded()).should.be.false();
    slow.answer(null);
    (await hasEnded()).should.be.true();
  });

  it('that did not answer in time is not waited for when it writes next', async () => {
    await timeOut();
    (await watch(store.set(new Map([['a', 1]])))()).should.be.true();
    slow.answer(new Error('it is down'));
    await soon();
    problems.should.deepEqual(['it is down']);
  });

  it('is waited for again when it has answered or failed since', async () => {
    for (const error of [null, new Error('it is down')]) {
      await timeOut();
      const value = store.get(['a']);
      slow.answer(error, 1);
      await value;
      const hasEnded = watch(store.set(new Map([['a', 1]])));
      (await hasEnded()).should.be.false();
      slow.answer(null);
      (await hasEnded()).should.be.true();
      problems.length = 0;
    }
  });

  it('is waited for after a failure', async () => {
    const value = store.get(['a']);
    slow.answer(new Error('it is down'));
    await value;
    (await watch(store.set(new Map([['a', 1]])))()).should.be.false();
    slow.answer(null);
  });

  it('is settled when all that it was asked for has come, or is too late', async () => {
    (await watch(store.settled())()).should.be.true();
    void store.get(['a']);
    void store.set(new Map([['a', 1]]));
    const isSettled = watch(store.settled());
    slow.answer(new Error('it is down'));
    (await isSettled()).should.be.false();
    slow.answer(null);
    (await isSettled()).should.be.true();
    problems.length = 0;
    await timeOut();
    (await watch(store.settled())()).should.be.true();
  });

  it('leaves no timer behind', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    await soon(); // from then on the test itself has its timer
    const before = timers();
    const value = store.get(['a']);
    timers().should.equal(before + 1);
    slow.answer(null, 1);
    await value;
    timers().should.equal(before);
  });
});
