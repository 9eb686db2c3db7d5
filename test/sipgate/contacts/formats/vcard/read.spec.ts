import fc from 'fast-check';
import should from 'should';
import type { ParsedCard } from '../../../../../sipgate/contacts/formats/vcard/read';
import { parseVCards } from './read-cards';

const card = (...lines: string[]): string =>
  ['BEGIN:VCARD', 'VERSION:3.0', ...lines, 'END:VCARD', ''].join('\r\n');

async function only(input: unknown): Promise<ParsedCard> {
  const { cards, skipped } = await parseVCards(input);
  skipped.should.eql([]);
  cards.should.have.length(1);
  return cards[0]!;
}

describe('reading vCards', () => {
  it('unfolds lines and keeps the blank that belongs to the text', async () => {
    (await only(card('FN:Ada Augusta', '  Lovelace'))).name.should.equal('Ada Augusta Lovelace');
    (await only(card('FN:Ada Love', '\tlace'))).name.should.equal('Ada Lovelace');
  });

  it('unfolds inside of a UTF-8 character', async () => {
    const bytes = Buffer.from(card('FN:Jürgen'));
    const inside = bytes.indexOf(Buffer.from('ü')) + 1;
    const folded = Buffer.concat([bytes.subarray(0, inside), Buffer.from('\r\n '), bytes.subarray(inside)]);
    (await only(folded)).name.should.equal('Jürgen');
  });

  for (const [name, lineBreak] of Object.entries({ LF: '\n', 'CR LF': '\r\n', CR: '\r' })) {
    it(`splits a file of many cards with ${name} and counts its lines`, async () => {
      const text = `${card('FN:Ada')}\r\n\r\n${card('FN:Alan', 'TEL:+4915799912345')}`.replaceAll(
        '\r\n',
        lineBreak,
      );
      const { cards } = await parseVCards(Buffer.from(text));
      cards
        .map((each) => [each.name, each.line])
        .should.eql([
          ['Ada', 1],
          ['Alan', 7],
        ]);
    });
  }

  it('reads a file of many cards that is larger than one piece', async () => {
    const text = Array.from({ length: 3000 }, (_, i) =>
      card(`FN:Łukasz ${i}`, `TEL:+49157999${10000 + i}`),
    ).join('');
    const { cards, skipped } = await parseVCards(text);
    skipped.should.eql([]);
    cards.should.have.length(3000);
    cards.every(({ name }, i) => name === `Łukasz ${i}`).should.be.true();
    cards.at(-1)!.line.should.equal(2999 * 5 + 1);
  });

  const types: [string, string[]][] = [
    ['TEL;TYPE=home,voice:+1', ['home', 'voice']],
    ['TEL;TYPE="home,voice":+1', ['home', 'voice']],
    ['TEL;TYPE=HOME;TYPE=VOICE:+1', ['home', 'voice']],
    ['TEL;HOME;VOICE:+1', ['home', 'voice']],
    ['TEL;type=CELL;type=pref:+1', ['cell', 'pref']],
    ['TEL;PREF=1;TYPE=cell:+1', ['pref', 'cell']],
    ['item1.TEL;TYPE=work:+1', ['work']],
    ['TEL;X-A="a;b:c";TYPE=work:+1', ['work']],
    ['TEL;TYPE="Büro":+1', ['büro']],
    ['TEL; TYPE = voilà ;🦠:+1', ['voilà', '🦠']],
    ['tel:+1', []],
    ['TEL;__PROTO__=x;TYPE=work:+1', ['work']],
  ];
  for (const [line, expected] of types) {
    it(`reads the types of ${line}`, async () => {
      (await only(card('FN:Ada', line))).numbers.should.eql([{ number: '+1', type: expected }]);
    });
  }

  it("takes Apple's labels for types", async () => {
    const { numbers } = await only(
      card(
        'FN:A',
        'item1.TEL:1',
        'item1.X-ABLabel:_$!<WorkFAX>!$_',
        'item2.TEL:2',
        'item2.X-ABLabel:Boot',
        'TEL:3',
      ),
    );
    numbers.map(({ type }) => type).should.eql([['work', 'fax'], ['boot'], []]);
  });

  const numbers: [string, string][] = [
    ['TEL;VALUE=uri;TYPE="voice,home":tel:+1-555-555-5555;ext=5555', '+1-555-555-5555;ext=5555'],
    ['TEL;VALUE=uri:tel:+49-211-63553355;phone-context=x', '+49-211-63553355'],
    ['TEL:TEL:+49%20211', '+49 211'],
    ['TEL: 0211 / 63553355 ', '0211 / 63553355'],
  ];
  for (const [line, number] of numbers) {
    it(`reads the number of ${line}`, async () => {
      (await only(card('FN:A', line))).numbers[0]!.number.should.equal(number);
    });
  }

  it('undoes escapes, in the right order', async () => {
    const found = await only(
      card(
        'FN:a\\, b\\; c\\\\n d\\ne',
        'ORG:Eins\\; Zwei;Drei\\, Vier',
        'ADR:;;Straße\\n1;Ort, a\\;b;;1;DE',
        'NOTE:;;;',
      ),
    );
    found.name.should.equal('a, b; c\\n d\ne');
    found.organization.should.eql([['Eins; Zwei', 'Drei, Vier']]);
    found.addresses[0]!.should.match({
      streetAddress: 'Straße\n1',
      locality: 'Ort, a;b',
      postalCode: '1',
      country: 'DE',
    });
  });

  it('reads vCard 2.1 with quoted-printable, soft line breaks and a character set', async () => {
    const text = [
      'BEGIN:VCARD',
      'VERSION:2.1',
      'N;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:Gro=DF\\;x;J=FCr=',
      'gen;;;',
      'FN;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:J=C3=BCrgen=20=',
      'Gro=C3=9F',
      'ORG:Wind',
      ' und Wasser',
      'END:VCARD',
    ].join('\r\n');
    const found = await only(text);
    found.should.match({ name: 'Jürgen Groß', given: 'Jürgen', family: 'Groß;x' });
    found.organization.should.eql([['Wind und Wasser']]);
  });

  it('reads cards of one file in UTF-8 and in Windows-1252', async () => {
    const bytes = Buffer.concat([Buffer.from(card('FN:Jürgen')), Buffer.from(card('FN:Käthe'), 'latin1')]);
    const { cards } = await parseVCards(bytes);
    cards.map(({ name }) => name).should.eql(['Jürgen', 'Käthe']);
  });

  it('reads UTF-16 and skips a byte order mark', async () => {
    (await only(Buffer.from(`\uFEFF${card('FN:Jürgen')}`, 'utf16le'))).name.should.equal('Jürgen');
    (await only(Buffer.from(`\uFEFF${card('FN:Jürgen')}`))).name.should.equal('Jürgen');
  });

  it('leaves the card of an agent alone', async () => {
    const text = card('FN:Boss', 'AGENT:', 'BEGIN:VCARD', 'FN:Secretary', 'TEL:1', 'END:VCARD', 'TEL:2');
    const found = await only(text);
    found.name.should.equal('Boss');
    found.numbers.should.eql([{ number: '2', type: [] }]);
  });

  it('finds a name where FN is missing', async () => {
    const name = async (...lines: string[]): Promise<string> => (await only(card(...lines))).name;
    (await name('N:Lovelace;Ada;Augusta,King;Countess;')).should.equal('Countess Ada Augusta King Lovelace');
    (await name('FN:', 'N:;;;;', 'NICKNAME:Adele', 'ORG:Engines')).should.equal('Adele');
    (await name('ORG:Engines;Analysis')).should.equal('Engines');
    (await name('EMAIL:mailto:ada@example.com')).should.equal('ada@example.com');
    (await name('TEL:+4915799912345')).should.equal('+4915799912345');
  });

  it('keeps a picture that the card holds and drops one that it links to', async () => {
    const picture = async (line: string): Promise<string | null> =>
      (await only(card('FN:A', ...line.split('|')))).picture;
    should(await picture('PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQ| SkZJRg==')).equal('/9j/4AAQSkZJRg==');
    should(await picture('PHOTO:data:image/jpeg;base64,/9j/4AAQ')).equal('/9j/4AAQ');
    should(await picture('PHOTO:data:image/jpeg;base64\\,/9j/4AAQ')).equal('/9j/4AAQ');
    should(await picture('PHOTO;VALUE=uri:https://example.com/a.jpg')).equal(null);
  });

  it('reports half a card and goes on with the next', async () => {
    const text = `BEGIN:VCARD\nFN:Half\nTEL:1\n${card('FN:Ada')}BEGIN:VCARD\nFN:Last`;
    const { cards, skipped } = await parseVCards(text);
    cards.map(({ name }) => name).should.eql(['Ada']);
    skipped.map(({ line }) => line).should.eql([1, 8]);
    skipped[0]!.reason.should.match(/no END:VCARD.*Export it again/);
  });

  it('reports a card without anybody, and text outside of cards', async () => {
    const { cards, skipped } = await parseVCards(`${card('NOTE:x')}hello\nworld\n${card('FN:Ada')}`);
    cards.should.have.length(1);
    skipped.map(({ line }) => line).should.eql([1, 5]);
  });

  it('loses only one card to a line without end', async () => {
    const text = `${card('FN:Ada')}BEGIN:VCARD\r\nFN:${'x'.repeat(20_000_000)}\r\nEND:VCARD\r\n${card('FN:Alan')}`;
    const { cards, skipped } = await parseVCards(text);
    cards
      .map(({ name, line }) => [name, line])
      .should.eql([
        ['Ada', 1],
        ['Alan', 8],
      ]);
    skipped.should.eql([{ line: 6, reason: 'The line is longer than 16 MiB.' }]);
  });

  it('reads a line made of nothing but quotation marks', async () => {
    for (const head of ['TEL;' + '"a"'.repeat(500_000), 'TEL' + '"'.repeat(1_000_001)]) {
      (await only(card('FN:Ada', `${head}:1`, 'TEL:2'))).numbers.should.eql([{ number: '2', type: [] }]);
    }
  });

  const refused: [string, unknown, RegExp][] = [
    ['an empty text', ' \n', /is empty/],
    ['a number', 5, /must be the content of a file, got 5/],
    ['a web page', '<html><body>', /web page/],
    ['a CSV file', 'firstname,lastname,number\nA,B,1', /holds no card: line 1 is not BEGIN:VCARD/],
    ['a picture', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16]), /binary file/],
  ];
  for (const [what, input, message] of refused) {
    it(`refuses ${what}`, async () => {
      await parseVCards(input).should.be.rejectedWith({ code: 'INVALID_INPUT', field: 'content', message });
    });
  }

  it('takes any bytes without stumbling', async () => {
    const soup = fc.array(
      fc.oneof(
        fc.constantFrom(
          'BEGIN:VCARD\n',
          'END:VCARD\n',
          'FN',
          'TEL;',
          'TYPE="',
          '"',
          ':',
          ';',
          '=',
          '\\',
          '\n ',
          '\r\n',
          ',',
          'PHOTO;ENCODING=b:',
          ';QUOTED-PRINTABLE:=',
          '%',
          'item1.',
          '__proto__:x\n',
          'constructor.FN:',
        ),
        fc.string({ unit: 'binary', maxLength: 5 }),
      ),
    );
    await fc.assert(
      fc.asyncProperty(soup, async (parts) => {
        const text = `BEGIN:VCARD\nFN:x\n${parts.join('')}`;
        const { cards, skipped } = await parseVCards(Buffer.from(text));
        (cards.length + skipped.length).should.be.above(0);
      }),
    );
  });
});
