import { parseVCards } from './read-cards';

const card = (...lines: string[]): string => ['BEGIN:VCARD', ...lines, 'END:VCARD', ''].join('\r\n');

async function only(input: unknown) {
  const { cards, skipped, remarks } = await parseVCards(input);
  skipped.should.deepEqual([]);
  cards.should.have.length(1);
  return { ...cards[0]!, remarks };
}

const QP = 'CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE';

describe('Lines of a card that go on', () => {
  it('over empty lines', async () => {
    const { name, addresses } = await only(
      card(
        'VERSION:3.0',
        'FN:Ada ',
        '',
        '  Lovelace',
        'ADR:;;Musterweg 1;Beispiel',
        '',
        '',
        ' stadt;;40219;DE',
      ),
    );
    name.should.equal('Ada  Lovelace');
    addresses[0]!.should.match({ locality: 'Beispielstadt', postalCode: '40219', country: 'DE' });
  });

  it('before the colon', async () => {
    const { name } = await only(
      card('VERSION:3.0', 'FN;CHARSET=UTF-8;ENCODING=', ' QUOTED-PRINTABLE:J=C3=BCr=', 'gen'),
    );
    name.should.equal('Jürgen');
  });

  it('with a picture in lines that are not indented, and an empty line behind it or none', async () => {
    for (const version of ['2.1', '3.0']) {
      for (const end of [[''], []]) {
        const { picture, name, remarks } = await only(
          card(
            `VERSION:${version}`,
            'PHOTO;ENCODING=BASE64;TYPE=JPEG:/9j/',
            '4AAQ',
            'SkZJRg==',
            ...end,
            'FN:Ada',
          ),
        );
        [picture, name, remarks].should.deepEqual(['/9j/4AAQSkZJRg==', 'Ada', []]);
      }
    }
  });

  describe('in quoted-printable', () => {
    const folded: [what: string, version: string, lines: string[], name: string][] = [
      ['as the standard says', '2.1', ['J=C3=BCr=', 'gen'], 'Jürgen'],
      ['inside of a character', '2.1', ['J=C3=', '=BCrgen'], 'Jürgen'],
      ['and folded again inside of a character', '2.1', ['J=C3=', ' =BCrgen'], 'Jürgen'],
      ['and folded again with a tab', '2.1', ['J=C3=', '\t=BCrgen'], 'Jürgen'],
      ['and folded again where version 3.0 folds so', '3.0', ['J=C3=BCrgen Gro=', ' =C3=9F'], 'Jürgen Groß'],
      [
        'and folded again where blanks are written as =20',
        '2.1',
        ['J=C3=BCrgen=20Gro=', ' =C3=9F'],
        'Jürgen Groß',
      ],
      [
        'and folded again time after time',
        '2.1',
        ['J=C3=BC=', ' rgen Gro=', ' =C3=9F=', ' mann'],
        'Jürgen Großmann',
      ],
      ['before a blank that is meant', '2.1', ['J=C3=BCrgen=', ' Gro=C3=9F'], 'Jürgen Groß'],
      ['and without the soft line break inside of a character', '2.1', ['J=C3', ' =BCrgen'], 'Jürgen'],
      ['and without the soft line break inside of a code', '2.1', ['J=C3=B', ' Crgen'], 'Jürgen'],
    ];
    for (const [what, version, lines, name] of folded) {
      it(what, async () => {
        const [first, ...rest] = lines;
        const found = await only(card(`VERSION:${version}`, `FN;${QP}:${first}`, ...rest, 'TEL:110'));
        found.name.should.equal(name);
        found.numbers.should.have.length(1);
      });
    }

    it('with a soft line break that nothing follows', async () => {
      for (const gap of [[''], []]) {
        const found = await only(card('VERSION:2.1', `FN;${QP}:J=C3=BCrgen=`, ...gap, 'TEL;CELL:110'));
        found.name.should.equal('Jürgen');
        found.numbers.should.deepEqual([{ number: '110', type: ['cell'] }]);
      }
    });

    it('keeps a fold blank out of a character of UTF-8 that nobody has quoted', async () => {
      const bytes = Buffer.from(card('VERSION:2.1', 'FN:Jürgen', 'TEL:110'));
      const inside = bytes.indexOf(Buffer.from('ü')) + 1;
      const cut = Buffer.concat([bytes.subarray(0, inside), Buffer.from('\r\n '), bytes.subarray(inside)]);
      (await only(cut)).name.should.equal('Jürgen');
    });
  });

  describe('that are no property', () => {
    it('are the rest of the line before, and it is said', async () => {
      const { addresses, numbers, remarks } = await only(
        card('VERSION:3.0', 'FN:Ada', 'ADR:;;Musterweg 1;Ort;;402 ', '19;Deutschland', 'TEL:110'),
      );
      addresses[0]!.should.match({ postalCode: '402 19', country: 'Deutschland' });
      numbers.should.have.length(1);
      remarks.should.deepEqual([
        'Not properties, so read as the rest of the line before: "19;Deutschland" in line 5.',
      ]);
    });

    it('do not stick to the word before', async () => {
      const { name } = await only(card('FN:Ada', 'Lovelace'));
      name.should.equal('Ada Lovelace');
      const full = await only(card(`FN:${'x'.repeat(72)}`, 'yz'));
      full.name.should.equal(`${'x'.repeat(72)}yz`);
    });

    it('are left out behind a number, which does not go on, and it is said', async () => {
      const { numbers, remarks } = await only(
        card('FN:Ada', 'TEL:110', 'at home, in the evening', 'TEL:112'),
      );
      numbers.map(({ number }) => number).should.deepEqual(['110', '112']);
      remarks.should.deepEqual([
        'Left out, because they are not properties: "at home, in the evening" in line 4.',
      ]);
    });

    it('are left out at the beginning of a card', async () => {
      const { name, remarks } = await only(card('=?utf-8?B?', 'FN:Ada'));
      name.should.equal('Ada');
      remarks.join().should.match(/"=\?utf-8\?B\?" in line 2/);
    });

    it('are left out where a colon never comes or comes late', async () => {
      const { numbers, remarks } = await only(
        card('FN:Ada', 'TEL:110', 'TEL;HOME', `TEL;X="${'x'.repeat(20_000)}":1`, 'TEL:112'),
      );
      numbers.map(({ number }) => number).should.deepEqual(['110', '112']);
      remarks.join().should.match(/"TEL;HOME" in line 4, "TEL;X=/);
    });
  });
});
