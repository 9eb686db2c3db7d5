import { isCancelled } from '../../sipgate/index';
import { createBreather } from '../../sipgate/breather';

describe('A breather', () => {
  const workFor = (ms: number): void => {
    const end = performance.now() + ms;
    while (performance.now() < end);
  };

  it('says when others are due, and lets them work', async () => {
    const breather = createBreather();
    breather.isDue().should.be.false();
    workFor(15);
    breather.isDue().should.be.true();
    let worked = false;
    setImmediate(() => (worked = true));
    await breather.pause();
    worked.should.be.true();
    breather.isDue().should.be.false();
  });

  it('ends work that was called off, before it begins or at its next rest', async () => {
    const stop = new AbortController();
    const breather = createBreather(stop.signal);
    stop.abort();
    const error: unknown = await breather.pause().catch((reason: unknown) => reason);
    isCancelled(error).should.be.true();
    (() => createBreather(stop.signal)).should.throw({ code: 'NETWORK' });
  });
});
