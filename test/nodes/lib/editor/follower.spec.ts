import 'should';
import type { Answer } from '../../../../nodes/lib/editor/telephone/answer';
import { Follower } from '../../../../nodes/lib/editor/telephone/follower';
import type { CallView } from '../../../../nodes/lib/telephone/view';
import { settled, startFakeClock, type FakeClock } from '../../../sipgate/helpers/fake-clock';

type Settle = (answer: Answer<CallView>) => void;

/** The tab, as a follower sees it; a test answers its questions. */
class Tab {
  isShown = true;
  view: CallView | undefined;
  /** What was asked and said, in order; behind `?` the version that is known. */
  readonly sent: string[] = [];
  readonly told: Answer<CallView>[] = [];
  readonly follower: Follower;
  #waiting: Settle[] = [];

  constructor() {
    this.follower = new Follower({
      isShown: () => this.isShown,
      view: () => this.view,
      look: (id, seen) => {
        this.sent.push(`look ${id}${seen === undefined ? '' : ` ?${seen}`}`);
        return new Promise<Answer<CallView>>((resolve) => this.#waiting.push(resolve));
      },
      settle: (answer) => {
        this.told.push(answer);
        if (answer.ok) this.view = answer.value;
        else if (answer.problem === 'noCall') this.view = undefined;
      },
      hide: async (id) => this.sent.push(`hidden ${id}`),
    });
  }

  begin(view = viewOf(1)): void {
    this.view = view;
    void this.follower.follow();
  }

  hide(): void {
    this.isShown = false;
    this.follower.hide();
  }

  show(): void {
    this.isShown = true;
    void this.follower.follow();
  }

  async answer(value: CallView): Promise<void> {
    this.#waiting.shift()?.({ ok: true, value });
    await settled();
  }

  async fail(problem = 'noAnswer'): Promise<void> {
    this.#waiting.shift()?.({ ok: false, problem, reason: problem });
    await settled();
  }
}

function viewOf(version: number, more: Partial<CallView> = {}): CallView {
  return { id: 'C1', version, isOver: false, ...more } as CallView;
}

describe('The tab of the telephone asks how a call goes on', () => {
  let clock: FakeClock;
  let tab: Tab;
  beforeEach(() => {
    clock = startFakeClock();
    tab = new Tab();
  });
  afterEach(() => clock.stop());

  it('one question at a time, each waits for news', async () => {
    tab.begin();
    tab.sent.should.eql(['look C1 ?1']);
    await clock.pass(20_000);
    tab.sent.should.eql(['look C1 ?1']);
    await tab.answer(viewOf(2));
    tab.sent.should.eql(['look C1 ?1', 'look C1 ?2']);
    void tab.follower.follow();
    tab.sent.length.should.equal(2);
  });

  describe('but not while it is hidden', () => {
    it('it says so once, and what comes then is left for later', async () => {
      tab.begin();
      tab.hide();
      await tab.answer(viewOf(2));
      await clock.pass(600_000);
      tab.sent.should.eql(['look C1 ?1', 'hidden C1']);
      tab.told.should.eql([]);
    });

    it('it asks at once when it is shown again, without waiting for news', async () => {
      tab.begin();
      tab.hide();
      await tab.answer(viewOf(2));
      tab.show();
      await tab.answer(viewOf(3));
      tab.sent.slice(2).should.eql(['look C1', 'look C1 ?3']);
      tab.told.length.should.equal(1);
    });

    it('it does so also where it is shown before the question is answered', async () => {
      tab.begin();
      tab.hide();
      tab.show();
      tab.sent.should.eql(['look C1 ?1', 'hidden C1']);
      await tab.answer(viewOf(2));
      tab.sent.slice(2).should.eql(['look C1']);
    });

    it('it says it of a call that was placed while it was hidden', () => {
      tab.isShown = false;
      tab.view = viewOf(1);
      tab.follower.hide();
      tab.sent.should.eql(['hidden C1']);
      tab.show();
      tab.sent.should.eql(['hidden C1', 'look C1']);
    });

    it('it says nothing where no call runs', () => {
      tab.hide();
      tab.view = viewOf(1, { isOver: true });
      tab.follower.hide();
      tab.sent.should.eql([]);
    });

    it('it sees what came last of a call that is over, and asks no more', async () => {
      tab.begin();
      await tab.answer(viewOf(2, { isOver: true }));
      tab.hide();
      await tab.answer(viewOf(3, { isOver: true }));
      tab.sent.splice(0);
      tab.show();
      tab.sent.should.eql(['look C1']);
    });
  });

  describe('while Node-RED does not answer', () => {
    it('ever more seldom, down to every 8 s', async () => {
      tab.begin();
      await tab.fail();
      for (const ms of [500, 1000, 2000, 4000, 8000, 8000, 8000]) {
        tab.sent.splice(0);
        await clock.pass(ms - 1);
        tab.sent.should.eql([]);
        await clock.pass(1);
        tab.sent.should.eql(['look C1'], `${ms} ms`);
        await tab.fail();
      }
    });

    it('and goes on as before when it does', async () => {
      tab.begin();
      await tab.fail();
      await clock.pass(500);
      await tab.answer(viewOf(1));
      tab.sent.should.eql(['look C1 ?1', 'look C1', 'look C1 ?1']);
      await tab.fail();
      await clock.pass(500);
      tab.sent.length.should.equal(4);
    });

    it('and leaves no timer behind when it is hidden', async () => {
      tab.begin();
      await tab.fail();
      tab.hide();
      await settled();
      tab.show();
      tab.sent.should.eql(['look C1 ?1', 'hidden C1', 'look C1']);
      await clock.pass(60_000);
      tab.sent.length.should.equal(3);
    });
  });

  it('no more when the call is lost', async () => {
    tab.begin();
    await tab.fail('noCall');
    await clock.pass(60_000);
    tab.sent.should.eql(['look C1 ?1']);
    tab.told.length.should.equal(1);
  });

  it('and of no other call than the latest', async () => {
    tab.begin();
    tab.begin(viewOf(1, { id: 'C2' }));
    await tab.answer(viewOf(2));
    tab.told.should.eql([]);
    tab.sent.should.eql(['look C1 ?1', 'look C2 ?1']);
  });
});
