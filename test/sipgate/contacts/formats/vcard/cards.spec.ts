import should from 'should';
import { parseVCards } from './read-cards';

const ADA = 'BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ada\r\nTEL:+4915799912301\r\nEND:VCARD';
const BOB = 'BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Bob\r\nTEL:+4915799912302\r\nEND:VCARD';
const BOTH = [
  ['Ada', '+4915799912301'],
  ['Bob', '+4915799912302'],
];

async function people(input: unknown): Promise<string[][]> {
  const { cards } = await parseVCards(input);
  return cards.map(({ name, numbers }) => [name, ...numbers.map(({ number }) => number)]);
}

describe('Where a card begins and ends', () => {
  const separators: [what: string, text: string][] = [
    ['nothing', ''],
    ['a blank', ' '],
    ['a comma', ','],
    ['a semicolon', ';'],
    ['a byte order mark', '\uFEFF'],
    ['a line break and a byte order mark', '\r\n\uFEFF'],
    ['a NUL', '\0'],
    ['the end of a file under DOS', '\x1A\r\n'],
  ];
  for (const [what, separator] of separators) {
    it(`with ${what} between two cards`, async () => {
      const text = `${ADA}${separator}${BOB}`;
      (await people(text)).should.deepEqual(BOTH);
      (await people(Buffer.from(text))).should.deepEqual(BOTH);
      (await parseVCards(text)).skipped.should.deepEqual([]);
    });
  }

  it('without the line break before END', async () => {
    (await people(ADA.replace('\r\nEND', 'END') + BOB)).should.deepEqual(BOTH);
    (await people(ADA.replace('\r\nEND', 'END') + '\r\n')).should.deepEqual([BOTH[0]]);
    (await people(`${ADA.replace('\r\nEND', 'END')}\r\n${BOB}`)).should.deepEqual(BOTH);
  });

  it('without the line break behind BEGIN', async () => {
    (await people(ADA.replace('VCARD\r\nVERSION', 'VCARDVERSION') + BOB)).should.deepEqual(BOTH);
    (await people(ADA.replace('VCARD\r\nVERSION:3.0\r\n', 'VCARD '))).should.deepEqual([BOTH[0]]);
  });

  it('in small letters and with blanks', async () => {
    const text = `${ADA.replace('BEGIN:VCARD', 'begin:vcard').replace('END:VCARD', 'End : vCard ')}${BOB}`;
    (await people(text)).should.deepEqual(BOTH);
  });

  it('in a text that somebody has indented', async () => {
    const indented = (text: string, by: string) => by + text.replaceAll('\n', `\n${by}`);
    (await people(indented(ADA, '    ') + '\n' + indented(BOB, '    '))).should.deepEqual(BOTH);
    (await people(indented(ADA, '\t').trimStart())).should.deepEqual([BOTH[0]]);
    const folded = indented(ADA.replace('FN:Ada', 'FN:A\r\n da'), '  ');
    (await people(folded)).should.deepEqual([BOTH[0]]);
  });

  it('where only its END is indented', async () => {
    (await people(`${ADA.replace('END', '  END')}\r\n${BOB}`)).should.deepEqual(BOTH);
  });

  const agents: [how: string, lines: string[]][] = [
    ['on lines of its own', ['AGENT:', 'BEGIN:VCARD', 'FN:Agent', 'TEL:+4915799912309', 'END:VCARD']],
    ['behind an empty line', ['AGENT:', '', 'BEGIN:VCARD', 'FN:Agent', 'END:VCARD']],
    [
      'that begins on the line of AGENT',
      ['AGENT:BEGIN:VCARD', 'FN:Agent', 'TEL:+4915799912309', 'END:VCARD'],
    ],
    ['in folded lines', ['AGENT:BEGIN:VCARD', ' FN:Agent', ' TEL:+4915799912309', ' END:VCARD']],
    ['in lines folded behind AGENT', ['AGENT:', ' BEGIN:VCARD', ' FN:Agent', ' END:VCARD']],
    ['in folded lines with tabs', ['AGENT;X=1:BEGIN:VCARD', '\tFN:Agent', '\tEND:VCARD']],
    ['in one line', ['AGENT:BEGIN:VCARD\\nFN:Agent\\nTEL:+4915799912309\\nEND:VCARD\\n']],
    [
      'that has an agent, too',
      ['AGENT:', 'BEGIN:VCARD', 'FN:A', 'AGENT:', 'BEGIN:VCARD', 'FN:B', 'END:VCARD', 'END:VCARD'],
    ],
  ];
  for (const [how, lines] of agents) {
    it(`with the card of an agent ${how}`, async () => {
      const text = `${ADA.replace('TEL', [...lines, 'TEL'].join('\r\n'))}\r\n${BOB}`;
      (await people(text)).should.deepEqual(BOTH);
      const { skipped, remarks } = await parseVCards(text);
      skipped.should.deepEqual([]);
      remarks.join().should.match(/no place for them: AGENT \(line 4\)|^$/);
    });
  }

  it('counts lines as an editor does, whatever stands in one line', async () => {
    const text = `${ADA}${BOB}\r\n${ADA.replaceAll('\r\n', '\r\r\n')}\r\n${BOB}`;
    const { cards } = await parseVCards(text);
    cards.map(({ line }) => line).should.deepEqual([1, 5, 10, 15]);
  });

  it('takes CR CR LF for one line break, also where the pieces of a large file meet', async () => {
    const photo = Array.from({ length: 3000 }, (_, i) => ` ${String(i).padStart(4, '0').repeat(18)}`);
    const lines = [
      'BEGIN:VCARD',
      'VERSION:3.0',
      'FN:Ada',
      'PHOTO;ENCODING=b:AAAA',
      ...photo,
      'END:VCARD',
      '',
    ];
    for (const lineBreak of ['\r\r\n', '\r\n', '\n', '\r', '\r\n\r\n', '\r\r\r\n']) {
      const { cards, skipped } = await parseVCards(Buffer.from(lines.join(lineBreak)));
      skipped.should.deepEqual([]);
      should(cards[0]!.picture?.length).equal(4 + 3000 * 72);
    }
  });
});
