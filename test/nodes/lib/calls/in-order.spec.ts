import should from 'should';
import { createOrder } from '../../../../nodes/lib/calls/in-order';

/** A task that ends when it is told to. */
function task(log: string[], name: string) {
  let finish: () => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  const ended = new Promise<string>((resolve, reject) => {
    finish = () => resolve(name);
    fail = reject;
  });
  const run = () => {
    log.push(name);
    return ended;
  };
  return { run, finish, fail };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('tasks in order', () => {
  it('wait for an earlier one with the same key, first come, first served', async () => {
    const log: string[] = [];
    const inOrder = createOrder();
    const [one, two, three] = [task(log, 'one'), task(log, 'two'), task(log, 'three')];
    const results = [one, two, three].map(({ run }) => inOrder('call', run));
    await turn();
    log.should.eql(['one']);
    one.finish();
    await turn();
    log.should.eql(['one', 'two']);
    two.finish();
    three.finish();
    (await Promise.all(results)).should.eql(['one', 'two', 'three']);
  });

  it('do not wait for those with another key', async () => {
    const log: string[] = [];
    const inOrder = createOrder();
    void inOrder('call', task(log, 'one').run);
    void inOrder('other call', task(log, 'two').run);
    void inOrder('call', task(log, 'three').run);
    await turn();
    log.should.eql(['one', 'two']);
  });

  it('go on after one that fails, whose caller hears of it', async () => {
    const log: string[] = [];
    const inOrder = createOrder();
    const [one, two] = [task(log, 'one'), task(log, 'two')];
    const first = inOrder('call', one.run);
    const second = inOrder('call', two.run);
    one.fail(new Error('no store'));
    await should(first).be.rejectedWith('no store');
    two.finish();
    (await second).should.equal('two');
  });

  it('begin at once when all before them are done', async () => {
    const log: string[] = [];
    const inOrder = createOrder();
    for (const name of ['one', 'two']) {
      const { run, finish } = task(log, name);
      finish();
      await inOrder('call', run);
    }
    void inOrder('call', task(log, 'three').run);
    log.should.eql(['one', 'two', 'three']);
  });
});
