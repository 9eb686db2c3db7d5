import should from 'should';
import { createCallStore } from '../../../../nodes/lib/calls/call-store';
import type { ContextStore } from '../../../../nodes/lib/calls/context-store';
import type { CallEvent } from '../../../../sipgate/index';

/** A store that answers later, as those do that are somewhere in the network. */
function later(values: Record<string, unknown>, keys: unknown = Object.keys(values)): ContextStore {
  const answer = (callback: (error: unknown, value?: never) => void, value?: unknown) =>
    void setImmediate(() => callback(null, structuredClone(value) as never));
  return {
    get: (key, _store, callback) => answer(callback, values[key]),
    set: (_key, _value, _store, callback) => answer(callback),
    keys: (_store, callback) => answer(callback, keys),
  };
}

function open(context: ContextStore | undefined, now?: () => number) {
  const problems: unknown[] = [];
  const calls = createCallStore({
    memory: new Map(),
    context,
    store: 'redis',
    onProblem: (error) => problems.push(error),
    ...(now ? { now } : {}),
  });
  return { calls, problems };
}

const part = (value: unknown) => ({ at: Date.now(), version: 1, value });
const EVENTS: CallEvent[] = [
  { event: 'DATA', callId: 'A1', dtmf: '1' },
  { event: 'ANSWER', callId: 'A1', originalCallId: 'A0' },
  { event: 'NEW_CALL', callId: 'A1', originalCallId: 'A0', from: '+4915790000001' },
  { event: 'HANGUP', callId: 'A1', originalCallId: 'A0', cause: 'busy' },
];

/** What somebody else, or another version, may have left in a store. */
const RUBBISH: Record<string, unknown> = {
  'a number': 1,
  'a list': [[]],
  'no value': { at: 1, version: 1 },
  'a time that is none': part({
    startedAt: 'rubbish',
    answeredAt: 'rubbish',
    endedAt: 'rubbish',
    since: 'x',
  }),
  'lists of something else': part({ user: [1], userId: 'w0', pressed: [1], data: [] }),
  'an answer by a text': part({ answeredBy: 'Ann' }),
  'an answer by a number': part({ answeredBy: { user: 5 } }),
  'legs that are none': part([null, 5, {}]),
  'a circle of legs': part(['A1', 'A0', 'A1']),
  'a text for a part': part('text'),
  'no version': { at: 1, value: {} },
  'a version beyond all': { at: 1, version: 1e300, value: {} },
  'a time beyond all': { at: Number.MAX_VALUE, version: 1, value: {} },
  'fields of its own': part({ digits: 5, data: 5, answered: 'x', openLegs: 'x', callId: 5, cause: 5 }),
};

describe('A call store that holds something else', () => {
  for (const [what, rubbish] of Object.entries(RUBBISH)) {
    it(`such as ${what} breaks no call`, async () => {
      const parts = ['', '_answer', '_hangup', '_digits', '_notes', '_legs'];
      const keys = ['call_A0', 'call_A1'].flatMap((base) => parts.map((name) => base + name));
      const { calls } = open(later(Object.fromEntries(keys.map((key) => [key, rubbish]))));
      for (const event of EVENTS) {
        const call = await calls.track(event);
        call.callId.should.equal('A1');
        call.digits.should.be.an.Array().which.matchEach((digit: unknown) => should(digit).be.a.String());
        call.data.should.be.an.Object();
        call.answered.should.be.a.Boolean();
        call.openLegs.should.be.a.Number().and.be.within(0, 2);
        for (const time of [call.startedAt, call.answeredAt, call.endedAt])
          if (time !== undefined) Date.parse(time).should.be.above(0);
        if (call.duration !== undefined) call.duration.should.be.within(0, 1e9);
        JSON.stringify(call).should.be.a.String();
      }
      await calls.keepNotes('A1', { menu: 1 }, true);
      await calls.expire();
    });
  }

  for (const [what, keys] of [
    ['nothing', undefined],
    ['an object', { call_A1: 1 }],
    ['a text', 'call_A1'],
    ['numbers', [1, null, {}, 'call_A1']],
  ] as const) {
    it(`and gives ${what} when it is asked for its keys`, async () => {
      const { calls } = open(later({}, keys));
      await calls.expire();
      should((await calls.track(EVENTS[2] as CallEvent)).from).equal('+4915790000001');
    });
  }
});

describe('A clock that steps back', () => {
  it('makes no call last less than nothing', async () => {
    let now = 1_000_000_000_000;
    const { calls } = open(undefined, () => now);
    await calls.track({ event: 'NEW_CALL', callId: 'A1' });
    await calls.track({ event: 'ANSWER', callId: 'A1' });
    now -= 3_600_000;
    should((await calls.track({ event: 'HANGUP', callId: 'A1' })).duration).equal(0);
  });
});
