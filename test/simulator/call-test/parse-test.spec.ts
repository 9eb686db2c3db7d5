import should from 'should';
import { InvalidTest, parseTest, readTest } from '../../../simulator';

const CALL = { from: '01579912345', to: '0211635533' };

describe('A call test as JSON', () => {
  it('has defaults for what may be left out', () => {
    parseTest({ call: CALL, steps: [] }, 'menu').should.deepEqual({
      name: 'menu',
      webhook: '',
      pretend: true,
      call: { ...CALL, direction: 'in' },
      steps: [],
    });
  });

  it('knows all steps', () => {
    const { steps } = parseTest({
      call: { ...CALL, user: 'w0' },
      steps: [
        { expect: { action: 'gather', maxDigits: 2 } },
        { press: '12' },
        { press: '' },
        { answer: '030123' },
        { decline: 'w0' },
        { busy: '030123' },
        { transfer: '030124' },
        { hangup: 'callee' },
      ],
    });
    steps
      .map(({ kind }) => kind)
      .should.deepEqual(['expect', 'press', 'press', 'answer', 'decline', 'busy', 'transfer', 'hangup']);
  });

  const refused: readonly [string, unknown, RegExp][] = [
    ['no object', [], /a test must be an object/],
    ['no steps', { call: CALL }, /`steps` must be a list/],
    ['no call', { steps: [] }, /`call` must be an object/],
    ['no caller', { call: { to: '1' }, steps: [] }, /`call.from` must be a text/],
    ['another direction', { call: { ...CALL, direction: 'up' }, steps: [] }, /`call.direction`/],
    ['an unknown step', { call: CALL, steps: [{ dance: 1 }] }, /step 1 must have one of expect, press/],
    [
      'two things in a step',
      { call: CALL, steps: [{ press: '1', hangup: 'caller' }] },
      /step 1 must have one of/,
    ],
    ['keys that no telephone has', { call: CALL, steps: [{ press: 'x' }] }, /step 1: `press` must be/],
    ['keys as a number', { call: CALL, steps: [{ press: 1 }] }, /step 1: `press` must be/],
    [
      'an unknown action',
      { call: CALL, steps: [{ expect: { action: 'fly' } }] },
      /`expect.action` must be one of/,
    ],
    ['a text to compare', { call: CALL, steps: [{ expect: { action: 'play', text: 'a' } }] }, /only the URL/],
    [
      'a mistyped field',
      { call: CALL, steps: [{ expect: { action: 'play', anouncement: 'a' } }] },
      /cannot be compared/,
    ],
    ['a third person who hangs up', { call: CALL, steps: [{ hangup: 'me' }] }, /"caller" or "callee"/],
    ['pretend as a text', { call: CALL, pretend: 'no', steps: [] }, /`pretend` must be true or false/],
    [
      'too many steps',
      { call: CALL, steps: Array.from({ length: 101 }, () => ({ press: '' })) },
      /more than 100/,
    ],
    ['a name without end', { name: 'x'.repeat(201), call: CALL, steps: [] }, /at most 200 characters/],
  ];
  for (const [what, value, message] of refused) {
    it(`is refused with ${what}`, () => {
      should(() => parseTest(value)).throw(InvalidTest, { message });
    });
  }

  it('is refused when it is no JSON', () => {
    should(() => readTest('{', 'broken')).throw(InvalidTest, { message: 'it must be JSON' });
  });
});
