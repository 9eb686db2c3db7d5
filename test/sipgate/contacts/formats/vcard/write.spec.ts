import fc from 'fast-check';
import should from 'should';
import { createBreather } from '../../../../../sipgate/breather';
import type { ContactDetails } from '../../../../../sipgate/contacts/contact';
import {
  renderVCard,
  renderVCardBook,
  renderVCards,
} from '../../../../../sipgate/contacts/formats/vcard/write';
import { countingBreather } from '../../counting-breather';
import { parseVCards } from './read-cards';

/** Objects like those that the reader makes. */
const record = <T extends object>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> =>
  fc.record<T>(model, { noNullPrototype: true }) as fc.Arbitrary<T>;

const nobody: ContactDetails = {
  name: 'Ada Lovelace',
  picture: null,
  emails: [],
  numbers: [],
  addresses: [],
  organization: [],
};

describe('writing vCards', () => {
  it('writes a card that says everything', () => {
    renderVCard({
      id: 'b3d9af4a-78f9-11e6-8b77-86f30ca893d3',
      name: 'Ludwig van Beethoven',
      picture: '/9j/4AAQ',
      numbers: [
        { number: '+4915799912345', type: ['cell', 'pref'] },
        { number: '+4921163553355;ext=12', type: ['work'] },
      ],
      emails: [{ email: 'l@example.com', type: ['home'] }],
      addresses: [
        {
          poBox: '',
          extendedAddress: '',
          streetAddress: 'Bonngasse 20',
          locality: 'Bonn',
          region: '',
          postalCode: '53111',
          country: 'Germany',
        },
      ],
      organization: [['Kapelle, Bonn', 'Klavier']],
    }).should.equal(
      [
        'BEGIN:VCARD',
        'VERSION:4.0',
        'UID:urn:uuid:b3d9af4a-78f9-11e6-8b77-86f30ca893d3',
        'FN:Ludwig van Beethoven',
        'N:van Beethoven;Ludwig;;;',
        'ORG:Kapelle\\, Bonn;Klavier',
        'TEL;TYPE=cell;PREF=1:+4915799912345',
        'TEL;VALUE=uri;TYPE=work:tel:+4921163553355;ext=12',
        'EMAIL;TYPE=home:l@example.com',
        'ADR:;;Bonngasse 20;Bonn;;53111;Germany',
        'PHOTO:data:image/jpeg;base64,/9j/4AAQ',
        'END:VCARD',
        '',
      ].join('\r\n'),
    );
  });

  it('takes first and last name where they are known', () => {
    renderVCard({
      ...nobody,
      name: 'Garcia Marquez, Gabriel',
      given: 'Gabriel',
      family: 'Garcia Marquez',
    }).should.containEql('\r\nN:Garcia Marquez;Gabriel;;;\r\n');
  });

  it('always writes FN, also for a contact without a name', () => {
    const unnamed = { ...nobody, name: '' };
    renderVCard({ ...unnamed, organization: [['Engines']] }).should.containEql('\r\nFN:Engines\r\n');
    renderVCard({ ...unnamed, numbers: [{ number: '+49', type: [] }] }).should.containEql('\r\nFN:+49\r\n');
    renderVCard(unnamed).should.containEql('\r\nFN:Unknown\r\n');
  });

  it('gives every contact back as it was, whatever the characters', async () => {
    const text = fc
      .oneof(
        fc.string({ unit: 'binary' }),
        fc.string({ unit: 'grapheme', maxLength: 120 }),
        fc.string({
          unit: fc.constantFrom('\\', ';', ',', ':', '"', '\n', 'n', '^', '=', '%', ' ', 'ü', '🦊'),
        }),
      )
      // what a vCard cannot hold: control characters but tab and line break
      .map((value) => value.replace(/\r\n?/g, '\n').replace(/[^\P{Cc}\t\n]/gu, ''));
    const filled = text.filter((value) => value.trim() !== '');
    // numbers, e-mails and types are words: blanks around them mean nothing
    const word = filled.map((value) => value.trim());
    const type = fc.uniqueArray(
      fc.oneof(
        fc.constantFrom('home', 'work', 'cell', 'fax', 'pref', 'büro'),
        word
          .map((value) => value.toLowerCase().replaceAll(',', '').trim())
          .filter((value) => value !== '' && value === value.toLowerCase()),
      ),
      { maxLength: 4 },
    );
    const address = record({
      poBox: text,
      extendedAddress: text,
      streetAddress: filled,
      locality: text,
      region: text,
      postalCode: text,
      country: text,
    });
    const contacts = record({
      name: filled,
      picture: fc.option(
        fc.uint8Array({ minLength: 3, maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('base64')),
      ),
      emails: fc.array(record({ email: word.filter((value) => !/^mailto:/i.test(value)), type }), {
        maxLength: 3,
      }),
      numbers: fc.array(
        record({
          number: fc.oneof(
            fc.stringMatching(/^\+[1-9]\d{4,14}$/),
            word.filter((value) => !/^tel:/i.test(value)),
          ),
          type,
        }),
        { maxLength: 3 },
      ),
      addresses: fc.array(address, { maxLength: 2 }),
      organization: fc.array(
        fc.tuple(text, filled).chain(([unit, last]) => fc.constantFrom<string[]>([last], [unit, last])),
        { maxLength: 2 },
      ),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(contacts, { minLength: 1, maxLength: 4 }), async (book) => {
        const file = (await renderVCards(book)).join('');
        for (const line of file.split('\r\n')) Buffer.byteLength(line).should.be.belowOrEqual(75);
        file.should.not.match(/\r(?!\n)|(?<!\r)\n/);
        const { cards, skipped } = await parseVCards(Buffer.from(file));
        skipped.should.eql([]);
        should(cards.map(({ line: _line, given: _given, family: _family, ...details }) => details)).eql(book);
      }),
      { numRuns: 300 },
    );
  });

  it('lets others work while it writes a book', async () => {
    const book = Array.from({ length: 240 }, (_, index) => ({ ...nobody, name: `Ann ${index}` }));
    const breather = countingBreather();
    await renderVCardBook(book, breather);
    breather.pauses.should.equal(240);
  });

  it('writes a large book as its cards one after the other, and stops on request', async () => {
    const book = Array.from({ length: 1201 }, (_, index) => ({ ...nobody, name: `Ann ${index}` }));
    (await renderVCardBook(book)).should.equal((await renderVCards(book)).join(''));
    (await renderVCardBook([])).should.equal('');
    const stop = new AbortController();
    const breather = { ...createBreather(stop.signal), isDue: () => true };
    stop.abort();
    await renderVCardBook(book, breather).should.be.rejectedWith({ code: 'NETWORK' });
  });

  it('does not break a character when it folds', () => {
    const file = renderVCard({ ...nobody, name: '🦊ü'.repeat(60) });
    const lines = Buffer.from(file).toString('utf8').split('\r\n');
    lines.join('').should.not.containEql('\uFFFD');
    lines.filter((line) => line.startsWith(' ')).length.should.be.above(4);
  });
});
