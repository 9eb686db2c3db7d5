import { takeTurn } from '../../sipgate/turns';
import { isCancelled } from '../../sipgate/index';

const tick = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('Taking turns', () => {
  let running: string[];
  let log: string[];
  let group: string;

  beforeEach(() => {
    running = [];
    log = [];
    group = `test ${Math.random()}`;
  });

  const task = (name: string) => async () => {
    running.push(name);
    log.push([...running].sort().join('+'));
    await tick();
    await tick();
    running.splice(running.indexOf(name), 1);
    return name;
  };

  it('runs one after the other, first come first served', async () => {
    const names = ['a', 'b', 'c'];
    (await Promise.all(names.map((name) => takeTurn({ group, account: '1' }, task(name))))).should.deepEqual(
      names,
    );
    log.should.deepEqual(names);
  });

  it('lets those overlap that share, but not with one that does not', async () => {
    const shared = { group, account: '1', shared: true };
    await Promise.all([
      takeTurn(shared, task('a')),
      takeTurn(shared, task('b')),
      takeTurn({ group, account: '1' }, task('X')),
      takeTurn(shared, task('c')),
    ]);
    log.should.deepEqual(['a', 'a+b', 'X', 'c']);
  });

  it('keeps accounts apart, but an unknown one may be any', async () => {
    await Promise.all([
      takeTurn({ group, account: '1' }, task('one')),
      takeTurn({ group, account: '2' }, task('two')),
      takeTurn({ group, shared: true }, task('unknown')),
    ]);
    log.should.deepEqual(['one', 'one+two', 'unknown']);
  });

  it('goes on after a failure', async () => {
    const failing = takeTurn({ group }, () => Promise.reject(new Error('no')));
    const next = takeTurn({ group }, task('next'));
    await failing.should.be.rejectedWith('no');
    (await next).should.equal('next');
  });

  it('lets one who waits give up, and the next one in', async () => {
    const abort = new AbortController();
    const first = takeTurn({ group }, task('first'));
    const impatient = takeTurn({ group }, task('impatient'), abort.signal).catch((error: unknown) => error);
    const last = takeTurn({ group }, task('last'));
    abort.abort();
    isCancelled(await impatient).should.be.true();
    await Promise.all([first, last]);
    log.should.deepEqual(['first', 'last']);
  });
});
