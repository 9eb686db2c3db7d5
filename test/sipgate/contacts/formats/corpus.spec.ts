import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import should from 'should';
import type { ContactAddress } from '../../../../sipgate/contacts/contact';
import { parseContactsCsv } from '../../../../sipgate/contacts/formats/csv/read';
import { renderVCards } from '../../../../sipgate/contacts/formats/vcard/write';
import { parseVCards } from './vcard/read-cards';

/** Files in the shape of what real programs export. */
const corpus = (name: string): Buffer => readFileSync(join(__dirname, '../../../corpus', name));

const address = (parts: Partial<ContactAddress>): ContactAddress => ({
  poBox: '',
  extendedAddress: '',
  streetAddress: '',
  locality: '',
  region: '',
  postalCode: '',
  country: '',
  ...parts,
});

describe('vCards from other programs', () => {
  const shape = async (name: string): Promise<unknown[]> => {
    const { cards, skipped } = await parseVCards(corpus(name));
    skipped.should.eql([]);
    return cards.map(({ picture, ...card }) => ({
      ...card,
      picture: picture === null ? null : picture.length,
    }));
  };
  const none = { emails: [], numbers: [], addresses: [], organization: [], picture: null };

  it('iPhone and iCloud', async () => {
    should(await shape('iphone-icloud.vcf')).eql([
      {
        line: 1,
        name: 'Jürgen Groß',
        given: 'Jürgen Peter',
        family: 'Groß',
        numbers: [
          { number: '+49 171 3920001', type: ['cell', 'voice', 'pref'] },
          { number: '030 23125 001', type: ['home', 'fax'] },
          { number: '(030) 23125-002', type: ['home', 'voice'] },
        ],
        emails: [
          { email: 'juergen@example.com', type: ['internet', 'home', 'pref'] },
          { email: 'backstube@example.com', type: ['internet', 'backstube'] },
        ],
        addresses: [
          address({
            streetAddress: 'Kaiserstraße 1\nHinterhof',
            locality: 'Berlin',
            postalCode: '10115',
            country: 'Deutschland',
          }),
        ],
        organization: [['Bäckerei Groß, Söhne', 'Backstube']],
        picture: 200,
      },
      {
        ...none,
        line: 24,
        name: 'Taxi Ruf',
        numbers: [{ number: '+493023125003', type: ['main'] }],
        organization: [['Taxi Ruf']],
      },
    ]);
  });

  it('Android', async () => {
    should(await shape('android.vcf')).eql([
      {
        line: 1,
        name: 'Käthe Müller',
        given: 'Käthe',
        family: 'Müller',
        numbers: [
          { number: '0171-392-0002', type: ['cell', 'pref'] },
          { number: '+493023125004', type: ['work'] },
          { number: '+493023125005', type: ['büro'] },
        ],
        emails: [{ email: 'kaethe@example.com', type: ['home'] }],
        addresses: [address({ streetAddress: 'Königsallee 2', locality: 'Köln', postalCode: '50667' })],
        organization: [['Käthes Café']],
        picture: 200,
      },
      {
        ...none,
        line: 17,
        name: 'Oma',
        given: 'Oma',
        family: '',
        numbers: [{ number: '03023125006', type: ['home'] }],
      },
    ]);
  });

  it('Outlook', async () => {
    should(await shape('outlook.vcf')).eql([
      {
        line: 1,
        name: 'Dr. Günther Schröder',
        given: 'Günther',
        family: 'Schröder',
        numbers: [
          { number: '+49 (30) 23125-007', type: ['work', 'voice'] },
          { number: '030/23125008', type: ['home', 'voice'] },
          { number: '+49 171 3920003', type: ['cell', 'voice'] },
          { number: '+49 (30) 23125-009', type: ['work', 'fax'] },
        ],
        emails: [{ email: 'guenther@example.com', type: ['pref', 'internet'] }],
        addresses: [
          address({
            streetAddress: 'Schloßstraße 3',
            locality: 'München',
            region: 'Bayern',
            postalCode: '80331',
            country: 'Deutschland',
          }),
        ],
        organization: [['Schröder & Partner GmbH', 'Geschäftsführung']],
        picture: 200,
      },
    ]);
  });

  it('Nextcloud, which folds by octets', async () => {
    should(await shape('nextcloud.vcf')).eql([
      {
        line: 1,
        name: 'Zoë Żółw-Brzęczyszczykiewicz von und zu Überlingen am schönen Bodensee',
        given: 'Zoë',
        family: 'von und zu Überlingen',
        numbers: [
          { number: '+49 30 23125010', type: ['home', 'voice'] },
          { number: '+491713920004', type: ['cell'] },
        ],
        emails: [{ email: 'zoe@example.org', type: ['work'] }],
        addresses: [
          address({
            extendedAddress: '2. Stock',
            streetAddress: 'Seestraße 4',
            locality: 'Überlingen',
            region: 'Baden-Württemberg',
            postalCode: '88662',
            country: 'Deutschland',
          }),
        ],
        organization: [['Verein für Tür; und Tor, e. V.', 'Vorstand']],
        picture: 200,
      },
    ]);
  });

  it('Google', async () => {
    should(await shape('google.vcf')).eql([
      {
        ...none,
        line: 1,
        name: 'Ada Lovelace',
        given: 'Ada',
        family: 'Lovelace',
        numbers: [
          { number: '+49 171 3920005', type: ['cell'] },
          { number: '+49 30 23125011', type: [] },
        ],
        emails: [{ email: 'ada@example.com', type: ['internet'] }],
        organization: [['Analytical Engines Ltd']],
      },
      {
        ...none,
        line: 15,
        name: 'nobody@example.com',
        emails: [{ email: 'nobody@example.com', type: ['internet'] }],
      },
    ]);
  });

  it('Thunderbird', async () => {
    should(await shape('thunderbird.vcf')).eql([
      {
        ...none,
        line: 1,
        name: 'Alan Turing',
        given: 'Alan Mathison',
        family: 'Turing',
        numbers: [
          { number: '030 23125012', type: ['work'] },
          { number: '+49-171-3920006', type: ['cell'] },
          { number: '+49-30-23125013;ext=77', type: ['pref', 'voice', 'home'] },
        ],
        emails: [
          { email: 'alan@example.com', type: ['pref'] },
          { email: 'turing@example.net', type: [] },
        ],
        organization: [['Computing Machine Laboratory']],
      },
    ]);
  });

  for (const name of ['iphone-icloud', 'android', 'outlook', 'nextcloud', 'google', 'thunderbird']) {
    it(`${name}: read, written and read again says the same`, async () => {
      const { cards } = await parseVCards(corpus(`${name}.vcf`));
      const again = await parseVCards((await renderVCards(cards)).join(''));
      const details = (found: typeof cards): unknown[] =>
        found.map(({ line: _, given: _g, family: _f, ...rest }) => rest);
      should(details(again.cards)).eql(details(cards));
    });
  }
});

describe('CSV files from other programs', () => {
  const read = async (name: string): Promise<{ rows: unknown[]; left: number[] }> => {
    const { contacts, skipped } = await parseContactsCsv(corpus(name));
    return {
      rows: contacts.map(({ firstname, lastname, number, line }) => [firstname, lastname, number, line]),
      left: skipped.map(({ line }) => line),
    };
  };

  it('Google', async () => {
    should(await read('google.csv')).eql({
      rows: [
        ['Ada', 'Lovelace', '+491713920005', 2],
        ['Grace', 'Hopper', '+493023125014', 4],
      ],
      left: [5],
    });
  });

  it('German Outlook', async () => {
    should(await read('outlook-german.csv')).eql({
      rows: [
        ['Günther', 'Schröder', '+493023125007', 2],
        ['Käthe', 'Müller', '+491713920002', 4],
      ],
      left: [],
    });
  });

  it('German Excel', async () => {
    should(await read('excel-german.csv')).eql({
      rows: [
        ['Jürgen', 'Groß', '+493023125002', 2],
        ['Ägidius', 'Österreicher', '+4315120001', 3],
      ],
      left: [4, 5, 6],
    });
  });

  it("Excel's Unicode text", async () => {
    should(await read('excel-unicode-text.txt')).eql({
      rows: [
        ['Łukasz', 'Żółw', '+491713920007', 2],
        ['Tab\tim Namen', 'Groß', '+493023125015', 3],
      ],
      left: [],
    });
  });

  it('German Thunderbird', async () => {
    should(await read('thunderbird-german.csv')).eql({
      rows: [
        ['Alan', 'Turing', '+493023125012', 2],
        ['Grete', 'Hermann', '+493023125016', 3],
      ],
      left: [],
    });
  });

  it('a FRITZ!Box phone book tool', async () => {
    should(await read('fritzbox-tool.csv')).eql({
      rows: [['Jürgen', 'Groß', '+493023125002', 3]],
      left: [4],
    });
  });
});
