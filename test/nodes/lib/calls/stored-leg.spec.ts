import should from 'should';
import { PART_NAMES, type Leg, type PartName } from '../../../../nodes/lib/calls/call';
import { baseKeyOf, baseOf, keyIn, keysOf, legOf, shortId } from '../../../../nodes/lib/calls/stored-leg';

const HASH = /^[0-9a-f]{64}$/;

describe('The keys under which a leg is stored', () => {
  it('are the call id, with the name of the part behind it', () =>
    keysOf('A1').should.deepEqual([
      'call_A1',
      'call_A1_answer',
      'call_A1_hangup',
      'call_A1_digits',
      'call_A1_notes',
      'call_A1_legs',
    ]));

  it('hold a hash where an id is more than one plain word, another one for each id', () => {
    const odd = ['a-1', 'a.1', 'a 1', ' a1', 'a1 ', '', 'ä', 'a_1', 'a'.repeat(129)];
    const keys = odd.map(baseKeyOf);
    for (const key of keys) key.replace('call_', '').should.match(HASH);
    new Set(keys).size.should.equal(odd.length);
    baseKeyOf('a'.repeat(128)).should.equal(`call_${'a'.repeat(128)}`);
    baseKeyOf('Zz09').should.equal('call_Zz09');
  });

  it('tell which leg they belong to', () => {
    for (const name of PART_NAMES) baseOf(keyIn('call_A1', name)).should.equal('call_A1');
    baseOf('call_answer').should.equal('call');
    baseOf('call_answered').should.equal('call_answered');
  });
});

describe('The id by which a leg is kept', () => {
  it('is the call’s up to 128 characters, and for a longer one its hash', () => {
    shortId('x'.repeat(128)).should.equal('x'.repeat(128));
    shortId('x'.repeat(129))
      .should.match(HASH)
      .and.not.equal(shortId('x'.repeat(130)));
    shortId().should.equal('');
  });
});

describe('A leg as a store gives it', () => {
  const read = (name: PartName, part: unknown): Leg =>
    legOf(PART_NAMES.map((one) => (one === name ? part : 5)));
  const keeps = (name: PartName, value: unknown) => {
    const part = { at: 5, version: 2, value };
    should(read(name, part)).deepEqual({ [name]: part });
  };
  const drops = (name: PartName, value: unknown) =>
    should(read(name, { at: 5, version: 2, value })).deepEqual({});

  const time = '2026-03-01T10:00:00.000Z';
  const FACTS = ['start', 'answer', 'hangup'] as const;
  const facts: [value: object, isGood: boolean][] = [
    [{}, true],
    ...['startedAt', 'answeredAt', 'endedAt'].flatMap((name): [object, boolean][] => [
      [{ [name]: time }, true],
      [{ [name]: 'yesterday' }, false],
      [{ [name]: 5 }, false],
      [{ [name]: null }, false],
    ]),
    ...['originalCallId', 'from', 'to'].flatMap((name): [object, boolean][] => [
      [{ [name]: 'A0' }, true],
      [{ [name]: 5 }, false],
      [{ [name]: null }, false],
    ]),
    ...['user', 'userId', 'fullUserId'].flatMap((name): [object, boolean][] => [
      [{ [name]: ['Ann', 'Ben'] }, true],
      [{ [name]: [] }, true],
      [{ [name]: 'Ann' }, false],
      [{ [name]: ['Ann', 5] }, false],
      [{ [name]: null }, false],
    ]),
    [{ answeredBy: { user: 'Ann', userId: undefined } }, true],
    [{ answeredBy: { user: 'Ann', userId: 5 } }, false],
    [{ answeredBy: 'Ann' }, false],
    [{ answeredBy: null }, false],
    [{ from: '+4930123', startedAt: 'yesterday' }, false],
    [{ from: 5, startedAt: time }, false],
  ];
  for (const name of FACTS)
    for (const [value, isGood] of facts)
      it(`${isGood ? 'keeps' : 'drops'} as ${name} ${JSON.stringify(value)}`, () =>
        isGood ? keeps(name, value) : drops(name, value));

  const others: [name: PartName, value: unknown, isGood: boolean][] = [
    ['start', 'text', false],
    ['digits', { since: time, pressed: ['1', ''] }, true],
    ['digits', { since: time, pressed: [1] }, false],
    ['digits', { since: time }, false],
    ['digits', { since: 'yesterday', pressed: [] }, false],
    ['digits', { pressed: [] }, false],
    ['digits', [], false],
    ['digits', 'text', false],
    ['digits', null, false],
    ['notes', { data: { menu: 1 } }, true],
    ['notes', { data: [] }, false],
    ['notes', { data: null }, false],
    ['notes', {}, false],
    ['notes', 'text', false],
    ['notes', null, false],
    ['legs', ['A2', 'A3'], true],
    ['legs', ['A2', 3], false],
    ['legs', {}, false],
    ['legs', null, false],
  ];
  for (const [name, value, isGood] of others)
    it(`${isGood ? 'keeps' : 'drops'} as ${name} ${JSON.stringify(value)}`, () =>
      isGood ? keeps(name, value) : drops(name, value));

  it('may have parts that an earlier call with its id left empty, but for its start', () => {
    for (const name of ['answer', 'hangup', 'digits', 'notes', 'legs'] as const) keeps(name, undefined);
    drops('start', undefined);
  });

  it('has no part without a version and a time', () => {
    const value = {};
    for (const part of [
      { at: 5, value },
      { at: 5, version: 1.5, value },
      { at: 5, version: '1', value },
      { version: 1, value },
      { version: 1, at: '5', value },
      [],
      null,
      undefined,
    ])
      read('start', part).should.deepEqual({});
  });

  it('has each part where it belongs', () => {
    const parts = [{}, {}, {}, { since: time, pressed: [] }, { data: {} }, []];
    const leg = legOf(parts.map((value, index) => ({ at: index, version: 1, value })));
    PART_NAMES.map((name) => leg[name]?.at).should.deepEqual([0, 1, 2, 3, 4, 5]);
  });
});
