import {
  exportContactsCsv,
  exportVCard,
  exportVCards,
  importVCards,
  listContacts,
} from '../../../sipgate/index';
import { failure } from '../helpers/api-server';
import { ADA, BOB, useAddressBook } from './address-book';

describe('The address book', () => {
  const book = useAddressBook();

  describe('lists contacts', () => {
    const ids = async (scope: string): Promise<string[]> =>
      (await listContacts(book.client, scope)).map(({ id }) => id);

    it('of a scope, in the shape of the contract', async () => {
      (await listContacts(book.client, 'PRIVATE')).should.deepEqual([ADA]);
      (await ids('SHARED')).should.deepEqual(['2']);
      (await ids('ALL')).should.deepEqual([ADA.id, '2', '3']);
    });

    it('colleagues as well, once each, also where the contacts hold them', async () => {
      (await listContacts(book.client, 'INTERNAL')).should.deepEqual([
        {
          id: '3',
          name: 'Carol Colleague',
          picture: null,
          emails: [{ email: 'carol@example.com', type: [] }],
          numbers: [
            { number: '+4915799912347', type: ['cell'] },
            { number: '+4921163553300', type: ['work'] },
            { number: '11', type: ['directdial'] },
            { number: '+4921163553399', type: ['fax'] },
          ],
          addresses: [],
          organization: [],
          scope: 'INTERNAL',
        },
      ]);
      book.entries = [ADA, { ...BOB, id: '3', scope: 'INTERNAL' }];
      (await listContacts(book.client, 'INTERNAL')).map(({ name }) => name).should.deepEqual(['Bob']);
    });

    it('also where an account has no list of colleagues', async () => {
      book.colleagues = { status: 404 };
      (await ids('ALL')).should.deepEqual([ADA.id, '2']);
      book.colleagues = { status: 403 };
      const warnings: string[] = [];
      await listContacts(book.client, 'ALL', { onWarning: (text) => warnings.push(text) });
      warnings[0]!.should.match(/^The list lacks the colleagues of the account/);
      (await failure(listContacts(book.client, 'INTERNAL'))).code.should.equal('FORBIDDEN');
    });

    it('over all pages, however small', async () => {
      book.entries = Array.from({ length: 1234 }, (_, i) => ({
        ...ADA,
        id: `${i}`,
        scope: i % 2 ? 'SHARED' : 'PRIVATE',
      }));
      book.pageLimit = 100;
      (await ids('SHARED')).should.have.length(617);
      book.api.requests.should.have.length(13);
    });

    it('with pictures, too many at once for one answer', async function () {
      this.timeout(30_000); // 72 MB of them
      const picture = 'A'.repeat(8_000_000);
      book.entries = Array.from({ length: 9 }, (_, i) => ({ ...ADA, id: `${i}`, picture }));
      const found = await listContacts(book.client, 'PRIVATE');
      found.map(({ id }) => id).should.deepEqual(book.entries.map(({ id }) => id));
      found.every((contact) => contact.picture?.length === picture.length).should.be.true();
      const limits = book.api.requests.map((request) => Number(/limit=(\d+)/.exec(request)?.[1]));
      limits.should.deepEqual([500, 63, 8, 1]);
    });

    it('over an empty page in the middle', async () => {
      book.entries = Array.from({ length: 300 }, (_, i) => ({ ...ADA, id: `${i}` }));
      book.api.answer = ({ url }) => {
        const offset = Number(new URL(url, 'http://x').searchParams.get('offset'));
        return {
          json: { items: offset === 100 ? [] : book.entries.slice(offset, offset + 100), totalCount: 300 },
        };
      };
      (await ids('PRIVATE')).should.have.length(200);
    });

    it('also where sipgate tells no total', async () => {
      book.entries = Array.from({ length: 25 }, (_, i) => ({ ...ADA, id: `${i}` }));
      book.api.answer = ({ url }) => {
        const offset = Number(new URL(url, 'http://x').searchParams.get('offset'));
        return { json: { items: book.entries.slice(offset, offset + 10) } };
      };
      (await ids('PRIVATE')).should.have.length(25);
    });

    it('and comes to an end where contacts have no id and the server knows neither total nor pages', async () => {
      book.api.answer = () => ({ json: { items: [{ name: 'A' }, { name: 'B' }] } });
      (await listContacts(book.client, 'PRIVATE')).map(({ name }) => name).should.deepEqual(['A', 'B']);
      book.api.requests.should.have.length(2);
    });

    it('anew when pages shift under its hands, each contact once', async () => {
      book.entries = Array.from({ length: 30 }, (_, i) => ({ ...ADA, id: `${i}` }));
      book.pageLimit = 10;
      const answer = book.api.answer;
      let requests = 0;
      book.api.answer = (seen) => {
        if ((requests += 1) === 2) book.entries = book.entries.slice(5);
        return answer(seen);
      };
      (await ids('PRIVATE')).should.deepEqual(Array.from({ length: 25 }, (_, i) => `${i + 5}`));
    });

    it('at last as they are when they never stand still', async () => {
      book.entries = Array.from({ length: 30 }, (_, i) => ({ ...ADA, id: `${i}` }));
      book.pageLimit = 10;
      const answer = book.api.answer;
      book.api.answer = (seen) => {
        book.entries = [...book.entries, { ...ADA, id: `${book.entries.length}` }];
        return answer(seen);
      };
      (await ids('PRIVATE')).length.should.be.above(30);
      book.api.requests.length.should.be.below(10);
    });

    it('but only of a scope that there is', async () => {
      (await failure(listContacts(book.client, 'EVERYBODY'))).should.match({
        code: 'INVALID_INPUT',
        field: 'scope',
      });
      book.api.requests.should.deepEqual([]);
    });

    it('also when sipgate leaves fields out', async () => {
      book.entries = [{ id: 1, name: null, numbers: [{ number: 4915799912345 }], scope: 'PRIVATE' }];
      (await listContacts(book.client, 'PRIVATE')).should.deepEqual([
        {
          id: '1',
          name: '',
          picture: null,
          emails: [],
          numbers: [{ number: '4915799912345', type: [] }],
          addresses: [],
          organization: [],
          scope: 'PRIVATE',
        },
      ]);
    });
  });

  describe('exports', () => {
    it('CSV', async () => {
      (await exportContactsCsv(book.client, 'PRIVATE', { delimiter: ';' })).should.equal(
        'id;firstname;lastname;number;name;emails;numbers;addresses;organizations\r\n' +
          `${ADA.id};Ada;Lovelace;+4915799912345;Ada Lovelace;ada@example.com;"+4915799912345; 0211-63553355";` +
          'Main Street 1, N1 London, UK;Analytical Engines, Programs\r\n',
      );
    });

    it('but asks nothing for a delimiter that cannot separate', async () => {
      (await failure(exportContactsCsv(book.client, 'ALL', { delimiter: '"' }))).should.match({
        code: 'INVALID_INPUT',
        field: 'delimiter',
      });
      book.api.requests.should.deepEqual([]);
    });

    it('each contact as a vCard, or all as one text', async () => {
      const cards = await exportVCards(book.client, 'ALL');
      cards.should.have.length(3);
      cards[0]!.should.startWith('BEGIN:VCARD\r\nVERSION:4.0\r\n');
      (await exportVCard(book.client, 'ALL')).should.equal(cards.join(''));
    });

    it('what it imports again', async () => {
      const text = await exportVCard(book.client, 'PRIVATE');
      await importVCards(book.client, text, 'PRIVATE');
      const { id: _id, ...details } = ADA;
      book.api.seen.at(-1)!.json!.should.deepEqual({
        ...details,
        numbers: [ADA.numbers[0], { number: '+4921163553355', type: ['work'] }],
        given: 'Ada',
        family: 'Lovelace',
      });
    });
  });
});
