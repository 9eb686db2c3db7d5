import { parseVCards } from './read-cards';

const card = (...lines: string[]): string => ['BEGIN:VCARD', ...lines, 'END:VCARD', ''].join('\r\n');
const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

async function only(input: unknown) {
  const { cards, skipped, remarks } = await parseVCards(input);
  skipped.should.deepEqual([]);
  cards.should.have.length(1);
  return { ...cards[0]!, remarks };
}

describe('The characters of a card', () => {
  const QP = 'ENCODING=QUOTED-PRINTABLE';
  const names: [what: string, line: string, name: RegExp | string, isBroken?: boolean][] = [
    [
      'UTF-8 that is cut at the end',
      `FN;CHARSET=UTF-8;${QP}:M=C3=BCller-Schei=C3`,
      'Müller-Schei\uFFFD',
      true,
    ],
    [
      'UTF-8 that is cut in the middle',
      `FN;CHARSET=UTF-8;${QP}:M=C3=BCller L=C3denscheid`,
      'Müller L\uFFFDdenscheid',
      true,
    ],
    [
      'UTF-8 cut in the only umlaut',
      `FN;CHARSET=UTF-8;${QP}:Ada Lovelacens=C3`,
      'Ada Lovelacens\uFFFD',
      true,
    ],
    ['UTF-8 cut inside of an emoji', `FN;CHARSET=UTF-8;${QP}:Ada =F0=9F=98`, 'Ada \uFFFD', true],
    ['UTF-8 with a byte of another encoding', `FN;${QP}:M=C3=BCller Gro=DF`, 'Müller Gro\uFFFD', true],
    ['Latin-1 that calls itself UTF-8', `FN;CHARSET=UTF-8;${QP}:J=FCrgen Gro=DF`, 'Jürgen Groß'],
    ['Latin-1 that calls itself UTF-8 and ends in é', `FN;CHARSET=UTF-8;${QP}:Andr=E9`, 'André'],
    ['UTF-8 that calls itself Latin-1', `FN;CHARSET=ISO-8859-1;${QP}:J=C3=BCrgen`, 'Jürgen'],
    ['Latin-1', `FN;CHARSET=ISO-8859-1;${QP}:J=FCrgen`, 'Jürgen'],
    ['Cyrillic', `FN;CHARSET=windows-1251;${QP}:=C8=E2=E0=ED`, 'Иван'],
    ['a set that nobody knows', `FN;CHARSET=X-OWN;${QP}:J=FCrgen`, 'Jürgen'],
    ['a set in quotation marks', `FN;CHARSET="ISO-8859-2";${QP}:=A3ukasz`, 'Łukasz'],
    ['nothing said', `FN;${QP}:J=FCrgen`, 'Jürgen'],
    ['a set that the file cannot be in', 'FN;CHARSET=UTF-16:Ada', 'Ada'],
    ['Shift_JIS in quoted-printable', `FN;CHARSET=SHIFT_JIS;${QP}:=83=5C=88=EA`, 'ソ一'],
    ['GBK with bytes like backslashes', `FN;CHARSET=GBK;${QP}:=81=5C=D6=D0`, '乗中'],
    ['Big5 with bytes like backslashes', `FN;CHARSET=Big5;${QP}:=B3=5C`, '許'],
    ['ISO-2022-JP', `FN;CHARSET=ISO-2022-JP:\x1B$B$"$$\x1B(B`, 'あい'],
  ];
  for (const [what, line, name, isBroken = false] of names) {
    it(`${what}`, async () => {
      const found = await only(latin1(card('VERSION:2.1', line)));
      found.name.should.equal(name);
      found.remarks
        .join()
        .should.match(isBroken ? /cannot be read and are written as \uFFFD: ".*" in line 3/ : /^$/);
    });
  }

  it('UTF-8 that is cut in a value that has no other umlaut, where others of the card have some', async () => {
    const text = card('FN:Käthe Gro#', 'N;ENCODING=QUOTED-PRINTABLE:Gro=C3;K=C3=A4the;;;', 'ORG:Gro#');
    const found = await only(latin1(Buffer.from(text).toString('latin1').replaceAll('#', '\xC3')));
    found.should.match({ name: 'Käthe Gro\uFFFD', family: 'Gro\uFFFD', given: 'Käthe' });
    found.organization.should.deepEqual([['Gro\uFFFD']]);
  });

  it('separators are those between characters, not halves of them', async () => {
    for (const escape of ['', ';ENCODING=QUOTED-PRINTABLE']) {
      const byte = (hex: string) => (escape ? `=${hex}` : String.fromCharCode(parseInt(hex, 16)));
      const value = `${byte('83')}${byte('5C')};${byte('88')}${byte('EA')}`;
      const found = await only(latin1(card(`N;CHARSET=SHIFT_JIS${escape}:${value};;;`)));
      [found.family, found.given].should.deepEqual(['ソ', '一']);
    }
  });

  it('in a file that was text before are what they are, whatever the card says', async () => {
    const text = card('VERSION:2.1', 'FN;CHARSET=ISO-8859-1:Jürgen 一', 'N;CHARSET=SHIFT_JIS:ソ;一;;;');
    for (const file of [text, Buffer.from(text, 'utf16le'), Buffer.from(`\uFEFF${text}`, 'utf16le')]) {
      (await only(file)).should.match({ name: 'Jürgen 一', family: 'ソ', given: '一' });
    }
  });

  it('in UTF-16 of both kinds, with a mark or without, also where it was read as Latin-1', async () => {
    const text = card('VERSION:3.0', 'FN:Jörg Müller 🦊');
    const little = Buffer.from(text, 'utf16le');
    const big = Buffer.from(little).swap16();
    const files = [little, big, Buffer.concat([Buffer.from([0xff, 0xfe]), little])];
    for (const file of [...files, little.toString('latin1')]) {
      const isWide = typeof file === 'string' && /[^\0-\xff]/.test(file);
      isWide.should.be.false();
      (await only(file)).name.should.equal('Jörg Müller 🦊');
    }
  });

  it('in Base64, whole or part by part', async () => {
    const base64 = (text: string, encoding: BufferEncoding = 'utf8') =>
      Buffer.from(text, encoding).toString('base64');
    const found = await only(
      card(
        'VERSION:2.1',
        `FN;ENCODING=BASE64;CHARSET=UTF-8:${base64('Jörg Müller')}`,
        `N;ENCODING=B:${base64('Müller')};${base64('Jörg')};;;`,
        `ORG;BASE64;CHARSET=ISO-8859-1:${base64('Müller & Söhne;Büro', 'latin1')}`,
        `TEL;ENCODING=b;CELL:${base64('+4915799912301')}`,
        'TEL;ENCODING=b:+4915799912302',
        `EMAIL;ENCODING=BASE64:${base64('joerg.mueller@example.com').slice(0, 12)}`,
        ` ${base64('joerg.mueller@example.com').slice(12)}`,
        '',
      ),
    );
    found.should.match({ name: 'Jörg Müller', family: 'Müller', given: 'Jörg' });
    found.organization.should.deepEqual([['Müller & Söhne', 'Büro']]);
    found.numbers.map(({ number }) => number).should.deepEqual(['+4915799912301', '+4915799912302']);
    found.emails[0]!.email.should.equal('joerg.mueller@example.com');
  });

  it('that only say that they are Base64 stay as they are', async () => {
    (await only(card('FN;ENCODING=B:Erna'))).name.should.equal('Erna');
    (await only(card('FN;ENCODING=BASE64:Erna Beispiel'))).name.should.equal('Erna Beispiel');
  });
});

describe('The types of a number', () => {
  const types: [head: string, types: string[]][] = [
    ['TYPE=PREF\\,CELL', ['pref', 'cell']],
    ['TYPE=WORK\\;VOICE', ['work', 'voice']],
    ['TYPE=WORK,TYPE=VOICE', ['work', 'voice']],
    ['TYPE="WORK","VOICE"', ['work', 'voice']],
    ['TYPE="WORK,TYPE=VOICE"', ['work', 'voice']],
    ["TYPE='work'", ['work']],
    ['TYPE=WORK VOICE', ['work', 'voice']],
    ['TYPE=work;TYPE=work', ['work']],
    ['TYPE=HOME/FAX', ['home', 'fax']],
    ['TYPE=CELL|PREF', ['cell', 'pref']],
    ['HOME,VOICE', ['home', 'voice']],
    ['TYPE = CELL , VOICE', ['cell', 'voice']],
    ['TYPE=Type=Cell', ['cell']],
    ['TYPE="Büro Nord"', ['büro nord']],
    ['TYPE=,CELL,', ['cell']],
    ['PREF=1;TYPE=CELL', ['pref', 'cell']],
    ['X-CUSTOM(CHARSET=UTF-8,ENCODING=QUOTED-PRINTABLE,=42=C3=BC=72=6F)', ['büro']],
    ['type=Mobile;waid=4915799912301', ['mobile']],
  ];
  for (const [head, expected] of types) {
    it(`written as ${head}`, async () => {
      (await only(card('FN:A', `TEL;${head}:+1`))).numbers.should.deepEqual([
        { number: '+1', type: expected },
      ]);
    });
  }
});

describe('What else a card holds', () => {
  const groups: [what: string, lines: string[]][] = [
    ['Apple', ['X-ADDRESSBOOKSERVER-KIND:group', 'X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:1']],
    ['RFC 6350', ['KIND:group', 'MEMBER:mailto:ada@example.com']],
    ['RFC 6350 in other letters', ['kind: Group']],
    ['its members alone', ['MEMBER:urn:uuid:1']],
    ['Evolution', ['X-EVOLUTION-LIST:TRUE', 'EMAIL;X-EVOLUTION-DEST-HTML-MAIL=FALSE:ada@example.com']],
  ];
  for (const [what, lines] of groups) {
    it(`makes it a group that is left out, as written by ${what}`, async () => {
      const { cards, skipped } = await parseVCards(card('FN:Familie', ...lines) + card('FN:Ada'));
      cards.map(({ name }) => name).should.deepEqual(['Ada']);
      skipped.should.deepEqual([
        { line: 1, reason: 'The card is a group of contacts, not somebody who can be called.' },
      ]);
    });
  }

  it('may make it a group that can be called, or no group at all', async () => {
    const { cards } = await parseVCards(
      card('FN:Team', 'KIND:group', 'TEL:+4921112345') +
        card('FN:Beispiel', 'KIND:org') +
        card('FN:A', 'KIND:individual'),
    );
    cards.map(({ name }) => name).should.deepEqual(['Team', 'Beispiel', 'A']);
  });

  it('is said where a contact has no place for it', async () => {
    const lines = [
      'NOTE:x',
      'BDAY:2000-01-01',
      'X-SKYPE:ada',
      'PRODID:x',
      'REV:x',
      'URL:',
      'VERSION:3.0',
      'UID:1',
    ];
    const { remarks } = await parseVCards(card('FN:Ada', ...lines) + card('FN:Bob', 'NOTE:y'));
    remarks.should.deepEqual([
      "Left out, because sipgate's contacts have no place for them: " +
        'NOTE (2 times, first in line 3), BDAY (line 4), X-SKYPE (line 5).',
    ]);
  });

  it('is said where it is one name, picture or part of an address too much', async () => {
    const { remarks } = await parseVCards(
      card(
        'FN:Ada Lovelace',
        'FN:Countess of Lovelace',
        'N:Lovelace;Ada;;Dr.;',
        'NICKNAME:Ada',
        'NICKNAME:Enchantress',
        'PHOTO;ENCODING=b:AAAA',
        'PHOTO;ENCODING=b:BBBB',
        'PHOTO;VALUE=uri:https://example.com/a.jpg',
        'ADR:;;Street;Town;;1;UK;Europe',
      ),
    );
    remarks
      .join('\n')
      .should.equal(
        [
          'More than a contact of sipgate can hold, so left out: "Europe" in line 10, PHOTO in line 8, ' +
            '"Countess of Lovelace" in line 3, "Dr." in line 4, "Enchantress" in line 6.',
          'Only pictures that the file itself holds are kept. Left out: "https://example.com/a.jpg" in line 9.',
        ].join('\n'),
      );
  });
});
