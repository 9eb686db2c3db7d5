import should from 'should';
import { fromWire, parseE164, toDialTarget, toE164, toWire } from '../../sipgate/index';

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
  ] as const) {
    it(`understand ${JSON.stringify(written)} in ${country}`, () =>
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
  ]) {
    it(`refuse ${JSON.stringify(wrong) ?? 'undefined'} and name the field`, () =>
      should(() => toE164(wrong, 'DE', 'recipient')).throw(/`recipient`/, { code: 'INVALID_INPUT' }));
  }

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
});
