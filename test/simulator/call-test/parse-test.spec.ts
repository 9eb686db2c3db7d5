import should from 'should';
import { InvalidTest, parseSavedTest, parseTest, readTest } from '../../../simulator';

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
    ['an unknown step', { call: CALL, steps: [{ dance: 1 }] }, /^step 1: it must have one of expect, press/],
    [
      'two things in a step',
      { call: CALL, steps: [{ press: '1', hangup: 'caller' }] },
      /^step 1: it must have one of/,
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

  it('is refused when it is no JSON, with the line that is wrong', () => {
    const wrong = '{ "call": {},\n  "steps": [\n    { press: "1" }\n  ]\n}';
    should(() => readTest(wrong, 'broken')).throw(InvalidTest, {
      message: 'it must be JSON, but line 3 is wrong',
    });
    should(() => readTest('', 'broken')).throw(InvalidTest, {
      message: 'it must be JSON, but ends too early',
    });
  });

  const lines: readonly [string, string, number][] = [
    ['a word that is none', '{\n  "name": "a",\n  "call": nope,\n  "steps": []\n}', 3],
    ['a comma too many', '{\n  "steps": [1,\n  2,\n  ]\n}', 4],
    ['a missing quotation mark', '{\n  "name: "a"\n}', 2],
    ['something behind it', '{}\n\n{}', 3],
    ['a comment', '// a call\n{}', 1],
  ];
  for (const [what, text, line] of lines) {
    it(`is refused with ${what}, and the line is named`, () => {
      should(() => readTest(text, 'broken')).throw(InvalidTest, {
        message: `it must be JSON, but line ${line} is wrong`,
      });
    });
  }

  it('may begin with a byte order mark', () => {
    const text = `\uFEFF${JSON.stringify({ name: 'marked', call: CALL, steps: [] })}`;
    readTest(text, 'file').name.should.equal('marked');
  });

  it('is looked through quickly, whatever is wrong where', () => {
    const text = `[${'1,'.repeat(400_000)}nope]`;
    should(() => readTest(text, 'broken')).throw(InvalidTest, { message: /line 1 is wrong/ });
  });

  it('is refused in German where the editor speaks it', () => {
    const told = (value: unknown) => {
      try {
        parseSavedTest(value);
        return 'no problem';
      } catch (error) {
        return (error as InvalidTest).describe('de-DE');
      }
    };
    told({ call: CALL, steps: [{ press: '1' }, { expect: { action: 'fly' } }] }).should.equal(
      'Schritt 2: `expect.action` muss eins davon sein: redirect, voicemail, reject, play, gather, hangup, continue',
    );
    told({ call: { ...CALL, direction: 'up' }, steps: [] }).should.equal(
      '`call.direction` muss "in" oder "out" sein',
    );
    told({ aiFlow: 'a', call: { from: 'abc', to: '030 23125000' }, steps: [] }).should.equal(
      '`call.from` muss eine Telefonnummer sein',
    );
    told({ call: CALL, steps: [{ dance: 1 }] }).should.match(/^Schritt 1: er muss eins davon haben: expect,/);
    told([]).should.equal('ein Test muss ein Objekt sein');
  });

  it('is refused with a mistyped field that is written in one short line', () => {
    const step = { expect: { action: 'play', [`a\u001b\n${'x'.repeat(500)}`]: 1 } };
    should(() => parseTest({ call: CALL, steps: [step] })).throw(InvalidTest, {
      message: /^step 1: `expect\.a\\u001b\\u000ax{57}` cannot be compared$/,
    });
  });
});
