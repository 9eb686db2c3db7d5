import { createBreather } from '../../../../../sipgate/breather';
import { parseContactsCsv } from '../../../../../sipgate/contacts/formats/csv/read';
import { countingBreather } from '../../counting-breather';

const HEADER = 'firstname,lastname,number\n';
const ADA = 'Ada,Lovelace,+4915799912345\n';

describe('reading a CSV file of contacts', () => {
  const contactsOf = async (input: unknown): Promise<unknown[]> => (await parseContactsCsv(input)).contacts;

  it('reads quotes, doubled quotes, commas and line breaks in values', async () => {
    (
      await contactsOf(`${HEADER}"Ada ""the first""","Byron, King\r\nof Lovelace",+4915799912345\n`)
    ).should.eql([
      {
        firstname: 'Ada "the first"',
        lastname: 'Byron, King\r\nof Lovelace',
        number: '+4915799912345',
        line: 2,
      },
    ]);
  });

  for (const [name, lineBreak] of Object.entries({ LF: '\n', 'CR LF': '\r\n', CR: '\r' })) {
    it(`counts lines of the text, also after quoted line breaks and empty lines, with ${name}`, async () => {
      const text = [
        'firstname,lastname,number',
        '"Ada',
        'Maria",Lovelace,+4915799912345',
        '',
        '',
        'Alan,Turing,+4915799912346',
        '   ',
        'Grace,Hopper,nothing',
      ].join(lineBreak);
      const { contacts, skipped } = await parseContactsCsv(text);
      contacts.map(({ line }) => line).should.eql([2, 6]);
      skipped.map(({ line }) => line).should.eql([8]);
    });
  }

  for (const delimiter of [',', ';', '\t']) {
    it(`recognises ${JSON.stringify(delimiter)} from the header`, async () => {
      const header = ['"number, mobile or; not"', 'NUMBER', ' Last Name ', 'first_name'].join(delimiter);
      const row = ['x', '0211 63553355', 'Lovelace', 'Ada'].join(delimiter);
      (await contactsOf(`${header}\r\n${row}`)).should.eql([
        { firstname: 'Ada', lastname: 'Lovelace', number: '+4921163553355', line: 2 },
      ]);
    });
  }

  for (const delimiter of [',', ';', '\t']) {
    it(`takes blanks around quotation marks, with ${JSON.stringify(delimiter)}`, async () => {
      const text = [
        ['"firstname"', ' "lastname"', '  "number" '],
        ['"Ada" ', ' "Byron, ""King""" ', '\u00A0"0211 63553355"'],
        ['   '],
        ['\u3000'],
        ['"Ada"', ' "Lovelace"x', '"0211 63553355"'],
        [' "Alan', 'Turing"', ' "  "', ' 0211 63553356 '],
      ];
      const file = text.map((row) => row.join(delimiter)).join('\r\n');
      const { contacts, skipped } = await parseContactsCsv(file);
      contacts.should.eql([
        { firstname: 'Ada', lastname: 'Byron, "King"', number: '+4921163553355', line: 2 },
        { firstname: `Alan${delimiter}Turing`, lastname: '', number: '+4921163553356', line: 6 },
      ]);
      skipped.should.match([{ line: 5, reason: /Text follows a closing quotation mark/ }]);
    });
  }

  it("follows Excel's own word for the separator", async () => {
    (await contactsOf('sep=;\r\nVorname;Nachname;Rufnummer\r\nAda;Lovelace;0211 63553355')).should.eql([
      { firstname: 'Ada', lastname: 'Lovelace', number: '+4921163553355', line: 3 },
    ]);
  });

  for (const header of [
    'Vorname,Nachname,Telefon',
    'Vorname,Name,Telefonnummer',
    'Vorname,Familienname,Rufnummer',
    'VORNAME,NACHNAME,Mobil',
    'Given Name,Family Name,Phone 1 - Value',
    'First Name,Last Name,Mobile Phone',
  ]) {
    it(`understands the header ${header}`, async () => {
      (await contactsOf(`${header}\n${ADA}`)).should.have.length(1);
    });
  }

  it('takes the column number before other phone columns, and the first that holds a number', async () => {
    const text = `Mobile,number,firstname,lastname\n0171 3920001,0171 3920002,A,B\n0171 3920001,,C,D\n`;
    const { contacts, warnings } = await parseContactsCsv(text);
    contacts.map(({ number }) => number).should.eql(['+491713920002', '+491713920001']);
    warnings.should.eql([
      "1 contact has more than one number. sipgate's CSV import takes one: the first was used. Import vCards to keep them all. " +
        'Left out: "0171 3920001" in line 2.',
    ]);
  });

  it('takes UTF-8 with and without byte order mark, UTF-16 of both kinds, and Windows-1252', async () => {
    const text = 'Vorname;Nachname;Telefon\r\nJürgen;Groß;0211 63553355\r\n';
    const utf16 = Buffer.from(`\uFEFF${text}`, 'utf16le');
    const forms = [
      Buffer.from(text),
      Buffer.from(`\uFEFF${text}`),
      `\uFEFF${text}`,
      utf16,
      Buffer.from(utf16).swap16(),
      Buffer.from(text, 'latin1'),
      new Uint8Array(Buffer.from(text)),
    ];
    for (const form of forms) {
      (await contactsOf(form)).should.eql([
        { firstname: 'Jürgen', lastname: 'Groß', number: '+4921163553355', line: 2 },
      ]);
    }
  });

  it('keeps characters whole where the pieces of a large file meet', async () => {
    const rows = Array.from(
      { length: 20_000 },
      (_, i) => `Łukasz${'ż'.repeat(i % 7)},🦊,+49157999${10000 + i}\n`,
    );
    const text = HEADER + rows.join('');
    for (const form of [text, Buffer.from(text), Buffer.from(`\uFEFF${text}`, 'utf16le')]) {
      const { contacts, skipped } = await parseContactsCsv(form);
      skipped.should.eql([]);
      contacts.should.have.length(20_000);
      contacts
        .every(({ firstname, lastname }) => /^Łukaszż*$/.test(firstname) && lastname === '🦊')
        .should.be.true();
      contacts.at(-1)!.line.should.equal(20_001);
    }
  });

  it('completes national numbers with the country of the account', async () => {
    const { contacts } = await parseContactsCsv(`${HEADER}Ada,Lovelace,01 5120001\n`, { country: 'AT' });
    contacts[0]!.number.should.equal('+4315120001');
  });

  it("takes numbers as spreadsheets, phones and sipgate's history write them", async () => {
    const cells = [
      "'+49 211 63553355",
      '"=""0211 63553355"""',
      '\u202A+49 211 63553355\u202C',
      '4921163553355',
      '+49 211 63553355 ::: 0171 1',
    ];
    for (const cell of cells) {
      const { contacts, skipped } = await parseContactsCsv(`${HEADER}Ada,Lovelace,${cell}\n`);
      skipped.should.eql([], cell);
      contacts[0]!.number.should.equal('+4921163553355', cell);
    }
  });

  it('lets one of the two names be empty, but not both', async () => {
    const { contacts, skipped } = await parseContactsCsv(
      `${HEADER},Lovelace,+4915799912345\nAda,,+4915799912345\n,,+4915799912345\n`,
    );
    contacts.should.have.length(2);
    skipped.should.eql([{ line: 4, reason: 'The row has neither first nor last name.' }]);
  });

  it('reports each bad row by line and reason and goes on with the good ones', async () => {
    const text = `${HEADER}Ada,Lovelace,tomorrow\nAda,Byron,Lovelace,+4915799912345\nAda,Lovelace\n,,\nThe "Rock",X,+4915799912345\n"Ada"x,L,+4915799912345\n${ADA}`;
    const { contacts, skipped, warnings } = await parseContactsCsv(text);
    contacts.map(({ line }) => line).should.eql([8]);
    skipped.map(({ line }) => line).should.eql([2, 3, 4, 5, 6, 7]);
    skipped[0]!.reason.should.match(/number holds "tomorrow", which is not a phone number/);
    skipped[1]!.reason.should.match(/4 values, the header 3 columns.*quotation marks/);
    skipped[2]!.reason.should.match(/no phone number in column number/);
    skipped[3]!.reason.should.match(/empty/);
    skipped[4]!.reason.should.match(/quotation mark stands inside a value/);
    skipped[5]!.reason.should.match(/Text follows a closing quotation mark/);
    warnings.should.eql(['The file has 1 empty row.']);
  });

  it('loses only its own line to a quotation mark that is never closed', async () => {
    const { contacts, skipped } = await parseContactsCsv(
      `${HEADER}${ADA}"Ada,Lovelace,+4915799912345\n${ADA.repeat(20_000)}`,
    );
    contacts.should.have.length(20_001);
    skipped.should.have.length(1);
    skipped[0]!.line.should.equal(3);
    skipped[0]!.reason.should.match(/never closed/);
  });

  it('loses only its own line to a line of many megabytes', async () => {
    const { contacts, skipped } = await parseContactsCsv(
      `${HEADER}${ADA}${'x'.repeat(20_000_000)}\r\n${ADA}`,
    );
    contacts.map(({ line }) => line).should.eql([2, 4]);
    skipped.should.eql([{ line: 3, reason: 'The line is longer than 256 KiB.' }]);
  });

  it('says when a spreadsheet has rounded a number', async () => {
    const { skipped } = await parseContactsCsv('Vorname;Nachname;Telefon\nAda;Lovelace;4,91579E+12');
    skipped[0]!.reason.should.match(/A spreadsheet has rounded it: format the column as text/);
  });

  it('warns of a header alone', async () => {
    (await parseContactsCsv('firstname,lastname,number')).should.eql({
      contacts: [],
      skipped: [],
      warnings: ['The file has a header but no contacts: nothing to import.'],
    });
  });

  const refused: [string, unknown, RegExp][] = [
    ['an empty text', '', /`content` is empty/],
    ['an empty Buffer', Buffer.alloc(0), /`content` is empty/],
    ['nothing', undefined, /`content` is missing/],
    ['an object', { a: 1 }, /must be the content of a file, got an object/],
    ['a web page', '<!DOCTYPE html>\n<html>', /is a web page \(HTML\), not CSV.*line 1.*Export/],
    ['a workbook', Buffer.from('PK\x03\x04\x14\0'), /Excel workbook/],
    ['a binary file', Buffer.from([1, 2, 0, 3]), /binary file/],
    ['a vCard', 'BEGIN:VCARD\nVERSION:3.0\n', /is a vCard file, not CSV/],
    ['one endless line', 'x'.repeat(10_000_000), /line 1 is longer than/],
    [
      'a header without number',
      '\n\nfirstname,lastname\nA,B',
      /no column number in its header: line 3 is "firstname,lastname"\. The first line must name/,
    ],
    ['a header without names', 'number\n+4915799912345', /no column firstname, lastname/],
    ['rows without a header', ADA, /no column firstname, lastname, number/],
  ];
  for (const [what, input, message] of refused) {
    it(`refuses ${what} and says what to do`, async () => {
      await parseContactsCsv(input).should.be.rejectedWith({
        name: 'SipgateError',
        code: 'INVALID_INPUT',
        field: 'content',
        message,
      });
    });
  }

  it('stops when it is told to', async () => {
    const stop = new AbortController();
    const reading = parseContactsCsv(HEADER + ADA.repeat(100_000), { breather: createBreather(stop.signal) });
    setImmediate(() => stop.abort());
    await reading.should.be.rejectedWith({ code: 'NETWORK', message: /cancelled/ });
  });

  for (const [what, text, least] of [
    ['broken rows', 'Ada 6" pipe,Lovelace,0211 63553355\n'.repeat(5000), 5000],
    ['good rows', 'Ada,Lovelace,0211 63553355\n'.repeat(5000), 5000],
    ['a line of many megabytes', 'x'.repeat(20_000_000), 600],
  ] as const) {
    it(`lets others work while it reads ${what}`, async () => {
      const breather = countingBreather();
      await parseContactsCsv(Buffer.from(HEADER + text), { breather });
      breather.pauses.should.be.aboveOrEqual(least);
    });
  }
});
