import fc from 'fast-check';
import should from 'should';
import { splitName, type ContactDetails } from '../../../../../sipgate/contacts/contact';
import { renderContactsCsv } from '../../../../../sipgate/contacts/formats/csv/export';
import { parseContactsCsv } from '../../../../../sipgate/contacts/formats/csv/read';

const contact = (
  details: Partial<ContactDetails> & { id?: string } = {},
): ContactDetails & { id?: string } => ({
  name: 'Ada Lovelace',
  picture: null,
  emails: [],
  numbers: [{ number: '+4915799912345', type: [] }],
  addresses: [],
  organization: [],
  ...details,
});

describe('exporting contacts as CSV', () => {
  const head = 'id,firstname,lastname,number,name,emails,numbers,addresses,organizations\r\n';

  it('writes the columns of the contract, several values separated by semicolons', async () => {
    const text = await renderContactsCsv([
      contact({
        id: '7',
        name: 'Ludwig van Beethoven',
        emails: [
          { email: 'a@example.com', type: ['home'] },
          { email: 'b@example.com', type: [] },
        ],
        numbers: [
          { number: '+4915799912345', type: ['cell'] },
          { number: '+4921163553355', type: [] },
        ],
        addresses: [
          {
            poBox: '',
            extendedAddress: '2. Stock',
            streetAddress: 'Bonngasse 20',
            locality: 'Bonn',
            region: '',
            postalCode: '53111',
            country: 'Germany',
          },
        ],
        organization: [['Kapelle', 'Klavier'], ['Theater']],
      }),
    ]);
    text.should.equal(
      `${head}7,Ludwig,van Beethoven,+4915799912345,Ludwig van Beethoven,a@example.com; b@example.com,` +
        '+4915799912345; +4921163553355,"Bonngasse 20, 2. Stock, 53111 Bonn, Germany","Kapelle, Klavier; Theater"\r\n',
    );
  });

  it('writes the header alone when there are no contacts', async () => {
    (await renderContactsCsv([])).should.equal(head);
  });

  it('writes any delimiter and quotes what contains it', async () => {
    const found = [contact({ name: 'A|B C' })];
    (await renderContactsCsv(found, { delimiter: ';' })).should.startWith('id;firstname;lastname');
    (await renderContactsCsv(found, { delimiter: '\\t' })).should.startWith('id\tfirstname\t');
    (await renderContactsCsv(found, { delimiter: '|' })).should.containEql(
      '\r\n|"A|B"|C|+4915799912345|"A|B C"|',
    );
  });

  for (const delimiter of ['', '"', '\n', 5 as unknown as string]) {
    it(`refuses ${JSON.stringify(delimiter)} as delimiter`, async () => {
      await renderContactsCsv([], { delimiter }).should.be.rejectedWith({
        code: 'INVALID_INPUT',
        field: 'delimiter',
      });
    });
  }

  it('makes cells harmless that a spreadsheet would run, and leaves phone numbers alone', async () => {
    const evil = contact({ id: '1', name: '=cmd|calc @now', organization: [['-1+1'], ['@x']] });
    const text = await renderContactsCsv([evil]);
    text.should.equal(
      `${head}1,'=cmd|calc,'@now,+4915799912345,'=cmd|calc @now,,+4915799912345,,'-1+1; '@x\r\n`,
    );
    const raw = await renderContactsCsv([evil], { escapeFormulas: false });
    raw.should.containEql('1,=cmd|calc,@now,');
  });

  it('gives names and first number back to the import, whatever the characters', async () => {
    const names = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }),
      fc
        .array(fc.constantFrom('=', "'", '+', '-', '@', '\t', '"', ',', ';', ' ', 'van', 'Ä', '\r\n', '🦊'), {
          minLength: 1,
        })
        .map((parts) => parts.join('')),
    );
    const books = fc.array(
      names.filter((name) => name.trim() !== '').map((name) => contact({ name })),
      { minLength: 1, maxLength: 20 },
    );
    await fc.assert(
      fc.asyncProperty(books, fc.constantFrom(',', ';', '\t'), async (book, delimiter) => {
        const { contacts, skipped } = await parseContactsCsv(
          Buffer.from(await renderContactsCsv(book, { delimiter })),
        );
        skipped.should.eql([]);
        const got = contacts.map(({ firstname, lastname, number }) => ({
          given: firstname,
          family: lastname,
          number,
        }));
        should(got).eql(
          book.map(({ name, numbers }) => ({ ...splitName(name), number: numbers[0]!.number })),
        );
      }),
      { numRuns: 300 },
    );
  });
});
