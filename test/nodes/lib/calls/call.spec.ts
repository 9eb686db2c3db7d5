import should from 'should';
import {
  callOf,
  isLeg,
  originOf,
  PART_NAMES,
  partsOf,
  type Call,
  type Leg,
} from '../../../../nodes/lib/calls/call';
import { copyData, mergeParts, nextPart, type CallEvent } from '../../../../sipgate/index';

const T0 = Date.parse('2026-03-01T10:00:00.000Z');
const at = (ms: number) => new Date(T0 + ms).toISOString();

/** A leg after these events, one second apart. */
function legAfter(...events: CallEvent[]): Leg {
  let leg: Leg = {};
  events.forEach((event, index) => (leg = { ...leg, ...partsOf(leg, event, T0 + 1000 * index) }));
  return leg;
}

/** The call of one leg after these events. */
function callAfter(...events: CallEvent[]): Call {
  const leg = legAfter(...events);
  return callOf(leg, [leg], events.at(-1) as CallEvent);
}

const newCall = (more: object = {}): CallEvent => ({ event: 'NEW_CALL', callId: 'A1', ...more });
const answer = (more: object = {}): CallEvent => ({ event: 'ANSWER', callId: 'A1', ...more });
const hangup: CallEvent = { event: 'HANGUP', callId: 'A1', cause: 'busy' };
const press = (dtmf: string): CallEvent => ({ event: 'DATA', callId: 'A1', dtmf });

describe('A call, by what its events have told', () => {
  it('was answered by those of whom the event tells', () => {
    const who = { user: 'Ann', userId: 'w0', fullUserId: '1234567w0' };
    should(callAfter(newCall(), answer(who)).answeredBy).deepEqual(who);
    should(callAfter(newCall(), answer({ user: 'Ann' })).answeredBy).deepEqual({ user: 'Ann' });
    callAfter(newCall(), answer(who)).should.not.have.properties('user', 'userId', 'fullUserId', 'event');
  });

  it('has the id that its event has, and none where that has none', () => {
    callAfter({ event: 'DATA', dtmf: '1' }).callId.should.equal('');
    should(callAfter(newCall(), { ...press('1'), originalCallId: 'A0' }).originalCallId).equal('A0');
    callAfter(newCall(), press('1')).should.not.have.property('originalCallId');
  });

  it('began with its NEW_CALL, and where that is not known with the first event that is', () => {
    callAfter(answer(), newCall(), newCall()).startedAt.should.equal(at(0));
    callAfter(press('1'), answer(), hangup).startedAt.should.equal(at(0));
    callAfter(answer(), press('1'), hangup).startedAt.should.equal(at(0));
    callAfter(hangup, answer(), press('1')).startedAt.should.equal(at(0));
    callAfter(newCall(), answer(), hangup).startedAt.should.equal(at(0));
    const begun = legAfter(newCall());
    const earlier = { ...begun, ...partsOf(begun, press('1'), T0 - 5000) };
    callOf(earlier, [earlier], press('1')).startedAt.should.equal(at(0));
  });

  it('begins now when nothing is known of it', () => {
    const before = Date.now();
    Date.parse(callOf({}, [], press('1')).startedAt).should.be.within(before, Date.now());
  });

  it('lasts from the answer to the hang-up, in whole seconds', () => {
    should(callAfter(newCall(), answer(), hangup).duration).equal(1);
    callAfter(newCall(), answer()).should.not.have.property('duration');
    callAfter(newCall(), hangup).should.not.have.property('duration');
  });

  it('is a copy through and through', () => {
    const who = { user: ['Ann'], userId: ['w0'], fullUserId: ['1234567w0'] };
    const leg = legAfter(newCall(who), answer({ user: 'Ann' }), press('1'));
    const look = () => callOf(leg, [leg], press('1'));
    const call = look();
    for (const list of [call.user, call.userId, call.fullUserId, call.digits]) list!.push('changed');
    call.answeredBy!.user = 'changed';
    look().should.containDeep({ ...who, answeredBy: { user: 'Ann' }, digits: ['1'] });
    for (const list of [look().user, look().userId, look().fullUserId, look().digits])
      list!.should.have.length(1);
  });

  it('counts the legs that have not hung up, and no record that no event told of', () => {
    const open = legAfter(newCall());
    const legs = [open, legAfter(newCall(), hangup), {}, legAfter(press('1'))];
    callOf(open, legs, newCall()).openLegs.should.equal(2);
  });
});

describe('A call is answered', () => {
  const isAnswered = (...events: CallEvent[]) => callAfter(...events).answered;

  it('when somebody picks up', () => {
    isAnswered(newCall({ user: ['Ann'] })).should.be.false();
    isAnswered(newCall({ user: ['Ann'], userId: ['w0'] }), answer({ user: 'Ann' })).should.be.true();
    isAnswered(newCall(), answer()).should.be.true();
    isAnswered(answer()).should.be.true();
    const stored: Leg = { answer: nextPart(undefined, {}, T0) }; // as another version may have left it
    callOf(stored, [stored], hangup).answered.should.be.true();
  });

  it('by no mailbox, which sipgate names voicemail', () => {
    isAnswered(newCall(), answer({ user: 'voicemail' })).should.be.false();
    isAnswered(newCall(), answer({ user: ' VoiceMail ' })).should.be.false();
    isAnswered(newCall({ user: ['voicemail'] }), answer()).should.be.false();
    isAnswered(newCall({ user: ['voicemail'], userId: [''] }), answer()).should.be.false();
    isAnswered(newCall({ user: ['Ann', 'voicemail'] }), answer()).should.be.false();
  });

  it('by a user of that name', () => {
    isAnswered(newCall({ user: ['voicemail'], userId: ['w7'] }), answer()).should.be.true();
    isAnswered(newCall({ user: ['voicemail', 'Ann'], userId: ['', 'w0'] }), answer()).should.be.true();
    isAnswered(newCall({ user: ['Voicemail expert'] }), answer({ user: 'my voicemail' })).should.be.true();
  });

  it('by no mailbox to which a flow sent it', () => {
    const leg = legAfter(newCall(), answer());
    const sent: Leg = { ...leg, notes: nextPart(undefined, { data: {}, isMailbox: true }, T0) };
    callOf(sent, [sent], hangup).answered.should.be.false();
    callOf(sent, [sent, leg], hangup).answered.should.be.true();
  });
});

describe('What is kept of an event', () => {
  const long = 'x'.repeat(257);

  it('are texts of 256 characters and lists of 100 at most', () => {
    const call = callAfter(
      newCall({ from: long, to: 'y'.repeat(256), user: [long, ...Array<string>(120).fill('z')] }),
      answer({ user: long }),
      press(long),
    );
    should(call.from).equal('x'.repeat(256));
    should(call.to).equal('y'.repeat(256));
    should(call.user).deepEqual(['x'.repeat(256), ...Array<string>(99).fill('z')]);
    should(call.answeredBy).deepEqual({ user: 'x'.repeat(256) });
    call.digits.should.deepEqual(['x'.repeat(256)]);
  });

  it('are the last thousand digits', () => {
    let leg: Leg = {};
    for (let count = 1; count <= 1002; count += 1) leg = { ...leg, ...partsOf(leg, press(`${count}`), T0) };
    const pressed = leg.digits?.value.pressed ?? [];
    [pressed.length, pressed[0], pressed.at(-1)].should.deepEqual([1000, '3', '1002']);
  });

  it('is the part that it changes, one version later', () => {
    const leg = legAfter(newCall({ from: '+4930123' }), answer());
    partsOf(leg, newCall({ to: '+4930124' }), T0 + 9000).should.deepEqual({
      start: {
        version: 2,
        at: T0 + 9000,
        value: { callId: 'A1', startedAt: at(0), from: '+4930123', to: '+4930124' },
      },
    });
    Object.keys(partsOf(leg, hangup, T0)).should.deepEqual(['hangup']);
  });

  it('empties what another call with its id has left', () => {
    const leg: Leg = {
      ...legAfter(newCall({ from: '+4930123' }), answer(), press('1'), hangup),
      notes: nextPart(undefined, { data: { menu: 1 } }, T0),
      legs: nextPart(undefined, ['A2'], T0),
    };
    const again = partsOf(leg, newCall({ to: '+4930124' }), T0 + 9000);
    const empty = { version: 2, at: T0 + 9000, value: undefined };
    again.should.deepEqual({
      start: { version: 2, at: T0 + 9000, value: { callId: 'A1', startedAt: at(9000), to: '+4930124' } },
      ...{ answer: empty, hangup: empty, digits: empty, notes: empty, legs: empty },
    });
    const call = { ...leg, ...again };
    callOf(call, [call], newCall()).should.deepEqual({
      ...{ callId: 'A1', to: '+4930124', startedAt: at(9000), digits: [], data: {} },
      ...{ answered: false, openLegs: 1 },
    });
    const taken = { ...call, ...partsOf(call, answer(), T0 + 9500) };
    callOf(taken, [taken], newCall()).answered.should.be.true();
  });

  it('empties nothing while a call is not known to have begun, or to be over', () => {
    Object.keys(partsOf(legAfter(answer(), hangup), newCall(), T0)).should.deepEqual(['start']);
    Object.keys(partsOf(legAfter(newCall(), answer()), newCall(), T0)).should.deepEqual(['start']);
  });
});

describe('Of what the store and the memory know of a leg', () => {
  const start = (version: number, from: string): Leg => ({ start: { version, at: T0, value: { from } } });

  it('the newer counts, part by part', () => {
    mergeParts(PART_NAMES, start(2, 'store'), start(1, 'memory')).should.deepEqual(start(2, 'store'));
    mergeParts(PART_NAMES, start(1, 'store'), start(2, 'memory')).should.deepEqual(start(2, 'memory'));
    const answered = legAfter(answer());
    mergeParts(PART_NAMES, start(1, 'store'), answered).should.deepEqual({
      ...start(1, 'store'),
      ...answered,
    });
    mergeParts(PART_NAMES, answered, start(1, 'memory')).should.deepEqual({
      ...start(1, 'memory'),
      ...answered,
    });
    Object.keys(mergeParts(PART_NAMES, {}, answered)).should.deepEqual(['answer']);
  });

  it('the store counts where both have changed the same: other instances see it, too', () =>
    mergeParts(PART_NAMES, start(2, 'store'), start(2, 'memory')).should.deepEqual(start(2, 'store')));
});

describe('A leg', () => {
  it('belongs to the call that its event names, or else its NEW_CALL, or else to its own', () => {
    const leg = legAfter(newCall({ originalCallId: 'A0' }));
    originOf(leg, { ...hangup, originalCallId: 'B0' } as CallEvent, 'A1').should.equal('B0');
    originOf(leg, hangup, 'A1').should.equal('A0');
    originOf(leg, { ...hangup, originalCallId: '' } as CallEvent, 'A1').should.equal('A0');
    originOf({}, hangup, 'A1').should.equal('A1');
  });

  it('is one when any event told of it', () => {
    for (const event of [newCall(), answer(), hangup, press('1')]) isLeg(legAfter(event)).should.be.true();
    isLeg({}).should.be.false();
    isLeg({ legs: nextPart(undefined, ['A2'], T0) }).should.be.false();
    isLeg({ notes: nextPart(undefined, { data: {} }, T0) }).should.be.false();
    isLeg({ digits: { version: 2, at: T0, value: undefined } } as unknown as Leg).should.be.false();
  });
});

describe('A flow’s notes', () => {
  it('are copied, without what no store can keep', () => {
    const nested = { list: [1] };
    const copy = copyData({ nested, when: new Date(0) });
    nested.list.push(2);
    copy.should.deepEqual({ nested: { list: [1] }, when: new Date(0) });
    copyData({ menu: 3, callback: () => 1 }).should.deepEqual({ menu: 3 });
    const circular: Record<string, unknown> = { callback: () => 1 };
    circular['self'] = circular;
    copyData(circular).should.deepEqual({});
    copyData({}).should.deepEqual({});
  });
});
