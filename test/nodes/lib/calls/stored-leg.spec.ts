import should from 'should';
import { PART_NAMES, type Leg, type PartName } from '../../../../nodes/lib/calls/call';
import { legOf } from '../../../../nodes/lib/calls/stored-leg';

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
