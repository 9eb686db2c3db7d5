import should from 'should';
import { createTally, SipgateError, type DayCount, type DayCountStore } from '../../../../sipgate/index';

const START = Date.UTC(2026, 0, 31, 12);
const HOUR_MS = 3_600_000;
/** Nothing is to be warned of. */
const NOBODY = (text: string) => should.fail(text, 'no warning');
const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);

/** A store that a test looks into. */
class Store implements DayCountStore {
  readonly saved: DayCount[] = [];
  loads = 0;
  failure: unknown;
  constructor(private readonly held?: DayCount) {}
  async load() {
    this.loads += 1;
    if (this.failure !== undefined) throw this.failure;
    return this.held;
  }
  async save(count: DayCount) {
    if (this.failure !== undefined) throw this.failure;
    this.saved.push(count);
  }
}

async function refusal(work: Promise<unknown>): Promise<SipgateError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  should(error).be.instanceof(SipgateError);
  return error as SipgateError;
}

describe('What an account has spent', () => {
  let now = START;
  const clock = () => now;
  beforeEach(() => {
    now = START;
  });

  it('is free again a minute later, one after the other', async () => {
    const tally = createTally({ dayOf });
    const limits = { maxPerMinute: 2 };
    await tally.count(limits, clock, NOBODY);
    now += 10_000;
    await tally.count(limits, clock, NOBODY);
    (await refusal(tally.count(limits, clock, NOBODY))).message.should.containEql('Try again in 50 s');
    now = START + 59_999;
    (await refusal(tally.count(limits, clock, NOBODY))).message.should.containEql('Try again in 1 s');
    now = START + 60_000;
    await tally.count(limits, clock, NOBODY);
    (await refusal(tally.count(limits, clock, NOBODY))).message.should.containEql('Try again in 10 s');
  });

  it('tells when one more is allowed also after the limit was lowered', async () => {
    const tally = createTally({ dayOf });
    for (let count = 0; count < 3; count += 1) {
      await tally.count({ maxPerMinute: 3 }, clock, NOBODY);
      now += 10_000;
    }
    const lowered = await refusal(tally.count({ maxPerMinute: 2 }, clock, NOBODY));
    lowered.message.should.containEql('limit of 2 per minute').and.containEql('Try again in 40 s');
  });

  it('is nothing where the limit is 0', async () => {
    const tally = createTally({ dayOf });
    const error = await refusal(tally.count({ maxPerMinute: 0 }, clock, NOBODY));
    error.message.should.containEql('limit of 0 per minute').and.not.containEql('Try again');
    (await refusal(tally.count({ maxPerDay: 0 }, clock, NOBODY))).message.should.containEql(
      'limit of 0 per day',
    );
  });

  it('does not block an account whose clock was set back', async () => {
    const tally = createTally({ dayOf });
    const limits = { maxPerMinute: 1 };
    await tally.count(limits, clock, NOBODY);
    now -= HOUR_MS;
    await tally.count(limits, clock, NOBODY);
    await refusal(tally.count(limits, clock, NOBODY));
  });

  it('begins anew at midnight', async () => {
    const tally = createTally({ dayOf });
    const limits = { maxPerDay: 1 };
    now = Date.UTC(2026, 0, 31, 23, 59, 59);
    await tally.count(limits, clock, NOBODY);
    await refusal(tally.count(limits, clock, NOBODY));
    now += 1000;
    await tally.count(limits, clock, NOBODY);
  });

  it('counts for the day what was not limited by it', async () => {
    const tally = createTally({ dayOf });
    await tally.count({}, clock, NOBODY);
    await tally.count({ maxPerMinute: 5 }, clock, NOBODY);
    await refusal(tally.count({ maxPerDay: 2 }, clock, NOBODY));
    await tally.count({ maxPerDay: 3 }, clock, NOBODY);
  });

  it('does not count what was refused', async () => {
    const tally = createTally({ dayOf });
    await tally.count({ maxPerMinute: 1 }, clock, NOBODY);
    await refusal(tally.count({ maxPerMinute: 1 }, clock, NOBODY));
    await tally.count({ maxPerDay: 2 }, clock, NOBODY);
    await refusal(tally.count({ maxPerDay: 2 }, clock, NOBODY));
    await tally.count({ maxPerDay: 3, maxPerMinute: 2 }, clock, NOBODY);
  });

  it('gets back what was not carried out', async () => {
    const tally = createTally({ dayOf });
    const limits = { maxPerMinute: 2, maxPerDay: 2 };
    await tally.count(limits, clock, NOBODY);
    const second = await tally.count(limits, clock, NOBODY);
    await tally.giveBack(second, NOBODY);
    await tally.count(limits, clock, NOBODY);
    await refusal(tally.count(limits, clock, NOBODY));
  });

  it('gets back one of the minute, and no more', async () => {
    const tally = createTally({ dayOf });
    const limits = { maxPerMinute: 3 };
    const [first] = [await tally.count(limits, clock, NOBODY), await tally.count(limits, clock, NOBODY)];
    await tally.count(limits, clock, NOBODY);
    await tally.giveBack(first, NOBODY);
    await tally.count(limits, clock, NOBODY);
    await refusal(tally.count(limits, clock, NOBODY));
  });

  it('gets nothing back for another day', async () => {
    const tally = createTally({ dayOf });
    const yesterday = await tally.count({ maxPerDay: 1 }, clock, NOBODY);
    now += 24 * HOUR_MS;
    await tally.count({ maxPerDay: 1 }, clock, NOBODY);
    await tally.giveBack(yesterday, NOBODY);
    await refusal(tally.count({ maxPerDay: 1 }, clock, NOBODY));
  });

  describe('with a store', () => {
    it('is stored before anything is sent, and when something is given back', async () => {
      const store = new Store();
      const tally = createTally({ dayOf, store });
      const counted = await tally.count({ maxPerDay: 5 }, clock, NOBODY);
      await tally.count({ maxPerDay: 5 }, clock, NOBODY);
      await tally.giveBack(counted, NOBODY);
      store.saved.should.deepEqual([1, 2, 1].map((count) => ({ day: '2026-01-31', count })));
      store.loads.should.equal(1);
    });

    it('goes on with what it holds of today', async () => {
      const tally = createTally({ dayOf, store: new Store({ day: '2026-01-31', count: 4 }) });
      await tally.count({ maxPerDay: 5 }, clock, NOBODY);
      await refusal(tally.count({ maxPerDay: 5 }, clock, NOBODY));
    });

    it('goes on with nothing of yesterday', async () => {
      const store = new Store({ day: '2026-01-30', count: 4 });
      const tally = createTally({ dayOf, store });
      await tally.count({ maxPerDay: 1 }, clock, NOBODY);
      store.saved.should.deepEqual([{ day: '2026-01-31', count: 1 }]);
    });

    it('adds what was sent before the day was limited', async () => {
      const tally = createTally({ dayOf, store: new Store({ day: '2026-01-31', count: 2 }) });
      await tally.count({}, clock, NOBODY);
      await tally.count({ maxPerDay: 4 }, clock, NOBODY);
      await refusal(tally.count({ maxPerDay: 4 }, clock, NOBODY));
    });

    it('keeps what was sent today although the store holds another day', async () => {
      const tally = createTally({ dayOf, store: new Store({ day: '2026-01-30', count: 9 }) });
      await tally.count({}, clock, NOBODY);
      await refusal(tally.count({ maxPerDay: 1 }, clock, NOBODY));
      await tally.count({ maxPerDay: 2 }, clock, NOBODY);
    });

    it('asks and fills it only where the day is limited', async () => {
      const store = new Store();
      const tally = createTally({ dayOf, store });
      await tally.giveBack(await tally.count({ maxPerMinute: 5 }, clock, NOBODY), NOBODY);
      should([store.loads, store.saved.length]).deepEqual([0, 0]);
    });

    it('asks it once also when many come at once', async () => {
      const store = new Store({ day: '2026-01-31', count: 1 });
      const tally = createTally({ dayOf, store });
      const all = await Promise.allSettled(
        Array.from({ length: 50 }, () => tally.count({ maxPerDay: 11 }, clock, NOBODY)),
      );
      all.filter(({ status }) => status === 'fulfilled').length.should.equal(10);
      store.loads.should.equal(1);
    });

    it('counts in memory when it fails, and says so once until it works again', async () => {
      const store = new Store();
      store.failure = new Error('ENOSPC');
      const warnings: string[] = [];
      const warn = (text: string) => warnings.push(text);
      const tally = createTally({ dayOf, store });
      const limits = { maxPerDay: 4 };
      const first = await tally.count(limits, clock, warn);
      warnings.should.deepEqual([
        "The count of the day cannot be read (ENOSPC), so it begins at zero. Check the space and the permissions of Node-RED's user directory.",
        "The count of the day cannot be stored (ENOSPC): a restart begins at zero. Check the space and the permissions of Node-RED's user directory.",
      ]);
      await tally.giveBack(first, warn);
      await tally.count(limits, clock, warn);
      warnings.should.have.length(2);
      store.failure = undefined;
      await tally.count(limits, clock, warn);
      store.saved.should.deepEqual([{ day: '2026-01-31', count: 2 }]);
      store.failure = 'odd';
      await tally.count(limits, clock, warn);
      await tally.count(limits, clock, NOBODY);
      warnings.should.have.length(3);
      warnings[2]!.should.containEql('(unknown reason)');
      (await refusal(tally.count(limits, clock, NOBODY))).code.should.equal('RATE_LIMITED');
    });
  });
});
