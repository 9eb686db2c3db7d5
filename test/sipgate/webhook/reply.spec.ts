import should from 'should';
import { parseReply } from '../../../sipgate/index';

const parse = (input: unknown) => parseReply(input, 'DE');

describe('a reply', () => {
  for (const [input, reply] of [
    [{ action: 'continue' }, { action: 'continue' }],
    [{ action: 'voicemail', numbers: 'ignored' }, { action: 'voicemail' }],
    [{ action: 'hangup' }, { action: 'hangup' }],
    [{ action: 'reject' }, { action: 'reject', reason: 'busy' }],
    [
      { action: 'reject', reason: '' },
      { action: 'reject', reason: 'busy' },
    ],
    [
      { action: 'reject', reason: 'rejected' },
      { action: 'reject', reason: 'rejected' },
    ],
    [
      { action: 'reject', reason: 'busy' },
      { action: 'reject', reason: 'busy' },
    ],
    [
      { action: 'play', announcement: 'https://example.org/a.wav?x=1&y=<2>' },
      { action: 'play', announcement: 'https://example.org/a.wav?x=1&y=<2>' },
    ],
    [{ action: 'gather' }, { action: 'gather', maxDigits: 1, timeout: 2000 }],
    [
      { action: 'gather', announcement: '', maxDigits: '', timeout: null },
      { action: 'gather', maxDigits: 1, timeout: 2000 },
    ],
    [
      { action: 'gather', announcement: 'http://x/a.wav', maxDigits: '4', timeout: 1 },
      { action: 'gather', announcement: 'http://x/a.wav', maxDigits: 4, timeout: 1 },
    ],
    [
      { action: 'gather', announcement: ' http://x/a.wav\n', maxDigits: ' 12 ', timeout: '10000' },
      { action: 'gather', announcement: 'http://x/a.wav', maxDigits: 12, timeout: 10_000 },
    ],
    [
      { action: 'redirect', numbers: '0211 63553355' },
      { action: 'redirect', numbers: ['4921163553355'] },
    ],
    [
      { action: 'redirect', numbers: '0211 63553355,,0211 9912300' },
      { action: 'redirect', numbers: ['4921163553355', '492119912300'] },
    ],
    [
      { action: 'redirect', numbers: 4921163553355 },
      { action: 'redirect', numbers: ['4921163553355'] },
    ],
    [
      { action: 'redirect', numbers: ['e0', '', ' ', 'e1'] },
      { action: 'redirect', numbers: ['e0', 'e1'] },
    ],
    [
      { action: 'redirect', numbers: '116117, +11833' },
      { action: 'redirect', numbers: ['116117', '11833'] },
    ],
    [
      { action: 'redirect', numbers: '0211 63553355, e0 ,,p3' },
      { action: 'redirect', numbers: ['4921163553355', 'e0', 'p3'] },
    ],
    [
      { action: 'redirect', numbers: ['+49 211 63553355', '1234567e0', '11', 12, 'q5'] },
      { action: 'redirect', numbers: ['4921163553355', '1234567e0', '11', '12', 'q5'] },
    ],
    [
      { action: 'redirect', numbers: 'e0', callerId: '0211 63553355', anonymous: false },
      { action: 'redirect', numbers: ['e0'], callerId: '4921163553355' },
    ],
    [
      { action: 'redirect', numbers: 'e0', callerId: '', anonymous: 'false' },
      { action: 'redirect', numbers: ['e0'] },
    ],
    [
      { action: 'redirect', numbers: 'e0', anonymous: true },
      { action: 'redirect', numbers: ['e0'], anonymous: true },
    ],
    [
      { action: 'redirect', numbers: 'e0', anonymous: 'true' },
      { action: 'redirect', numbers: ['e0'], anonymous: true },
    ],
    [
      { action: 'redirect', numbers: 'e0', callerId: 'anonymous' },
      { action: 'redirect', numbers: ['e0'], anonymous: true },
    ],
  ] as const) {
    it(`is read from ${JSON.stringify(input)}`, () => parse(input).should.deepEqual(reply));
  }

  for (const [field, input] of [
    ['response', undefined],
    ['response', null],
    ['response', 'voicemail'],
    ['response', [{ action: 'voicemail' }]],
    ['action', {}],
    ['action', { action: 'msg' }],
    ['action', { action: 'toString' }],
    ['action', { action: '__proto__' }],
    ['action', { action: ['hangup'] }],
    ['numbers', { action: 'redirect' }],
    ['numbers', { action: 'redirect', numbers: '' }],
    ['numbers', { action: 'redirect', numbers: [] }],
    ['numbers', { action: 'redirect', numbers: ' , ' }],
    ['numbers', { action: 'redirect', numbers: ['e0', 'e1', 'e2', 'e3', 'e4', 'e5'] }],
    ['numbers', { action: 'redirect', numbers: 'e0,e1,e2,e3,e4,e5' }],
    ['numbers', { action: 'redirect', numbers: 'my phone' }],
    ['numbers', { action: 'redirect', numbers: '0211 9912300,,12' }],
    ['numbers', { action: 'redirect', numbers: 'e0, 0211 9912300,,12#' }],
    ['numbers', { action: 'redirect', numbers: '0211 9912300 ext. 12' }],
    ['numbers', { action: 'redirect', numbers: '63553355' }],
    ['numbers', { action: 'redirect', numbers: ['4915799912301.0'] }],
    ['callerId', { action: 'redirect', numbers: 'e0', callerId: '63553355' }],
    ['numbers', { action: 'redirect', numbers: [{}] }],
    ['numbers', { action: 'redirect', numbers: {} }],
    ['numbers', { action: 'redirect', numbers: true }],
    ['callerId', { action: 'redirect', numbers: 'e0', callerId: 'me' }],
    ['callerId', { action: 'redirect', numbers: 'e0', callerId: {} }],
    ['anonymous', { action: 'redirect', numbers: 'e0', anonymous: 'yes' }],
    ['anonymous', { action: 'redirect', numbers: 'e0', anonymous: 1 }],
    ['reason', { action: 'reject', reason: 'asleep' }],
    ['announcement', { action: 'play' }],
    ['announcement', { action: 'play', announcement: '/a.wav' }],
    ['announcement', { action: 'play', announcement: 'ftp://example.org/a.wav' }],
    ['announcement', { action: 'play', announcement: 'https://exa mple.org/a.wav' }],
    ['announcement', { action: 'play', announcement: 'https://example.org/\u0000' }],
    ['announcement', { action: 'play', announcement: 'https://example.org/\ud800' }],
    ['announcement', { action: 'play', announcement: 5 }],
    ['announcement', { action: 'gather', announcement: 'a.wav' }],
    ['maxDigits', { action: 'gather', maxDigits: 0 }],
    ['maxDigits', { action: 'gather', maxDigits: 1.5 }],
    ['maxDigits', { action: 'gather', maxDigits: '1.5' }],
    ['maxDigits', { action: 'gather', maxDigits: -1 }],
    ['maxDigits', { action: 'gather', maxDigits: NaN }],
    ['maxDigits', { action: 'gather', maxDigits: Infinity }],
    ['maxDigits', { action: 'gather', maxDigits: 'one' }],
    ['maxDigits', { action: 'gather', maxDigits: true }],
    ['maxDigits', { action: 'gather', maxDigits: '1e3' }],
    ['maxDigits', { action: 'gather', maxDigits: [5] }],
    ['timeout', { action: 'gather', timeout: 0 }],
    ['timeout', { action: 'gather', timeout: 0.5 }],
    ['timeout', { action: 'gather', timeout: {} }],
  ] as const) {
    it(`of ${JSON.stringify(input)} is refused and names ${field}`, () =>
      should(() => parse(input)).throw(new RegExp(`^\`${field}\``), { code: 'INVALID_INPUT', field }));
  }

  for (const [input, text] of [
    [
      'voicemail',
      '`response` must be an object, got "voicemail". Give one such as { "action": "voicemail" }.',
    ],
    [
      { action: 'msg' },
      '`action` must be one of redirect, voicemail, reject, play, gather, hangup, continue, got "msg". Choose one of them.',
    ],
    [
      { action: 'redirect' },
      '`numbers` has 0 entries. Give 1 to 5 phone numbers, as a list or separated by commas.',
    ],
    [
      { action: 'redirect', numbers: 'e0,e1,e2,e3,e4,e5' },
      '`numbers` has 6 entries. Give 1 to 5 phone numbers, as a list or separated by commas.',
    ],
    [
      { action: 'redirect', numbers: 'e0', anonymous: 'yes' },
      '`anonymous` must be true or false, got "yes". Use one of them.',
    ],
    [
      { action: 'reject', reason: 'asleep' },
      '`reason` must be busy or rejected, got "asleep". Use one of them.',
    ],
    [
      { action: 'play', announcement: '/a.wav' },
      '`announcement` must be an absolute URL, got "/a.wav". Give that of a WAV file (mono, 16 bit, 8 kHz), such as https://example.org/hello.wav.',
    ],
    [
      { action: 'gather', maxDigits: '1.5' },
      '`maxDigits` must be a whole number of at least 1, got "1.5". Correct it.',
    ],
    [{ action: 'gather', timeout: 0 }, '`timeout` must be a whole number of at least 1, got 0. Correct it.'],
  ] as const) {
    it(`of ${JSON.stringify(input)} is refused in words`, () =>
      should(() => parse(input)).throw(text, { code: 'INVALID_INPUT' }));
  }

  for (const numbers of [
    '0211 9912300,,12',
    '0211 9912300,,,123456#',
    '0211 9912300,,*12',
    '0211 9912300,,#12,e0',
  ]) {
    it(`does not ring ${numbers}, which has a pause in it`, () =>
      should(() => parse({ action: 'redirect', numbers })).throw(
        `\`numbers\` must be phone numbers without a pause (,,), got "${numbers}". Separate them by single commas.`,
        { code: 'INVALID_INPUT' },
      ));
  }

  describe('that hands on a number as sipgate sent it', () => {
    const answer = (draft: object, numbers: string[]) => {
      const leftOut: string[] = [];
      const own = { numbers, onLeftOut: (callerId: string) => leftOut.push(callerId) };
      return { reply: parseReply({ action: 'redirect', numbers: 'e0', ...draft }, 'DE', own), leftOut };
    };

    for (const from of ['+00000', 'unknown', '+02119912300', '+12345678901234567890', 'unavailable']) {
      it(`never fails because of the caller ID ${from}, but leaves out what cannot be shown`, () => {
        const { reply, leftOut } = answer({ callerId: from }, [from]);
        reply.should.deepEqual({ action: 'redirect', numbers: ['e0'] });
        leftOut.should.deepEqual([from]);
      });
      it(`refuses the caller ID ${from} of anybody else`, () =>
        should(() => answer({ callerId: from }, ['+4921163553355'])).throw({ field: 'callerId' }));
    }

    it('shows what can be shown', () => {
      const { reply, leftOut } = answer({ callerId: '+4915799912301' }, ['+4915799912301']);
      reply.should.have.properties({ callerId: '4915799912301' });
      leftOut.should.be.empty();
    });

    for (const blank of ['', ' ']) {
      it(`rings it as it came${blank && ', without blanks around it'}`, () =>
        answer({ numbers: [`${blank}+12345678901234567890${blank}`] }, [
          '+12345678901234567890',
        ]).reply.should.have.properties({ numbers: ['12345678901234567890'] }));
    }
  });
});
