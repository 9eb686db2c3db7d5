import should from 'should';
import { createExchanges, type Ending, type ExchangeRules, type WhenGone } from '../../sipgate/exchanges';
import { fakeTimers, type FakeTimers } from './helpers/fake-timers';

const DEADLINE_MS = 3000;

/** A sender whose connection can be lost. */
function sender() {
  const listeners: (() => void)[] = [];
  const whenGone: WhenGone = (listener) => void listeners.push(listener);
  return { whenGone, leave: () => listeners.forEach((listener) => listener()) };
}

describe('open requests', () => {
  let timers: FakeTimers;
  beforeEach(() => (timers = fakeTimers()));
  afterEach(() => timers.restore());

  function start(rules: Partial<ExchangeRules<string, string>> = {}) {
    const closed: [subject: string, ending: Ending, answer: string][] = [];
    const gone: string[] = [];
    const exchanges = createExchanges<string, string>({
      deadlineMs: DEADLINE_MS,
      unanswered: (subject) => `nobody answered ${subject}`,
      onGone: (subject) => gone.push(subject),
      onClosed: (...how) => closed.push(how),
      ...rules,
    });
    return { exchanges, closed, gone };
  }

  it('are answered once', async () => {
    const { exchanges, closed } = start();
    const id = exchanges.open('A');
    const answer = exchanges.wait(id);
    exchanges.answer(id, 'yes').should.equal('open');
    exchanges.answer(id, 'no').should.equal('answered');
    (await answer).should.equal('yes');
    closed.should.deepEqual([['A', 'answered', 'yes']]);
    exchanges.ids().should.be.empty();
  });

  it('are closed at the deadline, not before and not twice', async () => {
    const { exchanges, closed } = start();
    const id = exchanges.open('A');
    const answer = exchanges.wait(id);
    timers.pass(DEADLINE_MS - 1);
    exchanges.state(id).should.equal('open');
    timers.pass(1);
    (await answer).should.equal('nobody answered A');
    exchanges.answer(id, 'late').should.equal('late');
    closed.should.deepEqual([['A', 'late', 'nobody answered A']]);
  });

  it('leave no timer behind once they are answered', () => {
    const { exchanges } = start();
    const id = exchanges.open('A');
    void exchanges.wait(id);
    timers.count.should.equal(1);
    exchanges.answer(id, 'yes');
    timers.count.should.equal(0);
  });

  it('whose senders went away are told of once, and their answer is kept for a sender who comes back', async () => {
    const { exchanges, closed, gone } = start();
    const [one, two] = [sender(), sender()];
    const id = exchanges.open('A');
    void exchanges.wait(id, one.whenGone);
    void exchanges.wait(id, two.whenGone);
    one.leave();
    gone.should.be.empty();
    two.leave();
    gone.should.deepEqual(['A']);
    exchanges.answer(id, 'yes').should.equal('gone');
    closed.should.deepEqual([['A', 'gone', 'yes']]);
    exchanges.open('A', id).should.equal(id);
    const again = exchanges.wait(id);
    exchanges.answer(id, 'yes, again').should.equal('open');
    (await again).should.equal('yes, again');
  });

  it('of a sender who came back in time are answered', async () => {
    const { exchanges } = start();
    const lost = sender();
    const id = exchanges.open('A');
    void exchanges.wait(id, lost.whenGone);
    lost.leave();
    const back = exchanges.wait(id);
    exchanges.answer(id, 'yes').should.equal('open');
    (await back).should.equal('yes');
  });

  it('that are lost after their end change nothing', () => {
    const { exchanges, gone } = start();
    const late = sender();
    const id = exchanges.open('A');
    void exchanges.wait(id, late.whenGone);
    exchanges.close(id, 'interrupted');
    late.leave();
    gone.should.be.empty();
    exchanges.close(id, 'unawaited');
    exchanges.state(id).should.equal('interrupted');
  });

  it('know their subject as long as they are open, the oldest first', () => {
    const { exchanges } = start();
    const ids = ['A', 'B'].map((subject) => exchanges.open(subject));
    exchanges.ids().should.deepEqual(ids);
    should(exchanges.subject(ids[1] ?? '')).equal('B');
    exchanges.close(ids[1] ?? '', 'unawaited');
    should(exchanges.subject(ids[1] ?? '')).be.undefined();
    exchanges.ids().should.deepEqual([ids[0]]);
  });

  it('have ids unlike those of another process, and of each other', () => {
    const [one, other] = [start().exchanges, start().exchanges];
    new Set([one.newId(), one.newId(), other.newId(), other.newId()]).size.should.equal(4);
    one.newId().should.match(/^[\w-]{12}-\d+$/);
  });

  it('cannot be waited for when they are closed', async () => {
    const { exchanges } = start();
    await exchanges.wait('unknown').should.be.rejectedWith(/closed/);
    exchanges.state('unknown').should.equal('unknown');
  });

  it('are forgotten some time after their end: the latest thousand are remembered, and not all there ever were', () => {
    const { exchanges } = start();
    const ids = Array.from({ length: 5000 }, (_, index) => {
      const id = exchanges.open(`${index}`);
      exchanges.close(id, 'unawaited');
      return id;
    });
    const known = ids.filter((id) => exchanges.state(id) === 'unawaited');
    known.should.deepEqual(ids.slice(-1000));
  });
});
