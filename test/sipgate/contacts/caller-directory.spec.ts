import should from 'should';
import {
  createCallerDirectory,
  type CallerDirectoryOptions,
} from '../../../sipgate/contacts/caller-directory';

interface Person {
  readonly name: string;
  readonly numbers: readonly { readonly number: string }[];
}

const person = (name: string, ...numbers: string[]): Person => ({
  name,
  numbers: numbers.map((number) => ({ number })),
});

describe('The directory of callers', () => {
  let book: Person[];
  let readings: number;
  let time: number;
  let errors: unknown[];
  const directory = (more: Partial<CallerDirectoryOptions<Person>> = {}) =>
    createCallerDirectory<Person>({
      country: 'DE',
      now: () => time,
      onError: (error) => errors.push(error),
      load: async () => {
        readings += 1;
        return book;
      },
      ...more,
    });
  /** Waits for a reading in the background, however long the machine takes; mocha ends what never comes. */
  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
  };

  beforeEach(() => {
    book = [person('Ada', '01579-9912345', '+4921163553355'), person('Bob', '+4915799912345', '11')];
    readings = 0;
    time = 0;
    errors = [];
  });

  it('is cold at first, reads in the background, and then knows', async () => {
    const { lookup } = directory();
    should(lookup('+4915799912345')).equal(undefined);
    should(lookup('+4915799912345')).equal(undefined);
    readings.should.equal(1);
    await until(() => lookup('+4915799912345') !== undefined);
    should(lookup('+4915799912345')).equal(book[0]);
    should(lookup('0211 63553355')).equal(book[0]);
    should(lookup('11')).equal(book[1]);
    should(lookup('+4930123456')).equal(null);
    readings.should.equal(1);
  });

  it('knows short codes as a call shows them, and numbers that are stored with a pause', async () => {
    book = [
      person('Doctor', '116117'),
      person('Conference', '+49211991230,,12#'),
      person('Part', '63553355'),
    ];
    const { find } = directory();
    should(await find('+116117')).equal(book[0]);
    should(await find('116117')).equal(book[0]);
    should(await find('+49211991230')).equal(book[1]);
    should(await find('+4963553355')).equal(null);
  });

  it('knows nobody without a number', async () => {
    const { lookup, find } = directory();
    await find('11');
    for (const number of ['anonymous', '', undefined, null, {}, 'sip:x']) should(lookup(number)).equal(null);
  });

  it('is read anew in the background when it is old, and answers meanwhile', async () => {
    const { lookup, find } = directory({ refreshMs: 1000 });
    await find('11');
    book = [person('Carol', '11')];
    time = 999;
    should(lookup('11')).match({ name: 'Bob' });
    readings.should.equal(1);
    time = 1000;
    should(lookup('11')).match({ name: 'Bob' });
    readings.should.equal(2);
    await until(() => lookup('11')?.name === 'Carol');
    readings.should.equal(2);
  });

  it('keeps the old book when reading fails, and does not try for every call', async () => {
    let broken = false;
    const { lookup, find } = directory({
      refreshMs: 1000,
      load: async () => {
        readings += 1;
        if (broken) throw new Error('no network');
        return book;
      },
    });
    await find('11');
    broken = true;
    time = 1000;
    should(lookup('11')).match({ name: 'Bob' });
    await until(() => errors.length > 0);
    for (let call = 0; call < 5; call += 1) should(lookup('11')).match({ name: 'Bob' });
    should(await find('11')).match({ name: 'Bob' });
    readings.should.equal(2);
    errors.should.have.length(1);
  });

  it('says what is wrong when the first reading fails, and tries again the next time', async () => {
    let broken = true;
    const { find, lookup } = directory({
      load: async () => {
        if (broken) throw new Error('no network');
        return book;
      },
    });
    await find('11').should.be.rejectedWith('no network');
    should(lookup('11')).equal(undefined);
    broken = false;
    should(await find('11')).match({ name: 'Bob' });
  });

  it('reads once for all who wait', async () => {
    const { find } = directory();
    await Promise.all(Array.from({ length: 50 }, () => find('11')));
    readings.should.equal(1);
  });

  it('reads anew for a find after a change, also when a reading began before it', async () => {
    let release: () => void = () => {};
    const { find, invalidate } = directory({
      load: async () => {
        readings += 1;
        const old = book;
        if (readings === 2) await new Promise<void>((resolve) => (release = resolve));
        return old;
      },
    });
    await find('11');
    invalidate();
    const early = find('11');
    book = [person('Carol', '11')];
    invalidate();
    release();
    should(await early).match({ name: 'Carol' });
    readings.should.equal(3);
  });

  it('holds no more numbers than it may', async () => {
    const { lookup, find } = directory({ maxNumbers: 2 });
    await find('11');
    should(lookup('+4915799912345')).equal(book[0]);
    should(lookup('11')).equal(null);
  });

  it('goes through the book when it is read, not for a call', async () => {
    let looks = 0;
    book = Array.from({ length: 5000 }, (_, i) => ({
      name: `P${i}`,
      get numbers() {
        looks += 1;
        return [{ number: `+4915${100_000_000 + i}` }, { number: `0211 ${1_000_000 + i}` }];
      },
    }));
    const { lookup, find } = directory();
    await find('11');
    looks.should.equal(5000);
    for (let i = 0; i < 2000; i += 1) {
      should(lookup(i % 2 ? `+4915${100_000_000 + i}` : `0211 ${1_000_000 + i}`)).match({ name: `P${i}` });
    }
    looks.should.equal(5000);
  });
});
