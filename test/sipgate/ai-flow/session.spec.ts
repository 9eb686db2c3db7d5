import should from 'should';
import {
  partsOfAnswer,
  readAiFlowEvent,
  sessionOf,
  stepOf,
  type AfterSpeech,
  type AiFlowEvent,
  type SessionParts,
} from '../../../sipgate/index';
import { SESSION, wireEvent } from './vectors';

const BEGUN_MS = Date.parse('2026-03-01T09:00:00.000Z');
const HANGUP: AfterSpeech = { type: 'hangup', session_id: SESSION.id };

/** A session as it goes on: one event or answer a second. */
class Telling {
  parts: SessionParts = {};
  nowMs = BEGUN_MS;
  last: AiFlowEvent = { event: 'NONE', sessionId: SESSION.id };

  /** @returns what the event means */
  hear(type: string, fields: object = {}, session: object = {}) {
    const read = readAiFlowEvent(JSON.stringify(wireEvent(type, fields, session)));
    this.last = read!.event;
    const step = stepOf(this.parts, this.last, this.nowMs);
    this.#add(step.changes);
    return step;
  }

  /** The flow lets the assistant say it. */
  answer(spoken: string[], afterSpeech: 'unchanged' | 'nothing' | AfterSpeech = 'nothing') {
    const changes = partsOfAnswer(this.parts, { spoken, afterSpeech }, this.nowMs);
    this.#add(changes);
    return changes;
  }

  get session() {
    return sessionOf(this.parts, this.last);
  }

  #add(changes: SessionParts): void {
    this.parts = { ...this.parts, ...changes };
    this.nowMs += 1000;
  }
}

describe('What is known of a session of a voice assistant', () => {
  let told: Telling;
  beforeEach(() => (told = new Telling()));

  it('begins with whom it is from and to, and nothing said', () => {
    const { hasReturned, due } = told.hear('session_start');
    told.session.should.eql({
      sessionId: SESSION.id,
      number: '+4915799912300',
      direction: 'in',
      from: '+4915799912345',
      to: '+4915799912300',
      startedAt: '2026-03-01T09:00:00.000Z',
      turns: [],
      digits: [],
      data: {},
    });
    hasReturned.should.be.false();
    should(due).equal(undefined);
  });

  it('has nothing but the event where nobody has told more', () => {
    const { startedAt, ...session } = sessionOf({}, { event: 'USER_SPEAK', sessionId: 's' });
    session.should.eql({ sessionId: 's', turns: [], digits: [], data: {} });
    Date.parse(startedAt).should.be.a.Number();
    const bare = { phone_number: undefined, from_phone_number: undefined, to_phone_number: undefined };
    told.hear('session_start', {}, { ...bare, direction: undefined });
    told.session.should.not.have.any.keys('number', 'from', 'to', 'direction', 'endedAt', 'duration');
  });

  it('goes on when the assistant has spoken, and is not back then', () => {
    told.hear('session_start');
    for (const type of ['assistant_speech_ended', 'user_speak', 'user_input_timeout'])
      told.hear(type).hasReturned.should.be.false();
    told.session.should.not.have.property('endedAt');
  });

  it('holds what both have said, with the time of it, and the keys', () => {
    told.hear('session_start');
    told.answer(['Guten Tag.', 'Was kann ich tun?']);
    told.hear('user_speak', { text: 'Wann haben Sie geöffnet?' });
    told.hear('dtmf_received', { digit: '4' });
    told.hear('dtmf_received', { digit: '#' });
    const { turns, digits } = told.session;
    turns.should.eql([
      { by: 'assistant', text: 'Guten Tag.', at: '2026-03-01T09:00:01.000Z' },
      { by: 'assistant', text: 'Was kann ich tun?', at: '2026-03-01T09:00:01.000Z' },
      { by: 'caller', text: 'Wann haben Sie geöffnet?', at: '2026-03-01T09:00:02.000Z' },
    ]);
    digits.should.eql(['4', '#']);
  });

  it('ends with its duration, and with the first end if it comes twice', () => {
    told.hear('session_start');
    told.nowMs += 1400;
    told.hear('session_end');
    const first = told.session;
    first.should.containEql({ endedAt: '2026-03-01T09:00:02.400Z', duration: 2 });
    told.hear('session_end');
    told.session.should.eql(first);
  });

  it('never lasts less than nothing, though a clock steps back', () => {
    told.hear('session_start');
    told.nowMs -= 60_000;
    told.hear('session_end');
    should(told.session.duration).equal(0);
  });

  it('remembers from the first event what later ones lack, whichever that is', () => {
    told.hear('user_speak', { text: 'Hallo' });
    told.hear('session_end', {}, { from_phone_number: undefined, phone_number: undefined });
    told.session.should.containEql({
      from: '+4915799912345',
      number: '+4915799912300',
      startedAt: '2026-03-01T09:00:00.000Z',
      duration: 1,
    });
  });

  for (const type of ['user_speak', 'dtmf_received', 'assistant_speech_ended', 'session_end', 'sms_failed'])
    it(`can begin with ${type}, and is not back when its start comes after that`, () => {
      told.hear(type);
      told.session.startedAt.should.equal('2026-03-01T09:00:00.000Z');
      told.hear('user_input_timeout').hasReturned.should.be.false();
      if (type !== 'session_end') told.hear('session_start').hasReturned.should.be.false();
    });

  it('takes newer facts for older ones', () => {
    told.hear('session_start');
    told.hear('session_start', {}, { from_phone_number: '4930123456', direction: 'outbound' });
    told.hear('user_speak', {}, { from_phone_number: undefined, direction: undefined });
    told.session.should.containEql({ from: '+4930123456', direction: 'out' });
  });

  it('is back when it starts again, with all that was said and its first beginning', () => {
    told.hear('session_start');
    told.answer(['Ich verbinde.']);
    told.hear('session_start').hasReturned.should.be.true();
    told.session.should.containEql({ startedAt: '2026-03-01T09:00:00.000Z' });
    told.session.turns.length.should.equal(1);
  });

  it('begins anew when it starts again after its end', () => {
    told.hear('session_start');
    told.hear('user_speak', { text: 'Hallo' });
    told.hear('dtmf_received', { digit: '1' });
    told.answer(['Bye'], HANGUP);
    told.hear('session_end');
    const before = told.parts;
    told.hear('session_start').hasReturned.should.be.false();
    told.session.should.containEql({
      startedAt: '2026-03-01T09:00:05.000Z',
      turns: [],
      digits: [],
      data: {},
    });
    told.session.should.not.have.property('endedAt');
    // whoever shares the store has to take the empty parts for the newer ones
    for (const name of ['start', 'end', 'turns', 'digits', 'speech'] as const)
      should(told.parts[name]?.version).equal((before[name]?.version ?? 0) + 1);
    should(told.parts.notes).equal(undefined);
    told.hear('session_start').hasReturned.should.be.true();
  });

  it('is copied for a message: what a flow does to it changes nothing', () => {
    told.hear('session_start');
    told.answer(['Hallo']);
    told.parts = { ...told.parts, notes: { version: 1, at: 0, value: { list: [1] } } };
    const { turns, digits, data } = told.session;
    (turns[0] as { text: string }).text = 'changed';
    turns.pop();
    digits.push('9');
    (data['list'] as number[]).push(2);
    told.session.should.containEql({ digits: [], data: { list: [1] } });
    should(told.session.turns[0]?.text).equal('Hallo');
  });

  describe('when a caller interrupts', () => {
    it('marks what the assistant said last, and nothing else', () => {
      told.hear('session_start');
      told.answer(['Eins']);
      told.hear('user_speak', { text: 'Ja' });
      told.answer(['Zwei']);
      told.hear('user_speak', { text: 'Halt', barged_in: true });
      told.session.turns
        .map(({ text, bargedIn }) => [text, bargedIn])
        .should.eql([
          ['Eins', undefined],
          ['Ja', undefined],
          ['Zwei', true],
          ['Halt', undefined],
        ]);
    });

    it('marks it also where nothing was understood, or the caller has spoken since', () => {
      told.hear('session_start');
      told.answer(['Eins']);
      told.hear('user_speak', { text: 'Ja' });
      told.hear('user_speak', { text: '', barged_in: true });
      told.session.turns
        .map(({ text, bargedIn }) => [text, bargedIn])
        .should.eql([
          ['Eins', true],
          ['Ja', undefined],
        ]);
    });

    it('marks nothing where the assistant has said nothing', () => {
      told.hear('user_speak', { text: 'Ja', barged_in: true });
      told.session.turns.length.should.equal(1);
      should(told.session.turns[0]).not.have.property('bargedIn');
    });
  });

  describe('what is due when the assistant has spoken', () => {
    beforeEach(() => {
      told.hear('session_start');
      told.answer(['Auf Wiederhören.'], HANGUP);
    });
    const isDue = () => told.hear('assistant_speech_ended').due;

    it('is done then, and once', () => {
      should(isDue()).eql(HANGUP);
      should(isDue()).equal(undefined);
    });

    for (const [what, type, fields] of [
      ['a caller who interrupts', 'user_speak', { text: 'Halt', barged_in: true }],
      ['the older name of an interruption', 'user_barge_in', { text: 'Halt' }],
      ['a session that is back', 'session_start', {}],
      ['the end', 'session_end', {}],
    ] as const)
      it(`is called off by ${what}`, () => {
        told.hear(type, fields);
        should(isDue()).equal(undefined);
      });

    for (const [type, fields] of [
      ['user_speak', { text: 'Danke', barged_in: false }],
      ['dtmf_received', { digit: '1' }],
      ['user_input_timeout', {}],
      ['assistant_speak', {}],
      ['user_speech_started', {}],
      ['something_new', {}],
    ] as const)
      it(`is left as it is by ${type}`, () => {
        should(told.hear(type, fields).due).equal(undefined);
        should(isDue()).eql(HANGUP);
      });

    it('is left as it is by an answer that says so, and called off by one that does', () => {
      told.answer([], 'unchanged').should.eql({});
      should(isDue()).eql(HANGUP);
      told.answer(['Bye'], HANGUP);
      told.answer(['Doch nicht.'], 'nothing');
      should(isDue()).equal(undefined);
      told.answer([], 'nothing').should.eql({});
    });

    it('is what the last answer says', () => {
      const transfer = { type: 'transfer', session_id: SESSION.id } as AfterSpeech;
      told.answer(['Ich verbinde.'], transfer);
      should(isDue()).eql(transfer);
    });
  });

  describe('is bounded', () => {
    it('to the last 400 turns and 1000 keys', () => {
      for (let nth = 0; nth < 402; nth += 1) told.hear('user_speak', { text: `${nth}` });
      const [first] = told.session.turns;
      told.session.turns.length.should.equal(400);
      should(first?.text).equal('2');
      told.answer(['Ja']);
      told.session.turns.length.should.equal(400);
      should(told.session.turns.at(-1)?.text).equal('Ja');
      for (let nth = 0; nth < 1001; nth += 1) told.hear('dtmf_received', { digit: `${nth % 10}` });
      told.session.digits.length.should.equal(1000);
      should(told.session.digits[0]).equal('1');
    });

    it('in the length of what is said, of a key and of a number', () => {
      const [long, field] = ['x'.repeat(4001), 'y'.repeat(257)];
      told.hear('user_speak', { text: long }, { from_phone_number: field });
      should(told.session.from?.length).equal(256);
      told.answer([long]);
      for (const { text } of told.session.turns) text.length.should.equal(4000);
      told.hear('dtmf_received', { digit: field });
      should(told.session.digits[0]?.length).equal(256);
    });

    it('but leaves alone what is as long as it may be', () => {
      const [text, field] = ['x'.repeat(4000), 'y'.repeat(256)];
      told.hear('user_speak', { text }, { from_phone_number: field, to_phone_number: field });
      should(told.session.turns[0]?.text).equal(text);
      told.session.should.containEql({ from: field, to: field });
    });
  });
});
