import { readFileNumber } from '../../../sipgate/contacts/number';

describe('A number in a file', () => {
  const numbers: [text: string, number: string, rest?: string][] = [
    ['+49 1579 9912301', '+4915799912301'],
    ['0211 63553355', '+4921163553355'],
    ['0049 211 63553355', '+4921163553355'],
    ['4915799912301', '+4915799912301'],
    ['+4915799912301p12', '+4915799912301', 'p12'],
    ['+4915799912302w99', '+4915799912302', 'w99'],
    ['+4915799912303,,12#', '+4915799912303', ',,12#'],
    ['+4915799912303;12', '+4915799912303', ';12'],
    ['+4915799912303;;,; ', '+4915799912303'],
    ['+49-211-63553355;ext=12', '+4921163553355', ';ext=12'],
    ['0211 63553355 ext. 12', '+4921163553355', 'ext. 12'],
    ['0211 63553355 x12', '+4921163553355', 'x12'],
    ['0211 63553355 #12', '+4921163553355', '#12'],
    ['0211 63553355 Durchwahl 12', '+4921163553355', 'Durchwahl 12'],
    ['4915799912301.0', '+4915799912301', '.0'],
  ];
  for (const [text, number, rest = ''] of numbers) {
    it(`${text} is kept, without ${rest || 'anything left out'}`, () => {
      readFileNumber(text, 'DE').should.deepEqual({ kind: 'number', number, rest });
    });
  }

  for (const text of ['3311', '116117', '110', '11', '1 1 0', '**62', '*31#', '#31#']) {
    it(`${text} is a short code and stays as it came`, () => {
      readFileNumber(text, 'DE').should.deepEqual({ kind: 'short', number: text.replaceAll(' ', '') });
    });
  }

  for (const text of [
    '',
    'ask Bob',
    '3311p12',
    '+49',
    'x'.repeat(101),
    '1'.repeat(101),
    `+49${' '.repeat(200)}1`,
  ]) {
    it(`${JSON.stringify(text.slice(0, 20))} of ${text.length} characters is none`, () => {
      readFileNumber(text, 'DE').should.deepEqual({ kind: 'none' });
    });
  }
});
