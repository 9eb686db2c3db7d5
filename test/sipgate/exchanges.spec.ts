import should from 'should';
import { createExchanges, type Ending } from '../../sipgate/exchanges';
import { settled, startFakeClock, type FakeClock } from './helpers/fake-clock';

const DEADLINE_MS = 5000;

/** A sender whose connection the test can cut. */
function sender() {
  let cut: () => void = () => undefined;
  return { whenGone: (listener: () => void) => void (cut = listener), cut: () => cut() };
}

/** Requests that are called by a word, and what became of them. */
function start() {
  const gone: string[] = [];
  const closed: [string, Ending, string][] = [];
  const exchanges = createExchanges<string, string>({
    deadlineMs: DEADLINE_MS,
    unanswered: (subject) => `nobody answered ${subject}`,
    onGone: (subject) => gone.push(subject),
    onClosed: (subject, ending, answer) => closed.push([subject, ending, answer]),
  });
  return { exchanges, gone, closed };
}

describe('An exchange', () => {
  let clock: FakeClock;
  beforeEach(() => (clock = startFakeClock()));
  afterEach(() => clock.stop());

  it('has an id of its own, in this process and in any other', () => {
    const [one, other] = [start().exchanges, start().exchanges];
    const ids = [one.newId(), one.open('a'), one.newId(), other.newId(), other.open('a')];
    new Set(ids).size.should.equal(5);
    for (const id of ids) id.should.match(/^[\w-]{12}-\d+$/);
  });

  it('is open until it is answered, once', async () => {
    const { exchanges, closed } = start();
    const id = exchanges.open('a call');
    const answer = exchanges.wait(id);
    exchanges.state(id).should.equal('open');
    should(exchanges.subject(id)).equal('a call');
    exchanges.answer(id, 'yes').should.equal('open');
    exchanges.answer(id, 'no').should.equal('answered');
    (await answer).should.equal('yes');
    exchanges.state(id).should.equal('answered');
    should(exchanges.subject(id)).be.undefined();
    closed.should.deepEqual([['a call', 'answered', 'yes']]);
  });

  it('closes at its deadline and not before, and an answer after it is late', async () => {
    const { exchanges, closed, gone } = start();
    const id = exchanges.open('a call');
    const answer = exchanges.wait(id);
    await clock.pass(DEADLINE_MS - 1);
    exchanges.state(id).should.equal('open');
    await clock.pass(1);
    (await answer).should.equal('nobody answered a call');
    exchanges.answer(id, 'yes').should.equal('late');
    closed.should.deepEqual([['a call', 'late', 'nobody answered a call']]);
    gone.should.be.empty();
  });

  it('tells when its last sender is gone, and takes an answer for one that nobody hears', async () => {
    const { exchanges, closed, gone } = start();
    const [one, two] = [sender(), sender()];
    const id = exchanges.open('a call');
    const answers = [one, two].map(({ whenGone }) => exchanges.wait(id, whenGone));
    one.cut();
    gone.should.be.empty();
    two.cut();
    gone.should.deepEqual(['a call']);
    exchanges.state(id).should.equal('open');
    exchanges.answer(id, 'yes').should.equal('gone');
    exchanges.state(id).should.equal('gone');
    (await Promise.all(answers)).should.deepEqual(['yes', 'yes']);
    closed.should.deepEqual([['a call', 'gone', 'yes']]);
  });

  it('is answered where one of two senders is left', () => {
    const { exchanges } = start();
    const one = sender();
    const id = exchanges.open('a call');
    void exchanges.wait(id, one.whenGone);
    void exchanges.wait(id);
    one.cut();
    exchanges.answer(id, 'yes').should.equal('open');
  });

  it('is gone at its deadline, not late, where its sender is gone', async () => {
    const { exchanges, closed } = start();
    const one = sender();
    const id = exchanges.open('a call');
    void exchanges.wait(id, one.whenGone);
    one.cut();
    await clock.pass(DEADLINE_MS);
    exchanges.answer(id, 'yes').should.equal('gone');
    closed.should.deepEqual([['a call', 'gone', 'nobody answered a call']]);
  });

  it('tells of a connection that was lost before anybody waited', () => {
    const { exchanges, gone } = start();
    const id = exchanges.open('a call');
    void exchanges.wait(id, (listener) => listener());
    gone.should.deepEqual(['a call']);
  });

  it('hears nothing of a connection that ends after the answer', () => {
    const { exchanges, gone } = start();
    const one = sender();
    const id = exchanges.open('a call');
    void exchanges.wait(id, one.whenGone);
    exchanges.answer(id, 'yes');
    one.cut();
    gone.should.be.empty();
    exchanges.state(id).should.equal('answered');
  });

  it('may be opened again under its id, with a whole deadline of its own', async () => {
    const { exchanges } = start();
    const one = sender();
    const id = exchanges.open('a call');
    void exchanges.wait(id, one.whenGone);
    await clock.pass(1000);
    one.cut();
    exchanges.answer(id, 'nobody hears');
    exchanges.open('a call', id).should.equal(id);
    const answer = exchanges.wait(id);
    await clock.pass(DEADLINE_MS - 1); // the first deadline has passed
    exchanges.state(id).should.equal('open');
    exchanges.answer(id, 'yes').should.equal('open');
    (await answer).should.equal('yes');
    exchanges.state(id).should.equal('answered');
  });

  for (const ending of ['unawaited', 'interrupted'] as const) {
    it(`can be closed as ${ending}, once`, async () => {
      const { exchanges, closed } = start();
      const id = exchanges.open('a call');
      const answer = exchanges.wait(id);
      exchanges.close(id, ending);
      exchanges.close(id, 'unawaited');
      (await answer).should.equal('nobody answered a call');
      exchanges.answer(id, 'yes').should.equal(ending);
      await clock.pass(2 * DEADLINE_MS);
      closed.should.deepEqual([['a call', ending, 'nobody answered a call']]);
    });
  }

  it('that is closed lets nobody wait', async () => {
    const { exchanges } = start();
    const id = exchanges.open('a call');
    exchanges.answer(id, 'yes');
    await exchanges.wait(id).should.be.rejectedWith(/closed exchange/);
    await exchanges.wait('never heard of').should.be.rejectedWith(/closed exchange/);
    await settled();
  });

  it('that nobody has opened is unknown', () => {
    const { exchanges, closed } = start();
    exchanges.state(exchanges.newId()).should.equal('unknown');
    exchanges.answer('never heard of', 'yes').should.equal('unknown');
    exchanges.close('never heard of', 'interrupted');
    should(exchanges.subject('never heard of')).be.undefined();
    closed.should.be.empty();
  });

  it('is listed as long as it is open, the oldest first', () => {
    const { exchanges } = start();
    const [a = '', b = '', c = ''] = ['a', 'b', 'c'].map((subject) => exchanges.open(subject));
    exchanges.ids().should.deepEqual([a, b, c]);
    exchanges.answer(b, 'yes');
    exchanges.ids().should.deepEqual([a, c]);
  });

  it('is remembered for a thousand others, and no flood of them fills the memory', () => {
    const { exchanges } = start();
    const ids = Array.from({ length: 5000 }, (_, nth) => exchanges.open(String(nth)));
    for (const id of ids.slice(0, 1000)) exchanges.close(id, 'interrupted');
    const known = () => ids.filter((id) => exchanges.state(id) === 'interrupted');
    known().should.deepEqual(ids.slice(0, 1000));
    for (const id of ids.slice(1000)) exchanges.close(id, 'interrupted');
    known().should.deepEqual(ids.slice(-1000));
  });
});
