import 'should';
import should from 'should';
import { readAiFlowEvent } from '../../../sipgate/index';
import { VECTORS, wireEvent } from './vectors';

const read = (value: unknown) => readAiFlowEvent(typeof value === 'string' ? value : JSON.stringify(value));
const payload = (value: unknown) => read(value)?.event as unknown as Record<string, unknown>;

const SESSION_FIELDS = {
  sessionId: '3f0c1d52-7a64-4b8e-9c11-5d2e8a900001',
  accountId: 'acc-1',
  number: '+4915799912300',
  direction: 'in',
  from: '+4915799912345',
  to: '+4915799912300',
};

describe('An event of a voice assistant', () => {
  const EXPECTED: Record<string, object> = {
    session_start: {},
    user_speak: { bargedIn: false },
    dtmf_received: { digit: '#' },
    assistant_speak: { text: 'Einen Moment.', durationMs: 1200 },
  };
  for (const { event } of VECTORS) {
    const { type, text, barged_in: bargedIn } = event;
    it(`is read as sipgate sends it: ${type} ${String(text ?? '')}`, () => {
      const extra = type === 'user_speak' ? { text, bargedIn: bargedIn ?? false } : (EXPECTED[type] ?? {});
      payload(event).should.eql({ event: type.toUpperCase(), ...SESSION_FIELDS, ...extra });
      should(read(event)?.raw).eql(event);
    });
  }

  it('gives numbers their +, whether sipgate sends it or not', () => {
    const event = wireEvent(
      'session_start',
      {},
      { phone_number: '+4930123', from_phone_number: 'anonymous' },
    );
    payload(event).should.containEql({ number: '+4930123', from: 'anonymous' });
  });

  it('lacks what sipgate did not send', () => {
    payload({ type: 'session_start', session: { id: 's' } }).should.eql({
      event: 'SESSION_START',
      sessionId: 's',
    });
  });

  it('is of an outgoing call, or of a way that nobody has heard of', () => {
    payload(wireEvent('session_start', {}, { direction: 'outbound' })).should.containEql({
      direction: 'out',
    });
    payload(wireEvent('session_start', {}, { direction: 'sideways' })).should.not.have.property('direction');
  });

  it('reads the older names of what a caller says', () => {
    payload(wireEvent('user_speak', { transcript: 'Hallo' })).should.containEql({
      text: 'Hallo',
      bargedIn: false,
    });
    payload(wireEvent('user_barge_in', { text: 'Halt' })).should.containEql({
      event: 'USER_SPEAK',
      text: 'Halt',
      bargedIn: true,
    });
  });

  it('takes barged_in as true only where it is', () => {
    payload(wireEvent('user_speak', { text: 'a', barged_in: 'yes' })).should.containEql({ bargedIn: false });
  });

  it('has a text and a digit even where sipgate forgot them', () => {
    payload(wireEvent('user_speak')).should.containEql({ text: '' });
    payload(wireEvent('dtmf_received', { digit: 5 })).should.containEql({ digit: '5' });
  });

  it('has an empty digit where sipgate sends none, or something else', () => {
    payload(wireEvent('dtmf_received')).should.containEql({ digit: '' });
    payload(wireEvent('dtmf_received', { digit: ['5'] })).should.containEql({ digit: '' });
  });

  it('tells what the assistant says as SSML, and no length that is none', () => {
    payload(wireEvent('assistant_speak', { ssml: '<speak/>', duration_ms: '5' })).should.eql({
      event: 'ASSISTANT_SPEAK',
      ...SESSION_FIELDS,
      ssml: '<speak/>',
    });
  });

  it('has the fields of its type and no more, where that is known', () => {
    payload(wireEvent('session_start', { mood: 'good', nothing: null })).should.eql({
      event: 'SESSION_START',
      ...SESSION_FIELDS,
    });
  });

  it('passes on unknown types with all their fields', () => {
    payload(wireEvent('sms_failed', { reason: { code: 7 }, from: 'them' })).should.eql({
      event: 'SMS_FAILED',
      ...SESSION_FIELDS,
      reason: { code: 7 },
    });
  });

  it('takes no field of an unknown type for one of the session, not even where the session has none', () => {
    const others = {
      from: { length: 1 },
      to: '12',
      number: 5,
      direction: 'sideways',
      accountId: [],
      sessionId: 'x',
    };
    payload({ type: 'sms_failed', ...others, event: 'x', reason: 7, session: { id: 's' } }).should.eql({
      event: 'SMS_FAILED',
      sessionId: 's',
      reason: 7,
    });
  });

  it('passes on what a known type does not have yet in raw', () => {
    should(read(wireEvent('user_speak', { text: 'a', mood: 'good' }))?.raw['mood']).equal('good');
  });

  it('may begin with a byte order mark', () => {
    payload('\ufeff{"type":"a","session":{"id":"s"}}').should.containEql({ event: 'A' });
  });

  const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
  const HOSTILE: Record<string, string> = {
    'no JSON': '{"type":',
    nothing: '',
    'a list': '[{"type":"a","session":{"id":"s"}}]',
    'a text': '"session_start"',
    null: 'null',
    'no type': '{"session":{"id":"s"}}',
    'a type that is a number': '{"type":1,"session":{"id":"s"}}',
    'an empty type': '{"type":" ","session":{"id":"s"}}',
    'no session': '{"type":"a"}',
    'a session that is a list': '{"type":"a","session":["s"]}',
    'no session id': '{"type":"a","session":{}}',
    'an empty session id': '{"type":"a","session":{"id":""}}',
    'a session id that is a number': '{"type":"a","session":{"id":1}}',
    'lists in lists in lists': `{"type":"a","session":{"id":"s"},"x":${nested(25)}}`,
    'lists so deep that copying them would end the process': `{"type":"a","session":{"id":"s"},"x":${nested(30_000)}}`,
    'a prototype': '{"type":"a","session":{"id":"s"},"__proto__":{"x":1}}',
    'a prototype inside': '{"type":"a","session":{"id":"s"},"x":[{"__proto__":{"x":1}}]}',
  };
  for (const [what, body] of Object.entries(HOSTILE))
    it(`is not ${what}`, () => {
      should(read(body)).equal(undefined);
    });
});
