import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import should from 'should';
import { parseEvent } from '../../../sipgate/index';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const parse = (body: string) => parseEvent(Buffer.from(body));
const LEG = 'direction=in&from=4915790000001&to=4921163553355&callId=A1&origCallId=O1&xcid=x0';
const leg = {
  direction: 'in',
  from: '+4915790000001',
  to: '+4921163553355',
  callId: 'A1',
  originalCallId: 'O1',
  xcid: 'x0',
};

describe('an event', () => {
  it('NEW_CALL says who calls whom and whom it rings', () => {
    parse(
      `event=newCall&${LEG}&diversion=4921100000&user%5B%5D=Ann+Example&user%5B%5D=Bob&userId%5B%5D=w0&fullUserId%5B%5D=1234567w0`,
    ).event.should.deepEqual({
      event: 'NEW_CALL',
      ...leg,
      diversion: '+4921100000',
      user: ['Ann Example', 'Bob'],
      userId: ['w0'],
      fullUserId: ['1234567w0'],
    });
  });

  it('ANSWER says who picked up', () => {
    parse(
      `event=answer&${LEG}&user=Ann+Example&userId=w0&fullUserId=1234567w0&answeringNumber=4921163553355`,
    ).event.should.deepEqual({
      event: 'ANSWER',
      ...leg,
      user: 'Ann Example',
      userId: 'w0',
      fullUserId: '1234567w0',
      answeringNumber: '+4921163553355',
    });
  });

  for (const cause of [
    'normalClearing',
    'busy',
    'cancel',
    'noAnswer',
    'congestion',
    'notFound',
    'forwarded',
    'somethingNew',
  ]) {
    it(`HANGUP says that the cause was ${cause}`, () => {
      parse(`event=hangup&${LEG}&cause=${cause}&answeringNumber=4921163553355`).event.should.deepEqual({
        event: 'HANGUP',
        ...leg,
        cause,
        answeringNumber: '+4921163553355',
      });
    });
  }

  it('DATA holds the digits as a text', () => {
    parse('event=dtmf&callId=A1&dtmf=0042').event.should.deepEqual({
      event: 'DATA',
      callId: 'A1',
      dtmf: '0042',
    });
    parse('event=dtmf&callId=A1&origCallId=O1&dtmf=%23').event.should.deepEqual({
      event: 'DATA',
      callId: 'A1',
      originalCallId: 'O1',
      dtmf: '#',
    });
  });

  for (const body of ['event=dtmf&callId=A1', 'event=dtmf&callId=A1&dtmf=']) {
    it(`DATA of a caller who pressed nothing holds an empty text (${body})`, () =>
      parse(body).event.should.deepEqual({ event: 'DATA', callId: 'A1', dtmf: '' }));
  }

  for (const name of ['newCall', 'answer', 'hangup']) {
    it(`${name} has no field that sipgate did not send`, () => {
      Object.keys(parse(`event=${name}`).event).should.deepEqual(['event']);
    });
  }

  it('has no field but the known ones; the rest stands in raw', () => {
    const { event, raw } = parse(`event=hangup&${LEG}&cause=busy&fullUserId=1234567w0&somethingNew=1`);
    event.should.deepEqual({ event: 'HANGUP', ...leg, cause: 'busy' });
    raw.should.have.properties({ somethingNew: '1', fullUserId: '1234567w0', from: '4915790000001' });
  });

  for (const list of [
    'user[]=Ann&user[]=Bob',
    'user%5B%5D=Ann&user%5b%5d=Bob',
    'user[][0]=Ann&user[][1]=Bob',
    'user%5B%5D%5B0%5D=Ann&user[]=Bob',
  ]) {
    it(`reads the list ${list}`, () =>
      parse(`event=newCall&${list}`).event.should.deepEqual({ event: 'NEW_CALL', user: ['Ann', 'Bob'] }));
  }

  it('keeps all of 150 users in their order', () => {
    const users = Array.from({ length: 150 }, (_, index) => `User ${index}`);
    const body = users.map((user) => `user%5B%5D=${encodeURIComponent(user)}`).join('&');
    parse(`event=newCall&${body}`).event.should.deepEqual({ event: 'NEW_CALL', user: users });
  });

  it('keeps one empty user, umlauts, plus signs and what looks like XML', () => {
    parse('event=newCall&user%5B%5D=').event.should.deepEqual({ event: 'NEW_CALL', user: [''] });
    parse('event=newCall&user%5B%5D=J%C3%B6rg+%26+%3CCo%3E+1%2B1').event.should.deepEqual({
      event: 'NEW_CALL',
      user: ['Jörg & <Co> 1+1'],
    });
    parse('event=newCall&from=%2B4915790000001').event.should.deepEqual({
      event: 'NEW_CALL',
      from: '+4915790000001',
    });
  });

  it('leaves anonymous, short numbers, SIP ids and an empty call id as they came', () => {
    parse('event=newCall&from=anonymous&to=11&callId=').event.should.deepEqual({
      event: 'NEW_CALL',
      from: 'anonymous',
      to: '11',
      callId: '',
    });
    parse('event=newCall&from=1234567e0&to=').event.should.deepEqual({
      event: 'NEW_CALL',
      from: '1234567e0',
      to: '',
    });
  });

  it('reads the first call id under the name that sipgate’s own client gives it, too', () =>
    parse('event=dtmf&callId=A1&originalCallId=O1').event.should.deepEqual({
      event: 'DATA',
      callId: 'A1',
      originalCallId: 'O1',
      dtmf: '',
    }));

  for (const key of ['[x]user[]', 'user[]x]', 'user[x]', '[]'])
    it(`has no user because of a field ${key}`, () =>
      parse(`event=newCall&${key}=Ann`).event.should.deepEqual({ event: 'NEW_CALL' }));

  it('keeps a list of one as a list', () =>
    parse('event=newCall&user[]=Ann').raw.should.deepEqual({ event: 'newCall', 'user[]': ['Ann'] }));

  it('keeps the form as it came beside it', () => {
    parse(
      'event=newCall&from=4915790000001&user%5B%5D=Ann&user[]=Bob&user[][2]=Cid&x=1&x=2',
    ).raw.should.deepEqual({
      event: 'newCall',
      from: '4915790000001',
      'user[]': ['Ann', 'Bob'],
      'user[][2]': 'Cid',
      x: ['1', '2'],
    });
  });

  it('is not misled by the names of an object’s inner parts', () => {
    const { event, raw } = parse(
      'event=newCall&__proto__=1&__proto__[x]=2&constructor=3&hasOwnProperty=4&toString=5&toString=6',
    );
    event.should.deepEqual({ event: 'NEW_CALL' });
    should(({} as Record<string, unknown>)['x']).be.undefined();
    Object.getPrototypeOf(raw).should.equal(Object.prototype);
    should(Object.entries(raw)).containEql(['toString', ['5', '6']]);
    Object.keys(raw).should.not.containEql('__proto__');
  });

  for (const body of [
    '',
    'foo=bar',
    'event=',
    'event=NEW_CALL',
    'event=constructor',
    'event=__proto__',
    'event=newcall',
    'event[x]=newCall',
    'event[__proto__]=newCall',
    'EVENT=newCall',
    '{"event":"newCall"}',
  ]) {
    it(`is refused when it is none of the four: ${JSON.stringify(body)}`, () =>
      should(() => parse(body)).throw({ code: 'INVALID_INPUT' }));
  }

  it('of a flood keeps nothing but itself', () => {
    // the least of three: what others leave to be collected meanwhile is not kept by an event
    const freed = Math.min(...Array.from({ length: 3 }, () => freedByFlood()));
    // the bodies together have 12 MB
    freed.should.be.below(1_000_000);
  });

  /** @returns bytes that are free when 200 long events are forgotten */
  function freedByFlood(): number {
    const kept = Array.from({ length: 200 }, (_, index) => {
      const rubbish = String(index).padStart(60_000, 'x');
      return parse(`event=newCall&callId=A${rubbish.slice(-20)}&rubbish=${rubbish}`).event;
    });
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    kept.length = 0;
    collectGarbage();
    return before - process.memoryUsage().heapUsed;
  }
});
