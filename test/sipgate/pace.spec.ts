import { isCancelled } from '../../sipgate/index';
import { pacer } from '../../sipgate/pace';

describe('A pacer', () => {
  const workFor = (ms: number): void => {
    const end = performance.now() + ms;
    while (performance.now() < end);
  };

  it('says when others are due, and lets them work', async () => {
    const pace = pacer();
    pace.due().should.be.false();
    workFor(15);
    pace.due().should.be.true();
    let worked = false;
    setImmediate(() => (worked = true));
    await pace.rest();
    worked.should.be.true();
    pace.due().should.be.false();
  });

  it('ends work that was called off, before it begins or at its next rest', async () => {
    const stop = new AbortController();
    const pace = pacer(stop.signal);
    stop.abort();
    const error: unknown = await pace.rest().catch((reason: unknown) => reason);
    isCancelled(error).should.be.true();
    (() => pacer(stop.signal)).should.throw({ code: 'NETWORK' });
  });
});
