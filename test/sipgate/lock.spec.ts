import { inTurn } from '../../sipgate/lock';
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
    (await Promise.all(names.map((name) => inTurn({ group, account: '1' }, task(name))))).should.deepEqual(
      names,
    );
    log.should.deepEqual(names);
  });

  it('lets those overlap that share, but not with one that does not', async () => {
    const shared = { group, account: '1', shared: true };
    await Promise.all([
      inTurn(shared, task('a')),
      inTurn(shared, task('b')),
      inTurn({ group, account: '1' }, task('X')),
      inTurn(shared, task('c')),
    ]);
    log.should.deepEqual(['a', 'a+b', 'X', 'c']);
  });

  it('keeps accounts apart, but an unknown one may be any', async () => {
    await Promise.all([
      inTurn({ group, account: '1' }, task('one')),
      inTurn({ group, account: '2' }, task('two')),
      inTurn({ group, shared: true }, task('unknown')),
    ]);
    log.should.deepEqual(['one', 'one+two', 'unknown']);
  });

  it('goes on after a failure', async () => {
    const failing = inTurn({ group }, () => Promise.reject(new Error('no')));
    const next = inTurn({ group }, task('next'));
    await failing.should.be.rejectedWith('no');
    (await next).should.equal('next');
  });

  it('lets one who waits give up, and the next one in', async () => {
    const abort = new AbortController();
    const first = inTurn({ group }, task('first'));
    const impatient = inTurn({ group }, task('impatient'), abort.signal).catch((error: unknown) => error);
    const last = inTurn({ group }, task('last'));
    abort.abort();
    isCancelled(await impatient).should.be.true();
    await Promise.all([first, last]);
    log.should.deepEqual(['first', 'last']);
  });
});
