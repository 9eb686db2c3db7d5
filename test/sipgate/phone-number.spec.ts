import should from 'should';
import {
  fromWire,
  parseE164,
  toDialable,
  toDialTarget,
  toE164,
  toMessageNumber,
  toWire,
} from '../../sipgate/index';

describe('phone numbers', () => {
  for (const [written, country, e164] of [
    ['0211 63553355', 'DE', '+4921163553355'],
    ['+49 (211) 6355-3355', 'DE', '+4921163553355'],
    ['+49 (0)211 63553355', 'DE', '+4921163553355'],
    ['0049211 63553355', 'DE', '+4921163553355'],
    ['4921163553355', 'DE', '+4921163553355'],
    ['49 211 63553355', 'DE', '+4921163553355'],
    ['49 (0)211 / 6355-3355', 'DE', '+4921163553355'],
    ['+4921163553355', 'DE', '+4921163553355'],
    ['0211/63553355', 'DE', '+4921163553355'],
    [' 0211 63553355 ', 'DE', '+4921163553355'],
    ['020 7946 0018', 'GB', '+442079460018'],
    ['01 234567890', 'AT', '+431234567890'],
    [4921163553355, 'DE', '+4921163553355'],
    ['\u202a+49 211 63553355\u202c', 'DE', '+4921163553355'],
    ['\u200e+4921163553355', 'DE', '+4921163553355'],
    ['+49 211\u20116355\u20113355', 'DE', '+4921163553355'],
    ['0211\t63553355', 'DE', '+4921163553355'],
    ['＋４９ ２１１ ６３５５３３５５', 'DE', '+4921163553355'],
    ['tel:+49-211-63553355', 'DE', '+4921163553355'],
    ['(+49) 211 63553355', 'DE', '+4921163553355'],
    ['(0049) 211 63553355', 'DE', '+4921163553355'],
    ['+43 01 2345678', 'DE', '+4312345678'],
    ['+41 044 668 18 00', 'CH', '+41446681800'],
    ['+44 020 7946 0018', 'DE', '+442079460018'],
    ['+39 06 1234567', 'DE', '+39061234567'],
    ['02 1234567', 'IT', '+39021234567'],
    ['+40 0722 991 230', 'DE', '+40722991230'],
    ['+40 (0)722 991 230', 'DE', '+40722991230'],
    ['+400722991230', 'DE', '+40722991230'],
    ['+421 0905 123 456', 'DE', '+421905123456'],
    ['+381 060 1234567', 'DE', '+381601234567'],
    ['+61 0412 345 678', 'DE', '+61412345678'],
    ['+27 082 123 4567', 'DE', '+27821234567'],
    ['+36 06 30 123 4567', 'DE', '+36301234567'],
    ['+7 8 495 123 45 67', 'DE', '+74951234567'],
    ['+33 (0)1 99 00 12 34', 'DE', '+33199001234'],
    ['4915799912301', 'DE', '+4915799912301'],
    [4915799912301, 'DE', '+4915799912301'],
    [4915799912301n, 'DE', '+4915799912301'],
    ['4915799912301', 'AT', '+4915799912301'],
    ['43 1 234567890', 'DE', '+431234567890'],
    ['442079460018', 'DE', '+442079460018'],
    ['12125551234', 'DE', '+12125551234'],
    ['(212) 555-1234', 'US', '+12125551234'],
    ['8 (495) 123-45-67', 'RU', '+74951234567'],
    ['1300 123 456', 'AU', '+611300123456'],
    ['020 7946 0018', 'UK', '+442079460018'],
    ['0211/63553355', 'de', '+4921163553355'],
  ] as const) {
    it(`understand ${typeof written === 'bigint' ? `${written}n` : JSON.stringify(written)} in ${country}`, () =>
      toE164(written, country, 'to').should.equal(e164));
  }

  for (const wrong of [
    '',
    '   ',
    'anonymous',
    'call me',
    '12',
    '+49',
    '0211 6355 call',
    {},
    [],
    null,
    undefined,
    NaN,
    true,
    ['0211 63553355'],
  ]) {
    it(`refuse ${JSON.stringify(wrong) ?? 'undefined'} and name the field`, () =>
      should(() => toE164(wrong, 'DE', 'recipient')).throw(/`recipient`/, { code: 'INVALID_INPUT' }));
  }

  for (const [written, country, words] of [
    ['0211 9912300 ext. 12', 'DE', /without extension or pause, got "0211 9912300 ext. 12"/],
    ['0211 9912300,,12', 'DE', /without extension or pause/],
    ['0211 9912300;ext=12', 'DE', /without extension or pause/],
    ['+492119912300p12', 'DE', /without extension or pause/],
    ['+492119912300w12', 'DE', /without extension or pause/],
    ['0211 9912300 x12', 'DE', /without extension or pause/],
    ['0211 9912300#12', 'DE', /without extension or pause/],
    ['0211 9912300 Durchwahl 12', 'DE', /without extension or pause/],
    ['4915799912301.0', 'DE', /a decimal: "4915799912301.0"/],
    ['4915799912301,00', 'DE', /a decimal/],
    [4915799912301.5, 'DE', /a decimal/],
    ['4,9157999E+12', 'DE', /a decimal/],
    [4e21, 'DE', /a decimal/],
    [1.5, 'DE', /a decimal: 1.5/],
    [-110, 'DE', /must be a phone number, got -110/],
    ['+49157999123010000', 'DE', /at most 15 digits/],
    ['015799912301000000', 'DE', /at most 15 digits/],
    ['0211 9912300 / 0211 9912301', 'DE', /one phone number/],
    ['0211 9912300\n0211 9912301', 'DE', /must be a phone number/],
    ['63553355', 'DE', /has no area code, got "63553355"/],
    ['21163553355', 'DE', /has no area code/],
    ['15799912301', 'DE', /has no area code/],
    [15799912301, 'DE', /has no area code/],
    ['4951234567', 'RU', /has no area code/],
    ['7946 0018', 'GB', /has no area code/],
    ['3311', 'DE', /short code "3311"/],
    ['116117', 'DE', /short code "116117"/],
    ['+116117', 'DE', /short code "\+116117"/],
    ['11833', 'DE', /short code/],
    ['0211', 'DE', /must be a phone number/],
    ['+49 0211', 'DE', /must be a phone number/],
    ['00000', 'DE', /must be a phone number/],
    ['0211 9912300²', 'DE', /must be a phone number/],
    ['+86 11000 1000000', 'DE', /must be a phone number/],
    ['0086 11000 1000000', 'DE', /must be a phone number/],
    ['--/--', 'DE', /must be a phone number/],
  ] as const) {
    it(`refuse ${JSON.stringify(written)} in ${country}, for it could be another number`, () =>
      (() => toE164(written, country, 'to')).should
        .throw(words)
        .and.throw({ code: 'INVALID_INPUT', field: 'to' }));
  }

  for (const [written, text] of [
    [
      '116117',
      '`to` must be a whole phone number, got the short code "116117". Write the number with its area code (0211 63553355) or country code (+49 211 63553355).',
    ],
    [
      '63553355',
      '`to` has no area code, got "63553355". Write it with area code (0211 63553355) or country code (+49 211 63553355).',
    ],
    [
      '0211 9912300,,12',
      '`to` must be a phone number without extension or pause, got "0211 9912300,,12". Give the number alone; it would ring another telephone.',
    ],
    [
      '4915799912301.0',
      '`to` must be a phone number, got a decimal: "4915799912301.0". Keep it as text; a spreadsheet has taken it for an amount.',
    ],
    [
      '+49157999123010000',
      '`to` must have at most 15 digits, got "+49157999123010000". Check whether it is more than one number.',
    ],
    [
      '0211 9912300 / 0211 9912301',
      '`to` must be one phone number, got "0211 9912300 / 0211 9912301". Give only one of them.',
    ],
    [
      'call me',
      '`to` must be a phone number, got "call me". Write it with country code (+49 211 63553355) or as a national number (0211 63553355).',
    ],
    [
      undefined,
      '`to` is missing. Write it with country code (+49 211 63553355) or as a national number (0211 63553355).',
    ],
    [
      ['0211 63553355'],
      '`to` must be a phone number, got a list of 1. Write it with country code (+49 211 63553355) or as a national number (0211 63553355).',
    ],
  ] as const) {
    it(`say what is wrong with ${JSON.stringify(written) ?? 'nothing'}, and how to write it`, () =>
      (() => toE164(written, 'DE', 'to')).should.throw(text));
  }

  it('quote no control characters of what they refuse', () => {
    for (const text of ['\u001b[2Jgone', '0211\r\n[error] forged', '\u009b31m'])
      (() => toE164(text, 'DE', 'to')).should.throw(/^[^\p{Cc}]*$/u);
  });

  it('without a known country are understood with their country code only', () => {
    should(parseE164('+4921163553355', 'XX')).equal('+4921163553355');
    should(parseE164('0211 63553355', 'XX')).be.undefined();
  });

  for (const [wire, shown] of [
    ['4915790000001', '+4915790000001'],
    ['12345', '+12345'],
    ['1234', '1234'],
    ['11', '11'],
    ['', ''],
    ['anonymous', 'anonymous'],
    ['1234567e0', '1234567e0'],
    ['+4915790000001', '+4915790000001'],
    ['49157 90000001', '49157 90000001'],
    ['４９１５７９', '４９１５７９'],
    ['12345\n', '12345\n'],
  ] as const) {
    it(`of an event: ${JSON.stringify(wire)} is shown as ${JSON.stringify(shown)}`, () =>
      fromWire(wire).should.equal(shown));
  }

  it('go into XML as digits', () => {
    toWire('+4921163553355').should.equal('4921163553355');
    toWire('anonymous').should.equal('anonymous');
  });

  for (const [given, dialled] of [
    ['0211 63553355', '4921163553355'],
    ['+49 211 63553355', '4921163553355'],
    ['e0', 'e0'],
    ['p3', 'p3'],
    ['1234567e0', '1234567e0'],
    ['11', '11'],
    ['1234', '1234'],
    [' e0 ', 'e0'],
    ['q9', 'q9'],
    [11, '11'],
  ] as const) {
    it(`ring ${JSON.stringify(given)} as ${dialled}`, () =>
      toDialTarget(given, 'DE', 'numbers').should.equal(dialled));
  }

  for (const code of ['116117', '11833', '110', '112', '3311', '115']) {
    it(`keep the short code ${code} as it is, also as an event showed it`, () => {
      toDialTarget(code, 'DE', 'numbers').should.equal(code);
      toDialTarget(Number(code), 'DE', 'numbers').should.equal(code);
      toDialTarget(fromWire(code), 'DE', 'numbers').should.equal(code);
      toDialable(code, 'DE', 'to').should.equal(code);
      toMessageNumber(code, 'DE', 'numbers').should.equal(fromWire(code));
      toMessageNumber(fromWire(code), 'DE', 'numbers').should.equal(fromWire(code));
    });
  }

  it('ring star codes and internal numbers', () => {
    for (const code of ['*11', '#31', '12', '0']) toDialTarget(code, 'DE', 'numbers').should.equal(code);
  });

  for (const wrong of ['63553355', '0211', '0211 9912300 ext. 12', '0211 9912300,,12', 'anonymous', '', {}]) {
    it(`do not ring ${JSON.stringify(wrong)}`, () =>
      (() => toDialTarget(wrong, 'DE', 'numbers')).should.throw({ code: 'INVALID_INPUT', field: 'numbers' }));
  }

  for (const wire of ['00000', 'unknown', '12345678901234567890', '0211635533', '?']) {
    it(`cannot be dialled, though sipgate sends it: ${wire}`, () =>
      (() => toDialTarget(fromWire(wire), 'DE', 'callerId')).should.throw({
        code: 'INVALID_INPUT',
        field: 'callerId',
      }));
  }

  for (const [given, shown] of [
    ['0211 63553355', '+4921163553355'],
    ['4921163553355', '+4921163553355'],
    [4921163553355, '+4921163553355'],
    ['11', '11'],
    [11, '11'],
    ['anonymous', 'anonymous'],
    [' Anonymous ', 'Anonymous'],
    ['1234567e0', '1234567e0'],
    ['p3', 'p3'],
  ] as const) {
    it(`are compared as messages show them: ${given} is ${shown}`, () =>
      toMessageNumber(given, 'DE', 'numbers').should.equal(shown));
  }

  for (const wrong of ['63553355', '0211 9912300 ext. 12', '4915799912301.0', 'anonymous 1', '1 anonymous']) {
    it(`cannot be compared with ${wrong}, which no message shows`, () =>
      (() => toMessageNumber(wrong, 'DE', 'numbers')).should.throw({
        code: 'INVALID_INPUT',
        field: 'numbers',
      }));
  }
});
