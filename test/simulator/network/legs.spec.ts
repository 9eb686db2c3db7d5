import should from 'should';
import { Simulator } from '../../../simulator';
import type { CallScript } from '../../../simulator';
import { startWebhook, subscribing } from '../webhook';
import type { TestWebhook } from '../webhook';

const ANN = '4921163553355';
const BOB = '+4921163553366';
const CAROL = '+4921163553377';

/** What Node-RED has to tell apart when it says whether a call was missed, and who is still on the telephone. */
describe('a simulated call of several legs', () => {
  let webhook: TestWebhook;
  let simulator: Simulator;

  before(async () => {
    webhook = await startWebhook(() => subscribing(webhook));
    simulator = await Simulator.start({ webhookUrl: webhook.url });
  });
  beforeEach(() => {
    webhook.seen.length = 0;
  });
  after(async () => {
    await simulator.stop();
    await webhook.close();
  });

  const place = (more: Partial<CallScript>) =>
    simulator.call({ from: '+4915799912345', to: `+${ANN}`, ringMs: 1, hangUpAfterMs: 1, ...more }).ended;

  /** `newCall A`, `hangup B noAnswer` and so on; A is the first leg, B the second. */
  function story(): string[] {
    const legs: string[] = [];
    return webhook.seen.map(({ event, form }) => {
      const callId = form.get('callId') ?? '';
      if (!legs.includes(callId)) legs.push(callId);
      const name = 'ABCD'.charAt(legs.indexOf(callId));
      return [event, name, form.get('cause')].filter((part) => part !== null).join(' ');
    });
  }
  const origCallIds = () => new Set(webhook.seen.map(({ form }) => form.get('origCallId')));

  it('is transferred to somebody who does not pick up, and goes on with the first one', async () => {
    const outcome = await place({ transferTo: BOB, callees: { [BOB]: 'noAnswer' } });
    story().should.eql([
      'newCall A',
      'answer A',
      'newCall B',
      'hangup B noAnswer',
      'hangup A normalClearing',
    ]);
    should(webhook.all('newCall')[1]?.form.get('diversion')).equal(ANN);
    origCallIds().size.should.equal(1);
    outcome.kind.should.equal('answered');
  });

  it('is transferred by the telephone’s own button: the first leg ends with the whole conversation', async () => {
    await place({ transferTo: BOB, transferBy: 'phone' });
    story().should.eql([
      'newCall A',
      'answer A',
      'newCall B',
      'answer B',
      'hangup B normalClearing',
      'hangup A normalClearing',
    ]);
  });

  it('goes on to a second and a third telephone while nobody picks up', async () => {
    const callees = { [ANN]: 'noAnswer', [BOB]: 'busy' } as const;
    const outcome = await place({ forwardTo: [BOB, CAROL], callees });
    story().should.eql([
      'newCall A',
      'hangup A forwarded',
      'newCall B',
      'hangup B forwarded',
      'newCall C',
      'answer C',
      'hangup C normalClearing',
    ]);
    webhook
      .all('newCall')
      .map(({ form }) => form.get('diversion'))
      .should.eql([null, ANN, BOB.slice(1)]);
    origCallIds().size.should.equal(1);
    outcome.should.containEql({ kind: 'answered', by: CAROL });
  });

  it('goes on to a second telephone that nobody picks up either', async () => {
    const outcome = await place({ forwardTo: BOB, callees: { default: 'noAnswer' } });
    story().should.eql(['newCall A', 'hangup A forwarded', 'newCall B', 'hangup B noAnswer']);
    outcome.kind.should.equal('noAnswer');
  });

  it('is answered by a mailbox: the leg names it as its user, and nobody as the one who answered', async () => {
    const outcome = await place({ forwardTo: 'voicemail', callees: { [ANN]: 'noAnswer' } });
    story().should.eql([
      'newCall A',
      'hangup A forwarded',
      'newCall B',
      'answer B',
      'hangup B normalClearing',
    ]);
    const [, mailbox] = webhook.all('newCall');
    should(mailbox?.form.getAll('user[]')).eql(['voicemail']);
    should(mailbox?.form.has('userId[]')).be.false();
    const [answer] = webhook.all('answer');
    should(answer?.form.get('user')).equal('');
    should(answer?.form.has('userId')).be.false();
    outcome.kind.should.equal('voicemail');
  });

  it('transfers a caller who was forwarded before, but a mailbox transfers nobody', async () => {
    await place({ forwardTo: BOB, transferTo: CAROL, callees: { [ANN]: 'noAnswer' } });
    story().should.eql([
      'newCall A',
      'hangup A forwarded',
      'newCall B',
      'answer B',
      'newCall C',
      'answer C',
      'hangup B normalClearing',
      'hangup C normalClearing',
    ]);
    webhook.seen.length = 0;
    await place({ forwardTo: 'voicemail', transferTo: CAROL, callees: { [ANN]: 'noAnswer' } });
    webhook.all('newCall').length.should.equal(2);
  });

  it('hangs up on both sides when the caller leaves while the transfer rings', async () => {
    const call = simulator.call({
      from: '1',
      to: `+${ANN}`,
      transferTo: BOB,
      hangUpAfterMs: Infinity,
      callees: { [BOB]: { kind: 'answers', afterMs: 60_000 } },
    });
    const end = simulator.onEntry((entry) => {
      if (entry.kind === 'network' && entry.code === 'rings' && entry.text.includes('Bob')) call.hangUp();
    });
    await call.ended;
    end();
    story().should.eql(['newCall A', 'answer A', 'newCall B', 'hangup B cancel', 'hangup A normalClearing']);
  });

  describe('placed by click to call', () => {
    const order = { sessionId: 'S1', caller: 'e0', callee: '+4915799912345' };

    it('is a pair of legs with one origCallId', async () => {
      await simulator.clickToDial(order, { hangUpAfterMs: 1 }).ended;
      story().should.eql([
        'newCall A',
        'answer A',
        'newCall B',
        'answer B',
        'hangup B normalClearing',
        'hangup A normalClearing',
      ]);
      webhook.seen.map(({ form }) => form.get('origCallId')).should.eql(Array(6).fill('S1'));
      webhook
        .all('newCall')
        .map(({ form }) => form.get('direction'))
        .should.eql(['out', 'in']);
    });

    it('ends both legs when the callee does not pick up', async () => {
      const callees = { '+4915799912345': 'noAnswer' } as const;
      const outcome = await simulator.clickToDial(order, { ringMs: 1, callees }).ended;
      story().should.eql([
        'newCall A',
        'answer A',
        'newCall B',
        'hangup B noAnswer',
        'hangup A normalClearing',
      ]);
      outcome.kind.should.equal('noAnswer');
    });

    it('calls nobody when the caller’s own telephone is not picked up', async () => {
      await simulator.clickToDial(order, { ringMs: 1, callees: { e0: 'busy' } }).ended;
      story().should.eql(['newCall A', 'hangup A busy']);
    });
  });

  describe('comes from a number that is none', () => {
    const froms = ['00000', 'anonymous', 'unknown', '12345678901234567890', '01234567890123456789', ''];
    for (const from of froms) {
      it(`sends ${JSON.stringify(from)} as it is`, async () => {
        const outcome = await place({ from });
        should(webhook.all('newCall')[0]?.form.get('from')).equal(from);
        outcome.kind.should.equal('answered');
      });
    }

    it('sends a national number as it is when it is asked to', async () => {
      await place({ from: '0211 63553355', verbatim: true });
      should(webhook.all('newCall')[0]?.form.get('from')).equal('0211 63553355');
    });
  });
});
